"""The tree of sites from above: what lies under a site and how it stands, what it waits for, and what has not come.

What is asked of a whole subtree is asked of what the follower has counted, or of no more than `LISTED` sites.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, func, select

from custody.core.findings import Severity
from custody.core.standing import Delivery
from custody.ledger.counts import ALL
from custody.ledger.lookup_counts import subtree_size
from custody.ledger.lookup_findings import Wanted, find
from custody.ledger.lookups import Looking
from custody.ledger.tables import counts, deliveries, sites, within
from custody.ledger.views import Arrival, Deliveries, Due, FindingView, SiteStanding

LISTED = 2000
"""Of a subtree of at most so many sites what is in it is listed one by one."""

_WAY = [deliveries.c[name] for name in Delivery.__struct_fields__]
_NAMES = ("site", "name", "category", "lat", "lon")
_PLACE = [sites.c[name] for name in _NAMES]
_COUNTED = ("sites", "holds", "delivered", "at-risk", "late", *(severity.value for severity in Severity))


def _children() -> Select[Any]:
    at_now = {what: _sum(counts.c.what == what, counts.c.since <= bindparam("now")) for what in _COUNTED}
    late, risk = at_now["late"], at_now["at-risk"]
    critical, major, minor = (at_now[severity.value] for severity in Severity)
    due = func.min(case((counts.c.what == "late", counts.c.since)))
    counted = sites.outerjoin(counts, and_(counts.c.own == 0, counts.c.site == sites.c.site))
    query = select(*_PLACE, *at_now.values(), _sum(counts.c.what == "late"), due).select_from(counted).where(_UNDER)
    worst = (critical > 0, late + major > 0, risk + minor > 0, critical, late, major, risk, minor)
    return query.group_by(sites.c.site).order_by(*(one.desc() for one in worst), sites.c.site)


def _sum(*where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((and_(*where), counts.c.n), else_=0))


# Put together once: to do that for each page costs SQLAlchemy more than SQLite the answer.
_UNDER = sites.c.parent.is_not_distinct_from(bindparam("site"))
_TWO_UNDER = select(sites.c.site).where(_UNDER).limit(2)
_CHILDREN = _children()
_AHEAD = (
    select(counts.c.since, counts.c.n)
    .where(counts.c.own == 0, counts.c.site == bindparam("site"), counts.c.what == "late")
    .where(counts.c.since > bindparam("now"))
    .order_by(counts.c.since)
    .limit(bindparam("limit"))
)


def path_to(looking: Looking, site: str) -> list[Row[Any]]:
    """The rows of the sites above one that is stated, the topmost first, and its own at the end."""
    found: list[Row[Any]] = []
    at: str | None = site
    while at is not None and (row := looking.site(at)) is not None:
        found.insert(0, row)
        at = row.parent
    return found


def with_code(looking: Looking, code: str) -> str | None:
    """The site with an official code. Codes stand behind a location number, which is that of the topmost sites."""
    tops = looking.connection.execute(select(sites.c.site).where(sites.c.parent.is_(None))).scalars()
    wanted = (f"414/{number}/254/{code}" for number in sorted({top.split("/")[1] for top in tops}))
    return next((site for site in wanted if looking.site(site) is not None), None)


def first_fork(looking: Looking) -> str | None:
    """The site under which the tree of sites first forks; None if that is at its top."""
    at = None
    while len(found := looking.connection.execute(_TWO_UNDER, {"site": at}).scalars().all()) == 1:
        at = found[0]
    return at


def children(looking: Looking, site: str | None) -> list[SiteStanding]:
    """The sites right below one (None: the topmost), those first where most is wrong, then by id."""
    return [_standing(row) for row in looking.connection.execute(_CHILDREN, {"site": site, "now": looking.now})]


def agenda(looking: Looking, site: str | None, limit: int) -> list[Due]:
    """How many deliveries to a site's subtree (None: all) are due when, of those that are neither made nor late."""
    asked = {"site": ALL if site is None else site, "now": looking.now, "limit": limit}
    return [Due(*row) for row in looking.connection.execute(_AHEAD, asked)]


def arrivals(looking: Looking, site: str, limit: int, *, unpacked: bool) -> list[Arrival]:
    """Deliveries to a site itself: those that are not made first, by when they are due; `unpacked`: with contents."""
    here = select(*_WAY).where(deliveries.c.to == site)
    ordered = here.order_by(deliveries.c.delivered, deliveries.c.due, deliveries.c.item, deliveries.c.way)
    return list(_arrivals(looking, ordered.limit(limit), unpacked=unpacked))


def overdue(looking: Looking, site: str, limit: int) -> list[Arrival] | None:
    """Deliveries to a site that is stated and all below it that should have been made, the latest first; None if
    there are too many sites to list them."""
    if subtree_size(looking, site) > LISTED:
        return None
    below = select(*_WAY).join(within, within.c.below == deliveries.c.to).where(within.c.site == site)
    missing = below.where(deliveries.c.delivered == 0, deliveries.c.due <= looking.now)
    return list(_arrivals(looking, missing.order_by(deliveries.c.due, deliveries.c.item).limit(limit), unpacked=False))


def gravest(looking: Looking, site: str | None, counted: Mapping[Severity, int], limit: int) -> list[FindingView]:
    """Open findings at a site or below it (None: all), the gravest first and of those the oldest; `counted`: how many
    there are of each severity."""
    found: list[FindingView] = []
    for severity in Severity:
        if counted.get(severity) and len(found) < limit:
            found += find(looking, Wanted(severity=severity, site=site, open=True), limit - len(found))
    return found


def _standing(row: Sequence[Any]) -> SiteStanding:
    at, counted = row[: len(_PLACE)], row[len(_PLACE) : -2]
    found = dict(zip(_COUNTED, counted, strict=True))
    undelivered, due = row[-2:]
    late, at_risk = found["late"], found["at-risk"]
    return SiteStanding(
        **dict(zip(_NAMES, at, strict=True)),
        sites=found["sites"],
        holds=found["holds"],
        deliveries=Deliveries(
            site=at[0],
            delivered=found["delivered"],
            on_time=undelivered - late - at_risk,
            at_risk=at_risk,
            late=late,
            due=due,
        ),
        findings={severity: found[severity.value] for severity in Severity if found[severity.value]},
    )


def _arrivals(looking: Looking, query: Select[Any], *, unpacked: bool) -> Iterator[Arrival]:
    for row in looking.connection.execute(query).all():
        way = Delivery(*row)
        track = looking.track(way.item)
        planned = track.plan.planned if track.plan is not None else None
        state = looking.state(track)
        yield Arrival(
            item=state,
            to=way.to,
            due=way.due,
            status=way.status(looking.now),
            seals=planned.seals if planned else [],
            unnumbered=planned.unnumbered or 0 if planned else 0,
            contents=[looking.state(looking.track(one)) for one in state.contents] if unpacked else [],
        )
