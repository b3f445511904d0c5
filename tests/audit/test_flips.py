"""One bit anywhere in a log's files: thousands of them, one at a time, and each is found."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.audit.config import AuditorConfig
from custody.core.errors import Unavailable
from tests.audit.logs import entries_of, flip, judge_folder, publish
from tests.world import World

ALL_BYTES_FLIPS = 2000
PARTS = 4  # so that two processors share them
TILE_FLIPS = 60


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    return ((path, path.stat().st_size) for path in sorted(folder.rglob("*")) if path.is_file())


def _is_found(config: AuditorConfig, path: Path) -> bool:
    """A fault; or, where the checkpoint names another log now, that none of this one is there."""
    try:
        return judge_folder(config).verdict == "faulty"
    except Unavailable:
        return path.name == "checkpoint"


@pytest.mark.parametrize("part", range(PARTS))
def test_a_bit_flipped_anywhere_in_a_small_log_is_found(tmp_path: Path, part: int) -> None:
    world = World(devices=1, handlers=2)
    folder = tmp_path / "log"
    config = publish(folder, entries_of([*world.roster, *world.handovers(3)]), world.origin, sizes=[7, 11])
    places = [(path, at) for path, size in _files(folder) for at in range(size)]
    step = len(places) / ALL_BYTES_FLIPS
    assert step > 1
    assert judge_folder(config).verdict == "holds"

    for number in range(part, ALL_BYTES_FLIPS, PARTS):
        path, at = places[int(number * step)]
        flip(path, at, number // PARTS % 8)
        assert _is_found(config, path), f"bit {number // PARTS % 8} of byte {at} of {path}"
        flip(path, at, number // PARTS % 8)

    assert judge_folder(config).verdict == "holds"


def test_a_bit_flipped_in_the_tiles_of_a_larger_log_is_found_and_its_tile_named(tmp_path: Path) -> None:
    world = World(devices=1, handlers=2)
    folder = tmp_path / "log"
    statements = [*world.roster, *(world.event("inspect") for _ in range(260))]
    config = publish(folder, entries_of(statements), world.origin)
    tiles = [(path, size) for path, size in _files(folder / "tile") if "entries" not in path.parts]
    assert [str(path.relative_to(folder)) for path, _ in tiles] == ["tile/0/000", "tile/0/001.p/12", "tile/1/000.p/1"]
    chance = random.Random(1)

    for number in range(TILE_FLIPS):
        path, size = tiles[number % len(tiles)]
        at = chance.randrange(size)
        flip(path, at, number % 8)
        result = judge_folder(config)
        (fault,) = result.faults
        assert fault.message.startswith(str(path.relative_to(folder)))
        assert f"hash {at // 32} " in fault.message
        flip(path, at, number % 8)
