"""JPEG files (ITU-T T.81) as far as one must look into them without decoding: their structure and their size."""

from msgspec import Struct

from custody.core.errors import Malformed, Oversize

MAX_PIXELS = 64_000_000
"""A picture takes three bytes of memory a pixel once it is decoded, however small its file."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive with Huffman coding: what everything shows."""
_OTHER_FRAMES = frozenset(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_RESTARTS = frozenset(range(0xD0, 0xD8))
_TABLES = {0xDB: "quantisation", 0xC4: "Huffman"}


class Size(Struct, frozen=True):
    """In pixels, as stored: the orientation in EXIF is not looked at."""

    width: int
    height: int


def read_size(data: bytes) -> Size:
    """The size that the first frame names; what follows it is not looked at. Raises Malformed, Oversize."""
    at = _begin(data)
    while True:
        marker, start, end = _segment(data, at)
        if marker in _FRAMES:
            return _frame(data[start:end])
        if marker == _SCAN:
            raise Malformed("a JPEG file has no frame before its picture", expected="SOF0, SOF1 or SOF2")
        at = end


def check(data: bytes) -> Size:
    """The size of what is one whole JPEG picture and nothing beside it. Raises Malformed, Oversize.

    From SOI to EOI every segment is walked: one frame, the tables, at least one scan; nothing after the end.
    """
    at, size = _begin(data), None
    seen: set[int] = set()
    while True:
        marker, start, end = _segment(data, at)
        if marker in _FRAMES:
            if size is not None:
                raise Malformed("a JPEG file has two frames", expected="one picture")
            size = _frame(data[start:end])
        elif marker == _SCAN:
            if size is None or not seen >= _TABLES.keys():
                raise Malformed("a JPEG file has no frame or tables before its picture", expected="SOF, DQT, DHT, SOS")
            end = _scan(data, end)
        elif marker == _END:
            break
        seen.add(marker)
        at = end
    if size is None or _SCAN not in seen:
        raise Malformed("a JPEG file holds no picture", expected="a frame and a scan")
    if end != len(data):
        raise Malformed("something follows a JPEG picture", expected="its end", got=f"{len(data) - end} more bytes")
    return size


def _begin(data: bytes) -> int:
    if data[:2] != bytes([0xFF, _START]):
        raise Malformed("this is no JPEG file", expected="ff d8 first", got=data[:4].hex(" ") or "nothing")
    return 2


def _segment(data: bytes, at: int) -> tuple[int, int, int]:
    """(marker, where its content begins, where the next one is) at a marker."""
    while data[at : at + 2] == b"\xff\xff":  # fill bytes
        at += 1
    if data[at : at + 1] != b"\xff" or at + 2 > len(data):
        raise Malformed("a JPEG file is broken or cut short", expected="a marker", got=f"none at byte {at}")
    marker = data[at + 1]
    if marker == _END:
        return marker, at + 2, at + 2
    if marker in _OTHER_FRAMES:
        raise Malformed("a JPEG file is of a kind that is not taken", expected="SOF0, SOF1, SOF2", got=f"{marker:#x}")
    length = int.from_bytes(data[at + 2 : at + 4])
    end = at + 2 + length
    if marker in {0x00, 0x01, _START} | _RESTARTS or length < 2 or end > len(data):
        raise Malformed("a JPEG file is broken or cut short", expected="a whole segment", got=f"{marker:#x} at {at}")
    return marker, at + 4, end


def _frame(content: bytes) -> Size:
    if len(content) < 9 or len(content) != 6 + 3 * content[5] or content[5] not in (1, 3, 4):
        raise Malformed("a JPEG frame is broken", expected="1, 3 or 4 components", got=content[:6].hex(" "))
    size = Size(width=int.from_bytes(content[3:5]), height=int.from_bytes(content[1:3]))
    pixels = size.width * size.height
    if not pixels:
        raise Malformed("a JPEG picture has no pixels", got=f"{size.width} × {size.height}")
    if pixels > MAX_PIXELS:
        raise Oversize(
            "a picture is too large", expected=f"at most {MAX_PIXELS} pixels", got=f"{size.width} × {size.height}"
        )
    return size


def _scan(data: bytes, at: int) -> int:
    """Where the marker after entropy-coded data is. In it, ff stands only before 00 or a restart marker."""
    began = at
    while (at := data.find(b"\xff", at)) != -1 and at + 1 < len(data):
        if data[at + 1] != 0 and data[at + 1] not in _RESTARTS:
            break
        at += 2
    if at in (-1, began):
        raise Malformed("a JPEG picture is empty or cut short", expected="coded data and then a marker")
    return at
