"""A seal's number is put on once (FORMAT.md, "Seals"): on one item, and no more once it is off.

Each item keeps the numbers that came on it; an index has the items by number. What is found of a number follows from
what these keep, in whatever order it came.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from custody.core.draft import Draft
from custody.core.event import Seal
from custody.core.history import Logged
from custody.core.item import Track, Used
from custody.core.memory import Memory
from custody.core.scene import Scene
from custody.core.seals import LOST, MISREAD
from custody.core.signing import overridden
from custody.core.skew import may_be_later

MOST = 64
"""So many items of one number are held against each other: those with the least ids."""
_CODE = "seal-reused"


def note_numbers(scene: Scene, track: Track, logged: Logged, seals: Sequence[Seal], before: Sequence[str]) -> None:
    """What an event has made of the numbers on an item, where `before` were on: those that came on, and those off."""
    were, are = set(before), set(track.item.seals)
    for seal in seals:
        lost = seal.state in LOST
        number = (seal.expected if lost else None) or seal.id
        if number is None:
            continue
        if not lost and number not in were:
            _come_on(scene, track, logged, number)
        used = track.numbers.get(number)
        if used is not None and (lost or logged.event.action == "unseal"):
            used.off = logged.index
    for number in before:
        used = track.numbers.get(number) if number not in are else None
        if used is not None and _was_misread(track, logged, number):
            used.back = (logged.index, logged.when)


def changed_numbers(track: Track, logged: Logged, seal: Seal) -> list[str]:
    """Those of which an event that names this seal has changed what an item keeps."""
    misread = [number for number, used in track.numbers.items() if used.back and used.back[0] == logged.index]
    return misread if seal.id is None else [seal.id, *misread]


def _come_on(scene: Scene, track: Track, logged: Logged, number: str) -> None:
    used = track.numbers.get(number)
    if used is None:
        track.numbers[number] = Used(logged.index)
    elif used.back is not None:
        used.index, used.back = logged.index, None
    elif used.off is not None:
        off, used.off = used.off, None
        if not may_be_later(scene, logged, off):
            draft = track.note(_CODE, logged, used.index, seal=number, other=track.id)
            draft.subject = number


def _was_misread(track: Track, logged: Logged, number: str) -> bool:
    """Whether the event reads the number that was recorded before this one was read in its place."""
    closed = (draft for draft in track.drafts if draft.code in MISREAD and draft.closed_by == logged.index)
    return any(draft.facts["read"] == number for draft in closed)


class Use(Struct, frozen=True):
    """A number came on an item by an event; `back`: the entry that took it back, and when (Unix ms)."""

    item: str
    logged: Logged
    back: tuple[int, int] | None


class Numbers:
    """Keeps in `memory` which items bore a number, and what is found of those that more than one did."""

    def __init__(self, event_at: Callable[[int], Logged], memory: Memory) -> None:
        self._event_at = event_at
        self._memory = memory
        self._due: set[str] = set()

    def changed(self, track: Track, numbers: Iterable[str]) -> None:
        """What an item keeps of these numbers is another now."""
        for number in numbers:
            self._due.add(number)
            items = self._memory.seals.get(number) or []
            if track.id not in items and track.numbers.get(number) is not None:
                self._memory.seals[number] = sorted([*items, track.id])[: MOST + 1]

    def replaced(self, old: Track, track: Track) -> None:
        """The item has happened anew."""
        were, are = old.numbers, track.numbers
        self.changed(track, [one for one in were.keys() | are.keys() if were.get(one) != are.get(one)])

    def settle(self) -> None:
        """Finds of the numbers that have changed what is to be found."""
        for number in sorted(self._due):
            items = self._memory.seals.get(number) or []
            if len(items) > 1:
                self._find(number, items)
        self._due.clear()

    def _find(self, number: str, items: Sequence[str]) -> None:
        found = list(_drafts(number, self._uses(number, items)))
        if found:
            self._memory.reused[number] = found
        elif number in self._memory.reused:
            del self._memory.reused[number]

    def _uses(self, number: str, items: Sequence[str]) -> list[Use]:
        """In the order of histories. Of more items than are held against each other nothing is taken back."""
        uses: list[Use] = []
        for item in items:
            used = self._memory.tracks[item].numbers.get(number)
            if used is not None:
                uses.append(Use(item, self._event_at(used.index), used.back if len(items) <= MOST else None))
        return sorted(uses, key=lambda use: (use.logged.key, use.item))


def _drafts(number: str, uses: Sequence[Use]) -> Iterator[Draft]:
    """One of each item on which the number came while it had been on another."""
    for place, use in enumerate(uses):
        logged = use.logged
        before = [one for one in uses[:place] if one.back is None or one.back[1] > logged.when]
        standing = [one for one in before if one.back is None]
        if not before:
            continue
        other = (standing or before)[0]
        evidence = list(dict.fromkeys([logged.index, other.logged.index]))
        draft = Draft(_CODE, number, logged.when, evidence, use.item, facts={"seal": number, "other": other.item})
        closed = use.back or (None if standing else max((one.back or (0, 0) for one in before), key=lambda one: one[1]))
        if closed is not None:
            draft.close(*closed)
        yield draft
        if _CODE in logged.event.warnings:
            yield overridden(logged, _CODE, use.item)
