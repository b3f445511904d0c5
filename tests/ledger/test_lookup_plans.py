"""What is planned, as the tables have it, against a plain list of what was stated."""

from collections.abc import Iterator

import pytest

from custody.core.planning import Planned, Way
from custody.ledger import lookup_plans
from custody.ledger.lookups import Looking
from custody.lists.plan import Journey
from tests.web.portal.opened import Opened, opened
from tests.world import World, item_id

DAY = 86_400_000
DUE = 1_800_000_000_000
MANY = 700
"""More than are asked for at once."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A log with two plans of which the second replaces a part of the first, and one delivery made."""
    world = World()
    _, store, station = world.sites
    ways = [Way(to=store, due=DUE), Way(to=station, due=DUE + DAY)]
    boxes = [Planned(item=item_id(number), kind="ballot-box", ways=[number % 2]) for number in range(MANY)]
    first = [world.plan(ways, some) for some in (boxes[: MANY // 2], boxes[MANY // 2 :])]
    second = world.plan([Way(to=station, due=DUE + 2 * DAY)], [Planned(item=item_id(0), kind="ink", ways=[0])])
    made = world.handover(items=[item_id(2)], site=store, releaser=0, receiver=1)
    with opened(tmp_path_factory.mktemp("log"), world) as portal:
        portal.submit([*first, second, world.event("store", items=[item_id(2)], by=(0,), site=store), made])
        yield portal


@pytest.fixture
def looking(portal: Opened) -> Iterator[Looking]:
    with portal.ledger.looking() as looking:
        yield looking


def test_of_each_item_the_plan_that_was_stated_last_is_found(portal: Opened, looking: Looking) -> None:
    _, store, station = portal.world.sites
    wanted = [item_id(number) for number in range(MANY + 5)]
    found = {item: Journey.of(one) for item, one in lookup_plans.itineraries(looking, wanted).items()}
    expected = {
        item_id(number): Journey(
            Planned(item=item_id(number), kind="ballot-box", ways=[]),
            (Way(to=station, due=DUE + DAY) if number % 2 else Way(to=store, due=DUE),),
        )
        for number in range(MANY)
    }
    expected[item_id(0)] = Journey(Planned(item=item_id(0), kind="ink", ways=[]), (Way(to=station, due=DUE + 2 * DAY),))
    assert found == expected


def test_what_is_still_to_be_delivered_under_a_site_is_found(portal: Opened, looking: Looking) -> None:
    office, store, station = portal.world.sites
    to_come = {
        item_id(number): station if number % 2 or number == 0 else store for number in range(MANY) if number != 2
    }
    for site, under in ((None, {store, station}), (office, {store, station}), (store, {store}), (station, {station})):
        expected = sorted((item, to) for item, to in to_come.items() if to in under)
        assert lookup_plans.planned_to(looking, site, MANY) == expected
        assert lookup_plans.planned_to(looking, site, 3) == expected[:3]
        assert list(lookup_plans.undelivered(looking, site)) == [item for item, _ in expected]
