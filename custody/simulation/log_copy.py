"""Copies a log over HTTP into a folder of files, by its C2SP paths, and spoils such a copy."""

import json
import shutil
import time
import urllib.request
from pathlib import Path
from typing import Any

from custody.core import checkpoint, tiles
from custody.core.note import Verifier
from custody.simulation.programs import Unexpected


def copy_log(url: str, vkey: str, folder: Path) -> None:
    """A log's checkpoint, tiles and entries as files, by the C2SP paths."""
    note = _get(f"{url}/checkpoint")
    size = checkpoint.open_checkpoint(note, Verifier(vkey)).size
    wanted = tiles.tiles_of(size)
    bundles = [tiles.Tile(tiles.ENTRIES, tile.n, tile.width) for tile in wanted if tile.level == 0]
    for tile in [*wanted, *bundles]:
        path = folder / tiles.tile_path(*tile)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_get(f"{url}/{tiles.tile_path(*tile)}"))
    (folder / "checkpoint").write_bytes(note)


def flip_byte(source: Path, target: Path) -> tuple[int, str]:
    """Copies a folder of tiles and flips one byte of an entry: the entry's index, and where the byte is."""
    shutil.copytree(source, target)
    path = max(path for path in (target / "tile" / "entries").rglob("*") if path.is_file())
    data = bytearray(path.read_bytes())
    width = int(path.name) if path.parent.suffix == ".p" else tiles.WIDTH
    entries = tiles.bundle_decode(bytes(data), width)
    index = width - 2
    at = sum(2 + len(entry) for entry in entries[:index]) + 200
    data[at] ^= 0x01
    path.write_bytes(data)
    return index, f"{path}: bita/byte {at}"


def wait_until_ready(url: str, tries: int = 150) -> None:
    for _ in range(tries):
        try:
            _get(url)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise Unexpected(f"{url} does not answer")


def size_of(url: str, vkey: str) -> int:
    """How many entries a log has signed."""
    return checkpoint.open_checkpoint(_get(f"{url}/checkpoint"), Verifier(vkey)).size


def findings_of(base: str, size: int, tries: int = 150) -> list[dict[str, Any]]:
    """What a ledger finds in the first `size` entries, as soon as it has judged them."""
    for _ in range(tries):
        page = json.loads(_get(f"{base}/api/v1/findings"))
        if page["followed"] >= size:
            break
        time.sleep(0.2)
    else:
        raise Unexpected(f"{base} has not judged its log in time")
    found: list[dict[str, Any]] = page["findings"]
    while page["next"] is not None:
        page = json.loads(_get(f"{base}/api/v1/findings?after={page['next']}"))
        found += page["findings"]
    return found


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own ledger on loopback
        return bytes(answer.read())
