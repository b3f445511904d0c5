"""Frames as JPEG, for people: no metadata, and never more bytes than were asked for."""

from typing import Any

import cv2
from numpy.typing import NDArray

_QUALITIES = (90, 80, 65, 50, 35)


def jpeg(image: NDArray[Any], *, at_most: int, width: int | None = None) -> bytes:
    """The image (grey or BGR) in at most `at_most` bytes and at most `width` pixels wide.

    Loses quality before it loses pixels. Raises ValueError where the image cannot be encoded.
    """
    if width is not None and image.shape[1] > width:
        image = _scaled(image, width / image.shape[1])
    while True:
        for quality in _QUALITIES:
            came, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if not came:
                raise ValueError("the image does not encode as JPEG")
            if encoded.size <= at_most or min(image.shape[:2]) < 16:
                return encoded.tobytes()
        image = _scaled(image, 0.75)


def _scaled(image: NDArray[Any], times: float) -> NDArray[Any]:
    return cv2.resize(image, None, fx=times, fy=times, interpolation=cv2.INTER_AREA)
