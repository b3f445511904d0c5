"""gunicorn's threaded worker, which gives a thread only to a request that has arrived whole.

What arrives slowly, or never, waits in the poller: it costs a socket and the bytes that came, and no thread. When there
are too many connections or bytes, the peer that holds most of them loses its oldest. Health has a thread of its own.
"""

import errno
import fcntl
import signal
import socket
import struct
import termios
import time
from collections import Counter
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

import msgspec
from gunicorn.http import errors as http_errors
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker

from custody.web import connection, problems
from custody.web.connection import COST, Connection

KEEP_ALIVE_S = 65
"""Longer than usual proxies keep a connection, so that it is they who close it."""
CLOSE_S = 2
"""How long a closed connection is read from, so that what was answered last is not lost to a reset."""
LINGER_S = 1
"""When the server stops: how long a client's next request may be under way."""
MAX_HEAD = 64 * 1024
MAX_HELD = 64 * 1024 * 1024
"""All that waits or is worked on: its bytes, and `COST` for each connection."""
HEALTH = (b"GET /healthz ", b"GET /readyz ")

_RECEIVE_BYTES = 256 * 1024


class LengthRequired(http_errors.ParseException):  # type: ignore[misc]  # gunicorn ships no types
    """A body in chunks: nobody can say how much of it there will be."""

    def __str__(self) -> str:
        return "expected Content-Length, got Transfer-Encoding"


_STATUS = {
    http_errors.LimitRequestLine: 414,
    http_errors.LimitRequestHeaders: 431,
    http_errors.ExpectationFailed: 417,
    http_errors.UnsupportedTransferCoding: 501,
    LengthRequired: 411,
}


class Worker(ThreadWorker):  # type: ignore[misc]
    """One process's connections. All but `handle` runs in the thread of the poller."""

    _waiting: dict[Connection, None]
    """In the poller, those that have waited longest first."""
    _handled: dict[Connection, float]
    """With a thread, and since when."""
    _held: int
    _health: Executor

    def init_process(self) -> None:
        self._waiting, self._handled, self._held = {}, {}, 0
        self._health = ThreadPoolExecutor(1, "health")
        super().init_process()

    def init_signals(self) -> None:
        super().init_signals()
        # Ctrl-C is no reason to leave anyone without an answer; SIGQUIT is.
        signal.signal(signal.SIGINT, self.handle_exit)

    def is_parent_alive(self) -> bool:
        """There is no master process to go down with."""
        return True

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._shed()
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", connection.SILENCE_S, 0))
        conn = Connection(self.cfg, sock, client, listener.getsockname())
        self.nr_conns += 1
        self._held += conn.held
        self._wait(conn, connection.SILENCE_S)
        if self.nr_conns >= self.worker_connections:
            self._shed()

    def finish_request(self, conn: Connection, fs: "Future[Any]") -> None:
        self._handled.pop(conn, None)
        self._held -= conn.held - COST
        conn.held, conn.parser = COST, None  # the parser holds the request
        if fs.cancelled() or fs.exception() or not fs.result():
            self._close(conn)
            return
        self._wait(conn, KEEP_ALIVE_S if self.alive else LINGER_S)
        if conn.received:  # the next request came with the last one
            self._held += len(conn.received)
            conn.held += len(conn.received)
            self._go_on(conn)

    def murder_pending(self) -> None:
        """Gives up what has waited too long; gunicorn calls it each second."""
        at = time.monotonic()
        for conn in [one for one in self._waiting if one.deadline <= at]:
            if conn.received and not conn.closing:
                self._refuse(conn, 408, "the request did not arrive in time")
            else:
                self._drop(conn)
        if len(self._handled) >= self.cfg.threads:
            for conn, since in list(self._handled.items()):
                if since + connection.SILENCE_S <= at:
                    _cut_off_who_does_not_take(conn.sock)

    def _cap_keepalive(self, _deadline: float) -> None:
        at = time.monotonic()
        for conn in self._waiting:
            conn.timeout = min(conn.timeout, at + LINGER_S)

    def handle(self, conn: Connection) -> bool:
        self._handled[conn] = time.monotonic()
        return bool(super().handle(conn))

    def handle_request(self, req: Any, conn: Connection) -> bool:
        if any(name == "TRANSFER-ENCODING" for name, _ in req.headers):
            raise LengthRequired
        # What did not come with its request would be taken for the next one.
        if sum(int(value) for name, value in req.headers if name == "CONTENT-LENGTH") != conn.body:
            req.force_close()
        return bool(super().handle_request(req, conn))

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Answers a request that is not good enough HTTP to reach the app."""
        foreseen = isinstance(exc, http_errors.ParseException)
        status = _STATUS.get(type(exc), 400 if foreseen else 500)
        if not foreseen:
            self.log.exception("Error handling a request")
        with suppress(OSError):
            client.sendall(_problem(status, str(exc) if foreseen else "the ledger failed; its log says why"))

    def _keepalive_after(self, _conn: Connection, keepalive: bool) -> bool:
        return keepalive  # a request has come whole: nothing of it is left to drain

    def _wait(self, conn: Connection, seconds: float) -> None:
        conn.sock.setblocking(False)
        conn.began = conn.heard = time.monotonic()
        conn.timeout = conn.began + seconds
        self._waiting[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))

    def _leave(self, conn: Connection) -> None:
        del self._waiting[conn]
        self.poller.unregister(conn.sock)

    def _receive(self, conn: Connection, _sock: socket.socket) -> None:
        if conn not in self._waiting:  # shed since the poller looked
            return
        try:
            data = conn.sock.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._drop(conn)
            return
        if conn.closing:
            if not data:
                self._drop(conn)
            return
        conn.heard = time.monotonic()
        conn.began = conn.began if conn.received else conn.heard
        conn.received += data
        conn.held += len(data)
        self._held += len(data)
        if self._held > MAX_HELD:
            self._shed()
        if conn in self._waiting:
            self._go_on(conn, ended=not data)

    def _go_on(self, conn: Connection, ended: bool = False) -> None:
        """Hands a request to a thread once it is whole, or if no more will come."""
        conn.measure(self.app.max_bytes)
        if ended and not conn.received:
            self._drop(conn)
        elif ended or (conn.size is not None and len(conn.received) >= conn.size):
            self._hand_over(conn)
        elif conn.size is None and len(conn.received) > MAX_HEAD:
            self._refuse(conn, 431, f"expected headers of at most {MAX_HEAD} bytes, got more")

    def _hand_over(self, conn: Connection) -> None:
        self._leave(conn)
        pool = self._health if conn.received.startswith(HEALTH) else self.tpool
        conn.parser = RequestParser(self.cfg, conn.take(), conn.client)
        done = pool.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def _shed(self) -> None:
        """Ends the oldest connection of the peer that holds most, of those that wait."""
        held = Counter[object]()
        for conn in self._waiting:
            held[conn.peer] += conn.held
        for peer, _ in held.most_common(1):
            oldest = next(conn for conn in self._waiting if conn.peer == peer)
            with suppress(OSError):
                oldest.sock.send(_problem(503, "there are too many connections"))
            self._drop(oldest)

    def _refuse(self, conn: Connection, status: int, detail: str) -> None:
        with suppress(OSError):
            conn.sock.send(_problem(status, detail))
        self._leave(conn)
        self._close(conn)

    def _close(self, conn: Connection) -> None:
        """Sends the end, and waits a moment for the client's."""
        conn.received.clear()
        self._held -= conn.held - COST
        conn.held, conn.closing = COST, True
        self._wait(conn, CLOSE_S)
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)

    def _drop(self, conn: Connection) -> None:
        self._leave(conn)
        self.nr_conns -= 1
        self._held -= conn.held
        conn.close()


def _problem(status: int, detail: str) -> bytes:
    """A whole answer, and the last on its connection."""
    problem = problems.problem_of_status(status, detail)
    body = msgspec.json.encode(problem)
    head = f"HTTP/1.1 {status} {problem.title}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    later = f"Retry-After: {problems.RETRY_AFTER_S}\r\n" if status == 503 else ""
    return f"{head}{later}Content-Type: {problems.MEDIA_TYPE}\r\n\r\n".encode() + body


def _cut_off_who_does_not_take(sock: socket.socket) -> None:
    """Ends a connection whose client has not taken yet all that was sent to it: its thread is wanted."""
    with suppress(OSError):
        (unsent,) = struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))
        if unsent:
            sock.shutdown(socket.SHUT_RDWR)
