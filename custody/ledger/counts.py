"""What sites hold, expect and are owed, and what is open, counted as rows: a page reads few, however much there is.

A row says that from an instant on there are so many more (or fewer) of something: what depends on the clock is counted
at any instant by adding up the rows until then. An item counts at a site by itself (`own`) and, once, at each site
above it; at the top is `ALL`. So do findings that are open, by severity, but for a site by itself.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete
from sqlalchemy.dialects.sqlite import insert

from custody.core.findings import CATALOGUE
from custody.core.item import AHEAD
from custody.core.standing import Delivery, Place
from custody.ledger.tables import counts

ALL = ""
"""Above the sites that have none above them, and above those that no statement has stated."""

Key = tuple[bool, str, str, int]
"""(own, site, what, since), as in the table."""
Path = Callable[[str], Sequence[str]]
"""A site, the one above it, and so on to the topmost."""

_ADDED = insert(counts)
_ADD = _ADDED.on_conflict_do_update(index_elements=list(counts.primary_key), set_={"n": counts.c.n + _ADDED.excluded.n})
_DROP_NONE = delete(counts).where(counts.c.n == 0)


class Stand(Struct, frozen=True):
    """Where an item is, and the ways of its plan."""

    place: Place
    ways: Sequence[Delivery]


class Opened(Struct, frozen=True):
    """A finding of a code, open from an instant on (None: never), and where it was found."""

    code: str
    open_from: int | None
    sites: Collection[str]


def write_counts(connection: Connection, change: Counter[Key]) -> None:
    """Adds to the rows that there are; those that come to nothing are gone."""
    rows = [(*key, n) for key, n in change.items() if n]
    if rows:
        connection.execute(_ADD, [dict(zip(counts.c.keys(), row, strict=True)) for row in rows])
        connection.execute(_DROP_NONE)


def count_site(change: Counter[Key], site: str, path: Path) -> None:
    """One more site, at each above it and at itself."""
    change.update((False, above, "sites", 0) for above in (*path(site), ALL))


def count_items(change: Counter[Key], stand: Stand, path: Path, number: int) -> None:
    """So many more items that stand so, or fewer (below 0)."""
    for key, n in _of_item(stand, path):
        change[key] += number * n


def count_finding(change: Counter[Key], finding: Opened, path: Path, number: int) -> None:
    """So many more of such findings, or fewer."""
    if finding.open_from is None:
        return
    # What is not noted ahead has happened: it is open at every instant that is asked about.
    since = finding.open_from if finding.code in AHEAD else 0
    for site in _with_those_above(finding.sites, path):
        change[False, site, CATALOGUE[finding.code].severity.value, since] += number


def _of_item(stand: Stand, path: Path) -> Iterator[tuple[Key, int]]:
    place, ways = stand.place, stand.ways
    for status, since, n in _statuses(place):
        yield (False, ALL, status, since), n
    if place.site is not None and not (place.on_the_way or place.planned or place.retired):
        yield from _at([place.site], path, "holds", 0)
        if place.uncertain_from is not None:
            yield from ((key, -n) for key, n in _at([place.site], path, "holds", place.uncertain_from))
    owed = [way for way in ways if not way.delivered]
    coming = {way.to for way in owed} | ({place.to} if place.to is not None else set())
    if coming:
        yield from _at(coming, path, "expects", 0)
    for own, dues in ((True, _first_dues(owed, lambda site: [site])), (False, _first_dues(owed, path))):
        yield from (((own, site, "overdue", due), 1) for site, due in dues.items())
    for way in ways:
        for what, since, n in _delivery(way):
            yield from ((key, n) for key, _ in _at([way.to], path, what, since))


def _at(named: Iterable[str], path: Path, what: str, since: int) -> Iterator[tuple[Key, int]]:
    """Once at each of these sites by itself, and once at each that has any of them below it."""
    named = list(named)
    yield from (((True, site, what, since), 1) for site in named)
    yield from (((False, site, what, since), 1) for site in _with_those_above(named, path))


def _with_those_above(sites: Iterable[str], path: Path) -> set[str]:
    return {ALL}.union(*map(path, sites))


def _first_dues(owed: Iterable[Delivery], path: Path) -> dict[str, int]:
    """At each site the instant at which the first of these should have been there."""
    dues: dict[str, int] = {}
    for way in owed:
        for site in path(way.to):
            dues[site] = min(way.due, dues.get(site, way.due))
    return dues


def _statuses(place: Place) -> Iterator[tuple[str, int, int]]:
    """(status, since, n) of an item."""
    since = None if place.retired else place.uncertain_from
    before = replace(place, uncertain_from=None).status(0)
    yield before, 0, 1
    if since is not None:
        yield before, since, -1
        yield "uncertain", since, 1


def _delivery(way: Delivery) -> Iterator[tuple[str, int, int]]:
    """(status, since, n) of a delivery: it is late from when it is due on, and until then perhaps at risk."""
    if way.delivered:
        yield "delivered", 0, 1
        return
    yield "late", way.due, 1
    if way.risk_from is not None and way.risk_from < way.due:
        yield "at-risk", way.risk_from, 1
        yield "at-risk", way.due, -1
