"""A verified log as CSV: the files that `custody export csv` writes and that an archive holds (docs/csv.md).

`csv_files` gives five: `log.csv`, `events.csv`, `findings.csv`, `deliveries.csv` and `sites.csv`. The same log and site
give the same bytes.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from custody.audit.csv_cells import Cell, encode
from custody.audit.epcis import timestamp
from custody.audit.event_rows import EventRow, event_rows
from custody.audit.judged_rows import DeliveryRow, FindingRow, delivery_rows, finding_rows
from custody.audit.tabled import Tabled
from custody.core.zones import zone

VERSION = 1
"""Of the files and their columns."""


class LogRow(NamedTuple):
    """What the files are of: the first `size` entries; `last` is when the last was received. `site`: None for all."""

    version: int
    log: str
    size: int
    root: str
    last: str
    site: str | None


class SiteRow(NamedTuple):
    """A site of the roster. `zone`: that of the place whose official code its id holds."""

    site: str
    name: str
    category: str
    parent: str | None
    zone: str | None
    lat: Decimal | None
    lon: Decimal | None


TABLES: dict[str, type[NamedTuple]] = {
    "log.csv": LogRow,
    "events.csv": EventRow,
    "findings.csv": FindingRow,
    "deliveries.csv": DeliveryRow,
    "sites.csv": SiteRow,
}
"""What each file has rows of."""


def columns(row: type[NamedTuple]) -> list[str]:
    """The names in a file's first line."""
    return [name.rstrip("_") for name in row._fields]


def csv_files(log: Tabled, site: str | None = None) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(name, pieces) of each file, whose pieces must be taken before the next: what concerns a site or those under it.

    None: everything. `log` must be settled and open. Raises Malformed for a site that the log does not have.
    """
    places = None if site is None else log.below(site)
    named: set[str] = set()

    def naming(rows: Iterable[EventRow | DeliveryRow]) -> Iterator[Iterable[Cell]]:
        """The sites of these rows are told of in `sites.csv`."""
        for row in rows:
            if places is not None:
                named.update(row.sites)
            yield row

    yield _file("log.csv", [LogRow(VERSION, log.origin, log.size, log.root, timestamp(log.last), site)])
    yield _file("events.csv", naming(event_rows(log, places)))
    yield _file("findings.csv", finding_rows(log, places))
    yield _file("deliveries.csv", naming(delivery_rows(log, places)))
    yield _file("sites.csv", _site_rows(log, None if places is None else places | named))


def _file(name: str, rows: Iterable[Iterable[Cell]]) -> tuple[str, Iterator[bytes]]:
    return name, encode(chain([columns(TABLES[name])], rows))


def _site_rows(log: Tabled, places: frozenset[str] | None) -> Iterator[SiteRow]:
    """These and the ones above them."""
    told = None if places is None else {one for place in places for one in log.upward(place)}
    for site in sorted(log.sites):
        if told is None or site in told:
            one = log.sites[site]
            lat, lon = (None if of is None else Decimal(of).scaleb(-6) for of in (one.lat, one.lon))
            yield SiteRow(site, one.name, one.category, one.parent, zone(site), lat, lon)
