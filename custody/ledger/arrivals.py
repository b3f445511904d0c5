"""When entries came. `received` never decreases along a log: it is looked for by halves, and nothing is scanned."""

import threading
from bisect import bisect_right
from collections.abc import Callable

from msgspec import Struct

from custody.ledger.glance import glance
from custody.ledger.store import Reading, StoreReader

DAY_MS = 24 * 60 * 60 * 1000


def received_at(reading: Reading, index: int) -> int:
    """When the entry at an index, which there is, was received: Unix ms."""
    [data] = reading.entries(index, index + 1)
    return glance(data)[1]


def first_after(reading: Reading, low: int, end: int, until: int) -> int:
    """The first index from `low` on whose entry was received after an instant; `end` if there is none below it."""
    high, step = low, 1
    while high < end and received_at(reading, high) <= until:
        low, high, step = high + 1, min(high + step, end), 2 * step
    return low + bisect_right(range(low, high), until, key=lambda index: received_at(reading, index))


class Day(Struct, frozen=True):
    """A day on which entries came: when it began (Unix ms), the index of its first, and how many they are."""

    begins: int
    first: int
    count: int


class Arrivals:
    """Thread-safe. Days that have ended are remembered: each costs a few reads, once.

    `published` is the size of the log, `ahead` how far its days' clock is ahead of UTC, in ms.
    """

    def __init__(self, store: StoreReader, published: Callable[[], int], ahead: int) -> None:
        self._store = store
        self._published = published
        self._ahead = ahead
        self._lock = threading.Lock()
        self._days: list[tuple[int, int]] = []
        """(when it begins, its first entry) of each day that has entries."""
        self._looked_at = 0
        """So many entries are on these days."""

    def days(self, last: int) -> list[Day]:
        """The last so many days that have entries, the earliest first. Raises as the store does."""
        with self._lock:
            size = self._published()
            if size > self._looked_at:
                with self._store.reading() as reading:
                    self._advance(reading, size)
                self._looked_at = size
            ends = [first for _, first in self._days[1:]] + [size]
            days = [Day(begins, first, end - first) for (begins, first), end in zip(self._days, ends, strict=True)]
        return days[-last:]

    def _advance(self, reading: Reading, size: int) -> None:
        newest = self._begin_of(received_at(reading, size - 1))
        while not self._days or self._days[-1][0] < newest:
            at = first_after(reading, self._looked_at, size, self._days[-1][0] + DAY_MS - 1) if self._days else 0
            self._days.append((self._begin_of(received_at(reading, at)), at))
            self._looked_at = at

    def _begin_of(self, received: int) -> int:
        return received - (received + self._ahead) % DAY_MS
