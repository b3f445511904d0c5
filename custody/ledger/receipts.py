"""Receipts of what is published (c2sp.org/tlog-proof), many at a time."""

from collections.abc import Sequence

from custody.core.merkle import inclusion_proof
from custody.core.proof import Receipt
from custody.ledger.sequencer import Published


def receipts(published: Published, entries: Sequence[tuple[int, bytes]]) -> list[bytes]:
    """A `.tlog-proof` for each (index, exact entry), under the published checkpoint."""
    tree = published.tree
    return [
        Receipt(index, tuple(inclusion_proof(index, tree.size, tree.node)), published.note, entry).encode()
        for index, entry in entries
    ]
