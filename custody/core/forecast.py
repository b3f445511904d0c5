"""The forecast: when will an item be where it is planned to be? (FORMAT.md, "Forecast"). Integer arithmetic."""

from collections.abc import Callable

from msgspec import Struct

from custody.core.item import Item
from custody.core.plan import Itinerary, stops

LegTime = Callable[[str, str], int | None]
"""(from site, to site) -> milliseconds that the policy allows for the leg; None if it does not say."""


class Forecast(Struct, frozen=True, gc=False):
    """`arrives`: when it is there at the earliest. `latest`: by when it has to go on. Instants in Unix ms.

    `risk_from`: if nothing happens until then it will be late.
    """

    arrives: int
    latest: int
    risk_from: int


def forecast(plan: Itinerary, gone: int, item: Item, leg_time: LegTime) -> Forecast | None:
    """None if no way is left, nobody has seen the item yet, or the policy knows no time for one of the legs.

    `gone`: how many ways it has gone; `item`: itself, or the container in which it is. Its last move, plus the time of
    each leg that is left. On the way, the first of them began when it left; at rest, it may begin at any moment.
    """
    way = plan.way(gone)
    if way is None or item.site is None:
        return None
    ahead = stops(way)
    if item.site in ahead:
        ahead = ahead[ahead.index(item.site) + 1 :]
    legs = [leg_time(start, end) for start, end in zip([item.site, *ahead], ahead, strict=False)]
    known = [leg for leg in legs if leg is not None]
    if not known or len(known) < len(legs):
        return None
    begins = max(item.moved, plan.since)
    arrives = item.moved + sum(known)
    latest = way.due - (sum(known[1:]) if item.on_the_way else sum(known))
    return Forecast(arrives, latest, begins if arrives > way.due else max(begins, latest))
