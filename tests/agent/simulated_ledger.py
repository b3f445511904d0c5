"""A ledger in memory behind real HTTP, with the core's own rules: for what a sound ledger never does.

`faults` maps a path's beginning to what answers there instead; the other switches stand beside the methods.
"""

import gzip
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from custody.core import entry, merkle, statement
from custody.core.admission import State, admit
from custody.core.checkpoint import Checkpoint
from custody.core.errors import CustodyError
from custody.core.keys import SigningKey
from custody.core.merkle import leaf_hash
from custody.core.note import encode_vkey
from custody.core.proof import Receipt
from custody.core.roster import RosterStatement

Fault = Callable[[], tuple[int, bytes]]


class SimulatedLedger:
    def __init__(self, origin: str, key: SigningKey) -> None:
        self.origin = origin
        self.key = key
        self.vkey = encode_vkey(origin, key.public)
        self.entries: list[bytes] = []
        self.statements: dict[str, int] = {}
        self.chains: dict[str, list[tuple[int, str]]] = {}
        self.roster: list[int] = []
        self.state = State(origin)
        self.faults: dict[str, Fault] = {}
        self.refusals: dict[str, dict[str, Any]] = {}
        """Problems by statement id ("*": any)."""
        self.tamper: Callable[[bytes], bytes] = lambda receipt: receipt
        """What becomes of each receipt in an answer to a POST."""
        self.snapshots: dict[str, bytes] = {}
        """Signed snapshots by site."""
        self.photographs: dict[str, bytes] = {}
        """What was put, by hash."""
        self.enrolments: list[bytes] | None = None
        """What was asked by code; None of a ledger that takes none."""
        self.headers: dict[str, str] = {}
        """What every answer has besides its length."""
        self.posts: list[int] = []
        """How many statements each POST held."""
        self.asked: list[str] = []
        """The path of each request."""
        self.lock = threading.RLock()

    def append(self, envelope: bytes) -> tuple[int, bool]:
        """(index, whether it was there already). Raises what `admit` does."""
        parsed = statement.parse(envelope)
        if parsed.id in self.statements:
            return self.statements[parsed.id], True
        index = len(self.entries)
        admit(self.state, parsed, index)
        self.entries.append(entry.encode(envelope, 1_767_225_600_000 + index))
        self.statements[parsed.id] = index
        self.chains.setdefault(parsed.body.issuer, []).append((parsed.body.seq, parsed.id))
        if isinstance(parsed.body, RosterStatement):
            self.roster.append(index)
        return index, False

    def checkpoint(self, size: int | None = None) -> bytes:
        size = len(self.entries) if size is None else size
        return Checkpoint(self.origin, size, merkle.root(size, self._node)).sign(self.key)

    def receipt(self, index: int) -> bytes:
        size = len(self.entries)
        proof = tuple(merkle.inclusion_proof(index, size, self._node))
        return Receipt(index, proof, self.checkpoint(), self.entries[index]).encode()

    def rewrite(self, index: int) -> None:
        """Another history from `index` on: the entry is received a millisecond later than it was said to be."""
        envelope, received = entry.decode(self.entries[index])
        self.entries[index] = entry.encode(envelope, received + 1)

    def _node(self, level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hash(self.entries[index])
        return merkle.node_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))

    def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.asked.append(path)
        for beginning, fault in self.faults.items():
            if path.startswith(beginning):
                return fault()
        if method == "PUT":
            self.photographs[path.rpartition("/")[2]] = body
            return 200, b"{}"
        if method == "POST":
            return self._post(path, body)
        prefix = "/" + self.origin.partition("/")[2]
        if path == f"{prefix}/checkpoint":
            return 200, self.checkpoint()
        *_, name, last = path.split("/")
        match name:
            case "proof":
                return 200, self.receipt(int(last))
            case "log" if last == "consistency":
                old, new = int(query["from"]), int(query["to"])
                return 200, _json({"proof": [_b64(value) for value in merkle.consistency_proof(old, new, self._node)]})
            case "v1" if last == "roster":
                indexes = [index for index in self.roster if index > int(query["after"])]
                more = indexes[4] if len(indexes) > 5 else None
                return 200, _json({"receipts": [_b64(self.receipt(index)) for index in indexes[:5]], "next": more})
            case "v1" if last == "snapshot" and query["site"] in self.snapshots:
                return 200, self.snapshots[query["site"]]
            case "devices" if last in self.chains:
                seq, head = max(self.chains[last])
                return 200, _json({"keyid": last, "seq": seq, "head": head})
            case "statements" if last in self.statements:
                return 200, _json({"receipt": _b64(self.receipt(self.statements[last]))})
        return 404, b"{}"

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        if path == "/api/v1/enrolments":
            if self.enrolments is None:
                return 404, b"{}"
            self.enrolments.append(body)
            return 200, b"{}"
        lines = gzip.decompress(body).splitlines()
        self.posts.append(len(lines))
        return 200, _json({"answers": [self._submit(line) for line in lines]})

    def _submit(self, envelope: bytes) -> dict[str, Any]:
        try:
            id_ = statement.parse(envelope).id
            if problem := self.refusals.get(id_) or self.refusals.get("*"):
                return {"status": "refused", "problem": problem}
            index, duplicate = self.append(envelope)
        except CustodyError as error:
            return {"status": "refused", "problem": {"detail": str(error), "retry": error.retry}}
        receipt = self.tamper(self.receipt(index))
        return {"status": "accepted", "index": index, "duplicate": duplicate, "receipt": _b64(receipt)}


@contextmanager
def serve(ledger: SimulatedLedger) -> Iterator[str]:
    """The URL under which `ledger` answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        do_PUT = do_POST

        def _answer(self, body: bytes) -> None:
            url = urlsplit(self.path)
            with ledger.lock:
                status, data = ledger.answer(self.command, url.path, dict(parse_qsl(url.query)), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            for name, value in ledger.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _b64(data: bytes) -> str:
    return b64encode(data).decode()
