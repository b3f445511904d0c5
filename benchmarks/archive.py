"""`custody archive`, the whole command from start to exit, and its memory; and what it takes to verify the archive.

The first judges the log; the next goes on from what the first has judged.
"""

import shutil
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Outcome, outcomes
from benchmarks.published import Ways, publish
from benchmarks.published import run as run_command

SECONDS = 120
"""What an archive of a million entries may take."""
MEMORY_GB = 1.0


def run(bench: Bench) -> list[Outcome]:
    """The same log again and again: archived as a folder, and the archive verified."""
    config, size = publish(bench.pool, bench.folder / "archive", Ways.of(bench.size.entries))
    bench.say(f"archive: a log of {size:,} entries")
    return outcomes([_measure(bench, config, size) for _ in range(bench.size.repeats)])


def _measure(bench: Bench, config: Path, size: int) -> list[Figure]:
    config.with_suffix(".judged").unlink(missing_ok=True)
    first = _archive(bench, config, size, f"first archive of {size:,} entries")
    return first + _archive(bench, config, size, f"archive of {size:,} entries that were judged before")


def _archive(bench: Bench, config: Path, size: int, name: str) -> list[Figure]:
    target = config.with_name("made")
    made = run_command("archive", target, "--config", config)
    read = run_command("audit", "verify", target, "--config", config)
    shutil.rmtree(target)
    limit, memory = SECONDS * size / 1e6, max(made.memory, read.memory) / 1e9
    note = f"{made.wall:.1f} s; to verify it takes {read.wall:.1f} s"
    bench.say(f"{name}: {note}; {memory:.2f} GB at the peak")
    return [
        Figure(name, made.wall, limit, "s", "as asked for", "at most", 1.0, note),
        Figure(f"{name}, memory of its process", memory, MEMORY_GB, "GB", "as asked for", "at most", 1.0),
    ]
