"""The Merkle tree as it follows from the entries alone. Its hashes lie in temporary files: memory stays flat."""

import os
from collections.abc import Sequence
from functools import lru_cache
from tempfile import TemporaryFile
from typing import IO

from custody.core import merkle
from custody.core.merkle import HASH_BYTES, node_hash, parents

_BUNDLE_LEVEL = 8
_CACHED_ROOTS = 65_536


def inner_rows(leaves: bytes) -> list[bytes]:
    """The leaf hashes of one bundle (256·32 bytes, or fewer at the end), and each level of perfect subtrees above."""
    rows = []
    while leaves:
        rows.append(leaves)
        leaves = parents(leaves[: len(leaves) & -2 * HASH_BYTES])
    return rows


class Tree:
    """Every perfect subtree's hash: number i of a level lies at byte 32·i of that level's file."""

    def __init__(self) -> None:
        self.size = 0
        self._files: list[IO[bytes]] = []
        self._counts: list[int] = []
        self.root = lru_cache(_CACHED_ROOTS)(self._root)

    def append(self, rows: Sequence[bytes]) -> None:
        """Takes the `inner_rows` of the next bundle; all before it were full."""
        for level, row in enumerate(rows):
            self._write(level, row)
        self.size += len(rows[0]) // HASH_BYTES
        level = len(rows) - 1
        while level >= _BUNDLE_LEVEL and self._counts[level] % 2 == 0:
            last = self._counts[level] - 1
            self._write(level + 1, node_hash(self.node(level, last - 1), self.node(level, last)))
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """As `merkle.Node`, for subtrees within the tree."""
        return self.row(level, index, 1)

    def row(self, level: int, first: int, count: int) -> bytes:
        """`count` neighbouring hashes of a level, from number `first` on."""
        return os.pread(self._files[level].fileno(), count * HASH_BYTES, first * HASH_BYTES)

    def close(self) -> None:
        for file in self._files:
            file.close()

    def _root(self, size: int) -> bytes:
        return merkle.root(size, self.node)

    def _write(self, level: int, row: bytes) -> None:
        if level == len(self._files):
            self._files.append(TemporaryFile(buffering=0))  # noqa: SIM115  # closed by `close`
            self._counts.append(0)
        self._files[level].write(row)
        self._counts[level] += len(row) // HASH_BYTES
