"""A map of sites, as numbers that a template draws: points on a canvas, over a part of the coastline.

The coastline (`static/coastline.svg`) counts in hundredths of a degree, x eastwards and y southwards.
"""

from collections.abc import Iterator, Sequence
from math import ceil, cos, floor, log10, radians, sqrt

from msgspec import Struct

WIDTH = 720.0
"""Of the canvas, whatever it shows."""
NARROWEST, WIDEST = 1.9, 2.5
"""The canvas, width to height."""
MARGIN = 0.14
"""Beside the outermost points, of what they span."""
CLOSEST, ALONE = 1.5, 100.0
"""So much is shown at least, in hundredths of a degree, of several places and around one."""
COUNTRY = (9400.0, -700.0, 4800.0, 1920.0)
WIDE = 1800.0
"""What spans more is shown with the whole country around it; what spans less, with a little map of where that is."""
MOST = 300
"""Points: a page stays small."""
SMALLEST, LARGEST = 5.0, 13.0
"""Radius of a point."""
NAMED = 30
"""Of at most so many points each has its name beside it, where there is room."""
LETTER, LINE = 6.4, 14.0
"""How much room a name takes."""
KM = 1.1132
"""A hundredth of a degree at the equator."""


class Spot(Struct, frozen=True):
    """What is to be shown: where (millionths of a degree), and how much of it there is."""

    site: str
    name: str
    lat: int
    lon: int
    size: int


class Name(Struct, frozen=True):
    """Where a name stands, and whether that is its `start`, `middle` or `end`."""

    x: float
    y: float
    anchor: str


class Point(Struct, frozen=True):
    """A spot on the canvas. `name`: None where there is no room."""

    site: str
    x: float
    y: float
    r: float
    name: Name | None


class Box(Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float

    @property
    def text(self) -> str:
        """As SVG's viewBox has it."""
        return " ".join(f"{one:.2f}" for one in (self.x, self.y, self.width, self.height))

    def meets(self, other: "Box") -> bool:
        apart_x = self.x + self.width <= other.x or other.x + other.width <= self.x
        return not (apart_x or self.y + self.height <= other.y or other.y + other.height <= self.y)


class Map(Struct, frozen=True):
    """`frame`: what is shown of the coastline. `points`: in the order of the spots. `metres`: how long `bar` is.

    `lines`: of longitude and of latitude, at x and at y. `hub`: the site that they are below. `middle`: where in the
    country that is (None: the country itself is shown).
    """

    width: float
    height: float
    frame: Box
    points: list[Point]
    metres: int
    bar: float
    lines: tuple[list[float], list[float]]
    hub: tuple[float, float] | None
    middle: tuple[float, float] | None


def draw(spots: Sequence[Spot], hub: tuple[int, int] | None) -> Map | None:
    """The map of the first `MOST` spots, and of the site above them (latitude, longitude); None without any spot."""
    shown = spots[:MOST]
    if not shown:
        return None
    at = [_at(spot.lat, spot.lon) for spot in shown]
    above = None if hub is None else _at(*hub)
    frame = _frame(at if above is None else [*at, above])
    scale = WIDTH / frame.width
    canvas = Box(0, 0, WIDTH, frame.height * scale)
    most = max(spot.size for spot in shown)
    places = [
        Point(
            spot.site,
            (x - frame.x) * scale,
            (y - frame.y) * scale,
            SMALLEST + (LARGEST - SMALLEST) * sqrt(spot.size / most) if most else SMALLEST,
            None,
        )
        for spot, (x, y) in zip(shown, at, strict=True)
    ]
    beside = None if above is None else ((above[0] - frame.x) * scale, (above[1] - frame.y) * scale)
    names = list(_names([spot.name for spot in shown], places, beside, canvas)) if len(shown) <= NAMED else []
    metres, bar = _bar(frame)
    return Map(
        canvas.width,
        canvas.height,
        frame,
        [Point(one.site, one.x, one.y, one.r, name) for one, name in zip(places, names, strict=True)]
        if names
        else places,
        metres,
        bar,
        _lines(frame, scale),
        beside,
        (frame.x + frame.width / 2, frame.y + frame.height / 2) if frame.width < WIDE else None,
    )


def _at(lat: int, lon: int) -> tuple[float, float]:
    return lon / 10_000, -lat / 10_000


def _frame(at: Sequence[tuple[float, float]]) -> Box:
    """What shows all of these."""
    west, east = min(x for x, _ in at), max(x for x, _ in at)
    north, south = min(y for _, y in at), max(y for _, y in at)
    if east - west > WIDE:
        return Box(*COUNTRY)
    least = CLOSEST if len(at) > 1 else ALONE
    width, height = (max(span * (1 + 2 * MARGIN), least) for span in (east - west, south - north))
    width, height = max(width, height * NARROWEST), max(height, width / WIDEST)
    return Box((west + east - width) / 2, (north + south - height) / 2, width, height)


def _bar(frame: Box) -> tuple[int, float]:
    """(metres, length on the canvas) of a scale: a round number, at most a fifth of the width."""
    across = frame.width * KM * 1000 * cos(radians((frame.y + frame.height / 2) / 100))
    metres = _round(across / 5)
    return int(metres), WIDTH * metres / across


def _lines(frame: Box, scale: float) -> tuple[list[float], list[float]]:
    """Where lines of longitude and latitude run, a round number of degrees apart."""
    step = _round(frame.width / 4)
    columns = range(ceil(frame.x / step), floor((frame.x + frame.width) / step) + 1)
    rows = range(ceil(frame.y / step), floor((frame.y + frame.height) / step) + 1)
    return [(n * step - frame.x) * scale for n in columns], [(n * step - frame.y) * scale for n in rows]


def _round(most: float) -> float:
    """The largest of 1, 2, 5, 10, 20 … (or .5, .2, .1 …) that is not above this."""
    ten = 10.0 ** floor(log10(most))
    return max(ten * times for times in (1, 2, 5) if ten * times <= most)


def _names(
    names: Sequence[str], points: Sequence[Point], hub: tuple[float, float] | None, canvas: Box
) -> Iterator[Name | None]:
    """Each where it meets neither a point nor an earlier name."""
    taken = [_around(one.x, one.y, one.r) for one in points]
    if hub is not None:
        taken.append(_around(*hub, SMALLEST))
    for name, point in zip(names, points, strict=True):
        found = next((tried for tried in _tries(name, point) if _is_free(tried[1], taken, canvas)), None)
        if found is not None:
            taken.append(found[1])
        yield None if found is None else found[0]


def _around(x: float, y: float, r: float) -> Box:
    return Box(x - r, y - r, 2 * r, 2 * r)


def _tries(name: str, point: Point) -> Iterator[tuple[Name, Box]]:
    """To the right, to the left, below and above."""
    wide, away = len(name) * LETTER, point.r + 5
    for x, y, anchor, left in (
        (point.x + away, point.y, "start", 0.0),
        (point.x - away, point.y, "end", wide),
        (point.x, point.y + away + LINE / 2, "middle", wide / 2),
        (point.x, point.y - away - LINE / 2, "middle", wide / 2),
    ):
        yield Name(x, y, anchor), Box(x - left, y - LINE / 2, wide, LINE)


def _is_free(box: Box, taken: Sequence[Box], canvas: Box) -> bool:
    inside = box.x >= 0 and box.y >= 0 and box.x + box.width <= canvas.width and box.y + box.height <= canvas.height
    return inside and not any(box.meets(other) for other in taken)
