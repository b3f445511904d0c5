"""How things stand at an instant: who has what, and how deliveries stand to their plan."""

import pytest

from custody.core.planning import Planned, Way
from custody.core.policy import DEFAULT
from custody.core.standing import ItemState, count, item_state
from custody.core.statement import Statement
from tests.rules.scene import Book, read
from tests.world import START, World, item_id

HOUR = 3_600_000
DUE = START + 48 * HOUR
BOX, PACK = item_id(0), item_id(1)


@pytest.fixture
def world() -> World:
    return World()


def book_of(world: World, *statements: Statement) -> Book:
    return read([(one.body.time, one) for one in [*world.roster, *statements]], world)


def state(book: Book, item: str, now: int) -> ItemState:
    return item_state(book.memory.tracks[item], book.memory.tracks.__getitem__, now)


def commissioned(world: World, *items: str) -> Statement:
    return world.event("commission", items=items, by=[0], kind="box", site=world.sites[1])


def planned(world: World) -> Statement:
    return world.plan([Way(to=world.sites[2], due=DUE)], [Planned(item=BOX, kind="box", quantity=7, ways=[0])])


def test_an_item_is_held_then_on_its_way_then_held_where_it_was_to_go(world: World) -> None:
    here, there = world.sites[1], world.sites[2]
    steps = [
        (commissioned(world, BOX), ("held", here, here, None)),
        (world.event("depart", by=[1], to=there, carrier=world.handler_ids[1]),
         ("in-transit", here, world.handler_ids[1], there)),
        (world.event("store", by=[2], site=there), ("held", there, there, None)),
    ]  # fmt: skip
    for number, (_, wanted) in enumerate(steps, 1):
        book = book_of(world, *(one for one, _ in steps[:number]))
        found = state(book, BOX, START + HOUR)
        assert (found.status, found.site, found.custodian, found.to) == wanted


def test_who_has_a_released_item_is_uncertain_once_nobody_has_accepted_it_in_time(world: World) -> None:
    commission = commissioned(world, BOX)
    release = world.event("release", by=[0], releaser=world.handler_ids[0], to=world.sites[2])
    book = book_of(world, commission, release)
    assert state(book, BOX, release.body.time + 24 * HOUR - 1).status == "in-transit"
    assert state(book, BOX, release.body.time + 24 * HOUR).status == "uncertain"


def test_what_is_in_a_container_is_where_the_outermost_is(world: World) -> None:
    outer = item_id(2)
    there = world.sites[2]
    book = book_of(
        world,
        commissioned(world, BOX, PACK, outer),
        world.event("pack", items=[PACK], container=BOX, by=[0]),
        world.event("pack", items=[BOX], container=outer, by=[0]),
        world.event("depart", items=[outer], to=there, carrier=world.handler_ids[1], by=[1]),
    )
    found = state(book, PACK, START + HOUR)
    assert (found.status, found.containers, found.custodian, found.to) == (
        "contained", [BOX, outer], world.handler_ids[1], there
    )  # fmt: skip
    assert state(book, BOX, START + HOUR).contents == [PACK]
    assert count(book.memory.tracks.values(), START + HOUR, book.rules.with_resolution).items == {
        "contained": 2,
        "in-transit": 1,
    }


@pytest.mark.parametrize(
    ("hours", "status"), [(0, "on-time"), (47, "at-risk"), (48, "late")], ids=["before", "too late to start", "due"]
)
def test_a_delivery_is_on_time_until_it_must_start_and_late_from_its_due_time(
    world: World, hours: int, status: str
) -> None:
    book = book_of(world, planned(world), commissioned(world, BOX))
    found = state(book, BOX, START + hours * HOUR)
    assert found.plan is not None
    assert (found.plan.status, found.plan.to, found.plan.due, found.quantity) == (status, world.sites[2], DUE, 7)
    assert count(book.memory.tracks.values(), START + hours * HOUR, book.rules.with_resolution).deliveries == {
        status: 1
    }


def test_a_delivery_that_was_made_stays_delivered(world: World) -> None:
    there = world.sites[2]
    book = book_of(
        world,
        planned(world),
        commissioned(world, BOX),
        world.event("depart", by=[1], to=there, carrier=world.handler_ids[1]),
        world.event("store", by=[2], site=there),
    )
    found = state(book, BOX, DUE + HOUR)
    assert found.plan is not None
    assert (found.plan.status, found.plan.way, found.plan.ways) == ("delivered", 0, 1)


def test_a_planned_item_that_nobody_has_named_is_planned(world: World) -> None:
    assert state(book_of(world, planned(world)), BOX, START).status == "planned"


def test_a_retired_item_owes_no_delivery(world: World) -> None:
    book = book_of(world, planned(world), commissioned(world, BOX), world.event("retire", by=[0, 1]))
    found = state(book, BOX, DUE)
    assert (found.status, found.plan) == ("retired", None)


def test_what_rests_is_forecast_from_now_and_what_is_on_its_way_from_when_it_left(world: World) -> None:
    leg = DEFAULT.legs["warehouse", "polling-station"][0]
    plan, begin = planned(world), commissioned(world, BOX)
    leave = world.event("depart", by=[1], to=world.sites[2], carrier=world.handler_ids[1])
    resting, moving = book_of(world, plan, begin), book_of(world, plan, begin, leave)
    for now in (START + HOUR, START + 30 * HOUR):
        rests, moves = (state(book, BOX, now).plan for book in (resting, moving))
        assert rests
        assert moves
        assert (rests.eta, moves.eta) == (now + leg, max(now, leave.body.time + leg))
