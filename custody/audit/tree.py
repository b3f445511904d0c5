"""The Merkle tree as it follows from the entries alone. Its hashes lie in temporary files: memory stays flat."""

import os
from collections.abc import Sequence
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO

from custody.core import merkle
from custody.core.errors import StorageFault
from custody.core.merkle import HASH_BYTES, Frontier, Node, node_hash, parents
from custody.core.tiles import WIDTH

BUNDLE_LEVEL = 8
_CACHED_ROOTS = 65_536


def inner_rows(leaves: bytes) -> list[bytes]:
    """The leaf hashes of one bundle (256·32 bytes, or fewer at the end), and each level of perfect subtrees above."""
    rows = []
    while leaves:
        rows.append(leaves)
        leaves = parents(leaves[: len(leaves) & -2 * HASH_BYTES])
    return rows


class Tree:
    """Every perfect subtree's hash: number i of a level lies at byte 32·i of that level's file.

    `start`: where the leaves begin that it was given.
    """

    def __init__(self, start: int = 0, edge: Sequence[bytes] = (), old: Node | None = None) -> None:
        """From the tree of `start` leaves, in full bundles: its right edge, as of a `Frontier`, and the rest in `old`.

        Raises Malformed for an edge of another size.
        """
        self.size = self.start = start
        self._files: list[IO[bytes]] = []
        self._counts: list[int] = []
        self._firsts: list[int] = []
        """By level, the first hash that is in the file."""
        self._old = old
        self._begin(Frontier(start, edge))
        self.root = lru_cache(_CACHED_ROOTS)(self._root)

    def append(self, rows: Sequence[bytes]) -> None:
        """Takes the `inner_rows` of the next bundle; all before it were full.

        Or of the last one, once it has grown. Raises StorageFault unless it begins with what it was.
        """
        had = self.size % WIDTH
        first = self.size - had
        if had and (was := self.row(0, first, had)) != (now := rows[0][: had * HASH_BYTES]):
            place = next(at for at in range(had) if _hash(was, at) != _hash(now, at))
            raise StorageFault(
                f"entry {first + place} is not what it was",
                expected=_hash(was, place).hex(),
                got=_hash(now, place).hex(),
            )
        for level, row in enumerate(rows):
            self._write(level, row[(had >> level) * HASH_BYTES :])
        self.size = first + len(rows[0]) // HASH_BYTES
        level = len(rows) - 1
        while level >= BUNDLE_LEVEL and self._counts[level] % 2 == 0:
            last = self._counts[level] - 1
            self._write(level + 1, node_hash(self.node(level, last - 1), self.node(level, last)))
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """As `merkle.Node`, for subtrees within the tree."""
        return self.row(level, index, 1)

    def row(self, level: int, first: int, count: int) -> bytes:
        """`count` neighbouring hashes of a level, from number `first` on."""
        before = self._before(level, first, min(first + count, self._firsts[level]))
        first, count = first + len(before), count - len(before)
        return b"".join(before) + os.pread(self._files[level].fileno(), count * HASH_BYTES, first * HASH_BYTES)

    def close(self) -> None:
        for file in self._files:
            file.close()

    def _root(self, size: int) -> bytes:
        return merkle.root(size, self.node)

    def _before(self, level: int, first: int, end: int) -> list[bytes]:
        """Hashes that are not in the file."""
        if first >= end or self._old is None:
            return []
        return [self._old(level, index) for index in range(first, end)]

    def _begin(self, edge: Frontier) -> None:
        hashes = edge.hashes[::-1]
        for level in range(edge.size.bit_length()):
            count = edge.size >> level
            self._add_level(count - (count & 1))
            self._files[level].seek(self._counts[level] * HASH_BYTES)
            if count & 1:
                self._write(level, hashes.pop(0))

    def _add_level(self, first: int) -> None:
        self._files.append(TemporaryFile(buffering=0))  # noqa: SIM115  # closed by `close`
        self._counts.append(first)
        self._firsts.append(first)

    def _write(self, level: int, row: bytes) -> None:
        if level == len(self._files):
            self._add_level(0)
        self._files[level].write(row)
        self._counts[level] += len(row) // HASH_BYTES


def _hash(row: bytes, number: int) -> bytes:
    return row[number * HASH_BYTES : (number + 1) * HASH_BYTES]
