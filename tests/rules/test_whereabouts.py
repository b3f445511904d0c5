"""Where an item is said to be, and when nobody can say: each with the case that differs by one thing."""

import pytest

from custody.core.head import HandlerRole
from custody.core.standing import ItemState, item_state, place
from tests.rules.story import BOX, CRATE, DAY, HOUR, MINUTE, OTHER, STATION, VILLAGE, WAREHOUSE, Story
from tests.rules.test_resolving import join, resolve


def state(story: Story, item: str = BOX, after: int = 0) -> ItemState:
    tracks, resolution = story.book.memory.tracks, story.book.rules.with_resolution
    return item_state(tracks[item], tracks.__getitem__, story.now + after, lambda track: place(track, resolution))


def findings(story: Story, *, now: int | None = None) -> dict[str, bool]:
    """Codes, and whether one of them is open."""
    found: dict[str, bool] = {}
    for one in story.book.findings(story.now if now is None else now):
        found[one.code] = found.get(one.code, False) or one.open
    return found


@pytest.mark.parametrize("declared", [False, True])
def test_who_has_what_was_at_two_places_is_uncertain_until_it_is_resolved(declared: bool) -> None:
    story = Story()
    story.begin()
    story.say("inspect", site=STATION)
    story.say("inspect", site=WAREHOUSE)
    first = next(one for one in story.book.findings(story.now) if one.code == "two-places").subject
    story.handover(0, 1)
    if declared:
        resolve(story, join(story), "two-places", first)
    assert state(story).status == ("held" if declared else "uncertain")
    assert (state(story).custodian is None) is not declared


@pytest.mark.parametrize("signed", [True, False])
def test_a_carrier_who_has_signed_that_he_has_an_item_has_it_however_long_he_drives(signed: bool) -> None:
    story = Story()
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    if signed:
        story.accept(carrier, released, site=WAREHOUSE)
    found = state(story, after=3 * DAY)
    assert (found.status, found.custodian) == (("in-transit", story.id(carrier)) if signed else ("uncertain", None))
    assert findings(story, now=story.now + 3 * DAY) == {"release-open": True}


def test_each_report_that_an_item_is_missing_is_closed_by_whoever_has_it_before_them() -> None:
    story = Story()
    story.begin()
    for by in (0, 1):
        story.say("discrepancy", by, kind="missing")
    assert state(story).status == "uncertain"
    story.say("inspect", 2)
    assert (state(story).status, findings(story)) == ("held", {"discrepancy-missing": False})


def test_a_report_that_a_bundle_lacks_something_does_not_say_that_it_is_missing() -> None:
    story = Story()
    story.begin()
    story.say("discrepancy", kind="missing", quantity=5)
    story.handover(0, 1)
    assert (state(story).status, findings(story)) == ("held", {"discrepancy-short": True})


@pytest.mark.parametrize("reported", [BOX, OTHER])
def test_what_is_reported_missing_in_a_container_is_uncertain_and_not_the_rest(reported: str) -> None:
    story = Story()
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    story.say("discrepancy", items=[reported], kind="missing")
    lost = state(story)
    assert (lost.status, lost.custodian is None) == (("uncertain", True) if reported == BOX else ("contained", False))


def test_what_was_released_is_on_its_way_there_from_every_stop_until_somebody_accepts_it() -> None:
    story = Story()
    story.begin()
    released = story.release(0, STATION)
    story.say("depart", to=story.sites[VILLAGE])
    story.say("arrive", site=VILLAGE)
    found = state(story)
    assert (found.status, found.site, found.to) == ("in-transit", story.sites[VILLAGE], story.sites[STATION])
    story.accept(1, released)
    found = state(story)
    assert (found.status, found.site, found.to) == ("held", story.sites[STATION], None)


@pytest.mark.parametrize("planned", [STATION, WAREHOUSE])
def test_arriving_where_it_is_planned_to_be_ends_the_way_whatever_was_said_on_leaving(planned: int) -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, VILLAGE, to=planned)
    story.begin()
    story.say("depart", to=story.sites[VILLAGE])
    story.say("arrive", site=STATION)
    assert (state(story).to is None) is (planned == STATION)


def test_what_was_in_a_retired_container_stays_where_that_was() -> None:
    story = Story()
    story.begin(BOX, CRATE)
    story.say("pack", items=[BOX], container=CRATE)
    story.say("retire", 0, 1, items=[CRATE])
    found = state(story)
    assert (found.status, found.containers, found.site) == ("held", [], story.sites[WAREHOUSE])
    assert state(story, CRATE).contents == []


def test_what_is_retired_is_in_no_container_any_more() -> None:
    story = Story()
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    story.say("retire", 0, 1, items=[BOX])
    assert (state(story).status, state(story).containers, state(story, CRATE).contents) == ("retired", [], [OTHER])


def test_a_break_in_custody_has_its_ends_in_order_though_a_clock_was_ahead() -> None:
    story = Story()
    story.begin()
    story.wait(300 * DAY)
    story.say("inspect", received=story.now - 300 * DAY + HOUR)
    story.wait(-299 * DAY)
    story.say("inspect", site=STATION, device=1)
    broken = [one.facts for one in story.book.findings(story.now + 400 * DAY) if one.code == "custody-break"]
    assert broken
    assert all(int(facts["from"]) <= int(facts["to"]) for facts in broken)


@pytest.mark.parametrize("role", ["carrier", "staff"])
def test_what_a_carrier_has_is_on_the_way_wherever_he_goes(role: HandlerRole) -> None:
    story = Story()
    taker = story.join(role)
    due = story.now + 30 * DAY
    story.plan(due)
    story.begin()
    story.handover(0, taker)
    found = state(story, after=due - MINUTE - story.now)
    assert found.plan is not None
    # A leg is left that takes a day: who is on it may be there any moment.
    assert (found.status, found.to, found.plan.status) == (
        ("in-transit", None, "on-time") if role == "carrier" else ("held", None, "at-risk")
    )


@pytest.mark.parametrize("where", [WAREHOUSE, VILLAGE])
def test_what_a_container_holds_by_plan_is_said_until_something_comes_out_on_its_way(where: int) -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, VILLAGE, item=CRATE, kind="crate", quantity=2)
    story.begin(CRATE, kind="crate")
    story.begin(BOX, OTHER)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("arrive", items=[CRATE], site=where)
    story.say("unpack", items=[BOX], container=CRATE, site=where)
    assert state(story, CRATE).quantity == (2 if where == WAREHOUSE else None)
