"""Draws the portal's coastline: Indonesia, and faintly what lies around it, out of world-atlas's countries.

    python config/coastline.py countries-10m.json LICENSE > custody/web/portal/static/coastline.svg

world-atlas (ISC) holds the shapes of Natural Earth (public domain) as TopoJSON: lines that neighbours share. Each is
thinned by itself, so that neighbours still meet. The map is equirectangular: x is the longitude, y the latitude turned
over, both in hundredths of a degree.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]
"""Points in order: rows of (x, y)."""

INDONESIA = "360"
FRAME = np.array([[9200, -900], [14500, 1400]])
"""What is drawn of the world: its north-western and its south-eastern corner."""
TOLERANCE, AROUND = 1.0, 5.0
"""How far a thinned line may lie from the one that it stands for, in Indonesia and around it."""
LEAST = 2.5
"""The area, in tolerances squared, below which an island is left out."""

TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">
<!--
Made by config/coastline.py of the shapes of Natural Earth, which are in the public domain, as world-atlas 2.0.2 has
them, which comes under this licence:

{licence}-->
<path id="around" vector-effect="non-scaling-stroke" d="{around}"/>
<path id="indonesia" vector-effect="non-scaling-stroke" d="{indonesia}"/>
</svg>
"""


def draw(atlas: dict[str, Any], licence: str) -> str:
    """The whole SVG file."""
    scale, origin = (np.array(atlas["transform"][name]) for name in ("scale", "translate"))
    lines = [(np.cumsum(line, axis=0) * scale + origin) * (100, -100) for line in atlas["arcs"]]
    own: list[list[int]] = []
    around: list[list[int]] = []
    for country in atlas["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country.get("arcs", [])]
        # Of each polygon its outer ring: there is no hole that would be seen.
        (own if country.get("id") == INDONESIA else around).extend(polygon[0] for polygon in polygons if polygon)
    (west, north), (east, south) = FRAME
    return TEMPLATE.format(
        licence=licence,
        box=f"{west} {north} {east - west} {south - north}",
        around=_path(_drawn(around, lines, AROUND)),
        indonesia=_path(_drawn(own, lines, TOLERANCE)),
    )


def _drawn(rings: Iterable[list[int]], lines: list[Line], tolerance: float) -> Iterator[Line]:
    """The rings (of lines by number, ~number: backwards) that the frame shows any of, thinned and cut to it."""
    for ring in rings:
        whole = _joined([lines[number] if number >= 0 else lines[~number][::-1] for number in ring])
        if (whole.max(axis=0) < FRAME[0]).any() or (whole.min(axis=0) > FRAME[1]).any():
            continue
        thinned = [thin(lines[number if number >= 0 else ~number], tolerance) for number in ring]
        cut = _cut(_joined([one if number >= 0 else one[::-1] for number, one in zip(ring, thinned, strict=True)]))
        if len(cut) > 2 and _area(cut) >= LEAST * tolerance**2:
            yield np.rint(cut)


def thin(line: Line, tolerance: float) -> Line:
    """The line without the points that lie within `tolerance` of it without them (Douglas and Peucker)."""
    first, last = line[0], line[-1]
    along = last - first
    length = np.hypot(*along)
    off = line - first
    # From where a closed line begins: how far away it goes.
    away = abs(off[:, 0] * along[1] - off[:, 1] * along[0]) / length if length else np.hypot(off[:, 0], off[:, 1])
    farthest = int(away.argmax())
    if away[farthest] <= tolerance:
        return line[[0, -1]]
    return np.concatenate([thin(line[: farthest + 1], tolerance)[:-1], thin(line[farthest:], tolerance)])


def _joined(lines: Iterable[Line]) -> Line:
    """A ring, its first point not repeated: each line ends where the next begins."""
    return np.concatenate([line[:-1] for line in lines])


def _cut(ring: Line) -> Line:
    """What lies in the frame (Sutherland and Hodgman)."""
    for axis in (0, 1):
        for edge, side in zip(FRAME[:, axis], (1, -1), strict=True):
            ring = _cut_at(ring, axis, edge, side)
    return ring


def _cut_at(ring: Line, axis: int, edge: float, side: int) -> Line:
    kept: list[Line] = []
    for before, point in zip(np.roll(ring, 1, axis=0), ring, strict=True):
        was, is_ = (side * (one[axis] - edge) for one in (before, point))
        if (was < 0) != (is_ < 0):
            kept.append(before + (point - before) * (was / (was - is_)))
        if is_ >= 0:
            kept.append(point)
    return np.array(kept).reshape(-1, 2)


def _area(ring: Line) -> float:
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2


def _path(rings: Iterable[Line]) -> str:
    """Each ring as where it begins, and whole steps from point to point."""
    told = []
    for ring in rings:
        (x, y), steps = ring[0].astype(int), np.diff(ring, axis=0).astype(int)
        told.append(f"M{x} {y}l" + " ".join(f"{dx} {dy}" for dx, dy in steps if dx or dy).replace(" -", "-") + "z")
    return "".join(told)


if __name__ == "__main__":
    shapes, licence = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
    sys.stdout.write(draw(json.loads(shapes), licence))
