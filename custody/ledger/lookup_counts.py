"""How much there is, and how it stands, from what the follower has counted (`custody.ledger.counts`)."""

from typing import Any, get_args

from msgspec import Struct
from sqlalchemy import Select, bindparam, case, func, select

from custody.core.findings import Severity
from custody.core.standing import ItemStatus
from custody.ledger.counts import ALL
from custody.ledger.engine import listed
from custody.ledger.lookups import Looking
from custody.ledger.tables import counts, within
from custody.ledger.views import Deliveries, Overview, SiteCounts

_DELIVERIES = ("delivered", "late", "at-risk")


def _summed(*columns: Any) -> Select[Any]:
    now = case((counts.c.since <= bindparam("now"), counts.c.n), else_=0)
    summed = select(*columns, func.sum(now), func.sum(counts.c.n), func.min(counts.c.since))
    return summed.where(counts.c.own == bindparam("own")).group_by(*columns)


_SUMS_OF = _summed(counts.c.what).where(counts.c.site == bindparam("site"))


class _Sum(Struct, frozen=True):
    """Of one thing at one site: how many there are now, and sooner or later; the first instant of any."""

    now: int
    ever: int
    first: int


_NOTHING = _Sum(0, 0, 0)


def site_counts(looking: Looking, site: str, *, subtree: bool) -> SiteCounts:
    """Of a site by itself, or with all below it."""
    found = _sums(looking, site, own=not subtree)
    return SiteCounts(*(found.get(what, _NOTHING).now for what in ("holds", "expects", "overdue")))


def subtree_size(looking: Looking, site: str) -> int:
    """How many sites there are in the subtree of one, itself among them; none of one that is not stated."""
    return _sums(looking, site, own=False).get("sites", _NOTHING).now


def deliveries(looking: Looking, site: str | None) -> Deliveries:
    """All to a site and those below it (None: all)."""
    return _deliveries(None, _sums(looking, ALL if site is None else site, own=False))


def deliveries_by_site(looking: Looking, site: str | None, after: str, limit: int) -> list[Deliveries]:
    """Those to each destination in a site's subtree (None: all) above `after`, by its id."""
    column = counts.c
    known = looking.connection.execute(_destinations(site, after).limit(limit)).scalars().all()
    wanted = _summed(column.site, column.what).where(column.site.in_(listed(known)))
    found: dict[str, dict[str, _Sum]] = {one: {} for one in known}
    for row in looking.connection.execute(wanted, {"own": 1, "now": looking.now}):
        found[row[0]][row[1]] = _Sum(*row[2:])
    return [_deliveries(one, sums) for one, sums in found.items()]


def open_findings(looking: Looking, site: str | None) -> dict[Severity, int]:
    """How many are open that were found at a site or below it (None: anywhere), by severity."""
    return _open_findings(_sums(looking, ALL if site is None else site, own=False))


def overview(looking: Looking, size: int) -> Overview:
    """All in figures, at an instant not before the log's last entry; `size` is the log's."""
    found = _sums(looking, ALL, own=False)
    return Overview(
        size=size,
        followed=looking.followed,
        now=looking.now,
        items={status: found[status].now for status in get_args(ItemStatus) if found.get(status, _NOTHING).now},
        deliveries=_deliveries(None, found),
        findings=_open_findings(found),
    )


def _open_findings(sums: dict[str, _Sum]) -> dict[Severity, int]:
    return {severity: sums[severity].now for severity in Severity if sums.get(severity, _NOTHING).now}


def _sums(looking: Looking, site: str, *, own: bool) -> dict[str, _Sum]:
    asked = {"site": site, "own": int(own), "now": looking.now}
    return {row[0]: _Sum(*row[1:]) for row in looking.connection.execute(_SUMS_OF, asked)}


def _destinations(site: str | None, after: str) -> Select[Any]:
    column = counts.c
    planned = select(column.site).where(column.own == 1, column.what.in_(_DELIVERIES))
    if site is None:
        return planned.where(column.site > after).distinct().order_by(column.site)
    to_it = planned.where(column.site == within.c.below).exists()
    return select(within.c.below).where(within.c.site == site, within.c.below > after, to_it).order_by(within.c.below)


def _deliveries(site: str | None, sums: dict[str, _Sum]) -> Deliveries:
    delivered, late, at_risk = (sums.get(what, _NOTHING) for what in _DELIVERIES)
    return Deliveries(
        site=site,
        delivered=delivered.now,
        on_time=late.ever - late.now - at_risk.now,
        at_risk=at_risk.now,
        late=late.now,
        due=late.first if late.ever else None,
    )
