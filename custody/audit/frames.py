"""Bytes in a file one after the other, each with its length before it: of what is written whole and read in order."""

import os
from collections.abc import Iterator
from typing import IO

from custody.core.errors import CutShort

_LENGTH_BYTES = 8
END = b""
"""Ends those that belong together, as the file's end does."""


def framed(data: bytes) -> bytes:
    """Its length in eight bytes, big-endian, and the bytes."""
    return len(data).to_bytes(_LENGTH_BYTES, "big") + data


def frame(file: IO[bytes]) -> bytes:
    """The next; `END` where there is none. Raises CutShort for one that says it goes on after the file's end."""
    length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    left = os.fstat(file.fileno()).st_size - file.tell()
    if length > left:
        raise CutShort("a frame goes on after the file's end", expected=f"{length} bytes", got=left)
    return file.read(length)


def frames(file: IO[bytes]) -> Iterator[bytes]:
    """All that come before the next `END`."""
    while data := frame(file):
        yield data
