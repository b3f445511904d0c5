"""Pictures to texts: zxing-cpp on the picture and on three preparations of it, then zbar.

The order was measured on public picture sets: zxing-cpp is fast and never read wrongly; zbar finds what it misses, at
ten times the cost and with wrong reads of its own, so that it comes last.
"""

from collections.abc import Callable, Collection
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from custody.core.errors import Malformed
from scanner_agent.zbar import ZbarWorker, pyzbar_available

Grey = NDArray[np.uint8]
"""A picture: rows × columns, one byte a pixel, 0 black."""

Format = Literal["qr", "datamatrix", "code128", "code39", "ean13", "ean8", "itf"]

QR_ONLY: tuple[Format, ...] = ("qr",)
"""What labels and badges of our own need."""

_FORMATS: dict[Format, zxingcpp.BarcodeFormat] = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "code128": zxingcpp.BarcodeFormat.Code128,
    "code39": zxingcpp.BarcodeFormat.Code39,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
    "ean8": zxingcpp.BarcodeFormat.EAN8,
    "itf": zxingcpp.BarcodeFormat.ITF,
}
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


class Decoder:
    """Reads the configured formats and no others: each further one costs time and is a chance of a wrong read."""

    def __init__(self, formats: Collection[Format] = QR_ONLY) -> None:
        self._formats = zxingcpp.BarcodeFormats([_FORMATS[name] for name in formats])
        self.zbar = ZbarWorker() if "qr" in formats and pyzbar_available() else None

    def decode(self, picture: Grey, *, thorough: bool = True) -> list[Decoded | Malformed]:
        """Every code in the picture (in the first preparation that shows any); Malformed for one that holds no text.

        Only `thorough` takes the dear steps, which on a picture without a code cost five times as much as the others.
        """
        for prepare in (*_CHEAP, *_DEAR) if thorough else _CHEAP:
            if found := self._by_zxing(prepare(picture)):
                return found
        return self._by_zbar(picture) if thorough else []

    def close(self) -> None:
        """Ends the zbar process."""
        if self.zbar is not None:
            self.zbar.close()

    def _by_zbar(self, picture: Grey) -> list[Decoded | Malformed]:
        if self.zbar is None:
            return []
        height, width = picture.shape
        return [Decoded("]Q1", text) for text in self.zbar.decode(picture.tobytes(), width, height)]

    def _by_zxing(self, picture: Grey) -> list[Decoded | Malformed]:
        codes = zxingcpp.read_barcodes(
            picture, formats=self._formats, try_invert=False, text_mode=zxingcpp.TextMode.Plain
        )
        return [_content(code) for code in codes]


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
    return Decoded(code.symbology_identifier, code.text)


def _unchanged(picture: Grey) -> Grey:
    return picture


def _doubled(picture: Grey) -> Grey:
    """Small modules."""
    return np.asarray(cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _smoothed(picture: Grey) -> Grey:
    """Noise."""
    return _doubled(np.asarray(cv2.medianBlur(picture, 3), np.uint8))


def _sharpened(picture: Grey) -> Grey:
    """Defocus: unsharp mask."""
    doubled = _doubled(picture)
    blurred = cv2.GaussianBlur(doubled, (0, 0), 3)
    return np.asarray(cv2.addWeighted(doubled, 3.0, blurred, -2.0, 0), np.uint8)


_Preparations = tuple[Callable[[Grey], Grey], ...]
_CHEAP: _Preparations = (_unchanged, _doubled)
_DEAR: _Preparations = (_smoothed, _sharpened)
