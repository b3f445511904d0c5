"""What the auditor's desk makes a report or an archive of: the whole log, by what was verified and judged before."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from custody.audit import kept_judgement
from custody.audit.config import AuditorConfig
from custody.audit.judging import Judging
from custody.audit.kept_judgement import KeptJudgement
from custody.audit.replay import Record, Recorder
from custody.audit.result import Fault, Result
from custody.audit.resumption import Resumption, broken
from custody.audit.source import Source
from custody.audit.tree import Tree
from custody.audit.verification import Progress, Verification
from custody.audit.verify import recorded
from custody.core.checkpoint import open_checkpoint
from custody.core.errors import BadHistory, SplitView

JudgingT = TypeVar("JudgingT", bound=Judging)


@dataclass(frozen=True)
class Desk:
    """What was judged lies in the file at `path`; `kept` is what was found there.

    `until`: the log is judged as it stood at this instant (Unix ms; None: all of it). `anew`: from the start.
    """

    path: Path
    config: AuditorConfig
    kept: KeptJudgement | None
    until: int | None
    anew: bool

    def fault(self, source: Source, size: int, note: bytes) -> Fault | None:
        """Why the log of `size` under a signed checkpoint does not go on from what was judged; None if it does.

        What is judged from the start has not gone on from there yet: what its tiles do not show its entries will
        (`check`). Raises what `resumption.broken` raises.
        """
        if self.kept is None:
            return None
        found = broken(self.kept.head.note, note, source, self.config, self.path.parent, from_start=True)
        shown = found is None or found.kind in {SplitView.kind, BadHistory.kind}
        return found if shown or self.known(size) else None

    def check(self, tree: Tree) -> None:
        """Raises BadHistory unless the entries in the tree begin with those that were judged, or are fewer."""
        if self.kept is not None and self.kept.size <= tree.size:
            expected = open_checkpoint(self.kept.head.note, self.config.verifier).root.hex()
            if (got := tree.root(self.kept.size).hex()) != expected:
                raise BadHistory("the log does not begin with what was judged before", expected=expected, got=got)

    def known(self, size: int) -> KeptJudgement | None:
        """What to go on from in a log of `size` entries; None: it is judged from the start."""
        if self.kept is None or self.anew or self.kept.size > size:
            return None
        return self.kept if self.until is None or self.kept.head.last <= self.until else None

    def keep(self, verification: Verification[Recorder]) -> None:
        """Keeps what was judged of a log that holds, unless as much was kept before, or more."""
        had, size = self.kept.size if self.kept else 0, verification.result.size
        if had < size or (self.anew and had == size):
            kept_judgement.keep(self.path, verification)


@contextmanager
def judged(
    source: Source,
    config: AuditorConfig,
    record: Record[JudgingT],
    *,
    until: int | None = None,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
    from_start: bool = False,
) -> Iterator[tuple[Result, JudgingT | None]]:
    """As `verify.recorded`, of the whole log, which must go on from what was judged. `until`: as `record` has it.

    Unless `from_start`: of what was judged before the hashes are read again, of what was verified the statements, and
    only the rest is verified. A log that does not hold is judged from the start all the same: what is said of it must
    not depend on what was kept. All that is judged of a log that holds is kept for the next time. Raises what
    `verify.recorded` raises.
    """
    run = partial(recorded, source, config, record, workers=workers, progress=progress)
    if config.state is None:
        with run() as found:
            yield found
        return
    resumption = None if from_start else Resumption.of(config, from_start=True)
    path = _beside(config.state)
    with ExitStack() as open_:
        desk = Desk(path, config, open_.enter_context(kept_judgement.opened(path, config)), until, from_start)
        found = open_.enter_context(run(resumption=resumption, desk=desk))
        if desk.known(found[0].size) and found[0].verdict != "holds":
            open_.close()
            found = open_.enter_context(run(resumption=resumption, desk=replace(desk, anew=True)))
        yield found


def judge(
    source: Source, config: AuditorConfig, *, workers: int | None = None, progress: Progress = lambda *_: None
) -> tuple[Result, int]:
    """As `judged`, for nothing but the next time: and how many entries are kept for it, 0 if the disk takes nothing."""
    with judged(source, config, Judging, workers=workers, progress=progress) as (result, _):
        pass
    if config.state is None:
        return result, 0
    with kept_judgement.opened(_beside(config.state), config) as kept:
        return result, kept.size if kept else 0


def keep(verification: Verification[Judging]) -> None:
    """Keeps for the next report what was judged of a log that holds, unless as much is kept, or another history."""
    config = verification.config
    if config.state is None:
        return
    path = _beside(config.state)
    with kept_judgement.opened(path, config) as kept, suppress(BadHistory):
        desk = Desk(path, config, kept, until=None, anew=False)
        desk.check(verification.tree)
        desk.keep(verification)


def _beside(state: Path) -> Path:
    return state.with_name(state.name.removesuffix(".state") + ".judged")
