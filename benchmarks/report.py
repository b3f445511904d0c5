"""`custody audit report` of a log that was verified before, the whole command from start to exit; and its memory."""

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
    verified = run_command("audit", "verify", "--from-start", "--config", config)
    taken = run_command("audit", "report", "--config", config, "--out", config.with_name("report.json"))
    note = (
        f"{taken.wall:.1f} s, of its main process {taken.processor:.1f} s of processor time; `verify` before it took"
        f" {verified.wall:.1f} s"
    )
    bench.say(f"report: {note}; {taken.memory / 1e6:.0f} MB at its peak")
    name = f"report of {size:,} verified entries"
    return [
        Figure(name, taken.wall, SECONDS * size / 1e6, "s", "as asked for", "at most", 1.0, note),
        Figure(f"{name}, memory of its process", taken.memory / 1e9, MEMORY_GB, "GB", "as asked for", "at most", 1.0),
    ]
