"""Pictures to texts: zxing-cpp on the picture and on preparations of it, then zbar.

The order was measured on public picture sets and on printed labels before a simulated camera (benchmarks/decode.py):
zxing-cpp is fast and never read wrongly; zbar finds what it misses, at ten times the cost and with wrong reads of its
own, so that it comes last and is not asked where anything was found.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import Any, NamedTuple

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from custody.core.errors import Malformed
from scanner_agent.code_formats import QR_ONLY, Format
from scanner_agent.preparations import CLOSE, Grey, doubled, unchanged
from scanner_agent.structured_append import is_one_of_several
from scanner_agent.zbar import ZbarWorker, pyzbar_available

_FORMATS: dict[Format, zxingcpp.BarcodeFormat] = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "code128": zxingcpp.BarcodeFormat.Code128,
    "code39": zxingcpp.BarcodeFormat.Code39,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
    "ean8": zxingcpp.BarcodeFormat.EAN8,
    "itf": zxingcpp.BarcodeFormat.ITF,
}
CLOSE_STEPS = len(CLOSE) + 1
"""All preparations, and zbar."""
_NOT_TEXT = {zxingcpp.ContentType.Binary, zxingcpp.ContentType.UnknownECI}
_MATRIX = "dQ"


class Decoded(NamedTuple):
    """A code's AIM symbology identifier (ISO/IEC 15424), such as `]Q1`, and its text."""

    symbology: str
    text: str

    @property
    def is_linear(self) -> bool:
        """Whether it is a 1D code, whose checksum lets wrong reads through."""
        return self.symbology[1] not in _MATRIX


class Seen(NamedTuple):
    """The codes that a look read, and whether a further one lies in the picture that could not be read."""

    codes: list[Decoded | Malformed]
    unread: bool


class Decoder:
    """Reads the configured formats and no others: each further one costs time and is a chance of a wrong read."""

    def __init__(self, formats: Collection[Format] = QR_ONLY) -> None:
        self._formats = zxingcpp.BarcodeFormats([_FORMATS[name] for name in formats])
        self.zbar = ZbarWorker() if "qr" in formats and pyzbar_available() else None

    def decode(self, picture: Grey) -> list[Decoded | Malformed]:
        """Every code in the picture, however long it takes; Malformed for one that holds no text."""
        found: list[Decoded | Malformed] = []
        for prepare in (unchanged, *CLOSE):
            more, unread = self._by_zxing(prepare(picture))
            found = _united(found, more)
            if found and not unread:
                return found
        return found or self._by_zbar(picture)

    def look(self, picture: Grey, step: int | None = None) -> Seen:
        """What a look in passing shows, and what one close step does, 0 to `CLOSE_STEPS` - 1.

        A close step takes as long as several looks in passing; all of them after one another are `decode`.
        """
        seen = self._by_zxing(picture)
        if not seen.codes:
            seen = self._by_zxing(doubled(picture))
        if step is None:
            return seen
        if step < len(CLOSE):
            closer = self._by_zxing(CLOSE[step](picture))
            # What a preparation that reads nothing leaves unread may be what the other has read.
            unread = any(one.codes and one.unread for one in (seen, closer))
            return Seen(_united(seen.codes, closer.codes), unread)
        return seen if seen.codes else Seen(self._by_zbar(picture), unread=False)

    def warm_up(self) -> None:
        """Starts the zbar process ahead of the first picture that needs it."""
        if self.zbar is not None:
            with suppress(OSError):  # it is tried again with that picture
                self.zbar.start()

    def close(self) -> None:
        """Ends the zbar process."""
        if self.zbar is not None:
            self.zbar.close()

    def _by_zbar(self, picture: Grey) -> list[Decoded | Malformed]:
        if self.zbar is None:
            return []
        height, width = picture.shape
        return [Decoded("]Q1", text) for text in self.zbar.decode(picture.tobytes(), width, height)]

    def _by_zxing(self, picture: Grey) -> Seen:
        codes = zxingcpp.read_barcodes(
            picture, formats=self._formats, try_invert=False, text_mode=zxingcpp.TextMode.Plain, return_errors=True
        )
        read = [code for code in codes if code.valid]
        boxes = [_corners(code) for code in read]
        unread = (_is_apart(_corners(code), boxes, picture) for code in codes if not code.valid)
        return Seen([_content(code) for code in read], any(unread))


def grey(image: NDArray[Any]) -> Grey:
    """The grey picture of an image as OpenCV reads it (grey, BGR or BGRA, 8 or 16 bits), transparent parts white."""
    if image.dtype == np.uint16:
        image = (image >> 8).astype(np.uint8)
    if image.ndim == 2:
        return image
    if image.shape[2] < 4:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    opaque = image[..., 3].astype(np.uint16)
    shade = cv2.cvtColor(image[..., :3], cv2.COLOR_BGR2GRAY).astype(np.uint16)
    return ((shade * opaque + 255 * (255 - opaque)) // 255).astype(np.uint8)


def _content(code: zxingcpp.Barcode) -> Decoded | Malformed:
    if code.content_type in _NOT_TEXT or not code.text:
        return Malformed(
            "a code holds no text",
            expected="a label's text",
            got=code.bytes.hex() or "nothing",
            remedy="It is no label.",
        )
    if is_one_of_several(code):
        return Malformed(
            "a code is one of several that hold a text together",
            expected="a label in one code",
            got=code.text,
            remedy="It is no label of this election.",
        )
    return Decoded(code.symbology_identifier, code.text)


def _united(found: list[Decoded | Malformed], more: list[Decoded | Malformed]) -> list[Decoded | Malformed]:
    """Both, what both have once: no two labels bear one text."""
    known = {str(code) for code in found}
    return found + [code for code in more if str(code) not in known]


def _corners(code: zxingcpp.Barcode) -> NDArray[np.float64]:
    """4 × 2 pixels."""
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], np.float64)


def _is_apart(code: NDArray[np.float64], read: list[NDArray[np.float64]], picture: Grey) -> bool:
    """Whether a code lies wholly in the picture and is none of those read, nor put together from parts of them."""
    if not ((code > 0) & (code < (picture.shape[1] - 1, picture.shape[0] - 1))).all():
        return False
    return not any(_covers(code, other.mean(axis=0)) or _covers(other, code.mean(axis=0)) for other in read)


def _covers(code: NDArray[np.float64], point: NDArray[np.float64]) -> bool:
    return bool((code.min(axis=0) <= point).all() and (point <= code.max(axis=0)).all())
