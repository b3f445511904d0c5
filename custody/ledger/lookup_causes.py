"""Findings as people read them: the newest or the gravest first, what follows from one beneath it.

Every finding that is asked for stands on one page, once. One that another explains stands beneath that, if that is
asked for as well and is seen to explain it from there; else it stands by itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import func, select, tuple_

from custody.core.findings import CATALOGUE, Severity, finding_id
from custody.core.item import Track
from custody.core.resolving import OF_PLANS
from custody.ledger import tables
from custody.ledger.engine import listed
from custody.ledger.lookup_findings import Group, Sought, Wanted, by_id, sought, views
from custody.ledger.lookups import Looking
from custody.ledger.views import FindingView

STRETCHES = 4
"""So often more rows are read to fill a page of which most stand beneath others."""
MOST_COUNTED = 1000
MOST_ITEMS = 100
"""Items of one finding, and items in them, of which it is asked what follows."""

_decode_track = msgspec.msgpack.Decoder(Track).decode
_BENEATH = {
    code: frozenset(other for other, known in CATALOGUE.items() if code in known.under) | {"warning-overridden"}
    for code in CATALOGUE
}
"""By code: the codes of what it may explain. A warning that was shown and overridden is any code."""


class Order(StrEnum):
    NEWEST = "newest"
    GRAVEST = "gravest"
    """And of those alike the newest."""


class Place(Struct, frozen=True):
    """Where a finding stands in either order."""

    severity: Severity
    since: int
    id: str


class Listed(Struct, frozen=True):
    """A finding, and what follows from it."""

    finding: FindingView
    beneath: list["Listed"]


class Page(Struct, frozen=True):
    """`next`: the last place that was looked at; None at the end. `count`: how many fit, consequences among them, on
    whatever page; MOST_COUNTED + 1 for more than that."""

    rows: list[Listed]
    next: Place | None
    count: int


class _Row(Struct, frozen=True):
    place: Place
    group: Group


def page(looking: Looking, wanted: Wanted, order: Order, after: Place | None, limit: int) -> Page:
    """At most `limit` findings that stand by themselves, behind a place. `wanted.after` has no say here."""
    among, causes = sought(looking, wanted), Causes(looking, wanted)
    count = _count(looking, among)
    found: list[FindingView] = []
    for _ in range(STRETCHES):
        rows = _stretch(looking, among, order, after, limit + 1)
        by_themselves = causes.by_themselves(views(looking, [row.group for row in rows[:limit]]))
        for row in rows[:limit]:
            if len(found) == limit:
                return Page(causes.listed(found), after, count)
            after = row.place
            if (one := by_themselves.get(row.place.id)) is not None:
                found.append(one)
        if len(rows) <= limit:
            return Page(causes.listed(found), None, count)
        if len(found) == limit:
            break
    return Page(causes.listed(found), after, count)


def _count(looking: Looking, among: Sought) -> int:
    query = select(among.column.id).where(*among.fits).limit(MOST_COUNTED + 1)
    return int(looking.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _stretch(looking: Looking, among: Sought, order: Order, after: Place | None, limit: int) -> list[_Row]:
    """The next rows in this order."""
    if order is Order.NEWEST:
        return _newest(looking, among, after, limit)
    found: list[_Row] = []
    grades = list(Severity)
    for severity in grades[grades.index(after.severity) if after is not None else 0 :]:
        of_it = among._replace(fits=[*among.fits, among.column.severity == severity.value])
        behind = after if after is not None and after.severity is severity else None
        found += _newest(looking, of_it, behind, limit - len(found))
        if len(found) == limit:
            break
    return found


def _newest(looking: Looking, among: Sought, after: Place | None, limit: int) -> list[_Row]:
    column, fits = among
    query = select(column.severity, column.since, column.id, column.code, column.subject).where(*fits)
    if after is not None:
        query = query.where(tuple_(column.since, column.id) < (after.since, after.id))
    rows = looking.connection.execute(query.order_by(column.since.desc(), column.id.desc()).limit(limit))
    return [_Row(Place(Severity(row[0]), row[1], row[2]), (row[3], row[4])) for row in rows]


class Causes:
    """What follows from what, of the findings that fit."""

    def __init__(self, looking: Looking, wanted: Wanted) -> None:
        self._looking = looking
        self._wanted = wanted
        self._beneath: dict[str, list[FindingView]] = {}

    def by_themselves(self, found: Collection[FindingView]) -> dict[str, FindingView]:
        """Those of them that stand beneath no other, by id."""
        explained = {one.parent for one in found if one.parent is not None}
        parents = {one.id: one for one in by_id(self._looking, self._fitting(explained))}
        self._read(list(parents.values()))
        beneath = {one.id for parent in parents for one in self._beneath[parent]}
        return {one.id: one for one in found if one.id not in beneath}

    def listed(self, found: Sequence[FindingView]) -> list[Listed]:
        """Each with all that follows from it, and from that, and so on."""
        level: Sequence[FindingView] = found
        while level:
            self._read(level)
            level = [one for parent in level for one in self._beneath[parent.id]]
        return [self._listed(one) for one in found]

    def _listed(self, one: FindingView) -> Listed:
        return Listed(one, [self._listed(follows) for follows in self._beneath[one.id]])

    def _read(self, parents: Sequence[FindingView]) -> None:
        """What follows from each, the gravest first and of those alike the oldest."""
        new = [one for one in parents if one.id not in self._beneath]
        self._beneath |= {one.id: [] for one in new}
        groups = _candidates(self._looking, new)
        near = {(finding_id(*group), parent) for group, known in groups.items() for parent in known}
        follows = [one for one in views(self._looking, sorted(groups)) if (one.id, one.parent) in near]
        fitting = self._fitting({one.id for one in follows})
        grades = list(Severity)
        for one in sorted(follows, key=lambda one: (grades.index(one.severity), one.since, one.id)):
            if one.id in fitting and one.parent is not None:
                self._beneath[one.parent].append(one)

    def _fitting(self, ids: Collection[str]) -> set[str]:
        if not ids:
            return set()
        column, fits = sought(self._looking, self._wanted, among=ids)
        return set(self._looking.connection.execute(select(column.id).where(*fits)).scalars())


def _candidates(looking: Looking, parents: Iterable[FindingView]) -> dict[Group, set[str]]:
    """What may follow from these: findings about the same items, what is in them, and the same entries; with the ids of
    those from which it may."""
    of_item, of_cause = defaultdict[str, list[FindingView]](list), defaultdict[int, list[FindingView]](list)
    for parent in parents:
        items = [part.item for part in parent.parts[:MOST_ITEMS] if part.item is not None]
        if _BENEATH[parent.code] & set(OF_PLANS):
            items += _contents(looking, items)
        for item in items:
            of_item[item].append(parent)
        if parent.code not in OF_PLANS:
            for cause in {part.evidence[0] for part in parent.parts[:MOST_ITEMS]}:
                of_cause[cause].append(parent)
    found = defaultdict[Group, set[str]](set)
    for column, near in ((tables.drafts.c.item, of_item), (tables.drafts.c.cause, of_cause)):
        for place, group in _drafts(looking, column, list(near)):
            known = {parent.id for parent in near[place] if group[0] in _BENEATH[parent.code]}
            if known:
                found[group] |= known
    return found


def _drafts(looking: Looking, column: Any, values: Sequence[Any]) -> Iterator[tuple[Any, Group]]:
    drafts = tables.drafts.c
    query = select(column, drafts.code, drafts.subject).where(column.in_(listed(values)), drafts.since <= looking.now)
    for row in looking.connection.execute(query.distinct()) if values else ():
        yield row[0], (row[1], row[2])


def _contents(looking: Looking, items: Sequence[str]) -> list[str]:
    """What is in these, at any depth, as far as anything is asked of it."""
    tracks, found, level = tables.tracks.c, list[str](), items
    while level and len(found) < MOST_ITEMS:
        query = select(tracks.value).where(tracks.item.in_(listed(level[:MOST_ITEMS]))).order_by(tracks.item)
        values = looking.connection.execute(query).scalars()
        level = [inner for value in values for inner in _decode_track(value).item.contents]
        found += level
    return found[:MOST_ITEMS]
