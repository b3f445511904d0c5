"""The tree that follows from the entries is the tree of RFC 9162."""

from contextlib import closing
from hashlib import sha256

import pytest

from custody.audit.tree import Tree, inner_rows
from custody.core.merkle import Frontier
from custody.core.tiles import WIDTH


def leaf(number: int) -> bytes:
    return sha256(number.to_bytes(4, "big")).digest()


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 512, 513, 1024, 1300])
def test_every_earlier_size_has_the_root_that_a_frontier_gives(size: int) -> None:
    frontier = Frontier()
    with closing(Tree()) as tree:
        for start in range(0, size, WIDTH):
            tree.append(inner_rows(b"".join(map(leaf, range(start, min(size, start + WIDTH))))))
        assert tree.size == size

        for earlier in range(size + 1):
            assert tree.root(earlier) == frontier.root(), earlier
            frontier.append(leaf(earlier))


def test_the_rows_of_a_full_bundle_end_in_one_hash_and_those_of_a_partial_one_hold_perfect_subtrees_only() -> None:
    full = inner_rows(b"".join(map(leaf, range(256))))
    partial = inner_rows(b"".join(map(leaf, range(7))))

    assert [len(row) // 32 for row in full] == [256, 128, 64, 32, 16, 8, 4, 2, 1]
    assert [len(row) // 32 for row in partial] == [7, 3, 1]
