"""Connections that cost more than they bring: who sends slowly, takes slowly or opens many holds up nobody else."""

import json
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from custody.web.server import GRACE_S
from tests.web.serving import SOON_S, Serving, lines, make_log
from tests.web.test_limits import post_head
from tests.world import World

GET = b"GET /drill/checkpoint HTTP/1.1\r\nHost: x\r\n"
OK = b"HTTP/1.1 200"
CHANGED = """
import os, signal, sys, threading
from pathlib import Path
from custody.ledger import config
from custody.web import access, connection, server, worker

made = server.create_app

@access.anyone
def never():
    threading.Event().wait()

@access.anyone
def large():
    return bytes(64 << 20)

@access.anyone
def stop():
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(0.5)  # the server goes on to stop, while this is still being answered
    return "stopping"

def create_app(*given):
    app = made(*given)
    for view in (never, large, stop):
        app.add_url_rule("/" + view.__name__, view_func=view)
    return app

server.create_app = create_app
{change}
server.serve(config.load(Path(sys.argv[1])), lambda url, *_: print(url, flush=True))
"""


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(make_log(tmp_path_factory.mktemp("log"), world)) as serving:
        serving.accepted(world.roster[1:])
        yield serving


@contextmanager
def changed_process(folder: Path, change: str = "") -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """(port, process) of a server with four threads and other constants; it is killed, whatever it is doing."""
    command = [sys.executable, "-c", CHANGED.format(change=change), str(make_log(folder, World()))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().rpartition(":")[2]), process
        finally:
            process.kill()


@contextmanager
def changed(folder: Path, change: str = "") -> Iterator[int]:
    """Its port alone."""
    with changed_process(folder, change) as (port, _):
        yield port


def connect(port: int, sent: bytes = b"", peer: str = "127.0.0.1") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), SOON_S, source_address=(peer, 0))
    made.sendall(sent)
    return made


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """(status, body) of the last answer on a connection."""
    head, _, body = b"".join(iter(lambda: connection.recv(65_536), b"")).partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def is_answered(port: int, path: str = "/drill/checkpoint") -> bool:
    return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=SOON_S).status_code == 200


@pytest.mark.parametrize(
    "sent", [b"", GET, post_head("Content-Length: 5000") + b"x"], ids=["nothing", "half a head", "half a body"]
)
def test_those_who_sent_only_a_part_hold_up_nobody(ledger: Serving, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connect(ledger.address[1], sent))
        assert is_answered(ledger.address[1])


def test_a_request_that_comes_byte_by_byte_is_answered_as_one_that_comes_at_once(ledger: Serving, world: World) -> None:
    body = lines([world.event("inspect")])
    with connect(ledger.address[1]) as slow:
        for byte in post_head(f"Content-Length: {len(body)}") + body:
            slow.sendall(bytes([byte]))
        status, said = answer(slow)
    assert (status, json.loads(said)["answers"][0]["status"]) == (200, "accepted")


def test_requests_that_come_together_are_answered_in_order(ledger: Serving, world: World) -> None:
    body = lines([world.event("inspect", device=1)])
    post = post_head(f"Content-Length: {len(body)}").replace(b"Connection: close\r\n", b"") + body
    with connect(ledger.address[1], GET + b"\r\n" + post + GET + b"Connection: close\r\n\r\n") as connection:
        said = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert said.count(b"HTTP/1.1 200 OK") == 3
    checkpoint, accepted = b"\n\n\xe2\x80\x94", b'"accepted"'
    assert said.index(checkpoint) < said.index(accepted) < said.rindex(checkpoint)


def test_who_waits_for_leave_to_send_a_body_gets_it(ledger: Serving, world: World) -> None:
    body = lines([world.event("inspect", device=2)])
    with connect(ledger.address[1], post_head(f"Content-Length: {len(body)}", "Expect: 100-continue")) as polite:
        assert polite.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        polite.sendall(body)
        assert b'"accepted"' in b"".join(iter(lambda: polite.recv(65_536), b""))


@pytest.mark.parametrize("change", ["connection.SILENCE_S = 1", "connection.REQUEST_S = 1"])
def test_who_falls_silent_or_drips_is_told_and_cut_off(tmp_path: Path, change: str) -> None:
    with changed(tmp_path, change) as port, connect(port, post_head("Content-Length: 1000") + b"x") as slow:
        slow.settimeout(0.2)
        said = b""
        while not said:
            with suppress(TimeoutError):
                said = slow.recv(65_536)
            if "REQUEST" in change and not said:
                slow.sendall(b"x")
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body)["retry"] is True


def test_of_too_many_connections_the_oldest_of_the_peer_that_has_most_is_ended(tmp_path: Path) -> None:
    with changed(tmp_path, "server.CONNECTIONS = 20") as port, ExitStack() as stack:
        first = stack.enter_context(connect(port))
        many = [stack.enter_context(connect(port, peer="127.0.0.2")) for _ in range(40)]
        assert is_answered(port)
        assert answer(many[0])[0] == 503
        for honest in (first, many[-1]):
            honest.sendall(GET + b"Connection: close\r\n\r\n")
            assert answer(honest)[0] == 200


def test_who_holds_most_bytes_is_ended_once_there_are_too_many(tmp_path: Path) -> None:
    head = post_head("Content-Length: 2000000")
    with changed(tmp_path, "worker.MAX_HELD = 3_000_000") as port, ExitStack() as stack:
        small = stack.enter_context(connect(port, head + bytes(1000)))
        large = [stack.enter_context(connect(port, head, "127.0.0.2")) for _ in range(2)]
        for one in large:
            with suppress(OSError):
                one.sendall(bytes(1_900_000))
        with suppress(ConnectionResetError):  # what it had still to send may take the word with it
            assert answer(large[0])[0] == 503
        small.sendall(bytes(1_999_000))
        assert answer(small)[0] == 200


def test_health_is_told_while_every_thread_is_taken(tmp_path: Path) -> None:
    with changed(tmp_path) as port, ExitStack() as stack:
        taking = [stack.enter_context(connect(port, b"GET /never HTTP/1.1\r\nHost: x\r\n\r\n")) for _ in range(8)]
        assert is_answered(port, "/healthz")
        assert is_answered(port, "/readyz")
        assert select.select(taking, [], [], 0)[0] == []


def test_who_takes_an_answer_slowly_is_cut_off_when_all_threads_are_wanted(tmp_path: Path) -> None:
    done = threading.Event()

    def take(one: socket.socket) -> None:
        while not done.wait(0.2) and one.recv(65_536):
            pass

    with changed(tmp_path, "connection.SILENCE_S = 1") as port, ExitStack() as stack:
        for _ in range(4):
            slow = stack.enter_context(connect(port, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"))
            assert slow.recv(len(OK)) == OK
            threading.Thread(target=take, args=(slow,), daemon=True).start()
        assert is_answered(port)
        done.set()


def test_who_keeps_a_connection_that_was_answered_last_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    with changed_process(tmp_path) as (port, process), connect(port, b"GET /stop HTTP/1.1\r\nHost: x\r\n\r\n") as kept:
        assert kept.recv(65_536).startswith(OK)
        assert process.wait(GRACE_S / 2) == 0
