"""Ingest into a large log against ingest into a small one, side by side; and how much memory the ledger comes to.

One signature a statement, so that a million take minutes and the log, not verification, is most of the work.
"""

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.fleet import Fleet
from benchmarks.ingest import CONNECTIONS
from benchmarks.load import Address, drive
from benchmarks.served import Served, served

SMALL = 10_000
WANTED = 0.90
MEMORY_MB = 300.0
DEVICES = 8
TURNS, TURN = 4, 5_000
EACH = 5_000
"""Statements of one device in the large log: by the ledger's default quota it may send 10,000 at once."""


def run(bench: Bench) -> list[Outcome]:
    """Fills the large log, then measures it and a new small one in turn."""
    fleet = Fleet(bench.pool, max(DEVICES, bench.size.entries // EACH))
    with served(bench.folder / "large", fleet) as large:
        resident = _fill(bench, large, fleet)
        return outcomes([_measure(bench, large, fleet, run, resident) for run in range(bench.size.repeats)])


def _fill(bench: Bench, ledger: Served, fleet: Fleet) -> list[int]:
    """Bytes resident at about each tenth of the way."""
    resident: list[int] = []
    for done in fleet.stream(bench.size.entries, Address(ledger.port, "?receipts=later"), signatures=1):
        if done * 10 >= bench.size.entries * (len(resident) + 1):
            resident.append(ledger.memory())
            bench.say(f"growth: {done:,} entries, {resident[-1] / 1e6:.0f} MB resident")
    return resident


def _measure(bench: Bench, large: Served, fleet: Fleet, run: int, resident: list[int]) -> list[Figure]:
    beginners = Fleet(bench.pool, DEVICES)
    filling = min(SMALL, bench.size.entries // 2)
    with served(bench.folder / f"small-{run}", beginners) as small:
        for _ in beginners.stream(filling, Address(small.port, "?receipts=later"), signatures=1):
            pass
        limit, measured = _rates(bench, [(small, beginners), (large, fleet)])
    bench.say(f"growth: {measured:,.0f} statements/s into the large log, {limit:,.0f} into the small one")
    large_name, small_name = f"ingest at {bench.size.entries:,} entries", f"at {filling:,} entries"
    return [
        Figure(large_name, measured, limit, "statements/s", small_name, "at least", WANTED),
        Figure(
            "ledger's memory at its peak",
            large.peak_memory / 1e6,
            MEMORY_MB,
            "MB",
            "as asked for",
            "at most",
            1.0,
            f"resident: {resident[0] / 1e6:.0f} MB at a tenth of the entries, {resident[-1] / 1e6:.0f} MB at all",
        ),
    ]


def _rates(bench: Bench, logs: list[tuple[Served, Fleet]]) -> list[float]:
    """Statements a second into each of the logs, in short turns: what else the machine does then meets all alike."""
    turn = min(TURN, bench.size.statements // TURNS)
    seconds, statements = [0.0] * len(logs), [0] * len(logs)
    for _ in range(TURNS):
        for at, (ledger, fleet) in enumerate(logs):
            lanes = fleet.sign(turn, CONNECTIONS, signatures=1)
            statements[at] += sum(body.count(b"\n") for bodies in lanes for body in bodies)
            seconds[at] += bench.pool.submit(drive, Address(ledger.port), lanes).result().seconds
    return [count / taken for count, taken in zip(statements, seconds, strict=True)]
