"""Serves a ledger: gunicorn's threaded worker in this very process.

A log has one writer, so there is nothing for gunicorn's master process to manage: a second worker could not open the
log. Without it there is no fork between opening the log and its threads, and what refuses to open ends the program.
"""

import gc
import os
import resource
import socket
from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.util import parse_address
from msgspec.structs import replace

from custody.core.errors import ConfigFault
from custody.ledger.config import LedgerConfig
from custody.ledger.ledger import Ledger
from custody.web.app import create_app
from custody.web.request_log import configure_logging, gunicorn_logging
from custody.web.worker import KEEP_ALIVE_S, Worker

BACKLOG = 1024
CONNECTIONS = 1000
"""At once: those that send, those that are answered and those that are kept for a next request."""
_OTHER_FILES = 256
"""What may be open besides connections: databases, processes, photographs."""
GRACE_S = 30
"""For requests that are being answered when the server is told to stop."""
GC_THRESHOLDS = (20_000, 50, 100)
"""Python's own (700, 10, 10) looks through everything so often that ingest is a tenth slower."""


def serve(config: LedgerConfig, announce: Callable[[str, str, Ledger], None]) -> None:
    """Opens the log and answers requests until SIGTERM or SIGINT; then answers what is under way and returns.

    `announce` is called with the URL, the portal's and the ledger once requests are taken. Raises what Ledger.open
    raises, and ConfigFault for an address that cannot be listened on.
    """
    configure_logging()
    ledger = Ledger.open(config)
    try:
        with _listen(config.listen) as listener:
            url = _url(listener)
            # Of a port that the system chose, the settings do not know.
            portal = replace(config, listen=url.removeprefix("http://")).portal_url
            application = _Application(create_app(ledger, portal), config)
            _tune_interpreter()
            application.cfg.set("post_worker_init", lambda _worker: announce(url, portal, ledger))
            log = application.cfg.logger_class(application.cfg)
            Worker(1, os.getppid(), [listener], application, 0, application.cfg, log).init_process()
    finally:
        ledger.close()


def _tune_interpreter() -> None:
    """What is loaded by now stays. A statement is hundreds of small objects, and none of them in a cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def _make_room(connections: int) -> int:
    """How many connections this process may have, once it may have as many files as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else min(connections, soft - _OTHER_FILES)


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
            "worker_connections": _make_room(CONNECTIONS),
            "graceful_timeout": GRACE_S,
            "control_socket_disable": True,
            "logconfig_dict": gunicorn_logging(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


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
