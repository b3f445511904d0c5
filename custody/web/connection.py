"""A client's connection: what has come of its next request, and whether that is all of it."""

import re
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv6Address
from typing import Any

from gunicorn.workers.gthread import TConn

SILENCE_S = 20
"""How long a client may send nothing before or in the middle of a request, or take nothing of an answer."""
REQUEST_S = 600
"""How long a request may take to arrive: a photograph of 1 MiB at 14 kbit/s."""
COST = 16 * 1024
"""Bytes that a connection counts for, beside those that it has sent."""

_STEP = 1024 * 1024
"""As much as gunicorn's body reads at once: in larger pieces it would copy the rest at each step."""
_LENGTH = re.compile(rb"\r\nContent-Length:[ \t]*([0-9]{1,15})[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\nTransfer-Encoding:", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nExpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)


class Connection(TConn):  # type: ignore[misc]  # gunicorn ships no types
    """A client's connection, and what has come of its next request."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.initialized = True  # the parser is made anew for each request
        self.peer = peer_of(client[0])
        self.received = bytearray()
        self.size: int | None = None
        """Bytes of the request, once its head is there."""
        self.body = 0
        """Bytes of the body of the request that is worked on."""
        self.held = COST
        self.began = self.heard = self.timeout = 0.0
        self.closing = False

    @property
    def deadline(self) -> float:
        """When it is given up unless something comes."""
        if not self.received:
            return float(self.timeout)
        return min(self.heard + SILENCE_S, self.began + REQUEST_S)

    def measure(self, max_bytes: int) -> None:
        """Sets `size` once that can be said. What is too long, or no good HTTP, goes without its body."""
        if self.size is not None or (end := self.received.find(b"\r\n\r\n")) < 0:
            return
        head = bytes(self.received[: end + 2])
        lengths = [int(text) for text in _LENGTH.findall(head)]
        whole = len(lengths) == 1 and lengths[0] <= max_bytes and not _CHUNKED.search(head)
        self.body = lengths[0] if whole else 0
        self.size = end + 4 + self.body
        if self.size > len(self.received) and _EXPECT.search(head):
            with suppress(OSError):
                self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def take(self) -> Iterator[bytes]:
        """The request, in pieces for gunicorn's reader, or as much of it as came. What was read is held no longer."""
        size = len(self.received) if self.size is None else min(self.size, len(self.received))
        head = size if self.size is None else self.size - self.body
        came, self.received, self.size = self.received, self.received[size:], None
        pieces = deque(
            [bytes(came[:head]), *(bytes(came[at : min(at + _STEP, size)]) for at in range(head, size, _STEP))]
        )
        return iter(lambda: pieces.popleft() if pieces else b"", b"")


def peer_of(address: str) -> object:
    """What counts as one: an IPv4 address, an IPv6 network of 64 bits (who has one address there has all)."""
    host = address.partition("%")[0]
    if ":" not in host:
        return host
    long = IPv6Address(host)
    return str(long.ipv4_mapped) if long.ipv4_mapped else int(long) >> 64
