"""The ledger over HTTP. Nothing here trusts an answer: receipts and checkpoints are for the caller to verify."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import httpx
import msgspec
from msgspec import Struct

from custody.core import read_token
from custody.core.errors import TokenNeeded, Unavailable
from custody.core.head import Count, Hash

T = TypeVar("T")

MAX_ANSWER = 64 * 1024 * 1024
LONGEST_SHOWN = 1000
_UNDECODABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)
_OURS = "urn:custody:error:"
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)


class Problem(Struct, frozen=True):
    """An RFC 9457 problem, as the ledger fills it."""

    type: str = ""
    title: str = ""
    detail: str = ""
    expected: str | None = None
    got: str | None = None
    retry: bool = True
    remedy: str | None = None

    @property
    def kind(self) -> str:
        """The name of the error in our tree."""
        return self.type.removeprefix(_OURS)

    def __str__(self) -> str:
        parts = [self.detail or self.title or self.type]
        parts += [f"expected {self.expected}"] if self.expected else []
        parts += [f"got {self.got}"] if self.got else []
        # A ledger's words must neither fill the handler's screen nor steer it.
        text = "; ".join(parts)[:LONGEST_SHOWN]
        return text if text.isprintable() else repr(text)


class Answer(Struct, frozen=True):
    """What became of one statement: accepted with a receipt (base64 in JSON, as msgspec has it), or refused."""

    status: str
    receipt: bytes | None = None
    problem: Problem | None = None


class _Answers(Struct, frozen=True):
    answers: list[Answer]


class _Consistency(Struct, frozen=True):
    proof: list[bytes]


class _RosterPage(Struct, frozen=True):
    receipts: list[bytes]
    next: Count | None = None


class _Device(Struct, frozen=True):
    seq: Count
    head: Hash | None = None


class _Statement(Struct, frozen=True):
    receipt: bytes


class Tagged(Struct, frozen=True):
    """An answer's bytes, and by which the ledger knows again that it would give the same; None: by nothing."""

    data: bytes
    tag: str | None


class LedgerClient:
    """One ledger. Every method raises Unavailable where no usable answer came: later may be better."""

    def __init__(self, url: str, origin: str, token: str | None = None) -> None:
        """`token`: a read token, sent with every request."""
        # A compressed answer could be small on the wire and huge in memory.
        headers = {"Accept-Encoding": "identity"} | read_token.headers(token)
        self._client = httpx.Client(base_url=url.rstrip("/"), timeout=_TIMEOUT, headers=headers)
        self._has_token = token is not None
        self._prefix = "/".join(["", *origin.split("/")[1:]])

    def close(self) -> None:
        self._client.close()

    def submit(self, envelopes: Sequence[bytes], sent: Callable[[], None]) -> list[Answer]:
        """One answer an envelope, in order; `sent` is called when the ledger begins to answer."""
        body = gzip.compress(b"".join(envelope + b"\n" for envelope in envelopes), compresslevel=3)
        headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
        data = self._request("POST", "/api/v1/statements", sent, content=body, headers=headers)
        answers = _decode(data, _Answers).answers
        if len(answers) != len(envelopes):
            raise Unavailable("the ledger did not answer each statement", expected=len(envelopes), got=len(answers))
        return answers

    def put_photograph(self, hash_: str, salted: bytes) -> Problem | None:
        """None once the ledger has it durably; why it refuses it for good."""
        headers = {"Content-Type": "application/octet-stream"}
        try:
            self._request("PUT", f"/api/v1/blobs/{hash_}", content=salted, headers=headers)
        except _Refused as refused:
            return refused.problem
        return None

    def ask_enrolment(self, asked: bytes) -> Problem | None:
        """None once the ledger has the request of this device; why it refuses it for good."""
        headers = {"Content-Type": "application/json"}
        try:
            self._request("POST", "/api/v1/enrolments", content=asked, headers=headers)
        except _Refused as refused:
            return refused.problem
        except _NotFound as absent:
            return Problem(detail=absent.message, retry=False)
        return None

    def checkpoint(self) -> bytes:
        """The last published checkpoint, a signed note."""
        return self._get(f"{self._prefix}/checkpoint")

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The hashes of a consistency proof."""
        return self._get_json("/api/v1/log/consistency", _Consistency, {"from": old, "to": new}).proof

    def receipt_at(self, index: int) -> bytes:
        """The receipt of an entry."""
        return self._get(f"/api/v1/log/proof/{index}")

    def receipt_of(self, statement: str) -> bytes:
        """The receipt of a statement, by id."""
        return self._get_json(f"/api/v1/statements/{statement}", _Statement).receipt

    def roster(self, after: int) -> tuple[list[bytes], int | None]:
        """(receipts of roster statements after an index, the index to go on after: None at the end)."""
        page = self._get_json("/api/v1/roster", _RosterPage, {"after": after})
        return page.receipts, page.next

    def snapshot(self, site: str, tag: str | None = None) -> Tagged | None:
        """The signed snapshot of a site; None from a ledger that gives no advice, or while it is that of `tag`."""
        headers = {"If-None-Match": tag} if tag else {}
        try:
            response, data = self._exchange("GET", "/api/v1/snapshot", params={"site": site}, headers=headers)
        except _NotFound:
            return None
        unchanged = response.status_code == httpx.codes.NOT_MODIFIED
        return None if unchanged else Tagged(data, response.headers.get("ETag"))

    def device(self, keyid: str) -> tuple[int, str | None]:
        """(seq, statement id) of the last statement of a device that the ledger has; (0, None) for none."""
        try:
            answer = self._get_json(f"/api/v1/devices/{keyid}", _Device)
        except _NotFound:
            return 0, None
        return answer.seq, answer.head

    def _get(self, path: str, params: Mapping[str, int | str] | None = None) -> bytes:
        return self._request("GET", path, params=params)

    def _get_json(self, path: str, type_: type[T], params: Mapping[str, int | str] | None = None) -> T:
        return _decode(self._get(path, params), type_)

    def _request(self, method: str, path: str, sent: Callable[[], None] = lambda: None, **more: Any) -> bytes:
        return self._exchange(method, path, sent, **more)[1]

    def _exchange(
        self, method: str, path: str, sent: Callable[[], None] = lambda: None, **more: Any
    ) -> tuple[httpx.Response, bytes]:
        try:
            with self._client.stream(method, path, **more) as response:
                sent()
                data = _read(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable("the ledger does not answer", got=repr(error)) from None
        if response.status_code == httpx.codes.NOT_FOUND:
            raise _NotFound("the ledger does not have this", got=path)
        if not _is_answer(response):
            problem = _problem(data)
            if problem and problem.type == f"{_OURS}{TokenNeeded.kind}":
                raise self._token_needed()
            if problem and problem.type.startswith(_OURS) and not problem.retry:
                raise _Refused(response.status_code, problem)
            raise Unavailable(
                "the ledger did not take a request",
                expected="200",
                got=f"{response.status_code}: {problem or repr(data[:80])}",
            )
        return response, data

    def _token_needed(self) -> TokenNeeded:
        got = "one that it does not take: it was revoked, or is another ledger's" if self._has_token else "none"
        return TokenNeeded(
            "the ledger gives this only to who has a read token",
            got=got,
            remedy="Nothing recorded is lost by it. Ask the ledger's operator for a read token (custody token issue) "
            "and name the file (mode 0600) that holds it in the agent's settings: [log] token_file.",
        )


class _NotFound(Unavailable):
    """The ledger has no such thing yet."""


class _Refused(Unavailable):
    """The ledger itself, and nothing on the way to it, says that it will never take this."""

    def __init__(self, status: int, problem: Problem) -> None:
        super().__init__("the ledger did not take a request", expected="200", got=f"{status}: {problem}")
        self.problem = problem


def _is_answer(response: httpx.Response) -> bool:
    """Only who has asked for news is told that there is none."""
    asked = "If-None-Match" in response.request.headers
    return response.status_code == httpx.codes.OK or (asked and response.status_code == httpx.codes.NOT_MODIFIED)


def _read(response: httpx.Response) -> bytes:
    if (coding := response.headers.get("Content-Encoding", "identity")) != "identity":
        raise Unavailable("the ledger's answer is compressed", expected="no Content-Encoding", got=coding)
    data = bytearray()
    for chunk in response.iter_raw():
        data += chunk
        if len(data) > MAX_ANSWER:
            raise Unavailable("the ledger's answer is too long", expected=f"at most {MAX_ANSWER} bytes")
    return bytes(data)


def _decode(data: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=type_)
    except _UNDECODABLE as error:
        raise Unavailable("the ledger's answer does not parse", got=error) from None


def _problem(data: bytes) -> Problem | None:
    try:
        return msgspec.json.decode(data, type=Problem)
    except _UNDECODABLE:
        return None
