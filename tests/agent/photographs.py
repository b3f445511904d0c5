"""Photographs of codes with their texts, in ../shared/images beside the source tree, where present."""

from pathlib import Path
from typing import NamedTuple

import cv2

from scanner_agent.decode import grey
from scanner_agent.preparations import Grey

IMAGES = Path(__file__).parents[3] / "shared" / "images"


class Photograph(NamedTuple):
    """`text` is None where nothing may be read."""

    name: str
    picture: Grey
    text: str | None


def photographs(folder: str) -> list[Photograph]:
    """Those of a folder of `IMAGES`, by name."""
    paths = sorted(path for path in (IMAGES / folder).iterdir() if path.suffix in {".png", ".jpg"})
    return [Photograph(path.name, _load(path), _text(path.with_suffix(".txt"))) for path in paths]


def _load(path: Path) -> Grey:
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return grey(image)


def _text(path: Path) -> str | None:
    return path.read_bytes().decode() if path.exists() else None
