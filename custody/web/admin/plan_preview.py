"""What a table would plan, in figures, and how that differs from what the log has planned."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from custody.core.zones import ZONES, zone
from custody.lists.plan import Journey
from custody.lists.plan_parts import Part

SHOWN = 50


class Changed(Struct, frozen=True):
    """An item whose plan the table changes."""

    before: Journey
    after: Journey


class Preview(Struct, frozen=True):
    """Items by kind, by first destination and by the day on which they are due there (in its own zone), the most first
    or the earliest; and against the log: how many are new, changed and the same, and what the log plans that the table
    does not name. `stated`: items in the `statements` that would be made.
    """

    items: int
    kinds: list[tuple[str, int]]
    destinations: list[tuple[str, int]]
    days: list[tuple[str, int]]
    new: int
    changed: list[Changed]
    same: int
    missing: list[str]
    missing_count: int
    statements: int
    stated: int


def preview(
    journeys: Sequence[Journey], known: Mapping[str, Journey], undelivered: Iterable[str], parts: Sequence[Part]
) -> Preview:
    """`known`: the log's plans of the items in the table; `undelivered`: what is planned and still to come, by id."""
    named = {one.planned.item for one in journeys}
    missing = [item for item in undelivered if item not in named]
    differing = [one for one in journeys if one.planned.item in known and known[one.planned.item] != one]
    return Preview(
        items=len(journeys),
        kinds=Counter(one.planned.kind for one in journeys).most_common(),
        destinations=Counter(one.ways[0].to for one in journeys).most_common(),
        days=sorted(Counter(_day(one) for one in journeys).items()),
        new=sum(one.planned.item not in known for one in journeys),
        changed=[Changed(known[one.planned.item], one) for one in differing],
        same=sum(known.get(one.planned.item) == one for one in journeys),
        missing=missing[:SHOWN],
        missing_count=len(missing),
        statements=len(parts),
        stated=sum(len(part.items) for part in parts),
    )


def _day(journey: Journey) -> str:
    """ISO date of when an item is due at its first destination, there."""
    way = journey.ways[0]
    hours = ZONES[zone(way.to) or "WIB"]
    return f"{datetime.fromtimestamp(way.due / 1000, UTC) + timedelta(hours=hours):%Y-%m-%d}"
