"""What every benchmark is given: how much to do, a pool of processes, a folder, and where to say how far it is."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from rich.console import Console

from benchmarks import ceiling
from benchmarks.ceiling import Ceiling

CORES = len(os.sched_getaffinity(0))
BATCH = 100
"""Statements in a request."""


class Size(Struct, frozen=True):
    """How much to do. `statements` in one measurement; `entries` in the large log; `sessions` at the agent."""

    repeats: int
    seconds: float
    """How long the ceiling is measured each time."""
    statements: int
    entries: int
    sessions: int

    @property
    def devices(self) -> int:
        """Enough that none sends more at once, in all that is measured, than a ledger lets a key by default."""
        return min(40, self.statements // BATCH)


FULL = Size(repeats=3, seconds=2.0, statements=40_000, entries=1_000_000, sessions=100)
SHORT = Size(repeats=3, seconds=2.0, statements=20_000, entries=100_000, sessions=100)
TINY = Size(repeats=1, seconds=0.1, statements=800, entries=1_600, sessions=2)


class Bench(Struct, frozen=True):
    """`pool` has a process for each core; `folder` is gone afterwards, and is on a disk, not in memory."""

    size: Size
    pool: ProcessPoolExecutor
    folder: Path
    console: Console

    def ceiling(self) -> Ceiling:
        """What all cores verify now."""
        return ceiling.measure(self.pool, CORES, self.size.seconds)

    def say(self, what: str) -> None:
        self.console.print(f"  {what}", style="dim", highlight=False)


@contextmanager
def bench(size: Size, folder: Path, console: Console) -> Iterator[Bench]:
    """A bench whose files lie in a new folder below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=folder) as files,
        ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool,
    ):
        yield Bench(size, pool, Path(files), console)
