"""One frame of a camera, decoded only as far as someone asks."""

from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from custody.core import jpeg
from custody.core.errors import Malformed
from scanner_agent.decode import grey
from scanner_agent.preparations import Grey

_REDUCED = 8
_MOST_PIXELS = 40_000_000
_NOTHING: Grey = np.zeros((1, 1), np.uint8)


class Frame:
    """An image as OpenCV reads it (grey or BGR), or a camera's own JPEG (one row of bytes); `at` in monotonic seconds.

    What cannot be decoded is an empty picture: a cable that garbles one frame is no reason to stop.
    """

    def __init__(self, data: NDArray[Any], at: float) -> None:
        self._data = data
        self.at = at

    @cached_property
    def thumbnail(self) -> Grey:
        """An eighth of the rows and columns, each pixel the mean of what it stands for."""
        if self._is_jpeg:
            return self._decoded(cv2.IMREAD_REDUCED_GRAYSCALE_8)
        height, width = self._data.shape[:2]
        size = (max(1, width // _REDUCED), max(1, height // _REDUCED))
        return grey(cv2.resize(self._data, size, interpolation=cv2.INTER_AREA))

    @cached_property
    def picture(self) -> Grey:
        """What the decoder reads."""
        return self._decoded(cv2.IMREAD_GRAYSCALE) if self._is_jpeg else grey(self._data)

    @property
    def image(self) -> NDArray[Any] | None:
        """For people, in colour where the camera has it; None where it cannot be decoded."""
        if not self._is_jpeg:
            return self._data
        image = self._decoded(cv2.IMREAD_COLOR)
        return None if image is _NOTHING else image

    @property
    def _is_jpeg(self) -> bool:
        return self._data.ndim == 2 and 1 in self._data.shape and self._data.size > 1

    @property
    def is_picture(self) -> bool:
        """Whether it can be decoded."""
        return self.thumbnail is not _NOTHING

    def _decoded(self, how: int) -> NDArray[Any]:
        try:
            size = jpeg.read_size(self._data.tobytes())
        except Malformed:
            return _NOTHING
        # One byte of a JPEG's head can ask for gigabytes.
        if size.width * size.height > _MOST_PIXELS:
            return _NOTHING
        image = cv2.imdecode(self._data.ravel(), how)
        return _NOTHING if image is None else np.asarray(image, np.uint8)
