"""The web server: threads on the loopback interface, at most so many.

Werkzeug's, because it runs inside the agent's process and so knows its state; gunicorn would fork workers and take the
process's signals. It is no server for the open network: here it has one address, which only this machine reaches, one
user, a time limit on each connection and a limit on their number. An event stream holds a thread, which is why they
are threads.
"""

import socket
import threading
from collections.abc import Callable
from typing import Any

import structlog
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

LOOPBACK = "127.0.0.1"
MOST_CONNECTIONS = 24
_SILENT_S = 30
_log = structlog.get_logger(__name__)


class _Handler(WSGIRequestHandler):
    timeout = _SILENT_S
    server_version, sys_version = "kiosk", ""

    def version_string(self) -> str:
        return self.server_version

    def log(self, type: str, message: str, *args: Any) -> None:
        """No request is logged, nor anything that one held."""


class Server(ThreadedWSGIServer):
    """Serves until closed. Raises OSError where the port is taken."""

    def __init__(self, port: int) -> None:
        """0: any port that is free."""
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        # Bound here, since werkzeug ends the process where a port is taken.
        with socket.create_server((LOOPBACK, port), backlog=MOST_CONNECTIONS) as bound:
            super().__init__(LOOPBACK, bound.getsockname()[1], _no_app, handler=_Handler, fd=bound.fileno())
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="kiosk", daemon=True)

    def start(self, app: Callable[..., Any]) -> None:
        self.app = app
        self._thread.start()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Faults of an answer's making, to the agent's own log."""
        _log.error("kiosk", kind=type, fault=message % args if args else message)

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread of its own, or, where all are taken, the end of the connection."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no fault."""

    def close(self) -> None:
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()


def _no_app(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
    return []
