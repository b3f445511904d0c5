"""Writes a log as a folder of files in the layout that a log serves (c2sp.org/tlog-tiles)."""

from collections.abc import Sequence
from pathlib import Path

from custody.core.checkpoint import Checkpoint
from custody.core.keys import SigningKey
from custody.core.merkle import Frontier, leaf_hash
from custody.core.tiles import ReadTile, bundle_encode, entries_path, grow, tile_path


def write_log(
    folder: Path, entries: Sequence[bytes], origin: str, key: SigningKey, sizes: Sequence[int] | None = None
) -> list[bytes]:
    """Publish `entries` at each of `sizes` (by default at once); returns the checkpoints, signed, in that order.

    The folder then holds every tile and bundle that one of these sizes needs, and the last checkpoint.
    """
    hashes = [leaf_hash(entry) for entry in entries]
    frontier = Frontier()
    checkpoints = []
    for size in sizes or [len(entries)]:
        added = hashes[frontier.size : size]
        for level, n, width, data in grow(frontier.size, added, tile_reader(folder)):
            write_file(folder, tile_path(level, n, width), data)
            if level == 0:
                bundle = bundle_encode(entries[n * 256 : n * 256 + width])
                write_file(folder, entries_path(n, width), bundle)
        frontier.extend(added)
        checkpoints.append(Checkpoint(origin, size, frontier.root()).sign(key))
    write_file(folder, "checkpoint", checkpoints[-1])
    return checkpoints


def tile_reader(folder: Path) -> ReadTile:
    """A `read_tile` for `grow` and `node_reader` that reads from the folder."""
    return lambda level, n, width: (folder / tile_path(level, n, width)).read_bytes()


def write_file(folder: Path, path: str, data: bytes) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
