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
from custody.core.errors import BadHistory, CustodyError, SplitView
from custody.core.merkle import Node
from custody.core.split_view import Relation
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

        Shown from the log's own tiles, under the root that its key signed. Raises Unavailable, OSError.
        """
        if self.held is None:
            return None
        now, before = open_checkpoint(note, self.config.verifier), self.held[1]
        if now.size < before.size and self.from_start and not source.live:
            return None  # an older copy, perhaps: it is judged by itself, which `unheld` tells
        found = compare(View(self.held[0].note), View(note, source), self.config.verifier)
        if found.relation is Relation.SPLIT:
            file = keep(found.pair, self.path.parent)
            return _fault(SplitView(f"the log's key has signed two histories: {file} proves it"), before, now)
        if now.size < before.size:
            return _fault(BadHistory("the log has fewer entries than were verified before"), before, now)
        return Fault.of(found.doubt) if found.doubt is not None else None

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
