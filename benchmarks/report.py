"""`custody audit report` of a log that was verified before, the whole command from start to exit; and its memory.

The first judges the log; the next goes on from what the first has judged.
"""

from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.published import Ways, publish
from benchmarks.published import run as run_command

SECONDS = 60
"""What a report may take of a million entries that are verified."""
MEMORY_GB = 1.0


def run(bench: Bench) -> list[Outcome]:
    """Each command by itself, again and again."""
    folder = bench.folder / "report"
    config, size = publish(bench.pool, folder, Ways.of(bench.size.entries))
    bench.say(f"report: a log of {size:,} entries")
    return outcomes([_measure(bench, config, size) for _ in range(bench.size.repeats)])


def _measure(bench: Bench, config: Path, size: int) -> list[Figure]:
    config.with_suffix(".judged").unlink(missing_ok=True)
    verified = run_command("audit", "verify", "--from-start", "--config", config)
    bench.say(f"report: `verify` took {verified.wall:.1f} s")
    first = _report(bench, config, size, f"first report of {size:,} verified entries")
    return first + _report(bench, config, size, f"report of {size:,} verified entries that were judged before")


def _report(bench: Bench, config: Path, size: int, name: str) -> list[Figure]:
    taken = run_command("audit", "report", "--config", config, "--out", config.with_name("report.json"))
    note = f"{taken.wall:.1f} s, of its main process {taken.processor:.1f} s of processor time"
    bench.say(f"{name}: {note}; {taken.memory / 1e6:.0f} MB at its peak")
    return [
        Figure(name, taken.wall, SECONDS * size / 1e6, "s", "as asked for", "at most", 1.0, note),
        Figure(f"{name}, memory of its process", taken.memory / 1e9, MEMORY_GB, "GB", "as asked for", "at most", 1.0),
    ]
