"""A country's log as a folder of tiles, made as it is written, and commands that are measured on it from start to exit.

Every item has a whole way of its own: packed and sealed in its village, handed over, released and accepted at its
station, where its seal is read. So there is something to count of each.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import ClassVar, NamedTuple

from benchmarks.country import ITEMS, STATIONS, Country, village
from benchmarks.filled import signed
from benchmarks.served import CUSTODY
from custody.audit.tree import Tree, inner_rows
from custody.core import entry
from custody.core.checkpoint import Checkpoint
from custody.core.event import Seal
from custody.core.merkle import leaf_hash
from custody.core.note import encode_vkey
from custody.core.statement import Statement
from custody.core.tiles import ENTRIES, WIDTH, bundle_encode, tile_path, tiles_of
from tests.tile_folder import write_file
from tests.world import ORIGIN, World, item_id, key_of


class Ways(Country):
    """A country in which every item goes from its village to its station."""

    EVENTS: ClassVar[int] = 6

    def life(self, world: World, site: str, item: int) -> Iterable[Statement]:
        here = {"site": village(item // ITEMS // STATIONS), "items": [item_id(item)]}
        seal = Seal(item=0, id=f"seal/made/{item}")
        yield world.event("commission", by=(0,), kind="parcel", **here)
        yield world.event("seal", by=(0,), seals=[seal], **here)
        yield world.handover(**here)
        giver, taker = world.handler_ids[1], world.handler_ids[0]
        released = world.event("release", by=(1,), releaser=giver, receiver=taker, to=site, **here)
        yield released
        there = here | {"site": site, "seals": [seal]}
        yield world.event("accept", by=(0,), receiver=taker, refs=[released.id], **there)
        yield world.event("inspect", by=(0,), **there)


class Ran(NamedTuple):
    """Seconds on the wall, and of the processor of what it waited for: not of the processes that verify, which another
    has started; bytes resident at most in one process.
    """

    wall: float
    processor: float
    memory: int


def run(*words: object) -> Ran:
    """A command of `custody`, from start to exit."""
    start = time.perf_counter()
    command = [str(word) for word in (CUSTODY, *words)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return Ran(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def publish(pool: Executor, folder: Path, country: Country) -> tuple[Path, int]:
    """A country's log as a folder of tiles, made as it is written; an auditor's settings for it, and its size."""
    first = b""
    with closing(Tree()) as tree:
        for number, bundle in enumerate(_bundles(_entries(pool, country))):
            first = first or bundle[0]
            write_file(folder / "tiles", tile_path(ENTRIES, number, len(bundle)), bundle_encode(bundle))
            tree.append(inner_rows(b"".join(map(leaf_hash, bundle))))
        for level, number, width in tiles_of(tree.size):
            data = tree.row(8 * level, number * WIDTH, width)
            write_file(folder / "tiles", tile_path(level, number, width), data)
        size, key = tree.size, key_of("log")
        write_file(folder / "tiles", "checkpoint", Checkpoint(ORIGIN, size, tree.root(size)).sign(key))
    settings = {
        "folder": "tiles",
        "vkey": encode_vkey(ORIGIN, key.public),
        "entry0": sha256(first).hexdigest(),
    }
    path = folder / "auditor.toml"
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    return path, size


def _entries(pool: Executor, country: Country) -> Iterator[bytes]:
    """Received a day after the devices' clocks began, a millisecond apart."""
    received = country.day + 86_400_000
    yield entry.encode(country.root().envelope, received)
    for statement in country.roster():
        yield entry.encode(statement.envelope, received := received + 1)
    for checked in signed(pool, country):
        yield entry.encode(checked.envelope, received := received + 1)


def _bundles(entries: Iterator[bytes]) -> Iterator[list[bytes]]:
    while bundle := list(islice(entries, WIDTH)):
        yield bundle
