"""What happens on ordinary days is no finding; what looks alike and is wrong is one."""

import msgspec
import pytest

from custody.core.event import Seal
from custody.core.item import Track
from custody.core.planning import Planned, Way
from tests.rules.story import BOX, CRATE, DAY, HOUR, STATION, VILLAGE, WAREHOUSE, A, B, Story, seals
from tests.rules.test_whereabouts import findings, state
from tests.world import item_id


@pytest.mark.parametrize("first", [True, False])
def test_what_moved_before_it_was_planned_went_against_no_plan(first: bool) -> None:
    story = Story()
    if first:
        story.plan(story.now + 30 * DAY)
    story.begin()
    story.say("depart", to=story.sites[VILLAGE])
    story.say("store", site=VILLAGE)
    if not first:
        story.wait(HOUR)
        story.plan(story.now + 30 * DAY)
    assert ("wrong-destination" in findings(story)) is first


@pytest.mark.parametrize(("where", "wrong"), [(VILLAGE, False), (WAREHOUSE, True)])
def test_a_planned_way_begins_where_the_item_is_when_it_is_planned(where: int, wrong: bool) -> None:
    story = Story()
    story.begin()
    story.say("depart", to=story.sites[VILLAGE])
    story.say("store", site=VILLAGE)
    story.wait(HOUR)
    story.plan(story.now + 30 * DAY)
    if wrong:
        story.say("depart", to=story.sites[STATION])
    story.handover(0, 1, site=where)
    assert ("wrong-destination" in findings(story)) is wrong


@pytest.mark.parametrize(("where", "wrong"), [(WAREHOUSE, False), (VILLAGE, True)])
def test_what_is_put_back_where_it_set_out_from_was_taken_nowhere(where: int, wrong: bool) -> None:
    story = Story()
    story.begin()
    story.say("depart", to=story.sites[STATION])
    story.say("store", site=where)
    assert ("wrong-destination" in findings(story)) is wrong


@pytest.mark.parametrize("reported", [True, False])
def test_a_seal_in_place_of_one_that_was_broken_need_not_be_the_planned_one(reported: bool) -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, seals=[A])
    story.begin()
    story.say("seal", seals=seals(A))
    if reported:
        story.say("inspect", seals=seals(A, state="broken"))
    story.say("seal", seals=seals(B))
    assert ("seal-differs" in findings(story)) is not reported


@pytest.mark.parametrize("accepted", [False, True])
def test_what_a_carrier_has_brought_is_delivered_once_somebody_there_has_taken_it(accepted: bool) -> None:
    story = Story()
    carrier, due = story.join("carrier"), story.now + 30 * DAY
    story.plan(due)
    story.begin()
    released = story.release(0, STATION, carrier=story.id(carrier))
    story.say("depart", carrier, to=story.sites[STATION], carrier=story.id(carrier))
    story.say("arrive", carrier, site=STATION)
    if accepted:
        story.accept(1, released)
    found = state(story, after=due - story.now)
    assert found.plan is not None
    assert found.plan.status == ("delivered" if accepted else "late")


@pytest.mark.parametrize(("again", "status"), [(VILLAGE, "on-time"), (STATION, "delivered")])
def test_a_new_plan_is_gone_by_what_came_before_only_as_far_as_it_is_the_old_one(again: int, status: str) -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, VILLAGE)
    story.begin()
    story.say("depart", to=story.sites[STATION])
    for site in (VILLAGE, STATION):
        story.say("arrive", site=site)
    story.say("store", site=STATION)
    story.wait(HOUR)
    story.plan(story.now + 60 * DAY, to=again)
    found = state(story)
    assert found.plan is not None
    assert found.plan.status == status


@pytest.mark.parametrize("lost", [None, "broken", "missing"])
def test_a_seal_without_a_number_that_is_lost_is_found_when_it_is_taken_off(lost: str | None) -> None:
    story = Story()
    story.begin()
    story.say("seal", seals=[one(2)])
    story.say("unseal", 0, 1, seals=[one(2) if lost is None else one(2, state=lost)])
    assert findings(story) == ({} if lost is None else {f"seal-{lost}": True})


@pytest.mark.parametrize("whose", [0, 2])
def test_what_somebody_has_is_retired_by_him_and_not_by_others(whose: int) -> None:
    story = Story()
    story.begin()
    story.handover(0, 2)
    story.say("retire", whose, 1)
    assert ("released-by-non-custodian" in findings(story)) is (whose != 2)


def test_of_two_seals_that_one_event_finds_broken_each_stays_found_when_that_is_corrected() -> None:
    story = Story()
    story.begin()
    story.say("seal", seals=seals(A, B))
    read = story.say("inspect", seals=seals(A, B, state="broken"))
    story.wait(HOUR)
    story.say("correct", refs=[read.id], seals=[*seals(A, state="broken"), *seals(B)])
    found = [one for one in story.book.findings(story.now) if one.code == "seal-broken"]
    assert {part.facts["seal"] for one in found for part in one.parts} == {A, B}


def test_counts_that_come_to_more_than_an_integer_may_be_are_found_and_stop_nothing() -> None:
    story = Story()
    bags = [item_id(number) for number in range(10, 14)]
    story.begin(CRATE, quantity=5)
    story.begin(*bags, quantity=2**53 - 1)
    story.say("pack", items=bags, container=CRATE)
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    tracks = story.book.memory.tracks
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(tracks[CRATE]), type=Track) == tracks[CRATE]
    got = [part.facts["got"] for one in story.book.findings(story.now) for part in one.parts if "got" in part.facts]
    assert got == [2**53 - 1]


def test_a_container_that_is_found_out_of_another_in_one_event_with_many_is_moved_without_what_is_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custody.core.containers.MOST_MOVED", 10)
    story = Story()
    outer, bags = item_id(9), [item_id(number) for number in range(10, 13)]
    story.begin(BOX, CRATE, outer, *bags)
    story.say("pack", items=[outer, *bags], container=CRATE)
    story.say("store", items=[CRATE, BOX, item_id(20)], container=outer, site=VILLAGE)
    assert story.book.memory.tracks[bags[0]].item.container == CRATE
    assert findings(story)
    ways = [Way(to=story.sites[STATION], due=story.now + DAY)]
    story.hear(story.world.plan(ways, [Planned(item=bags[0], kind="bag", ways=[0])]))
    assert state(story, bags[0]).containers


def one(count: int, **members: str) -> Seal:
    """So many seals without a number, on the first item."""
    return Seal(item=0, count=count, **members)
