"""Preparations of a picture that make codes readable again, each against one thing that cameras do to them.

Chosen by measurement (benchmarks/decode.py) among some forty: they are those that add reads to the others'.
"""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
"""A picture: rows × columns, one byte a pixel, 0 black."""

Preparation = Callable[[Grey], Grey]

_DEFOCUS = 2.0
_NOISE = 0.002
_REACH = 10


def unchanged(picture: Grey) -> Grey:
    return picture


def doubled(picture: Grey) -> Grey:
    """Against small modules."""
    return np.asarray(cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _taller(picture: Grey) -> Grey:
    """Against a tilt away from the camera, which makes modules flat."""
    return np.asarray(cv2.resize(picture, None, fx=1, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _wider(picture: Grey) -> Grey:
    """Against a tilt aside."""
    return np.asarray(cv2.resize(picture, None, fx=2, fy=1, interpolation=cv2.INTER_CUBIC), np.uint8)


def _smoothed(picture: Grey) -> Grey:
    """Against noise and speckles, in little light too: zxing-cpp takes what has little contrast for empty."""
    return doubled(np.asarray(cv2.medianBlur(_stretched(picture), 3), np.uint8))


def _sharpened(picture: Grey) -> Grey:
    """Against softness and slight motion: unsharp mask."""
    large = doubled(picture)
    blurred = cv2.GaussianBlur(large, (0, 0), 3)
    return np.asarray(cv2.addWeighted(large, 3.0, blurred, -2.0, 0), np.uint8)


def _focused(picture: Grey) -> Grey:
    """Against defocus: the Wiener filter of a Gaussian of `_DEFOCUS` pixels."""
    return doubled(np.asarray(cv2.filter2D(picture, -1, _wiener()), np.uint8))


def _stretched(picture: Grey) -> Grey:
    """All but the darkest and lightest hundredth over the whole range."""
    dark, light = np.percentile(picture[::4, ::4], (1, 99))
    levels = (np.arange(256) - dark) * (255 / max(light - dark, 8))
    return np.asarray(cv2.LUT(picture, np.clip(levels, 0, 255).astype(np.uint8)), np.uint8)


@cache
def _wiener() -> NDArray[np.float32]:
    """A kernel of 2 `_REACH` + 1 pixels a side; `_NOISE` is the noise's power against the picture's."""
    side = 128
    distance = np.minimum(np.arange(side), side - np.arange(side))
    profile = np.exp(-(distance**2) / (2 * _DEFOCUS**2))
    spectrum = np.fft.rfft2(np.outer(profile, profile) / profile.sum() ** 2)
    inverse = np.fft.irfft2(np.conj(spectrum) / (np.abs(spectrum) ** 2 + _NOISE), (side, side))
    kernel = np.roll(inverse, (_REACH, _REACH), (0, 1))[: 2 * _REACH + 1, : 2 * _REACH + 1]
    return np.asarray(kernel / kernel.sum(), np.float32)


CLOSE: tuple[Preparation, ...] = (doubled, _taller, _wider, _smoothed, _sharpened, _focused)
