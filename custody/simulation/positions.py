"""Where the demo's places lie. The official list of places has no positions: these are the demo's own, and only near.

WGS 84, in millionths of a degree, as (latitude, longitude).
"""

from math import cos, pi, sin, sqrt

Position = tuple[int, int]

_GOLDEN = pi * (3 - sqrt(5))
"""Turned by this each time, points that go outwards keep apart (H. Vogel, 1979)."""
_APART = 900

_OFFICES = {
    "34": (-7_796_500, 110_391_500),
    "34.71": (-7_779_300, 110_361_000),
    "34.71-G": (-7_829_000, 110_392_000),
    "34.71-P": (-7_816_000, 110_380_000),
}
# Of Kota Yogyakarta's kelurahan, in ten-thousandths of a degree, by kemantren.
_VILLAGES = {
    "34.71.01": [(-77745, 1103575), (-77735, 1103655), (-77850, 1103535), (-77790, 1103510)],
    "34.71.02": [(-77860, 1103610), (-77770, 1103675), (-77865, 1103675)],
    "34.71.03": [(-77840, 1103890), (-77870, 1103730), (-77860, 1103820), (-77945, 1103855), (-77795, 1103740)],
    "34.71.04": [(-77935, 1103685), (-77945, 1103715), (-77955, 1103760)],
    "34.71.05": [(-77915, 1103640), (-77925, 1103595)],
    "34.71.06": [(-77995, 1103605), (-78045, 1103585)],
    "34.71.07": [(-77965, 1103515), (-78025, 1103520), (-78105, 1103515)],
    "34.71.08": [(-78195, 1103550), (-78175, 1103605), (-78215, 1103665)],
    "34.71.09": [(-78105, 1103605), (-78095, 1103675), (-78035, 1103615)],
    "34.71.10": [(-78010, 1103655), (-78045, 1103710)],
    "34.71.11": [(-78010, 1103745), (-78035, 1103790)],
    "34.71.12": [(-78135, 1103725), (-78095, 1103780), (-78225, 1103725)],
    "34.71.13": [
        (-78035, 1103860),
        (-77995, 1103920),
        (-78085, 1103885),
        (-78125, 1103945),
        (-78185, 1103890),
        (-78245, 1103820),
        (-78335, 1103900),
    ],
    "34.71.14": [(-78110, 1104005), (-78220, 1103975), (-78280, 1104035)],
}


def position(code: str) -> Position | None:
    """Of a place by its code, as `places.regency` makes it; None where the demo knows none."""
    if code in _OFFICES:
        return _OFFICES[code]
    village, _, station = code.partition("-")
    district, number = village[:8], village[9:]
    of_villages = _VILLAGES.get(district, [])
    if not number:
        return _middle(of_villages) if of_villages else None
    at = int(number) - 1001
    if not 0 <= at < len(of_villages):
        return None
    lat, lon = (of_villages[at][0] * 100, of_villages[at][1] * 100)
    return _beside((lat, lon), int(station)) if station else (lat, lon)


def _middle(points: list[Position]) -> Position:
    return sum(lat for lat, _ in points) * 100 // len(points), sum(lon for _, lon in points) * 100 // len(points)


def _beside(middle: Position, number: int) -> Position:
    """The `number`th of the points around a middle: some hundred metres from each other."""
    away, turned = _APART * sqrt(number), number * _GOLDEN
    return middle[0] + round(away * sin(turned)), middle[1] + round(away * cos(turned))
