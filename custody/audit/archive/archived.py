"""A log of which an archive is made: its tables, and which of its entries an archive of one site holds."""

from array import array
from collections.abc import Callable, Iterator

from custody.audit.bundle import Seen
from custody.audit.tabled import Tabled
from custody.audit.tree import Tree
from custody.core import entry, statement
from custody.core.history import Logged
from custody.core.roster import Device, RosterStatement
from custody.core.statement import Statement
from custody.core.trusted import State


class Archived(Tabled):
    """As `Tabled`; `roster`: the indexes of the roster statements, and `effective`: of those that took effect.

    `left_out`: the indexes of the entries of which an archive has the hashes alone.
    """

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes], until: int | None = None) -> None:
        super().__init__(state, tree, reread, until)
        self.roster = array("Q")
        self.effective = bytearray()
        self.left_out = array("Q")
        self._photographed = array("Q")
        """The indexes of the events that name photographs."""
        self._reread = reread

    def leave_out(self, index: int, /) -> None:
        super().leave_out(index)
        self.left_out.append(index)

    def take(
        self, index: int, received: int, seen: Seen, effective: RosterStatement | None, logged: Logged | None, /
    ) -> None:
        super().take(index, received, seen, effective, logged)
        self._remember(index, effective, logged)

    def recall(self, index: int, received: int, effective: RosterStatement | None, logged: Logged | None, /) -> None:
        super().recall(index, received, effective, logged)
        self._remember(index, effective, logged)

    def _remember(self, index: int, effective: RosterStatement | None, logged: Logged | None) -> None:
        if logged is None:
            self.roster.append(index)
            self.effective.append(effective is not None)
        elif logged.event.photographs:
            self._photographed.append(index)

    def statements(self) -> Iterator[tuple[int, int, Statement, bool]]:
        """(index, received, statement, whether it took effect) of the roster's, in the log's order.

        Raises StorageFault if an entry has changed since it was verified.
        """
        for index, effective in zip(self.roster, self.effective, strict=True):
            envelope, received = entry.decode(self._reread(index))
            yield index, received, statement.parse(envelope), bool(effective)

    def devices(self, places: frozenset[str]) -> frozenset[str]:
        """The devices that belong to one of these places."""
        return frozenset(
            key
            for key, known in self._state.keys.items()
            if isinstance(known.enrolment, Device) and known.site in places
        )

    def concerns(self, logged: Logged, places: frozenset[str]) -> bool:
        """Whether an event, as it was signed or as it reads now, was at one of these places or on its way there."""
        reads = self.reads(logged)
        return any(not places.isdisjoint(one.event.sites()) for one in [logged, *(reads.parts if reads else [])])

    def needed(self, logged: Logged) -> Iterator[int]:
        """The entries by which an event is told: it, what it refers to, its corrections, and the last entries under
        the checkpoints that these name, whose times bound when they were signed."""
        for one in self._corrections.group(logged):
            yield one.index
            if 0 < one.event.clock.size <= one.index:
                yield one.event.clock.size - 1
            yield from (index for ref in one.event.refs if (index := self.log.find(ref)) is not None)

    def unfound(self, places: frozenset[str]) -> int:
        """How many statements the events at these places, or on their way there, refer to and the log does not have."""
        told = (one for one in self.log.events(self.size) if self.concerns(one, places))
        return len({ref for one in told for ref in one.event.refs if self.log.find(ref) is None})

    def photographs(self, chosen: Callable[[int], object] = lambda _index: True) -> set[bytes]:
        """The hashes of the photographs that the chosen events name."""
        events = (self.log.event(index).event for index in self._photographed if chosen(index))
        return {bytes.fromhex(hash_) for event in events for hash_ in event.photographs}


def part_of(log: Archived, site: str, size: int) -> bytearray:
    """Which entries of a log of `size` an archive of a site holds: a byte for each, 1 or 0 (FORMAT.md, "Archive").

    What its tables and its EPCIS document tell of its events follows from these as it does from the whole log. Raises
    Malformed for a site that the log does not have.
    """
    places = log.below(site)
    devices = log.devices(places)
    chosen = bytearray(size)
    chosen[0] = chosen[-1] = 1
    for index in log.roster:
        chosen[index] = 1
    for one in log.log.events(log.size):
        if log.concerns(one, places):
            for index in log.needed(one):
                chosen[index] = 1
        elif one.event.issuer in devices:
            chosen[one.index] = 1
    return chosen
