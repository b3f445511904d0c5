"""Going on from what was verified before: only from a log that goes on from there itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from custody.audit import verified
from custody.audit.bundle import Vouched
from custody.audit.compare import View, compare, keep
from custody.audit.result import Fault
from custody.audit.source import Source
from custody.audit.tree import BUNDLE_LEVEL
from custody.audit.verified import Verified
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import BadHistory, ConfigFault, CustodyError, SplitView
from custody.core.merkle import Node
from custody.core.split_view import Pair, Relation
from custody.core.tiles import WIDTH

if TYPE_CHECKING:
    from custody.audit.config import AuditorConfig


@dataclass(frozen=True)
class Resumption:
    """The auditor's state file at `path` and what it holds; `from_start`: everything is to be judged again."""

    path: Path
    config: "AuditorConfig"
    held: tuple[Verified, Checkpoint] | None
    from_start: bool

    @classmethod
    def of(cls, config: "AuditorConfig", *, from_start: bool = False) -> "Resumption | None":
        """As the settings say. Raises what `verified.read` raises; from the start, a file that is none is no matter."""
        if config.state is None:
            return None
        try:
            held = verified.read(config.state, config)
        except CustodyError:
            if not from_start:
                raise
            held = None
        return cls(config.state, config, held, from_start)

    @property
    def kept(self) -> Verified | None:
        """What to go on from."""
        return self.held[0] if self.held and not self.from_start else None

    def fault(self, source: Source, note: bytes) -> Fault | None:
        """Why the log under a signed checkpoint does not go on from what was verified; None if it does.

        Raises what `broken` raises.
        """
        if self.held is None:
            return None
        return broken(self.held[0].note, note, source, self.config, self.path.parent, from_start=self.from_start)

    def unheld(self, size: int) -> int | None:
        """How many entries were verified before, if a log of `size` has fewer: nothing holds those two together."""
        return self.held[1].size if self.held and size < self.held[1].size else None

    def vouched(self, size: int, node: Node) -> Vouched | None:
        """What was verified before of a log of `size` that goes on from it; nothing if a signature did not hold.

        `node` reads the log's tree, and raises CustodyError for what is not under the signed root.
        """
        if self.held is None or size < self.held[1].size or self.held[0].judged.result.spoiled_signatures:
            return None
        verified = self.held[0]
        return Vouched(verified.start, frozenset(verified.judged.waiting), _roots(verified.start // WIDTH, node))

    def keep(self, size: int, note: bytes, edge: list[bytes], judged: bytes) -> None:
        """Writes what was found to hold, unless more was before. Raises OSError."""
        if self.held is None or size >= self.held[1].size:
            verified.write(self.path, self.config, note, edge, judged)


def broken(
    before: bytes, note: bytes, source: Source, config: "AuditorConfig", folder: Path, *, from_start: bool
) -> Fault | None:
    """Why a log under a signed checkpoint does not go on from one under another; None if it does.

    Shown from the log's own tiles, under the root that its key signed; what proves a split view is put in `folder`.
    `from_start`: an older copy is no fault. Raises Unavailable.
    """
    now, then = open_checkpoint(note, config.verifier), open_checkpoint(before, config.verifier)
    if now.size < then.size and from_start and not source.live:
        return None  # it is judged by itself, which `unheld` tells
    found = compare(View(before), View(note, source), config.verifier)
    if found.relation is Relation.SPLIT:
        return _fault(_two_histories(found.pair, folder), then, now)
    if now.size < then.size:
        return _fault(BadHistory("the log has fewer entries than were verified before"), then, now)
    return Fault.of(found.doubt) if found.doubt is not None else None


def _two_histories(pair: Pair, folder: Path) -> SplitView:
    try:
        return SplitView(f"the log's key has signed two histories: {keep(pair, folder)} proves it")
    except ConfigFault as error:
        return SplitView(f"the log's key has signed two histories, but {error.message}")


def _roots(bundles: int, node: Node) -> bytes:
    """Of each bundle; of none where the log's tiles are damaged, which the verification says."""
    try:
        return b"".join([node(BUNDLE_LEVEL, number) for number in range(bundles)])
    except CustodyError:
        return b""


def _fault(error: CustodyError, before: Checkpoint, now: Checkpoint) -> Fault:
    return Fault(
        error.kind, error.message, None, *(f"{one.size} entries, root {one.root.hex()}" for one in (before, now))
    )
