"""Issuer chains: every statement names the one before by its id (FORMAT.md, "Issuer chain").

What arrives is recorded whatever it does to the chain; this module says what it does.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from enum import StrEnum
from itertools import chain, islice


class Link(StrEnum):
    """How a statement stands in its issuer's chain."""

    OK = "ok"
    GAP = "gap"
    """The statement before it has not arrived."""
    FORK = "fork"
    """Another statement stands at its place, or its neighbours belong to another history."""


def link(
    statement_id: str,
    prev: str | None,
    same: Collection[str],
    before: Collection[str],
    after_prevs: Collection[str | None],
) -> Link:
    """The link of a statement at seq n, given the ids logged at n (but it) and n-1, and the `prev`s of those at n+1."""
    if same or (after_prevs and statement_id not in after_prevs):
        return Link.FORK
    if prev is None:
        return Link.OK
    if not before:
        return Link.GAP
    return Link.OK if prev in before else Link.FORK


class SeqSet:
    """The seqs that have arrived of one issuer, as inclusive ranges: small, however long the chain."""

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in ranges:
            self._starts.append(start)
            self._ends.append(end)

    def __contains__(self, seq: int) -> bool:
        at = bisect_right(self._starts, seq) - 1
        return at >= 0 and seq <= self._ends[at]

    def __len__(self) -> int:
        """The number of ranges."""
        return len(self._starts)

    def add(self, seq: int) -> None:
        """Seq `seq` has arrived (again, perhaps)."""
        at = bisect_right(self._starts, seq) - 1
        if at >= 0 and seq <= self._ends[at]:
            return
        joins_left = at >= 0 and self._ends[at] == seq - 1
        joins_right = at + 1 < len(self._starts) and self._starts[at + 1] == seq + 1
        if joins_left and joins_right:
            self._ends[at] = self._ends.pop(at + 1)
            del self._starts[at + 1]
        elif joins_left:
            self._ends[at] = seq
        elif joins_right:
            self._starts[at + 1] = seq
        else:
            self._starts.insert(at + 1, seq)
            self._ends.insert(at + 1, seq)

    @property
    def last(self) -> int:
        """The highest seq that has arrived; 0 for none."""
        return self._ends[-1] if self._ends else 0

    def ranges(self) -> list[tuple[int, int]]:
        """Inclusive ranges of what has arrived, ascending."""
        return list(zip(self._starts, self._ends, strict=True))

    def missing(self, most: int | None = None) -> list[tuple[int, int]]:
        """Inclusive ranges (the first `most`) of what has not arrived, below the last that has."""
        before = zip(chain((0,), self._ends), self._starts, strict=False)
        return list(islice(((end + 1, start - 1) for end, start in before if start > end + 1), most))
