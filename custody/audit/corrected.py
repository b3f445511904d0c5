"""How the events of a log read once it is known which corrections count (FORMAT.md, "Corrections")."""

from collections.abc import Iterator

from msgspec import Struct

from custody.audit.judged_log import JudgedLog
from custody.core.corrections import correct
from custody.core.event import Event
from custody.core.history import Logged, ordered
from custody.core.trusted import State


class Reads(Struct, frozen=True):
    """How an event that was corrected reads now, in parts (none: annulled), and the corrections that count."""

    parts: list[Logged]
    corrections: list[Logged]


class Corrections:
    """Is told of each event; once all are there it says how they read."""

    def __init__(self, log: JudgedLog, state: State) -> None:
        self._log = log
        self._state = state
        self._named: dict[str, list[int]] = {}
        """The corrections of a statement, by its id."""
        self._reads: dict[int, Reads] = {}

    def add(self, index: int, event: Event) -> None:
        if event.action == "correct":
            self._named.setdefault(event.refs[0], []).append(index)

    def conclude(self) -> None:
        """No event comes after this; admission's state must be as it was then."""
        for target in self._named:
            index = self._log.find(target)
            if index is not None:
                self._correct(self._log.event(index))

    def reads(self, index: int) -> Reads | None:
        """None of an event that reads as it did."""
        return self._reads.get(index)

    def events(self, end: int) -> Iterator[Logged]:
        """All events below an index as they read now, but corrections: in the log's order, a corrected one in parts."""
        for logged in self._log.events(end):
            yield from self.parts(logged)

    def parts(self, logged: Logged) -> list[Logged]:
        """An event as it reads now; nothing of a correction, and of what was annulled."""
        if logged.event.action == "correct":
            return []
        reads = self._reads.get(logged.index)
        return [logged] if reads is None else reads.parts

    def group(self, logged: Logged) -> list[Logged]:
        """An event, its corrections, theirs, and so on."""
        group = [logged]
        for one in group:  # grows: corrections are corrected too
            group += map(self._log.event, self._named.get(one.id, ()))
        return group

    def is_spoiled(self, logged: Logged, key: str) -> bool:
        """Whether the event's signature under a key turned out not to be the key's."""
        known = self._state.keys.get(key)
        later = known is not None and known.index > logged.index
        return later and not self._log.signature_holds(logged.index, key)

    def _correct(self, target: Logged) -> None:
        if target.event.action == "correct":
            return  # it counts for what it corrects
        group = self.group(target)
        order, _ = ordered(group, frozenset().union(*(one.touches() for one in group)))
        found = correct(order, self._state, self.is_spoiled)
        if found.valid and found.events != [target]:
            self._reads[target.index] = Reads(found.events, found.valid)
