"""The files that a log serves, held against the tree that follows from its entries."""

from collections.abc import Iterator

from custody.audit.result import Fault, Result
from custody.audit.source import Source, read_tile
from custody.audit.tree import Tree
from custody.core.errors import CustodyError, Malformed, StorageFault
from custody.core.merkle import HASH_BYTES, leaf_hash
from custody.core.tiles import ENTRIES, WIDTH, Tile, bundle_decode, parse_path, tile_path, tiles_of


class EntryReader:
    """Entries read a second time, and only as they were the first time.

    `size` is the log's, and says how wide its last bundle is.
    """

    def __init__(self, source: Source, tree: Tree, size: int = 0) -> None:
        self.size = size
        self._source = source
        self._tree = tree
        self._last: tuple[int, list[bytes]] = (-1, [])

    def entry(self, index: int) -> bytes:
        """Raises StorageFault if it has changed; what `read_tile` and `bundle_decode` raise."""
        n, position = divmod(index, WIDTH)
        if self._last[0] != n or position >= len(self._last[1]):
            width = min(WIDTH, self.size - n * WIDTH)
            self._last = n, bundle_decode(read_tile(self._source, ENTRIES, n, width), width)
        found = self._last[1][position]
        right = self._tree.node(0, index)
        if leaf_hash(found) != right:
            raise StorageFault(
                "an entry has changed between two readings", expected=right.hex(), got=leaf_hash(found).hex()
            )
        return found


def bundles_of(size: int, start: int = 0) -> Iterator[Tile]:
    """The entry bundles of a log of `size`, in order; without the full ones that hold its first `start` entries."""
    return (Tile(ENTRIES, n, min(WIDTH, size - n * WIDTH)) for n in range(start // WIDTH, -(-size // WIDTH)))


def file_count(size: int) -> int:
    """How many tiles and bundles a log of `size` has."""
    count = -(-size // WIDTH)
    while size:
        count += -(-size // WIDTH)
        size //= WIDTH
    return count


def tile_fault(tree: Tree, tile: Tile, data: bytes) -> Fault | None:
    """None if `data` is what the entries make of this tile; else which hash is wrong, at the first entry below it."""
    path, right = tile_path(*tile), tree.row(8 * tile.level, tile.n * WIDTH, tile.width)
    if data == right:
        return None
    if len(data) != len(right):
        return Fault(StorageFault.kind, f"{path} has the wrong length", None, f"{len(right)} bytes", str(len(data)))
    position, expected, got = next(_differences(right, data))
    index = (tile.n * WIDTH + position) << 8 * tile.level
    message = f"{path}: hash {position} is not that of the entries"
    return Fault(StorageFault.kind, message, index, expected.hex(), got.hex())


def check_other_files(source: Source, tree: Tree, start: int, result: Result) -> None:
    """What a folder holds beyond the tiles of this size: narrower tiles must fit too, the rest is counted.

    Tiles that end before `start` are not looked at.
    """
    known = {tile_path(*tile) for tile in [*tiles_of(tree.size), *bundles_of(tree.size)]}
    for path in source.paths():
        if path in known:
            continue
        try:
            tile = parse_path(path)
        except Malformed:
            result.other_files += 1
            continue
        level, end = 8 * max(tile.level, 0), tile.n * WIDTH + tile.width
        if end > tree.size >> level:
            result.other_files += 1
            continue
        if end <= start >> level:
            continue
        try:
            fault = _narrower_fault(tree, tile, read_tile(source, *tile))
        except CustodyError as error:
            fault = Fault.of(error)
        if fault is not None:
            result.add(fault)


def _narrower_fault(tree: Tree, tile: Tile, data: bytes) -> Fault | None:
    if tile.level == ENTRIES:
        data = b"".join(map(leaf_hash, bundle_decode(data, tile.width)))
        return tile_fault(tree, tile._replace(level=0), data)
    return tile_fault(tree, tile, data)


def _differences(one: bytes, other: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    for position, at in enumerate(range(0, len(one), HASH_BYTES)):
        if one[at : at + HASH_BYTES] != other[at : at + HASH_BYTES]:
            yield position, one[at : at + HASH_BYTES], other[at : at + HASH_BYTES]
