"""Bytes in a file one after the other, each with its length before it: of what is written whole and read in order."""

from collections.abc import Iterator
from typing import IO

_LENGTH_BYTES = 8
END = b""
"""Ends those that belong together, as the file's end does."""


def framed(data: bytes) -> bytes:
    """Its length in eight bytes, big-endian, and the bytes."""
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def frame(file: IO[bytes]) -> bytes:
    """The next; `END` where there is none."""
    return file.read(int.from_bytes(file.read(_LENGTH_BYTES), "big"))


def frames(file: IO[bytes]) -> Iterator[bytes]:
    """All that come before the next `END`."""
    while data := frame(file):
        yield data
