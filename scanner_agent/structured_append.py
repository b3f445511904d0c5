"""Which QR codes are one of several that hold a text together (ISO/IEC 18004, section 8): their text is a part of it.

A part of a label can be another label. zxing-cpp does not say so of a code; but it gives the symbol that it read, and
the first four bits of that are the mode: at its lower right corner, upward, below the mask.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import zxingcpp

_STRUCTURED_APPEND = [False, False, True, True]
_FIRST_BITS = ((-1, -1), (-1, -2), (-2, -1), (-2, -2))
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _: row % 2 == 0,
    lambda _, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)


def is_one_of_several(code: zxingcpp.Barcode) -> bool:
    """Whether a code that was read is a QR code in structured append mode. Micro QR codes have none."""
    about: Any = code.extra
    if code.format != zxingcpp.BarcodeFormat.QRCode or not str(about.get("Version", "")).isdecimal():
        return False
    dark = np.array(code.to_image(scale=1, add_quiet_zones=False)) < 128
    size = dark.shape[0]
    masked = _MASKS[int(about["DataMask"])]
    bits = [bool(dark[row, column]) != masked(size + row, size + column) for row, column in _FIRST_BITS]
    return bits == _STRUCTURED_APPEND
