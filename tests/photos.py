"""Photographs for tests: what a camera would give, made from a seed."""

from hashlib import sha256

import cv2
import numpy as np

SALT = bytes(range(16))


def picture(width: int = 320, height: int = 240, seed: int = 1) -> np.ndarray:
    """A scene of soft colours with its upper left corner red; BGR."""
    random = np.random.default_rng(seed)
    small = random.integers(60, 200, (6, 8, 3), dtype=np.uint8)
    scene = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    scene[: height // 4, : width // 4] = (0, 0, 255)
    return scene


def jpeg_file(width: int = 320, height: int = 240, seed: int = 1, *, progressive: bool = False) -> bytes:
    options = [cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive)]
    return cv2.imencode(".jpg", picture(width, height, seed), options)[1].tobytes()


def salted(content: bytes, salt: bytes = SALT) -> tuple[str, bytes]:
    """(hash, bytes) of a photograph as it is kept."""
    return sha256(salt + content).hexdigest(), salt + content
