"""What a request may be: each limit, and each way to be malformed, gets its own problem; its twin is taken."""

import gzip
import socket
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest

from tests.web.serving import NDJSON, Serving, lines, make_log, problem, zipped
from tests.world import World

MAX_BATCH, MAX_BYTES, BURST = 5, 65_536, 40
GZIP = {"Content-Encoding": "gzip"}


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    limits = f"max_batch = {MAX_BATCH}\nmax_bytes = {MAX_BYTES}\nburst = {BURST}\nrate = 0.001"
    with Serving(make_log(tmp_path_factory.mktemp("small"), world, limits)) as serving:
        for at in range(1, len(world.roster), MAX_BATCH):
            serving.accepted(world.roster[at : at + MAX_BATCH])
        yield serving


@pytest.fixture(scope="module")
def body(world: World) -> bytes:
    return lines(world.handovers(2, devices=1))


class Bad(NamedTuple):
    """A request made from a good body, and the problem that it gets."""

    body: bytes
    status: int
    kind: str
    says: str
    headers: dict[str, str] = {}


def bad_requests(good: bytes) -> dict[str, Bad]:
    line, more = good.split(b"\n")[:2]
    bomb = gzip.compress(bytes(50 * MAX_BYTES))
    return {
        "is empty": Bad(b"", 400, "malformed", "empty"),
        "has a blank line": Bad(line + b"\n\n" + more + b"\n", 400, "malformed", "line 2 is blank"),
        "has a blank line at its end": Bad(good + b"\n", 400, "malformed", "line 3 is blank"),
        "is one line feed": Bad(b"\n", 400, "malformed", "line 1 is blank"),
        "has CR LF lines": Bad(good.replace(b"\n", b"\r\n"), 400, "malformed", "line 1 ends in CR LF"),
        "has too many lines": Bad((line + b"\n") * (MAX_BATCH + 1), 413, "oversize", "1 to 5"),
        "has too many lines, all blank": Bad(b"\n" * (MAX_BATCH + 1), 413, "oversize", "1 to 5"),
        "is too large": Bad(b"x" * (MAX_BYTES + 1), 413, "oversize", f"at most {MAX_BYTES}"),
        "is JSON, it says": Bad(good, 415, "unsupported-media-type", "x-ndjson", {"Content-Type": "application/json"}),
        "is brotli, it says": Bad(good, 415, "unsupported-media-type", "br", {"Content-Encoding": "br"}),
        "is not gzip though it says so": Bad(good, 400, "malformed", "not gzip", GZIP),
        "is a zip bomb": Bad(bomb, 413, "oversize", "unzipped", GZIP),
        "is gzip cut short": Bad(zipped(good)[:-1], 400, "cut-short", "cut short", GZIP),
        "is gzip with a tail": Bad(zipped(good) + b"x", 400, "malformed", "follows", GZIP),
        "is two gzip members": Bad(zipped(good) * 2, 400, "malformed", "follows", GZIP),
        "is gzip with a wrong sum": Bad(zipped(good)[:-8] + bytes(8), 400, "malformed", "not gzip", GZIP),
        "is gzip of nothing": Bad(zipped(b""), 400, "malformed", "empty", GZIP),
    }


@pytest.mark.parametrize("name", bad_requests(b"1\n2\n"))
def test_a_body_is_refused_whole_if_it(ledger: Serving, body: bytes, name: str) -> None:
    bad = bad_requests(body)[name]
    size = ledger.get_json("/readyz")["size"]
    response = ledger.post(bad.body, **bad.headers)
    assert problem(response) == (bad.status, bad.kind)
    assert bad.says in response.text
    assert ledger.get_json("/readyz")["size"] == size


def test_a_body_of_just_the_allowed_size_is_read(ledger: Serving) -> None:
    assert ledger.post(b"x" * MAX_BYTES).json()["answers"][0]["status"] == "refused"
    assert ledger.post(zipped(b"x" * MAX_BYTES), **GZIP).json()["answers"][0]["status"] == "refused"


def test_a_body_in_chunks_is_refused(ledger: Serving, body: bytes) -> None:
    answer = ledger.client.post("/api/v1/statements", content=iter([body]), headers=NDJSON)
    assert problem(answer) == (411, "length-required")


@pytest.mark.parametrize("query", ["?receipts=now", "?receipts=", "?receipts", "?later", "?receipts=later&x=1",
                                   "?receipts=later&receipts=later", "?receipts=%ff"])  # fmt: skip
def test_a_query_that_is_not_taken_is_refused(ledger: Serving, body: bytes, query: str) -> None:
    assert problem(ledger.post(body, query)) == (400, "malformed")


def test_a_key_that_sends_more_than_its_share_is_told_to_wait(ledger: Serving, world: World) -> None:
    answers = [ledger.submit(world.handovers(MAX_BATCH, devices=1)) for _ in range(BURST // MAX_BATCH + 1)]
    refused = [answer["problem"] for answer in answers[-1] if answer["status"] == "refused"]
    assert {(one["type"], one["status"], one["retry"]) for one in refused} == {
        ("urn:custody:error:quota-exceeded", 429, True)
    }
    # Another key is not held back by it.
    ledger.accepted([world.event("inspect", device=1)])


def exchange(ledger: Serving, request: bytes, half_close: bool = False) -> httpx.Response:
    """The answer to raw bytes."""
    with ledger.connect() as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.decode().split("\r\n")
    return httpx.Response(int(status.split()[1]), headers=[line.split(": ", 1) for line in headers], content=body)


def post_head(*headers: str) -> bytes:
    return "\r\n".join(
        ["POST /api/v1/statements HTTP/1.1", "Host: x", "Connection: close", "Content-Type: application/x-ndjson",
         *headers, "", ""]
    ).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (414, "request-uri-too-long")),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 200 + b"\r\n", (431, "request-header-fields-too-large")),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 9000 + b"\r\n\r\n", (431, "request-header-fields-too-large")),
        (b"nonsense\r\n\r\n", (400, "bad-request")),
        (post_head("Content-Length: -5"), (400, "bad-request")),
        (post_head("Content-Length: 5", "Transfer-Encoding: chunked"), (400, "bad-request")),
        (post_head("Transfer-Encoding: chunked"), (411, "length-required")),
    ],
    ids=["long URL", "many headers", "long header", "no HTTP", "negative length", "two lengths", "no length"],
)
def test_what_is_not_good_http_gets_a_problem_too(ledger: Serving, request_: bytes, expected: tuple[int, str]) -> None:
    assert problem(exchange(ledger, request_)) == expected


def test_a_body_too_large_is_refused_without_waiting_for_its_end(ledger: Serving) -> None:
    assert problem(exchange(ledger, post_head(f"Content-Length: {MAX_BYTES + 1}"))) == (413, "oversize")


def test_a_body_cut_short_may_be_sent_again_and_nothing_of_it_is_appended(ledger: Serving, body: bytes) -> None:
    size = ledger.get_json("/readyz")["size"]
    response = exchange(ledger, post_head(f"Content-Length: {len(body) + 10}") + body, half_close=True)
    assert problem(response) == (400, "cut-short")
    assert response.json()["retry"] is True
    assert ledger.get_json("/readyz")["size"] == size


def test_a_body_longer_than_its_length_loses_its_last_line_and_no_other(ledger: Serving, world: World) -> None:
    body = lines([world.event("inspect", device=2), world.event("inspect", device=2)])
    response = exchange(ledger, post_head(f"Content-Length: {len(body) - 10}") + body)
    assert [answer["status"] for answer in response.json()["answers"]] == ["accepted", "refused"]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/nowhere", (404, "not-found")),
        ("GET", "/api/v1/", (404, "not-found")),
        ("GET", "/api/v1/statements", (405, "method-not-allowed")),
        ("DELETE", "/api/v1/log/entries/0", (405, "method-not-allowed")),
        ("POST", "/drill/checkpoint", (405, "method-not-allowed")),
        ("GET", "/drill//checkpoint", (404, "not-found")),
        ("GET", "/drill/checkpoint/", (404, "not-found")),
    ],
)
def test_what_is_not_there_or_not_allowed_gets_a_problem(
    ledger: Serving, method: str, path: str, expected: tuple[int, str]
) -> None:
    response = exchange(ledger, f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert problem(response) == expected
    assert (response.status_code == 405) == ("allow" in response.headers)
