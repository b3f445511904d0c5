"""Statement ids to entry indexes, in sixteen to thirty-two bytes an entry: the ids themselves lie elsewhere."""

from array import array
from collections.abc import Callable, Iterator

_FIRST_SLOTS = 1024


class IdTable:
    """A hash table with open addressing, at most half full; `id_at` gives an entry's id."""

    def __init__(self, id_at: Callable[[int], bytes]) -> None:
        self._id_at = id_at
        self._count = 0
        self._slots = _empty(_FIRST_SLOTS)
        """Index + 1; 0 where there is none."""

    def add(self, statement_id: bytes, index: int) -> None:
        """The statement at an entry; of two with one id the first is found."""
        if 2 * self._count >= len(self._slots):
            self._grow()
        self._put(statement_id, index)
        self._count += 1

    def find(self, statement_id: bytes) -> int | None:
        """The index of a statement."""
        for slot in self._places(statement_id):
            index = self._slots[slot] - 1
            if index < 0:
                return None
            if self._id_at(index) == statement_id:
                return index
        return None

    def _put(self, statement_id: bytes, index: int) -> None:
        free = next(slot for slot in self._places(statement_id) if not self._slots[slot])
        self._slots[free] = index + 1

    def _places(self, statement_id: bytes) -> Iterator[int]:
        # Python's hash is keyed anew in each run: nobody can make ids that meet in one place.
        mask = len(self._slots) - 1
        first = hash(statement_id)
        return ((first + step) & mask for step in range(mask + 1))

    def _grow(self) -> None:
        kept = sorted(slot - 1 for slot in self._slots if slot)
        self._slots = _empty(2 * len(self._slots))
        for index in kept:
            self._put(self._id_at(index), index)


def _empty(slots: int) -> "array[int]":
    return array("Q", bytes(8 * slots))
