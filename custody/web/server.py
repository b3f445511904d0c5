"""Serves a ledger: gunicorn's threaded worker in this very process.

A log has one writer, so there is nothing for gunicorn's master process to manage: a second worker could not open the
log. Without it there is no fork between opening the log and its threads, and what refuses to open ends the program.
"""

import gc
import os
import signal
import socket
import struct
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.http import errors as http_errors
from gunicorn.util import parse_address
from gunicorn.workers.gthread import TConn, ThreadWorker

from custody.core.errors import ConfigFault
from custody.ledger.config import LedgerConfig
from custody.ledger.ledger import Ledger
from custody.web import problems
from custody.web.app import create_app
from custody.web.request_log import configure_logging, gunicorn_logging

BACKLOG = 1024
KEEP_ALIVE_S = 65
"""Longer than usual proxies keep a connection, so that it is they who close it."""
SILENCE_S = 20
"""How long a client may send, or take, nothing in the middle of a request: it holds a thread."""
GRACE_S = 30
"""For requests that are being answered when the server is told to stop."""
GC_THRESHOLDS = (20_000, 50, 100)
"""Python's own (700, 10, 10) looks through everything so often that ingest is a tenth slower."""

_STATUS = {
    http_errors.LimitRequestLine: 414,
    http_errors.LimitRequestHeaders: 431,
    http_errors.ExpectationFailed: 417,
    http_errors.UnsupportedTransferCoding: 501,
}


def serve(config: LedgerConfig, announce: Callable[[str, Ledger], None]) -> None:
    """Opens the log and answers requests until SIGTERM or SIGINT; then answers what is under way and returns.

    `announce` is called with the URL and the ledger once requests are taken. Raises what Ledger.open raises, and
    ConfigFault for an address that cannot be listened on.
    """
    configure_logging()
    ledger = Ledger.open(config)
    try:
        with _listen(config.listen) as listener:
            application = _Application(create_app(ledger), config)
            _tune_interpreter()
            application.cfg.set("post_worker_init", lambda _worker: announce(_url(listener), ledger))
            log = application.cfg.logger_class(application.cfg)
            _Worker(1, os.getppid(), [listener], application, 0, application.cfg, log).init_process()
    finally:
        ledger.close()


def _tune_interpreter() -> None:
    """What is loaded by now stays. A statement is hundreds of small objects, and none of them in a cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


class _Application(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's settings, and the app that it serves."""

    def __init__(self, app: Flask, config: LedgerConfig) -> None:
        self.max_bytes = config.limits.max_bytes
        self._app = app
        self._threads = config.threads
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "threads": self._threads,
            "keepalive": KEEP_ALIVE_S,
            "graceful_timeout": GRACE_S,
            "control_socket_disable": True,
            "logconfig_dict": gunicorn_logging(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


class _Worker(ThreadWorker):  # type: ignore[misc]
    def init_signals(self) -> None:
        super().init_signals()
        # Ctrl-C is no reason to leave anyone without an answer; SIGQUIT is.
        signal.signal(signal.SIGINT, self.handle_exit)

    def is_parent_alive(self) -> bool:
        """There is no master process to go down with."""
        return True

    def enqueue_req(self, conn: TConn) -> None:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", SILENCE_S, 0))
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        # What the app leaves unread of a body that is too long would be taken for the next request.
        if any(name == "TRANSFER-ENCODING" for name, _ in req.headers) or _length(req) > self.app.max_bytes:
            req.force_close()
        keep_alive: bool = super().handle_request(req, conn)
        return keep_alive

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """Answers a request that is not good enough HTTP to reach the app."""
        foreseen = isinstance(exc, http_errors.ParseException)
        status = _STATUS.get(type(exc), 400 if foreseen else 500)
        if not foreseen:
            self.log.exception("Error handling a request")
        problem = problems.problem_of_status(status, str(exc) if foreseen else "the ledger failed; its log says why")
        body = msgspec.json.encode(problem)
        head = f"HTTP/1.1 {status} {problem.title}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        try:
            client.sendall(f"{head}Content-Type: {problems.MEDIA_TYPE}\r\n\r\n".encode() + body)
        except OSError:
            self.log.debug("The client has gone")


def _length(req: Any) -> int:
    return next((int(value) for name, value in req.headers if name == "CONTENT-LENGTH"), 0)


def _listen(address: str) -> socket.socket:
    try:
        host, port = parse_address(address)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, RuntimeError, ValueError) as error:
        raise ConfigFault(
            f"cannot listen on {address}", expected="a free host:port of this machine", got=error, remedy="Set listen."
        ) from None
    # An answer is written in two parts: the second must not wait until the client has confirmed the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
