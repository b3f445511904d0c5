"""Indonesia's time zones, by the official codes of places in the ids of sites."""

import re
from collections.abc import Callable

ZONES = {"WIB": 7, "WITA": 8, "WIT": 9}
"""Hours ahead of UTC (Keputusan Presiden 41/1987)."""

# Provinces by the first two digits of the official codes of places (Kemendagri).
_WITA = {"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"}
_WIT = {"81", "82", "91", "92", "93", "94", "95", "96"}
_CODE = re.compile(r"414/[0-9]{13}/254/([1-9][0-9])(?:[.].*)?")


def zone(site: str) -> str | None:
    """The zone of a site whose id holds the official code of its place; None of any other."""
    match = _CODE.fullmatch(site)
    if match is None:
        return None
    return "WITA" if match[1] in _WITA else "WIT" if match[1] in _WIT else "WIB"


def zone_of(site: str, parent: Callable[[str], str | None]) -> str:
    """By the code in the site's id, or of the nearest site above that has one; WIB where none has."""
    at: str | None = site
    while at is not None:
        if found := zone(at):
            return found
        at = parent(at)
    return "WIB"
