"""The Merkle tree at one size: its right edge in memory, the rest read from the store when asked for."""

from collections.abc import Sequence

from custody.core import merkle, tiles
from custody.core.tiles import WIDTH, ReadTile
from custody.ledger.store import HashRow, StoreReader


def stored_tile(store: StoreReader) -> ReadTile:
    """Reads tiles from the store, each in a transaction of its own."""

    def read(level: int, n: int, width: int) -> bytes:
        with store.reading() as reading:
            return reading.tile(level, n, width)

    return read


class Tree:
    """Immutable: `grow` gives the next one. `node` reads hashes of perfect subtrees, for roots and proofs."""

    def __init__(self, size: int, recent: dict[tuple[int, int], bytes], stored: ReadTile) -> None:
        self.size = size
        self._recent = recent
        self._stored = stored
        self.node = tiles.node_reader(size, self.tile)
        self.root = merkle.root(size, self.node)

    @classmethod
    def load(cls, size: int, stored: ReadTile) -> "Tree":
        """The tree of the first `size` entries, as stored. Raises StorageFault if hashes of its edge are missing."""
        recent = {}
        level = 0
        while count := size >> 8 * level:
            n = (count - 1) // WIDTH
            recent[level, n] = stored(level, n, count - n * WIDTH)
            level += 1
        return cls(size, recent, stored)

    def tile(self, level: int, n: int, width: int) -> bytes:
        """The first `width` hashes of a tile of this tree."""
        data = self._recent.get((level, n), b"")
        length = width * merkle.HASH_BYTES
        return data[:length] if len(data) >= length else self._stored(level, n, width)

    def has(self, level: int, n: int, width: int) -> bool:
        """Whether a tile this wide exists at this size."""
        return (
            0 <= level <= tiles.MAX_LEVEL
            and n >= 0
            and 1 <= width <= WIDTH
            and n * WIDTH + width <= self.size >> 8 * level
        )

    def grow(self, leaf_hashes: Sequence[bytes]) -> tuple["Tree", list[HashRow]]:
        """The tree with these leaves behind the others, and the hashes that its tiles have more."""
        grown = tiles.grow(self.size, leaf_hashes, self.tile)
        rows = []
        for level, n, width, data in grown:
            held = max(0, (self.size >> 8 * level) - n * WIDTH)
            rows += [HashRow(level, n * WIDTH + at, data[at * 32 : at * 32 + 32]) for at in range(held, width)]
        levels = {tile.level for tile in grown}
        edge = {key: self._recent[key] for key in self._recent if key[0] not in levels and key == self._last(key[0])}
        recent = edge | {(tile.level, tile.n): tile.data for tile in grown}
        return Tree(self.size + len(leaf_hashes), recent, self._stored), rows

    def _last(self, level: int) -> tuple[int, int]:
        return level, ((self.size >> 8 * level) - 1) // WIDTH
