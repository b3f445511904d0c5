"""A plan's figures are what a plain loop over its lines counts."""

import random

from custody.core.planning import Planned, Way
from custody.lists.plan import Journey
from custody.lists.plan_parts import changed, split
from custody.web.admin.plan_preview import SHOWN, preview
from tests.world import item_id

SITES = [f"414/9521234567899/254/{code}" for code in ("32.73.01", "64.71.02", "91.71.03")]
ZONE_H = dict(zip(SITES, (7, 8, 9), strict=True))
DAY = 86_400_000


def journeys(seed: int, items: int) -> list[Journey]:
    chance = random.Random(seed)
    return [
        Journey(
            Planned(item=item_id(number), kind=chance.choice(("ballot-box", "ink")), ways=[]),
            tuple(
                Way(to=chance.choice(SITES), due=1_865_000_000_000 + way * 9 * DAY + chance.randrange(5 * DAY))
                for way in range(chance.randint(1, 2))
            ),
        )
        for number in range(items)
    ]


def test_every_figure_is_what_a_plain_loop_counts() -> None:
    table = journeys(1, 300)
    known = {one.planned.item: one for one in table[:100]} | {
        one.planned.item: one for one in journeys(2, 260)[100:180]
    }
    undelivered = [item_id(number) for number in range(200, 420)]
    parts = split(changed(table, known))

    found = preview(table, known, undelivered, parts)

    kinds: dict[str, int] = {}
    destinations: dict[str, int] = {}
    days: dict[str, int] = {}
    new = same = 0
    differing = []
    for one in table:
        way = one.ways[0]
        kinds[one.planned.kind] = kinds.get(one.planned.kind, 0) + 1
        destinations[way.to] = destinations.get(way.to, 0) + 1
        day = (way.due + ZONE_H[way.to] * 3_600_000) // DAY
        days[day_name(day)] = days.get(day_name(day), 0) + 1
        if one.planned.item not in known:
            new += 1
        elif known[one.planned.item] == one:
            same += 1
        else:
            differing.append(one.planned.item)
    assert (found.items, found.new, found.same) == (300, new, same)
    assert [one.after.planned.item for one in found.changed] == differing
    assert all(one.before == known[one.after.planned.item] for one in found.changed)
    assert dict(found.kinds) == kinds
    assert dict(found.destinations) == destinations
    assert found.days == sorted(days.items())
    missing = [item for item in undelivered if item not in {one.planned.item for one in table}]
    assert (found.missing, found.missing_count) == (missing[:SHOWN], len(missing))
    assert (found.statements, found.stated) == (len(parts), sum(len(part.items) for part in parts))
    assert found.stated >= new + len(differing)


def day_name(day: int) -> str:
    """Counted from 1970-01-01, month by month."""
    year, month = 1970, 1
    while True:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        length = 29 if month == 2 and leap else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
        if day < length:
            return f"{year}-{month:02}-{day + 1:02}"
        day -= length
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def test_a_plan_that_the_log_has_already_states_nothing() -> None:
    table = journeys(3, 20)
    known = {one.planned.item: one for one in table}
    found = preview(table, known, list(known), [])
    assert (found.new, found.changed, found.same, found.missing, found.statements) == (0, [], 20, [], 0)
