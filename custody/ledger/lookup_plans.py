"""What is planned, as the follower's tables have it."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Select, func, select

from custody.core.plan import Itinerary
from custody.ledger.engine import listed
from custody.ledger.lookups import Looking
from custody.ledger.tables import deliveries, tracks, within


class _Plans(msgspec.Struct):
    """Of a track (custody.core.item), its plans alone."""

    plans: list[Itinerary] = []


_decode_plans = msgspec.msgpack.Decoder(_Plans).decode


def itineraries(looking: Looking, items: Iterable[str]) -> dict[str, Itinerary]:
    """The plan that was stated last of each of these items that has one."""
    query = select(tracks.c.item, tracks.c.value).where(tracks.c.item.in_(listed(items)))
    plans = ((item, _decode_plans(value).plans) for item, value in looking.connection.execute(query))
    return {item: stated[-1] for item, stated in plans if stated}


def planned_to(looking: Looking, site: str | None, limit: int) -> list[tuple[str, str]]:
    """(item, site of its next delivery) of what is still to be delivered under a site (None: anywhere), by id."""
    to_come = _to_come(select(deliveries.c.item, deliveries.c.to, func.min(deliveries.c.way)), site)
    rows = looking.connection.execute(to_come.group_by(deliveries.c.item).order_by(deliveries.c.item).limit(limit))
    return [(item, to) for item, to, _ in rows]


def undelivered(looking: Looking, site: str | None) -> Iterator[str]:
    """The items that are still to be delivered under a site (None: anywhere), by id."""
    query = _to_come(select(deliveries.c.item).distinct(), site).order_by(deliveries.c.item)
    return iter(looking.connection.execute(query).scalars())


def _to_come(query: Select[Any], site: str | None) -> Select[Any]:
    query = query.where(deliveries.c.delivered == 0)
    if site is None:
        return query
    return query.join(within, within.c.below == deliveries.c.to).where(within.c.site == site)
