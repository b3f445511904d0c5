"""What a page looks like once printed: size in millimetres, and the codes that a reader finds on it."""

from pathlib import Path
from typing import NamedTuple

import pypdfium2
import zxingcpp

POINTS_PER_MM = 72 / 25.4


class Found(NamedTuple):
    """A code's text and the box of its dark modules, in mm from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def pages(pdf: bytes | Path) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(pdf))


def size_mm(page: pypdfium2.PdfPage) -> tuple[float, float]:
    width, height = page.get_size()
    return width / POINTS_PER_MM, height / POINTS_PER_MM


def codes(page: pypdfium2.PdfPage, dpi: int) -> list[Found]:
    image = page.render(scale=dpi / 72).to_numpy()
    mm = 25.4 / dpi
    found = []
    for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode):
        corners = [getattr(code.position, at) for at in ("top_left", "top_right", "bottom_right", "bottom_left")]
        across, down = [corner.x * mm for corner in corners], [corner.y * mm for corner in corners]
        found.append(Found(code.text, min(across), min(down), max(across), max(down)))
    return found
