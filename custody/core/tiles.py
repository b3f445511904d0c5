"""Tiles and entry bundles (c2sp.org/tlog-tiles): paths, which exist at a size, growing and reading. FORMAT.md, "Tiles".

A tile holds up to 256 hashes of the tree's level 8·L; a bundle holds the entries below a tile of level 0. A
narrower tile is a prefix of the wider one, so that a store keeps only the widest of each.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from custody.core.errors import Malformed, Oversize
from custody.core.merkle import HASH_BYTES, Node, parents

WIDTH = 256
ENTRIES = -1
"""The level of a `Tile` that is an entry bundle."""
MAX_ENTRY_BYTES = 65_535
"""What the two bytes of length before each entry of a bundle can say."""
MAX_LEVEL = 63

_HEIGHT = 8
_FULL_BYTES = WIDTH * HASH_BYTES
_CACHED_TILES = 32
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")

ReadTile = Callable[[int, int, int], bytes]
"""(level, n, width) -> the width·32 bytes of that tile."""


class Tile(NamedTuple):
    """Which tile: level (`ENTRIES` for a bundle), number from the left, width in hashes or entries (1 to 256)."""

    level: int
    n: int
    width: int


class GrownTile(NamedTuple):
    """A tile with its bytes."""

    level: int
    n: int
    width: int
    data: bytes


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """The path below the log's prefix, such as `tile/0/x001/234.p/17`."""
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03}")
    kind = "entries" if level == ENTRIES else str(level)
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(groups)}{suffix}"


def entries_path(n: int, width: int = WIDTH) -> str:
    """The path of an entry bundle."""
    return tile_path(ENTRIES, n, width)


def parse_path(text: str) -> Tile:
    """Inverse of `tile_path` and `entries_path`. Raises Malformed for any other spelling."""
    match = _PATH.fullmatch(text)
    if match:
        kind, groups, width = match.groups()
        level = ENTRIES if kind == "entries" else int(kind)
        tile = Tile(level, int(groups.replace("/", "").replace("x", "")), int(width or WIDTH))
        if level <= MAX_LEVEL and 1 <= tile.width <= WIDTH and tile_path(*tile) == text:
            return tile
    raise Malformed("a tile path is not in its one spelling", expected="tile/<L>/<N>[.p/<W>]", got=text)


def tiles_of(size: int) -> list[Tile]:
    """Every tile of the tree of `size` leaves, level 0 first. Bundles are numbered and wide as level 0."""
    return tiles_changed(0, size)


def tiles_changed(old_size: int, new_size: int) -> list[Tile]:
    """The tiles that are new, or wider, in the tree of `new_size` than in that of `old_size`."""
    changed = []
    level = 0
    while new_size:
        if old_size < new_size:
            numbers = range(old_size // WIDTH, -(-new_size // WIDTH))
            changed += [Tile(level, n, min(WIDTH, new_size - n * WIDTH)) for n in numbers]
        old_size, new_size, level = old_size // WIDTH, new_size // WIDTH, level + 1
    return changed


def grow(old_size: int, leaf_hashes: Iterable[bytes], read_tile: ReadTile) -> list[GrownTile]:
    """The tiles, of all levels, that are new or wider once `leaf_hashes` follow a tree of `old_size`.

    In the order of `tiles_changed`. Reads at most one tile a level: the partial one at the right edge, at its
    width in the old tree. Raises Malformed if that has the wrong length.
    """
    grown = []
    row = b"".join(leaf_hashes)
    level, start = 0, old_size
    while row:
        n, held = divmod(start, WIDTH)
        if held:
            row = _read(read_tile, Tile(level, n, held)) + row
        for at in range(0, len(row), _FULL_BYTES):
            data = row[at : at + _FULL_BYTES]
            grown.append(GrownTile(level, n + at // _FULL_BYTES, len(data) // HASH_BYTES, data))
        row = row[: len(row) // _FULL_BYTES * _FULL_BYTES]
        for _ in range(_HEIGHT):
            row = parents(row)
        level, start = level + 1, n
    return grown


def node_reader(size: int, read_tile: ReadTile) -> Node:
    """A function (level, index) -> hash of a perfect subtree of the tree of `size`, read from its tiles.

    It asks for each tile at the width that a log publishes for `size`, and keeps the last few with their inner
    hashes, so that many proofs cost few reads. It raises Malformed for a tile of the wrong length and for a
    subtree outside the tree.
    """

    @lru_cache(maxsize=_CACHED_TILES)
    def rows(level: int, n: int) -> list[bytes]:
        width = min(WIDTH, (size >> _HEIGHT * level) - n * WIDTH)
        return list(_inner_rows(_read(read_tile, Tile(level, n, width))))

    def node(level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise Malformed("a subtree is not in the tree", expected=f"leaves below {size}", got=(level, index))
        tile_level, height = divmod(level, _HEIGHT)
        n, position = divmod(index, WIDTH >> height)
        at = position * HASH_BYTES
        return rows(tile_level, n)[height][at : at + HASH_BYTES]

    return node


def bundle_encode(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length as two bytes, big-endian. Raises Oversize."""
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise Oversize("an entry is too large", expected=f"at most {MAX_ENTRY_BYTES} bytes", got=len(entry))
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def bundle_decode(data: bytes, width: int = WIDTH) -> list[bytes]:
    """The `width` entries of a bundle. Raises Malformed unless it holds exactly so many."""
    entries = []
    at = 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data):
        raise Malformed("an entry bundle is cut short", expected=f"{at} bytes or more", got=len(data))
    if len(entries) != width:
        raise Malformed("an entry bundle has the wrong width", expected=f"{width} entries", got=len(entries))
    return entries


def _read(read_tile: ReadTile, tile: Tile) -> bytes:
    data = read_tile(*tile)
    if len(data) != tile.width * HASH_BYTES:
        raise Malformed(
            f"{tile_path(*tile)} has the wrong length",
            expected=f"{tile.width * HASH_BYTES} bytes",
            got=len(data),
        )
    return data


def _inner_rows(row: bytes) -> Iterator[bytes]:
    """A tile's hashes, then those of each level above them within the tile: of perfect subtrees only."""
    for _ in range(_HEIGHT):
        yield row
        row = parents(row[: len(row) & -2 * HASH_BYTES])
