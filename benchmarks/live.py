"""The follower while a ledger takes in what it can: how far behind the tables are."""

import json
import time

from benchmarks.bench import BATCH, Bench
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.fleet import Fleet
from benchmarks.ingest import CONNECTIONS
from benchmarks.load import Address, Connection, drive
from benchmarks.served import Served, served

SIGNATURES = 2
BEHIND_S = 2.0
PEAK = 480
"""Statements a second in the busiest hours of the peak day, of the whole country (Indonesia 2024)."""
PEAK_BATCHES = 48


def run(bench: Bench) -> list[Outcome]:
    """Ingest at the pace of the peak, and then at full speed, again and again."""
    fleet = Fleet(bench.pool, max(bench.size.devices, bench.size.entries // 5_000))
    with served(bench.folder / "live", fleet) as ledger:
        peak = [_at_peak(bench, ledger, fleet) for _ in range(bench.size.repeats)]
        behind = [_behind(bench, ledger, fleet) for _ in range(bench.size.repeats)]
    return outcomes([list(figures) for figures in zip(peak, behind, strict=True)])


def _at_peak(bench: Bench, ledger: Served, fleet: Fleet) -> Figure:
    """The longest that an answered statement waited for the tables, at the pace of the peak."""
    batches = min(PEAK_BATCHES, bench.size.statements // BATCH)
    [bodies] = fleet.sign(batches * BATCH, 1, signatures=SIGNATURES)
    answered: list[tuple[int, float]] = []
    longest = 0.0
    with Connection(Address(ledger.port)) as connection:
        size, _ = _health(connection)
        start = time.perf_counter()
        while bodies or answered:
            if bodies and time.perf_counter() >= start:
                connection.post(body := bodies.pop(0))
                size += body.count(b"\n")
                answered.append((size, time.perf_counter()))
                start += BATCH / PEAK
            _, followed = _health(connection)
            while answered and answered[0][0] <= followed:
                longest = max(longest, time.perf_counter() - answered.pop(0)[1])
            time.sleep(0.01)
    bench.say(f"live: {PEAK} statements/s in; at most {longest:.2f} s behind")
    name = f"live, the tables behind {PEAK} statements/s"
    return Figure(name, longest, BEHIND_S, "s", "as asked for", "at most", 1.0)


def _behind(bench: Bench, ledger: Served, fleet: Fleet) -> Figure:
    """Seconds from the last answer until the tables hold all of it."""
    lanes = fleet.sign(bench.size.statements, CONNECTIONS, signatures=SIGNATURES)
    driven = bench.pool.submit(drive, Address(ledger.port), lanes).result()
    statements = sum(body.count(b"\n") for bodies in lanes for body in bodies)
    lag, seconds = _wait(ledger)
    note = f"{statements / driven.seconds:,.0f} statements/s in; {lag:,} entries behind at the end"
    bench.say(f"live: {note}, {seconds:.2f} s")
    return Figure("live, the tables behind full ingest", seconds, BEHIND_S, "s", "as asked for", "at most", 1.0, note)


def _wait(ledger: Served) -> tuple[int, float]:
    """How many entries behind the tables are, and the seconds until they are not."""
    start = time.perf_counter()
    with Connection(Address(ledger.port)) as connection:
        size, followed = _health(connection)
        behind = size - followed
        while followed < size:
            time.sleep(0.02)
            size, followed = _health(connection)
    return behind, time.perf_counter() - start


def _health(connection: Connection) -> tuple[int, int]:
    """(entries in the log, entries in the tables)."""
    told = json.loads(connection.get("/healthz"))
    return told["size"], told["followed"]
