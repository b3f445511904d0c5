"""The follower: keeps the tables up to what is published, in a process of its own.

Judging would otherwise wait for, and hold up, the threads that answer and append: they share one interpreter. The
process opens the databases by itself and keeps nothing: when it ends, another goes on from what the tables hold.
It goes before those that verify signatures, which are niced more: so where cores are short the ledger takes in no more
than it can judge, and waits for nobody when nothing is judged.
"""

import gc
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import msgspec
import structlog

from custody.ledger.engine import DAMAGE, is_damaged
from custody.ledger.following import Following
from custody.ledger.tables import prepare_tables, renew_tables

RETRY_S = 1.0
GRACE_S = 5.0
"""For a chunk that is being judged, and then for closing the databases, when the ledger is told to stop."""
NICE = 2
"""Answering and appending go first, and those that verify signatures after it."""
MANY = 128
"""Entries in a chunk: so many come while the ledger is sent what it can take."""
ENOUGH = 1024
"""Entries that are judged at once even then."""
GATHER_S = 0.5
"""How long fewer are gathered then: as many in chunks of 100 would be half as much work again."""
GC_THRESHOLDS = (20_000, 50, 100)
"""Python's own look through everything so often that judging is a fifth slower; next to nothing of it is in a cycle."""

_log = structlog.get_logger(__name__)


class _Report(msgspec.Struct, frozen=True, array_like=True):
    """How many entries the tables hold, or what went wrong; `damaged`: with the tables themselves."""

    followed: int = 0
    fault: str | None = None
    damaged: bool = False


_encode = msgspec.msgpack.Encoder().encode
_decode_report = msgspec.msgpack.Decoder(_Report).decode
_decode_size = msgspec.msgpack.Decoder(int).decode


class Follower:
    """Fills the tables in `folder` from the log in the folder `log`.

    `published` is how far the log may be followed. `renewed` is called when the tables have been made anew.
    """

    def __init__(
        self, log: Path, folder: Path, origin: str, published: Callable[[], int], renewed: Callable[[], None]
    ) -> None:
        self._log = log
        self._folder = folder
        self._origin = origin
        self._published = published
        self._renewed = renewed
        self._running: tuple[ForkServerProcess, Connection] | None = None
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self.followed = 0

    def start(self) -> None:
        """Makes the tables anew if they are damaged or of another version; then begins."""
        self.followed = prepare_tables(self._folder, self._published())
        self._thread.start()

    def wake(self) -> None:
        """There is more to follow. Costs next to nothing."""
        self._wake.set()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(GRACE_S)
        self._end(at_once=self._thread.is_alive())
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            size = self._published()
            if size > self.followed:
                before = self.followed
                self._follow(size)
                if self.followed - before >= MANY:
                    self._gather()
            else:
                self._wake.wait()
                self._wake.clear()

    def _gather(self) -> None:
        """Many come at a time: lets them become a chunk that is worth it. What comes alone waits for nothing."""
        if self._published() - self.followed < ENOUGH:
            self._stopping.wait(GATHER_S)

    def _follow(self, size: int) -> None:
        """Lets the process judge the next chunk, or says why it did not."""
        try:
            report = self._ask(size)
        except (EOFError, OSError) as error:
            report = _Report(self.followed, f"its process has ended: {error!r}")
        if report.fault is None:
            self.followed = report.followed
            return
        self._end()
        if self._stopping.is_set():
            return
        _log.error("the follower has to try again", followed=self.followed, reason=report.fault)
        if report.damaged:
            renew_tables(self._folder)
            self.followed = 0
            self._renewed()
        self._stopping.wait(RETRY_S)

    def _ask(self, size: int) -> _Report:
        with self._guard:
            if self._stopping.is_set():
                raise EOFError
            self._running = self._running or self._start()
            connection = self._running[1]
        connection.send_bytes(_encode(size))
        return _decode_report(connection.recv_bytes())

    def _start(self) -> tuple[ForkServerProcess, Connection]:
        context = get_context("forkserver")
        context.set_forkserver_preload(["__main__", "custody.ledger.verifiers", __name__])
        ours, theirs = context.Pipe()
        given = (theirs, self._log, self._folder, self._origin)
        process = context.Process(target=_work, args=given, name="follower", daemon=True)
        process.start()
        theirs.close()
        return process, ours

    def _end(self, *, at_once: bool = False) -> None:
        """Lets the process close its databases and end; `at_once`, or if it does not, kills it: it keeps nothing."""
        with self._guard:
            running, self._running = self._running, None
        if running is not None:
            process, connection = running
            if not at_once:
                connection.close()
                process.join(GRACE_S)
            process.kill()
            process.join()
            connection.close()


def _work(connection: Connection, log: Path, folder: Path, origin: str) -> None:
    """Judges as far as it is told, until there is nobody to tell it: then the ledger has ended, however it did."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Meant for the ledger, which lets what is under way be finished.
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICE)
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    following: Following | None = None
    with suppress(EOFError, OSError):
        while True:
            size = _decode_size(connection.recv_bytes())
            try:
                following = following or Following.open(log, folder, origin)
                report = _Report(following.follow(size))
            except Exception as error:  # whatever it is, the ledger says it in its log
                damaged = isinstance(error, DAMAGE) and is_damaged(error)
                report = _Report(0, f"{type(error).__name__}: {error}", damaged)
            connection.send_bytes(_encode(report))
            if report.fault is not None:
                break
    if following is not None:
        following.close()
