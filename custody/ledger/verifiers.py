"""Parses statements and verifies their signatures in processes of their own.

libsodium releases the interpreter's lock for each signature, and a thread has to win it back from those that answer and
append: among busy threads that costs more than the signature. A process waits for nobody.
"""

import gc
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from queue import Empty, LifoQueue

import msgspec
import structlog

from custody.core.errors import CustodyError
from custody.ledger.seen import Seen, look

PROCESSES = min(len(os.sched_getaffinity(0)), 3) + 1
"""One more than cores: while one waits for its next share, another uses the core. More than four find nothing to do:
one process cannot parse and append that much."""
FEW = 10
"""So many statements are looked at sooner here than by asking another process."""
SHARE = 100
"""Statements for which one process is enough: other requests want the others."""
NICE = 5
"""The ledger's own process goes first: it alone can answer and append, and has work for the others."""
COLLECT_AFTER = 100_000
"""Objects beyond those released: more than a share comes to."""

_log = structlog.get_logger(__name__)


class _Question(msgspec.Struct, frozen=True, array_like=True):
    envelopes: Sequence[bytes]
    keys: Mapping[str, bytes]


_encode = msgspec.msgpack.Encoder().encode
_decode_question = msgspec.msgpack.Decoder(_Question).decode
_decode_answer = msgspec.msgpack.Decoder(list[Seen | None]).decode


class Verifiers:
    """Up to `count` processes, started when they are wanted. Thread-safe."""

    def __init__(self, count: int = PROCESSES) -> None:
        self._count = count
        # The last that was given back is taken next: one that runs, before one that would have to be started.
        self._free: LifoQueue[_Verifier] = LifoQueue()
        for _ in range(count):
            self._free.put(_Verifier())

    def look(self, envelopes: Sequence[bytes], keys: Mapping[str, bytes]) -> list[Seen | CustodyError]:
        """`seen.look`. What a process finds fault with is looked at here once more: it does not say what it is."""
        if len(envelopes) <= FEW:
            return look(envelopes, keys)
        seen = self._ask(envelopes, keys)
        return [one or look([envelope], keys)[0] for one, envelope in zip(seen, envelopes, strict=True)]

    def _ask(self, envelopes: Sequence[bytes], keys: Mapping[str, bytes]) -> Sequence[Seen | None]:
        """What processes have seen; nothing if one has ended."""
        verifiers = self._take(-(-len(envelopes) // SHARE))
        try:
            return _divide(envelopes, keys, verifiers)
        except BaseException as error:
            # An answer that nobody took must not be the next one's.
            for verifier in verifiers:
                verifier.close()
            if not isinstance(error, EOFError | OSError):
                raise
            _log.warning("a process that verifies signatures has ended", error=repr(error))
            return [None] * len(envelopes)
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

    def ask(self, question: _Question) -> None:
        self._running = self._running or _start()
        self._running[1].send_bytes(_encode(question))

    def answer(self) -> list[Seen | None]:
        assert self._running is not None  # noqa: S101  # it was asked
        return _decode_answer(self._running[1].recv_bytes())

    def close(self) -> None:
        if self._running:
            process, connection = self._running
            self._running = None
            connection.close()
            process.kill()  # it keeps nothing
            process.join()


def _divide(
    envelopes: Sequence[bytes], keys: Mapping[str, bytes], verifiers: Sequence[_Verifier]
) -> Sequence[Seen | None]:
    size = -(-len(envelopes) // len(verifiers))
    starts = range(0, len(envelopes), size)
    asked = verifiers[: len(starts)]
    for verifier, start in zip(asked, starts, strict=True):
        verifier.ask(_Question(envelopes[start : start + size], keys))
    return [seen for verifier in asked for seen in verifier.answer()]


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
    os.nice(NICE)
    # What is parsed has no cycles.
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    with suppress(EOFError, OSError):
        while True:
            question = _decode_question(connection.recv_bytes())
            looked = look(question.envelopes, question.keys)
            connection.send_bytes(_encode([one if isinstance(one, Seen) else None for one in looked]))
