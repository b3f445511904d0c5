"""`custody audit verify`, the whole command from start to exit: signatures a second against the ceiling."""

import subprocess
import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.ceiling import LIMIT_NAME, Ceiling
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.fleet import Fleet
from benchmarks.ingest import SIGNATURES
from benchmarks.load import Address, Connection
from benchmarks.served import CUSTODY, Served, served
from custody.core.checkpoint import Checkpoint
from custody.core.note import split_note
from custody.core.tiles import ENTRIES, Tile, tile_path, tiles_of

WANTED = 0.75
LOG_OF = 4
"""The log is this many measurements of ingest long: what starting a command costs is little beside it."""


def run(bench: Bench) -> list[Outcome]:
    """The same log from a folder of tiles and over HTTP from the ledger, which then serves and does nothing else."""
    fleet = Fleet(bench.pool, bench.size.devices)
    with served(bench.folder / "verify", fleet) as ledger:
        address = Address(ledger.port, "?receipts=later")
        for _ in fleet.stream(LOG_OF * bench.size.statements, address, signatures=SIGNATURES):
            pass
        size = _mirror(ledger, ledger.folder / "tiles")
        signatures = SIGNATURES * (size - len(fleet.roster) - 1)
        bench.say(f"verify: a log of {size:,} entries")
        configs = {
            "a folder": ledger.auditor("folder.toml", "folder", "tiles"),
            "over HTTP": ledger.auditor("http.toml", "url", ledger.url),
        }
        return outcomes(
            [
                [_measure(bench, name, config, signatures) for name, config in configs.items()]
                for _ in range(bench.size.repeats)
            ]
        )


def _measure(bench: Bench, name: str, config: Path, signatures: int) -> Figure:
    before = bench.ceiling()
    start = time.perf_counter()
    command = [CUSTODY, "audit", "verify", "--from-start", "--config", config]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    ceiling = Ceiling.mean(before, bench.ceiling())
    note = f"{signatures / SIGNATURES / seconds:,.0f} entries/s, {seconds:.1f} s in all"
    bench.say(f"verify, {name}: {note}")
    return Figure(
        f"audit verify, {name}",
        signatures / seconds,
        ceiling.rate,
        "signatures/s",
        LIMIT_NAME,
        "at least",
        WANTED,
        note,
    )


def _mirror(ledger: Served, folder: Path) -> int:
    """Copies what the log serves into a folder; its size."""
    prefix = ledger.url.rpartition("/")[2]
    with Connection(Address(ledger.port)) as connection:
        note = connection.get(f"/{prefix}/checkpoint")
        size = Checkpoint.parse(split_note(note)[0]).size
        tiles = tiles_of(size)
        bundles = [Tile(ENTRIES, tile.n, tile.width) for tile in tiles if tile.level == 0]
        for tile in [*tiles, *bundles]:
            path = folder / tile_path(*tile)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(connection.get(f"/{prefix}/{tile_path(*tile)}"))
    (folder / "checkpoint").write_bytes(note)
    return size
