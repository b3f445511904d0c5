"""Verifies signatures in processes of their own.

libsodium releases the interpreter's lock for each signature, and a thread has to win it back from those that parse and
append: among busy threads that costs more than the signature. A process waits for nobody.
"""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from queue import Empty, LifoQueue

import msgspec
import structlog

from custody.core.keys import verifies

PROCESSES = min(len(os.sched_getaffinity(0)), 3) + 1
"""One more than cores: while one waits for its next share, another uses the core. More than four find nothing to do:
one process cannot parse and append that much."""
FEW = 32
"""So many signatures are verified sooner here than by asking another process."""
SHARE = 100
"""Tasks for which one process is enough: other requests want the others."""

_log = structlog.get_logger(__name__)


class Task(msgspec.Struct, frozen=True, array_like=True):
    """A message, and (public key, signature) of those who are said to have signed it.

    The form of both was checked: of a signature by parsing, of a key when it was enrolled.
    """

    message: bytes
    signatures: list[tuple[bytes, bytes]]

    def holds(self) -> bool:
        """Whether all signatures do; after the first that does not, none is looked at."""
        return all(verifies(public, self.message, signature) for public, signature in self.signatures)


_encode = msgspec.msgpack.Encoder().encode
_decode_tasks = msgspec.msgpack.Decoder(list[Task]).decode
_decode_answers = msgspec.msgpack.Decoder(list[bool]).decode


class Verifiers:
    """Up to `count` processes, started when they are wanted. Thread-safe."""

    def __init__(self, count: int = PROCESSES) -> None:
        self._count = count
        # The last that was given back is taken next: one that runs, before one that would have to be started.
        self._free: LifoQueue[_Verifier] = LifoQueue()
        for _ in range(count):
            self._free.put(_Verifier())

    def verify(self, tasks: Sequence[Task]) -> list[bool]:
        """Whether each task's signatures all hold."""
        if sum(len(task.signatures) for task in tasks) <= FEW:
            return [task.holds() for task in tasks]
        verifiers = self._take(-(-len(tasks) // SHARE))
        try:
            return _divide(tasks, verifiers)
        except BaseException as error:
            # An answer that nobody took must not be the next one's.
            for verifier in verifiers:
                verifier.close()
            if not isinstance(error, EOFError | OSError):
                raise
            _log.warning("a process that verifies signatures has ended", error=repr(error))
            return [task.holds() for task in tasks]
        finally:
            for verifier in verifiers:
                self._free.put(verifier)

    def close(self) -> None:
        """Ends the processes, once none is at work. Idempotent."""
        for verifier in self._take(self._count, wait=True):
            verifier.close()
            self._free.put(verifier)

    def _take(self, most: int, *, wait: bool = False) -> list["_Verifier"]:
        """One as soon as there is one, and up to `most` that are free then, or (`wait`) in the end."""
        taken = [self._free.get()]
        with suppress(Empty):
            while len(taken) < most:
                taken.append(self._free.get(block=wait))
        return taken


class _Verifier:
    """One process, started when it is first asked."""

    def __init__(self) -> None:
        self._running: tuple[ForkServerProcess, Connection] | None = None

    def ask(self, tasks: Sequence[Task]) -> None:
        self._running = self._running or _start()
        self._running[1].send_bytes(_encode(tasks))

    def answer(self) -> list[bool]:
        assert self._running is not None  # noqa: S101  # it was asked
        return _decode_answers(self._running[1].recv_bytes())

    def close(self) -> None:
        if self._running:
            process, connection = self._running
            self._running = None
            connection.close()
            process.kill()  # it keeps nothing
            process.join()


def _divide(tasks: Sequence[Task], verifiers: Sequence[_Verifier]) -> list[bool]:
    size = -(-len(tasks) // len(verifiers))
    starts = range(0, len(tasks), size)
    asked = verifiers[: len(starts)]
    for verifier, start in zip(asked, starts, strict=True):
        verifier.ask(tasks[start : start + size])
    return [holds for verifier in asked for holds in verifier.answer()]


def _start() -> tuple[ForkServerProcess, Connection]:
    context = get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), name="verifier", daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _work(connection: Connection) -> None:
    """Answers until there is nobody to answer: then the ledger has ended, however it did."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Meant for the ledger, which lets what is under way be finished.
        signal.signal(number, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        while True:
            tasks = _decode_tasks(connection.recv_bytes())
            connection.send_bytes(_encode([task.holds() for task in tasks]))
