"""Deliveries and what came and went, site by site and for all that lies under each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from custody.audit.report.figures import Deliveries, Reconciliation, SiteRow
from custody.audit.report.material import Material
from custody.core.containers import outermost
from custody.core.item import Track
from custody.core.standing import Delivery, deliveries

_Counts = Counter[tuple[str, tuple[str, ...]]]
"""How often each column came with sites: each of them, and each above them, counts it once."""
_COLUMNS = {"delivered": "", "on-time": "on_time", "at-risk": "at_risk", "late": "overdue"}


def site_rows(material: Material, tracks: Iterable[Track]) -> tuple[Deliveries, Reconciliation, list[SiteRow]]:
    """Of all that is covered, and of each site that has anything; the top first, each before those under it."""
    counts: _Counts = Counter()
    for track in tracks:
        counts.update(_of_item(material, track))
    total: Counter[str] = Counter()
    by_site: dict[str, Counter[str]] = {}
    for (column, sites), count in counts.items():
        above = {one for site in sites for one in material.places.path(site)}
        total[column] += count if above else 0
        for site in above:
            by_site.setdefault(site, Counter())[column] += count
    return _deliveries(total), _reconciliation(total), list(_rows(material, by_site))


def is_punctual(material: Material, track: Track, delivery: Delivery) -> bool:
    """Whether a delivery that was made was made by its time: else it was late, until an event made it."""
    plan = track.plan
    return plan is not None and not any(
        draft.code == "late" and draft.subject == plan.subject(delivery.way) and _was_made(material, draft.closed_by)
        for draft in track.drafts
    )


def _was_made(material: Material, closed_by: int | None) -> bool:
    """Not by a correction: how an event reads now says that it was not late."""
    return (
        closed_by is not None
        and material.log.is_event(closed_by)
        and material.event(closed_by).event.action != "correct"
    )


def _of_item(material: Material, track: Track) -> Iterator[tuple[str, tuple[str, ...]]]:
    ways = [one for one in deliveries(track) if material.scope.has_instant(one.due)]
    for one in ways:
        column = _COLUMNS[one.status(material.now)]
        if one.delivered:
            column = "delivered_on_time" if is_punctual(material, track, one) else "delivered_late"
        yield column, (one.to,)
    outer, item = outermost(material.tracks, track).item, track.item
    gone, sets_out = item.way, outer.on_the_way or bool(item.passed)
    yield from _each("planned", (one.to for one in ways))
    yield from _each("sent", (one.to for one in ways if one.delivered or (one.way == gone and sets_out)))
    yield from _each("received", (one.to for one in ways if one.delivered))
    yield from _each("returned", (one.to for one in ways if one.way + 1 < gone))
    missing = track.standing("discrepancy-missing")
    if missing is not None and material.resolve(missing).stands:
        way = track.next_way or (track.plan.ways[-1] if track.plan else None)
        yield from _each("missing", filter(None, [way.to if way else outer.site]))
    if not item.retired and outer.on_the_way and outer.to is not None:
        yield "coming", (outer.to,)
    elif not item.retired and not outer.on_the_way and outer.site is not None:
        yield "here", (outer.site,)


def _each(column: str, sites: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    found = tuple(dict.fromkeys(sites))
    if found:
        yield column, found


def _rows(material: Material, by_site: Mapping[str, Counter[str]]) -> Iterator[SiteRow]:
    places = material.places
    downward = sorted(tuple(reversed(places.path(site))) for site in by_site)
    for path in downward:
        depth, site = len(path) - 1, path[-1]
        if depth <= material.scope.levels:
            yield SiteRow(
                site=site,
                parent=path[-2] if depth else None,
                category=places.category(site),
                depth=depth,
                deliveries=_deliveries(by_site[site]),
                reconciliation=_reconciliation(by_site[site]),
            )


def _deliveries(counts: Counter[str]) -> Deliveries:
    return Deliveries(**{name: counts[name] for name in Deliveries.__struct_fields__})


def _reconciliation(counts: Counter[str]) -> Reconciliation:
    return Reconciliation(**{name: counts[name] for name in Reconciliation.__struct_fields__})
