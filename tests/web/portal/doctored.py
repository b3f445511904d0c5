"""A portal on loopback with which somebody may have tampered: one thing at a time, before the browser gets it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from msgspec import Struct
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from custody.core import merkle
from custody.core.checkpoint import Checkpoint
from custody.core.keys import SigningKey
from custody.core.proof import encode_receipts

Change = Callable[[str, bytes], bytes | int | None]
"""Of a path and what would be answered: what is answered instead, or a status; None: as it is."""


class Doctored(Struct):
    """`url` of the server; `change` is what is done to its answers."""

    url: str
    app: Any
    change: Change | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING"):  # whole, and as it was written
            environ.pop(name, None)
        parts, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        body = b"".join(parts)
        changed = self.change(environ["PATH_INFO"], body) if self.change is not None else None
        if isinstance(changed, int):
            return Response("", changed)(environ, start_response)
        if changed is not None:
            headers.pop("Content-Length")
            status, body = "200 OK", changed
        return Response(body, status, headers)(environ, start_response)


@contextmanager
def doctored(app: Any) -> Iterator[Doctored]:
    """Serves an app until the block ends."""
    served = Doctored("", app)
    server = make_server("127.0.0.1", 0, served, threaded=True)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Operator:
    """Who has the log's key, and signs another log with it."""

    def __init__(self, origin: str, entries: Sequence[bytes], key: SigningKey) -> None:
        self.entries = list(entries)
        leaves = [merkle.leaf_hash(entry) for entry in entries]

        @cache
        def node(level: int, index: int) -> bytes:
            if level == 0:
                return leaves[index]
            return merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

        self._node = node
        self.size = len(leaves)
        self.note = Checkpoint(origin, self.size, merkle.root(self.size, node)).sign(key)

    def receipt(self, index: int) -> bytes:
        return encode_receipts([(index, self.entries[index])], self.size, self._node, self.note)[0]

    def consistency(self, old: int) -> list[bytes]:
        return merkle.consistency_proof(old, self.size, self._node)
