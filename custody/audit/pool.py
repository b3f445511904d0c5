"""Work on all cores, its results in order: threads that read and wait, processes that judge."""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import Pipe, forkserver, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import TypeVar

from custody.audit.bundle import Bundles, Report, Terms, decode_report, judge_in
from custody.audit.source import FolderSource, Source, read_tile
from custody.core.errors import Unavailable
from custody.core.tiles import Tile, tile_path

Judge = Callable[[Tile], Report]
"""A bundle -> the report on it."""
_COLLECT_AFTER = 100_000
"""Objects beyond those released: more than a bundle comes to."""
A = TypeVar("A")
B = TypeVar("B")


def in_order(executor: Executor, function: Callable[[A], B], items: Iterable[A], window: int) -> Iterator[B]:
    """`function` of each item, in order, at most `window` at a time: memory does not grow with the items.

    It begins with one and doubles: the first bundles enrol the keys with which the others are judged.
    """
    running: deque[Future[B]] = deque()
    room = 1
    for item in items:
        running.append(executor.submit(function, item))
        if len(running) >= room:
            yield running.popleft().result()
            room = min(window, room * 2)
    while running:
        yield running.popleft().result()


def prepare() -> None:
    """Begins to load what the processes need, while the caller goes on. `judges` would else do so first."""
    _context()
    forkserver.ensure_running()


def collect_seldom() -> None:
    """For a process that judges or replays, then ends: what it keeps has few cycles, and to look costs a twentieth."""
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)


@contextmanager
def judges(source: Source, terms: Terms, workers: int) -> Iterator[Judge]:
    """Judges bundles of a source in `workers` processes, or (0) in the calling thread, one at a time."""
    terms.key_file.touch()
    if workers == 0:
        yield partial(Bundles(terms).read, source)
        return
    pool = ProcessPoolExecutor(workers, _context(), _begin_in_pool)
    # All start now: the pool would wait for ever for one that another thread starts while it ends the others.
    for _ in range(workers):
        pool.submit(os.getpid)
    try:
        yield partial(_judge, pool, terms, source)
    finally:
        pool.shutdown(cancel_futures=True)


def beside(work: Callable[..., None], *args: object) -> Connection:
    """The end of a pipe to `work(other end, *args)` in a process of its own, which must end once this end is closed."""
    here, there = Pipe()
    process = _context().Process(target=_run, args=(work, there, *args), daemon=True)
    process.start()
    there.close()
    return here


def _run(work: Callable[..., None], *args: object) -> None:
    _begin()
    work(*args)


def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["__main__", Bundles.__module__])
    return context


def _begin() -> None:
    """What a process does first."""
    # An interrupt at the terminal is for the process that started this one; it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    collect_seldom()


def _begin_in_pool() -> None:
    _begin()
    # The pool's pipe stays open as long as one of its processes does: of a command that is killed they would remain.
    if (parent := parent_process()) is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _judge(pool: ProcessPoolExecutor, terms: Terms, source: Source, bundle: Tile) -> Report:
    with _at_hand(source, bundle, terms.key_file.parent) as folder:
        try:
            return decode_report(pool.submit(judge_in, terms, folder, bundle).result())
        except BrokenProcessPool:
            raise Unavailable(
                "a process that judges entries has ended", remedy="Try again with fewer --workers, if memory is short."
            ) from None


@contextmanager
def _at_hand(source: Source, bundle: Tile, spool: Path) -> Iterator[FolderSource]:
    """A folder where a process finds the bundle: half a megabyte goes through a file sooner than through a pipe."""
    if source.at_hand is not None:
        yield source.at_hand
        return
    files = []
    try:
        for tile in (bundle, bundle._replace(level=0)) if source.part else (bundle,):
            data = read_tile(source, *tile)
            file = spool / tile_path(*tile)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            files.append(file)
        yield FolderSource(spool, part=source.part)
    finally:
        for file in files:
            file.unlink()
