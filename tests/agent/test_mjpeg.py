"""MJPEG cameras over HTTP, good and bad: what they answer, and what then comes without an end."""

import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import md5
from itertools import repeat
from pathlib import Path

import pytest

from custody.core.errors import Malformed
from custody.simulation.camera import encoded
from scanner_agent.config import AgentConfig
from scanner_agent.sources.camera import Camera
from scanner_agent.sources.mjpeg import Mjpeg
from scanner_agent.sources.multipart import MOST_BYTES
from scanner_agent.sources.picture_settings import CameraConfig
from tests.agent.desk import GOOD, Plugged, desk
from tests.agent.pictures import on_table, qr
from tests.agent.test_multipart import part

LABEL = part(encoded(on_table(qr(GOOD.format(1)), height=480, width=640)))
MIXED = b"Content-Type: multipart/x-mixed-replace; boundary=frame\r\n"
OK = b"HTTP/1.0 200 OK\r\n" + MIXED + b"\r\n"
Answer = Callable[[bytes], Iterator[bytes]]
"""What a camera sends in answer to a request's head."""


@contextmanager
def camera(*answers: Answer) -> Iterator[str]:
    """A camera that gives each connection the next answer, and the last to all that follow; its host and port."""
    left = list(answers)
    server = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket, answer: Answer) -> None:
        with suppress(OSError), connection:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += connection.recv(4096)
            for data in answer(head):
                connection.sendall(data)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                answer = left.pop(0) if len(left) > 1 else left[0]
                threading.Thread(target=serve, args=(connection, answer), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def showing(_: bytes) -> Iterator[bytes]:
    """A camera as it should be."""
    yield OK
    yield from repeat(LABEL)


def first(url: str, seconds: float = 2.0) -> bytes:
    """The first picture."""
    stream = Mjpeg(url, seconds)
    try:
        _, picture = stream.read()
    finally:
        stream.release()
    assert picture is not None
    return picture.tobytes()


PICTURE = LABEL.partition(b"\r\n\r\n")[2][:-2]


def test_its_pictures_come_as_they_were_sent() -> None:
    with camera(showing) as host:
        assert first(f"http://{host}/stream?size=1") == PICTURE


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "no MJPEG"),
        (b"HTTP/1.0 200 OK\r\nContent-Type: \x80\xff;x\r\n\r\n", "no MJPEG"),
        (b"HTTP/1.0 200 OK\r\n\r\n" + LABEL, "no MJPEG"),
        (b"HTTP/1.0 401 Unauthorized\r\n\r\n", "no MJPEG"),
        (b"SSH-2.0-OpenSSH\r\n" + b"x" * 20_000, "no end of its head"),
        (OK + b"x" * 20_000, "no end of its head"),
    ],
    ids=["HTML", "garbage for a type", "no type", "no right", "no HTTP", "no part"],
)
def test_what_is_no_mjpeg_is_refused(answer: bytes, says: str) -> None:
    with camera(lambda _: iter([answer])) as host, pytest.raises(Malformed, match=says):
        first(f"http://{host}/")


def asking(challenge: str, right: Callable[[bytes], bool]) -> Answer:
    def answer(head: bytes) -> Iterator[bytes]:
        if right(head):
            yield from showing(head)
        else:
            yield b"HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: %b\r\n\r\n" % challenge.encode()

    return answer


def digest(head: bytes) -> bool:
    """RFC 2617 without qop, as old cameras have it."""
    one, two = (md5(part.encode(), usedforsecurity=False).hexdigest() for part in ("kpu:cam:rahasia", "GET:/stream"))
    wanted = md5(f"{one}:abc:{two}".encode(), usedforsecurity=False).hexdigest()
    return f'response="{wanted}"'.encode() in head


@pytest.mark.parametrize(
    ("challenge", "right"),
    [
        ('Basic realm="cam"', lambda head: b"Authorization: Basic a3B1OnJhaGFzaWE=" in head),
        ('Digest realm="cam", nonce="abc"', digest),
    ],
    ids=["Basic", "Digest"],
)
def test_a_camera_that_asks_for_a_password_is_told_it(challenge: str, right: Callable[[bytes], bool]) -> None:
    with camera(asking(challenge, right)) as host:
        assert first(f"http://kpu:rahasia@{host}/stream") == PICTURE
        with pytest.raises(Malformed):
            first(f"http://kpu:salah@{host}/stream")


def test_one_that_asks_in_an_unknown_way_is_refused() -> None:
    with camera(asking("Negotiate", lambda _: False)) as host, pytest.raises(Malformed, match="unknown way"):
        first(f"http://kpu:rahasia@{host}/stream")


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.0 200 OK\r\nX-", OK, OK + b"--frame\r\n\r\n"])
def test_one_that_says_too_little_is_given_up_in_time(begin: bytes) -> None:
    ended = threading.Event()

    def trickle(_: bytes) -> Iterator[bytes]:
        yield begin
        while not ended.wait(0.02):
            yield b"x"

    with camera(trickle) as host, pytest.raises(TimeoutError):
        first(f"http://{host}/", seconds=0.3)
    ended.set()


def for_ever(begin: bytes) -> Answer:
    """A picture, and then what never ends."""

    def answer(_: bytes) -> Iterator[bytes]:
        yield OK + LABEL + begin
        yield from repeat(b"x" * 65_536)

    return answer


@pytest.mark.parametrize(
    "begin",
    [b"--frame\r\n\r\n", b"--frame\r\nContent-Length: 2000000000\r\n\r\n", b"--frame\r\nX-", b""],
    ids=["a picture without an end", "a length of gigabytes", "a head without an end", "no boundary"],
)
def test_a_camera_that_sends_for_ever_is_told_holds_no_memory_and_reads_once_it_is_mended(
    begin: bytes, known: AgentConfig, tmp_path: Path
) -> None:
    with camera(for_ever(begin), showing) as host:
        source = Camera(CameraConfig(device=f"http://{host}/", window=0.5))
        tracemalloc.start()
        reader = Plugged(source, lambda _: None, lambda _: None)
        with desk(known, reader, tmp_path / "agent.log") as made:
            made.refuses(0)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert "no further frame came" in made.logged()[0]["detail"]
            made.is_up()
    assert peak < 4 * MOST_BYTES
