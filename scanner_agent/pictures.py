"""What is taken of a photograph: its pixels, upright, in a JPEG file small enough to be kept and sent.

Everything else in the file (where it was taken, with what, a second picture behind the first) is left behind.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from custody.core import jpeg
from custody.core.errors import ConfigFault, Malformed, Oversize
from scanner_agent.badge_in_picture import badge_in_view, shows_badge
from scanner_agent.sources.jpeg import jpeg as jpeg_of

MAX_FILE = 32 * 1024 * 1024
"""Bytes of a file that is looked at."""
MAX_BYTES = 1_000_000
"""Of what is kept: with its salt below 1 MiB, which many a proxy takes of a request and no more."""
LONGEST, SHORTEST = 2560, 200
"""Pixels of the longer side that are kept, enough to read a page of A4; and that the shorter side must have."""

Picture = NDArray[Any]
"""uint8, height × width × 3, BGR."""


def take_file(path: Path) -> bytes:
    """The photograph in a JPEG file. Raises ConfigFault, Malformed, Oversize, BadgeInView."""
    try:
        if (size := path.stat().st_size) > MAX_FILE:
            raise Oversize("a photograph's file is too large", expected=f"at most {MAX_FILE} bytes", got=size)
        taken = take(path.read_bytes())
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a photograph", got=error.strerror) from None
    # As kept: what is too small in it to be read here is so for others.
    if shows_badge(np.asarray(cv2.imdecode(np.frombuffer(taken, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)):
        raise badge_in_view()
    return taken


def take(data: bytes) -> bytes:
    """The photograph in the bytes of a JPEG file. Raises Malformed, Oversize."""
    size = jpeg.read_size(data)
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), _scale(max(size.width, size.height)))
    if picture is None:
        raise Malformed("a photograph cannot be decoded", expected="a whole JPEG file")
    return compress(picture)


def compress(picture: Picture) -> bytes:
    """A picture as a JPEG file of at most `MAX_BYTES`. Raises Malformed."""
    height, width = picture.shape[:2]
    if min(height, width) < SHORTEST:
        raise Malformed(
            "a photograph is too small to show anything",
            expected=f"{SHORTEST} pixels a side",
            got=f"{width} × {height}",
        )
    return jpeg_of(_fit(picture), at_most=MAX_BYTES)


def _scale(longest: int) -> int:
    """Of a very large picture the decoder gives a half or a quarter, which takes that much less memory."""
    if longest >= 4 * LONGEST:
        return int(cv2.IMREAD_REDUCED_COLOR_4)
    return int(cv2.IMREAD_REDUCED_COLOR_2 if longest >= 2 * LONGEST else cv2.IMREAD_COLOR)


def _fit(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    scale = LONGEST / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
