"""`custody audit report`, the whole command from start to exit, against `verify` of the same log; and its memory.

Every item has a whole way of its own: packed and sealed in its village, handed over, released and accepted at its
station, where its seal is read. So a report has something to count of each.
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

from benchmarks.bench import Bench
from benchmarks.country import ITEMS, STATIONS, Country, village
from benchmarks.figures import Figure, Outcome, outcomes
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

SECONDS = 60
"""What a report may take of a million entries that are verified."""
MEMORY_GB = 1.0


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


def run(bench: Bench) -> list[Outcome]:
    """Each command by itself, again and again."""
    folder = bench.folder / "report"
    config, size = _publish(bench.pool, folder, Ways.of(bench.size.entries))
    bench.say(f"report: a log of {size:,} entries")
    return outcomes([_measure(bench, config, size) for _ in range(bench.size.repeats)])


def _measure(bench: Bench, config: Path, size: int) -> list[Figure]:
    """Processor time, of all processes: what else the machine does hardly changes that."""
    verified = _run("verify", "--from-start", "--config", config)
    taken = _run("report", "--config", config, "--out", config.with_name("report.json"))
    beyond, limit = taken.processor - verified.processor, SECONDS * size / 1e6
    note = (
        f"{taken.processor:.1f} s of processor time in {taken.wall:.1f} s; `verify` takes {verified.processor:.1f} s in"
        f" {verified.wall:.1f} s"
    )
    bench.say(f"report: {note}; {taken.memory / 1e6:.0f} MB at its peak")
    name = f"report of {size:,} entries"
    return [
        Figure(f"{name}, beyond their verification", beyond, limit, "s", "as asked for", "at most", 1.0, note),
        Figure(f"{name}, memory of its process", taken.memory / 1e9, MEMORY_GB, "GB", "as asked for", "at most", 1.0),
    ]


class _Ran(NamedTuple):
    """Seconds on the wall and of all its processes' processors; bytes resident at most in one of them."""

    wall: float
    processor: float
    memory: int


def _run(*words: object) -> _Ran:
    """A command of `custody audit`, from start to exit."""
    start = time.perf_counter()
    command = [str(word) for word in (CUSTODY, "audit", *words)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return _Ran(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def _publish(pool: Executor, folder: Path, country: Country) -> tuple[Path, int]:
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
    for checked in pool.map(country.events, range(country.villages)):
        for one in checked:
            yield entry.encode(one.envelope, received := received + 1)


def _bundles(entries: Iterator[bytes]) -> Iterator[list[bytes]]:
    while bundle := list(islice(entries, WIDTH)):
        yield bundle
