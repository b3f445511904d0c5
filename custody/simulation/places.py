"""Real places of one regency, with their official (Kemendagri) codes, as the site tree of a drill."""

from collections.abc import Iterator

from lokal import wilayah
from msgspec import Struct

from custody.core.head import SiteCategory
from custody.simulation.positions import Position, position

GLN = "9521234567899"
"""A Global Location Number under GS1's prefix 952, which is set apart for examples."""
COLUMNS = ["site", "category", "name", "parent", "lat", "lon"]


class Place(Struct, frozen=True):
    """A row of the site import: `site` and `parent` are site ids; None where the demo knows no position."""

    site: str
    category: SiteCategory
    name: str
    parent: str | None
    position: Position | None

    def cells(self) -> list[str]:
        """As COLUMNS has them: the position in degrees."""
        lat, lon = (f"{one / 1_000_000:.6f}" for one in self.position) if self.position else ("", "")
        return [self.site, self.category, self.name, self.parent or "", lat, lon]


def site(code: str) -> str:
    """The site id of an official code."""
    return f"414/{GLN}/254/{code}"


def regency(code: str, districts: int = 1, villages: int = 1, stations: int = 1) -> Iterator[Place]:
    """The province, the regency `code` (such as `34.71`), warehouse, printer, its first districts, villages and TPS.

    What has no code of the Kemendagri's has its place's and one of its own: a TPS its village's and its number.
    """
    province = code.partition(".")[0]
    yield _place(province, "office", f"KPU {_name(province)}", None)
    yield _place(code, "office", f"KPU {_name(code)}", province)
    yield _place(f"{code}-G", "warehouse", f"Gudang KPU {_name(code)}", code)
    yield _place(f"{code}-P", "printer", f"Percetakan {_name(code)}", code)
    for district in wilayah.list_wilayah(code)[:districts]:
        yield _place(district.code, "district", f"PPK {district.name}", code)
        for village in wilayah.list_wilayah(district.code)[:villages]:
            yield _place(village.code, "village", f"PPS {village.name}", district.code)
            for number in range(1, stations + 1):
                name = f"TPS {number:03} {village.name}"
                yield _place(f"{village.code}-{number:03}", "polling-station", name, village.code)


def _place(code: str, category: SiteCategory, name: str, parent: str | None) -> Place:
    return Place(site(code), category, name, None if parent is None else site(parent), position(code))


def _name(code: str) -> str:
    name = wilayah.wilayah_name(code)
    if name is None:
        raise LookupError(f"no place has the code {code}")
    return str(name)
