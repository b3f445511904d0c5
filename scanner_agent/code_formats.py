"""The kinds of codes that can be looked for in pictures."""

from typing import Literal

Format = Literal["qr", "datamatrix", "code128", "code39", "ean13", "ean8", "itf"]

QR_ONLY: tuple[Format, ...] = ("qr",)
"""What labels and badges of our own need."""
