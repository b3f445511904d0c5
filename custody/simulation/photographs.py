"""Photographs of printed pages: a PDF put before a camera, a little askew, in uneven light, with a sensor's noise."""

from collections.abc import Iterator

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Rows × columns × 3, blue, green, red."""

WIDTH, HEIGHT = 1280, 720


def pages(pdf: bytes, dpi: int = 150) -> Iterator[Picture]:
    """The pages of a PDF as a printer would put them on paper."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            colours = page.render(scale=dpi / 72).to_numpy()[:, :, :3]
            yield np.ascontiguousarray(colours, dtype=np.uint8)
    finally:
        document.close()


def blank() -> Picture:
    """An empty sheet."""
    return np.full((200, 300, 3), 255, dtype=np.uint8)


def cut_out(page: Picture, corner: tuple[float, float], size: tuple[float, float], dpi: int = 150) -> Picture:
    """A rectangle of a page: its upper left corner, its width and height, in millimetres."""
    x, y, w, h = (round(length * dpi / 25.4) for length in (*corner, *size))
    return page[y : y + h, x : x + w]


def photograph(paper: Picture, seed: int, largest: float = 0.92) -> Picture:
    """A frame of WIDTH × HEIGHT with `paper` on a table; the same seed gives the same frame."""
    chance = np.random.default_rng(seed)
    height, width = paper.shape[:2]
    scale = largest * min(WIDTH / width, HEIGHT / height)
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) * scale / 2
    angle = chance.uniform(-0.04, 0.04)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    askew = corners @ turn.T + [WIDTH / 2, HEIGHT / 2] + chance.uniform(-6, 6, (4, 2))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    lens = cv2.getPerspectiveTransform(flat, askew.astype(np.float32))
    table = np.full((HEIGHT, WIDTH, 3), (96, 122, 138), dtype=np.uint8)
    frame = cv2.warpPerspective(
        paper, lens, (WIDTH, HEIGHT), table, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT
    )
    light = np.linspace(chance.uniform(0.82, 0.95), 1.0, WIDTH)[None, :, None]
    noisy = frame * light + chance.normal(0, 3, frame.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)
