"""Real places of one regency, with their official (Kemendagri) codes, as the site tree of a drill."""

from collections.abc import Iterator

from lokal import wilayah
from msgspec import Struct

from custody.core.head import SiteCategory

GLN = "9521234567899"
"""A Global Location Number under GS1's prefix 952, which is set apart for examples."""


class Place(Struct, frozen=True):
    """A row of the site import: `site` and `parent` are site ids."""

    site: str
    category: SiteCategory
    name: str
    parent: str | None


def site(code: str) -> str:
    """The site id of an official code."""
    return f"414/{GLN}/254/{code}"


def regency(code: str, districts: int = 1, villages: int = 1, stations: int = 1) -> Iterator[Place]:
    """The province, the regency `code` (such as `34.71`), warehouse, printer, its first districts, villages and TPS.

    What has no code of the Kemendagri's has its place's and one of its own: a TPS its village's and its number.
    """
    province = code.partition(".")[0]
    yield Place(site(province), "office", f"KPU {_name(province)}", None)
    yield Place(site(code), "office", f"KPU {_name(code)}", site(province))
    yield Place(site(f"{code}-G"), "warehouse", f"Gudang KPU {_name(code)}", site(code))
    yield Place(site(f"{code}-P"), "printer", f"Percetakan {_name(code)}", site(code))
    for district in wilayah.list_wilayah(code)[:districts]:
        yield Place(site(district.code), "district", f"PPK {district.name}", site(code))
        for village in wilayah.list_wilayah(district.code)[:villages]:
            yield Place(site(village.code), "village", f"PPS {village.name}", site(district.code))
            for number in range(1, stations + 1):
                name = f"TPS {number:03} {village.name}"
                yield Place(site(f"{village.code}-{number:03}"), "polling-station", name, site(village.code))


def _name(code: str) -> str:
    name = wilayah.wilayah_name(code)
    if name is None:
        raise LookupError(f"no place has the code {code}")
    return str(name)
