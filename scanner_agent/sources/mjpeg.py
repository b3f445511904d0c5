"""MJPEG over HTTP, read by hand: FFmpeg would hold whatever a camera sends as one picture, gigabytes of it.

HTTP/1.0, so that nothing comes in chunks; Basic and Digest authentication (RFC 7617, RFC 7616).
"""

import socket
import time
from base64 import b64encode
from collections import deque
from email.message import Message
from email.parser import BytesParser

import httpx
import numpy as np
from numpy.typing import NDArray

from custody.core.errors import Malformed
from scanner_agent.sources.multipart import Parts

_MOST_HEAD = 16 * 1024
_CHUNK = 65_536


class Mjpeg:
    """One connection. `read` is like that of `cv2.VideoCapture`, of frames that are not decoded."""

    def __init__(self, url: str, seconds: float) -> None:
        """`seconds`: how long opening, or the next frame, may take. Raises OSError, Malformed."""
        self._url = httpx.URL(url)
        self._seconds = seconds
        self._frames: deque[bytes] = deque()
        self._socket, head, self._begun = self._get("")
        if (challenge := head["www-authenticate"]) and self._url.username:
            self._socket.close()
            self._socket, head, self._begun = self._get(self._answer(challenge))
        try:
            self._parts = Parts(_boundary(head))
        except Malformed:
            self.release()
            raise

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        """True and a frame, one row of bytes. Raises OSError, Malformed where the stream ends or makes no sense."""
        deadline = time.monotonic() + self._seconds
        while not self._frames:
            begun, self._begun = self._begun, b""
            self._frames += self._parts.feed(begun or _receive(self._socket, deadline))
        return True, np.frombuffer(self._frames.popleft(), np.uint8)[None]

    def release(self) -> None:
        self._socket.close()

    def _get(self, authorization: str) -> tuple[socket.socket, Message, bytes]:
        """The connection, the answer's head, and what came of its body."""
        url = self._url
        deadline = time.monotonic() + self._seconds
        connection = socket.create_connection((url.host, url.port or 80), self._seconds)
        try:
            lines = [b"GET %b HTTP/1.0" % url.raw_path, b"Host: %b" % url.netloc, *_line(authorization), b"", b""]
            connection.sendall(b"\r\n".join(lines))
            head, rest = _head(connection, deadline)
        except (OSError, Malformed):
            connection.close()
            raise
        _, _, fields = head.partition(b"\r\n")
        return connection, BytesParser().parsebytes(fields, headersonly=True), rest

    def _answer(self, challenge: str) -> str:
        """What is said to a challenge."""
        url = self._url
        if challenge.lower().startswith("basic"):
            return f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}"
        request = httpx.Request("GET", url)
        flow = httpx.DigestAuth(url.username, url.password).auth_flow(request)
        next(flow)
        try:
            flow.send(httpx.Response(401, headers={"www-authenticate": challenge}, request=request))
        except (StopIteration, httpx.ProtocolError):
            raise Malformed("a camera asks for a password in an unknown way", got=challenge) from None
        return request.headers["authorization"]


def _line(authorization: str) -> list[bytes]:
    return [b"Authorization: " + authorization.encode()] if authorization else []


def _boundary(head: Message) -> bytes:
    if head.get_content_type() != "multipart/x-mixed-replace":
        raise Malformed("a camera sends no MJPEG", expected="multipart/x-mixed-replace", got=head.get_content_type())
    return str(head.get_param("boundary", "")).encode()


def _head(connection: socket.socket, deadline: float) -> tuple[bytes, bytes]:
    """An answer's head, and what came after it. Raises OSError, Malformed."""
    held = b""
    while b"\r\n\r\n" not in held:
        if len(held) > _MOST_HEAD:
            raise Malformed("a camera's answer has no end of its head", expected=f"at most {_MOST_HEAD} bytes")
        held += _receive(connection, deadline)
    head, _, rest = held.partition(b"\r\n\r\n")
    return head, rest


def _receive(connection: socket.socket, deadline: float) -> bytes:
    """What comes next. Raises OSError at the end, and where nothing comes by `deadline` (monotonic seconds)."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the camera is too slow")
    connection.settimeout(left)
    if chunk := connection.recv(_CHUNK):
        return chunk
    raise ConnectionError("the camera has hung up")
