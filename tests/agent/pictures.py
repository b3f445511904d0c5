"""Pictures for the decoder: printed labels, worn by a seeded camera."""

import cv2
import numpy as np
import segno
import zxingcpp
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
LINK = "https://custody.example/8003/0952000000000123456789?k=0a1b2c3d&s=" + "A" * 86


def qr(content: str | bytes, module: int = 4) -> Picture:
    """A QR code of `module` pixels a module with its quiet zone."""
    matrix = np.array(list(segno.make(content, micro=False, boost_error=False).matrix), np.uint8)
    return enlarge(np.where(np.pad(matrix, 4) > 0, 0, 255).astype(np.uint8), module)


def code128(text: str) -> Picture:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    return np.pad(np.array(barcode.to_image(scale=3), np.uint8), 30, constant_values=255)


def enlarge(picture: Picture, times: int) -> Picture:
    return np.kron(picture, np.ones((times, times), np.uint8))


def on_table(*labels: Picture, height: int = 720, width: int = 1280) -> Picture:
    """A frame with labels side by side on grey."""
    frame = np.full((height, width), 190, np.uint8)
    x = 20
    for label in labels:
        rows, columns = label.shape
        frame[40 : 40 + rows, x : x + columns] = label
        x += columns + 20
    return frame


def worn(text: str, *, module: float, blur: float, noise: float, seed: int) -> Picture:
    """A label at a fraction of pixels a module, out of focus (Gaussian sigma in pixels), with noise (deviation)."""
    random = np.random.default_rng(seed)
    label = np.pad(qr(text, 8), 160, constant_values=255)
    side = round(label.shape[0] * module / 8)
    small = cv2.resize(label, (side, side), interpolation=cv2.INTER_AREA)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), float(random.uniform(0, 30)), 1.0)
    turned = cv2.warpAffine(small, turn, (side, side), borderMode=cv2.BORDER_CONSTANT, borderValue=255.0)
    soft = cv2.GaussianBlur(turned, (0, 0), blur).astype(np.float64) * 0.6 + 40
    return np.clip(soft + random.normal(0, noise, soft.shape), 0, 255).astype(np.uint8)
