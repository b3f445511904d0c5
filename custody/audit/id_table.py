"""Statement ids to entry indexes, in sixteen to thirty-two bytes an entry: the ids themselves lie elsewhere."""

from array import array
from collections.abc import Callable, Iterator
from itertools import chain, islice

_FIRST_SLOTS = 1024
_HALF = 32
_LOW = (1 << _HALF) - 1
"""A slot has bits of the id's hash in its upper half, by which most others are told apart, and the index + 1 below."""


class IdTable:
    """A hash table with open addressing, at most half full; `id_at` gives an entry's id.

    Room for 2^32 - 1 entries: more than memory has for what else is kept of each.
    """

    def __init__(self, id_at: Callable[[int], bytes]) -> None:
        self._id_at = id_at
        self._count = 0
        self._slots = _empty(_FIRST_SLOTS)
        """0 where there is none."""

    def add(self, statement_id: bytes, index: int) -> None:
        """The statement at an entry; of two with one id the first is found."""
        if 2 * self._count >= len(self._slots):
            self._grow()
        self._put(_hashed(statement_id) << _HALF | (index + 1))
        self._count += 1

    def find(self, statement_id: bytes) -> int | None:
        """The index of a statement."""
        slots, hashed = self._slots, _hashed(statement_id)
        mask = len(slots) - 1
        at = hashed & mask
        while slot := slots[at]:
            index = (slot & _LOW) - 1
            if slot >> _HALF == hashed and self._id_at(index) == statement_id:
                return index
            at = (at + 1) & mask
        return None

    def _put(self, slot: int) -> None:
        slots = self._slots
        mask = len(slots) - 1
        at = (slot >> _HALF) & mask
        while slots[at]:
            at = (at + 1) & mask
        slots[at] = slot

    def _grow(self) -> None:
        kept = self._slots
        self._slots = _empty(2 * len(kept))
        for slot in _from_a_free_one(kept):
            if slot:
                self._put(slot)


def _hashed(statement_id: bytes) -> int:
    # Python's hash is keyed anew in each run: nobody can make ids that meet in one place.
    return hash(statement_id) & _LOW


def _from_a_free_one(slots: "array[int]") -> Iterator[int]:
    """All slots, round from one that is free: so those of one hash come in the order in which they were put."""
    free = slots.index(0)
    return chain(islice(slots, free, None), islice(slots, free))


def _empty(slots: int) -> "array[int]":
    return array("Q", bytes(8 * slots))
