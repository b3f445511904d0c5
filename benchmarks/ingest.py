"""Ingest over HTTP, three signatures a statement, batches of 100: signatures a second against the ceiling."""

from benchmarks.bench import BATCH, Bench
from benchmarks.ceiling import LIMIT_NAME, Ceiling
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.fleet import Fleet
from benchmarks.load import Address, drive
from benchmarks.served import Served, served

CONNECTIONS = 8
SIGNATURES = 3
WANTED = 0.45
QUERIES = {"receipts at once": "", "receipts later": "?receipts=later"}


def run(bench: Bench) -> list[Outcome]:
    """Both ways of asking for receipts, in turn, on one ledger that grows."""
    fleet = Fleet(bench.pool, bench.size.devices)
    with served(bench.folder / "ingest", fleet) as ledger:
        # One batch a connection before anything is measured: all processes and connections of the ledger are then up.
        drive(Address(ledger.port), fleet.sign(CONNECTIONS * BATCH, CONNECTIONS, signatures=SIGNATURES))
        return outcomes([[_measure(bench, ledger, fleet, way) for way in QUERIES] for _ in range(bench.size.repeats)])


def _measure(bench: Bench, ledger: Served, fleet: Fleet, way: str) -> Figure:
    lanes = fleet.sign(bench.size.statements, CONNECTIONS, signatures=SIGNATURES)
    statements = sum(body.count(b"\n") for bodies in lanes for body in bodies)
    before = bench.ceiling()
    cpu = ledger.cpu_seconds()
    driven = bench.pool.submit(drive, Address(ledger.port, QUERIES[way]), lanes).result()
    cpu = ledger.cpu_seconds() - cpu
    ceiling = Ceiling.mean(before, bench.ceiling())
    rate = statements / driven.seconds
    verifying, ledgers, loads = (
        seconds * 1e6 for seconds in (SIGNATURES * ceiling.cost, cpu / statements, driven.cpu_seconds / statements)
    )
    note = (
        f"{rate:,.0f} statements/s; processor time a statement: ledger {ledgers:.0f} µs, "
        f"of it {verifying:.0f} µs verification; load {loads:.0f} µs"
    )
    bench.say(f"ingest, {way}: {note}")
    return Figure(
        f"ingest, {way}", SIGNATURES * rate, ceiling.rate, "signatures/s", LIMIT_NAME, "at least", WANTED, note
    )
