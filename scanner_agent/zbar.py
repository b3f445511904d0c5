"""pyzbar in a process of its own: zbar has aborted on hostile pictures, and a crash may not take the agent down.

The parent writes width, height and pixels to a socket, the child answers with a JSON list of texts. Run as a program,
this module is the child. It imports nothing but the standard library and, in the child, pyzbar.
"""

import json
import socket
import struct
import subprocess
import sys
import time
from math import inf
from typing import Any

_SHAPE = struct.Struct("<II")
_LENGTH = struct.Struct("<I")
_READY = b"r"
_START_SECONDS = 15.0
INSTALL = "sudo apt-get install libzbar0"
"""The command that brings what pyzbar needs of the system."""
_TRIES = 3


def pyzbar_available() -> bool:
    """Whether pyzbar and the system's libzbar0 are here; without them, codes are read by zxing-cpp alone."""
    try:
        import pyzbar.pyzbar  # noqa: F401, PLC0415  # loads libzbar0, which many machines lack
    except ImportError:
        return False
    return True


class ZbarWorker:
    """Reads QR codes with zbar in a child process, started when first needed. One thread at a time."""

    def __init__(self, seconds: float = 2.0, rest: float = 60.0) -> None:
        """`seconds`: how long one picture may take; `rest`: how long zbar is left alone after failing repeatedly."""
        self._seconds = seconds
        self._rest = rest
        self._rests_until = -inf
        self._failed = 0
        self._ready = False
        self._child: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, if one is there."""
        return self._child.pid if self._child else None

    def decode(self, pixels: bytes, width: int, height: int) -> list[str]:
        """Texts of the QR codes in a picture of width × height bytes, row by row, one byte a pixel.

        Nothing is read where the child crashes or does not answer in time; the next picture gets a new child. After
        `_TRIES` such pictures in a row zbar is left alone for a while: its silence may not become ours.
        """
        if time.monotonic() < self._rests_until:
            return []
        try:
            self.start()
            texts = self._ask(pixels, width, height)
        except OSError:
            self.close()
            self._failed += 1
            if self._failed % _TRIES == 0:
                self._rests_until = time.monotonic() + self._rest
            return []
        self._failed = 0
        return texts

    def start(self) -> None:
        """Starts the child, if none is there, without waiting for it. Raises OSError."""
        if self._child is None or self._child.poll() is not None:
            self._spawn()

    def close(self) -> None:
        """Ends the child."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _spawn(self) -> None:
        self.close()
        self._ready = False
        self._socket, theirs = socket.socketpair()
        with theirs:
            # -P keeps this file's folder off the child's module path.
            command = [sys.executable, "-P", __file__]
            self._child = subprocess.Popen(  # noqa: S603  # our own file
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _ask(self, pixels: bytes, width: int, height: int) -> list[str]:
        assert self._socket is not None  # noqa: S101
        if not self._ready:
            self._socket.settimeout(_START_SECONDS)
            _receive(self._socket, len(_READY))
            self._socket.settimeout(self._seconds)
            self._ready = True
        self._socket.sendall(_SHAPE.pack(width, height))
        self._socket.sendall(pixels)
        (length,) = _LENGTH.unpack(_receive(self._socket, _LENGTH.size))
        texts: list[str] = json.loads(_receive(self._socket, length))
        return texts


def _receive(connection: socket.socket, size: int) -> bytes:
    """Exactly `size` bytes. Raises OSError where the other side has gone or is silent for too long."""
    data = bytearray()
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise ConnectionError("the other side has closed")
        data += chunk
    return bytes(data)


def _texts(pyzbar: Any, picture: tuple[bytes, int, int]) -> list[str]:
    try:
        found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    except ValueError:  # pyzbar #139: structured append
        return []
    # zbar guesses character sets and mangles what is not ASCII.
    return [code.data.decode() for code in found if code.data and code.data.isascii()]


def _serve(connection: socket.socket) -> None:
    from pyzbar import pyzbar  # noqa: PLC0415  # in the child only

    connection.sendall(_READY)
    while True:
        width, height = _SHAPE.unpack(_receive(connection, _SHAPE.size))
        answer = json.dumps(_texts(pyzbar, (_receive(connection, width * height), width, height))).encode()
        connection.sendall(_LENGTH.pack(len(answer)) + answer)


if __name__ == "__main__":
    try:
        _serve(socket.socket(fileno=sys.stdin.fileno()))
    except ConnectionError:
        sys.exit(0)
