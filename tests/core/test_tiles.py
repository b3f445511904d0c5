"""Tiles: the paths and examples of c2sp.org/tlog-tiles, growth in any batching, and hashes read back from tiles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.errors import Malformed, Oversize
from custody.core.merkle import Frontier, inclusion_proof, leaf_hash, root, verify_inclusion
from custody.core.tiles import (
    ENTRIES,
    Tile,
    bundle_decode,
    bundle_encode,
    entries_path,
    grow,
    node_reader,
    parse_path,
    tile_path,
    tiles_changed,
    tiles_of,
)
from tests.core import rfc9162

quickly = settings(max_examples=50, deadline=None)
LEAVES = [leaf_hash(entry) for entry in rfc9162.ENTRIES]


class Store(dict[tuple[int, int], bytes]):
    """The widest bytes of each tile, as a ledger keeps them; narrower ones are prefixes."""

    def read(self, level: int, n: int, width: int) -> bytes:
        return self[level, n][: width * 32]

    def append(self, size: int, leaves: list[bytes]) -> None:
        self.update({(level, n): data for level, n, _, data in grow(size, leaves, self.read)})


def store_of(leaves: list[bytes]) -> Store:
    store = Store()
    store.append(0, leaves)
    return store


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0, 256), "tile/0/000"),
        (Tile(0, 1234067, 256), "tile/0/x001/x234/067"),
        (Tile(2, 999, 1), "tile/2/999.p/1"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Tile(ENTRIES, 67, 256), "tile/entries/067"),
        (Tile(ENTRIES, 1067, 12), "tile/entries/x001/067.p/12"),
    ],
)
def test_a_path_is_spelt_as_in_the_specification(tile: Tile, path: str) -> None:
    assert tile_path(*tile) == path
    assert parse_path(path) == tile


def test_an_entries_path_is_that_of_a_bundle() -> None:
    assert entries_path(1234067, 3) == "tile/entries/x001/x234/067.p/3"


@given(st.integers(-1, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_every_path_parses_to_its_tile(level: int, n: int, width: int) -> None:
    assert parse_path(tile_path(level, n, width)) == (level, n, width)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/1000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/8/0/000",
        "tile/data/000",
        "tile/0/٠٠٠",
        "tile/0/../000",
        "tile/entries/" + "x001/" * 6 + "000",
        "checkpoint",
        "",
    ],
)
def test_any_other_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        parse_path(path)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    tiles = tiles_of(70_000)
    level = {number: [tile for tile in tiles if tile.level == number] for number in range(4)}
    assert [tile.width for tile in level[0]] == [256] * 273 + [112]
    assert [tile.width for tile in level[1]] == [256, 17]
    assert [tile.width for tile in level[2]] == [1]
    assert level[3] == []


def test_a_tree_of_256_has_a_full_tile_and_one_of_width_1_above() -> None:
    assert tiles_of(256) == [(0, 0, 256), (1, 0, 1)]


def test_the_empty_tree_has_no_tile_and_an_unchanged_one_no_new_tile() -> None:
    assert tiles_of(0) == []
    assert tiles_changed(70_000, 70_000) == []


def test_only_new_and_wider_tiles_count_as_changed() -> None:
    assert tiles_changed(250, 260) == [(0, 0, 256), (0, 1, 4), (1, 0, 1)]
    assert tiles_changed(256, 257) == [(0, 1, 1)]
    assert tiles_changed(65_535, 65_536) == [(0, 255, 256), (1, 0, 256), (2, 0, 1)]


@given(st.integers(0, 200_000), st.integers(0, 2_000))
def test_changed_tiles_are_those_that_the_old_tree_did_not_have(old: int, added: int) -> None:
    known = set(tiles_of(old))
    assert tiles_changed(old, old + added) == [tile for tile in tiles_of(old + added) if tile not in known]


@quickly
@given(st.lists(st.integers(0, 400), max_size=5))
def test_tiles_grown_in_any_batches_equal_those_grown_at_once(batches: list[int]) -> None:
    store, size = Store(), 0
    for batch in batches:
        added = LEAVES[size : size + batch]
        grown = grow(size, added, store.read)
        assert [tile[:3] for tile in grown] == tiles_changed(size, size + len(added))
        store.append(size, added)
        size += len(added)
    assert store == store_of(LEAVES[:size])


def test_a_tile_holds_the_roots_of_the_full_tiles_below_it() -> None:
    store = store_of(LEAVES[:1100])
    assert store[0, 4] == b"".join(LEAVES[1024:1100])
    below = [rfc9162.root(rfc9162.ENTRIES[n * 256 : n * 256 + 256]) for n in range(4)]
    assert store[1, 0] == b"".join(below)


def test_growing_crosses_three_levels() -> None:
    """66,000 leaves fill a tile of level 1: the level-2 hash is the root of the first 65,536."""
    leaves = [leaf_hash(b"%d" % number) for number in range(66_000)]
    store = store_of(leaves[:65_500])
    store.append(65_500, leaves[65_500:])
    first = Frontier()
    first.extend(leaves[:65_536])
    assert store[2, 0] == first.root()
    whole = Frontier()
    whole.extend(leaves)
    reader = node_reader(66_000, store.read)
    assert root(66_000, reader) == whole.root()
    for index in (0, 255, 65_535, 65_536, 65_999):
        proof = inclusion_proof(index, 66_000, reader)
        verify_inclusion(leaves[index], index, 66_000, proof, whole.root())


@quickly
@given(st.integers(1, 1100), st.data())
def test_every_hash_read_from_tiles_is_that_of_the_recursion(size: int, data: st.DataObject) -> None:
    node = node_reader(size, store_of(LEAVES[:size]).read)
    assert root(size, node) == rfc9162.root(rfc9162.ENTRIES[:size])
    level = data.draw(st.integers(0, size.bit_length() - 1))
    index = data.draw(st.integers(0, (size >> level) - 1))
    assert node(level, index) == rfc9162.node(level, index)


def test_a_reader_asks_for_tiles_at_the_width_published_for_its_size() -> None:
    store, asked = store_of(LEAVES[:1100]), set()

    def read(level: int, n: int, width: int) -> bytes:
        asked.add(Tile(level, n, width))
        return store.read(level, n, width)

    node = node_reader(600, read)
    for index in range(600):
        inclusion_proof(index, 600, node)
    assert asked == set(tiles_of(600))


def test_a_reader_reads_each_tile_once_for_many_proofs() -> None:
    store, asked = store_of(LEAVES[:600]), []

    def read(level: int, n: int, width: int) -> bytes:
        asked.append((level, n))
        return store.read(level, n, width)

    node = node_reader(600, read)
    for index in range(600):
        inclusion_proof(index, 600, node)
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("place", [(0, 600), (3, 75), (10, 0), (-1, 0), (0, -1)])
def test_a_subtree_outside_the_tree_is_refused(place: tuple[int, int]) -> None:
    node = node_reader(600, store_of(LEAVES[:600]).read)
    with pytest.raises(Malformed, match="not in the tree"):
        node(*place)


def test_a_tile_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(Malformed, match=r"tile/0/000\.p/5 has the wrong length"):
        grow(5, LEAVES[:1], lambda level, n, width: b"\0" * 32 * (width - 1))
    with pytest.raises(Malformed, match="wrong length"):
        node_reader(5, lambda level, n, width: b"\0" * 32 * 256)(0, 0)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_decodes_to_its_entries(entries: list[bytes]) -> None:
    assert bundle_decode(bundle_encode(entries), len(entries)) == entries


def test_a_bundle_gives_each_length_in_two_bytes_big_endian() -> None:
    assert bundle_encode([b"a", b"", b"x" * 258]) == b"\x00\x01a\x00\x00\x01\x02" + b"x" * 258


def test_an_entry_of_65535_bytes_fits_and_a_larger_one_does_not() -> None:
    largest = b"x" * 65_535
    assert bundle_decode(bundle_encode([largest]), 1) == [largest]
    with pytest.raises(Oversize):
        bundle_encode([largest + b"x"])


@pytest.mark.parametrize("data", [b"\x00\x02a", b"\x00", b"\x00\x01a\x00", b"", b"\x00\x01a\x00\x01b"])
def test_a_bundle_cut_short_or_of_another_width_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        bundle_decode(data, 1)
