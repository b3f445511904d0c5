"""What is planned anew, and what plans before it found."""

import pytest

from custody.core.planning import Planned, Way
from tests.rules.scene import codes
from tests.rules.story import BOX, DAY, HOUR, STATION, Story


def test_a_new_plan_takes_the_place_of_the_old_and_closes_what_was_found_by_that() -> None:
    story = Story()
    due = story.now + 40 * DAY
    story.plan(due)
    story.begin()
    story.wait(41 * DAY)
    new = story.plan(story.now + 10 * DAY)
    found = {one.code: one for one in story.book.findings(story.now)}
    assert (found["late"].open, found["late"].closed_by, found["late"].since) == (False, [story.index(new)], due)
    later = {one.subject for one in story.book.findings(story.now + 20 * DAY) if one.code == "late" and one.open}
    assert later == {f"{new.id}/0"}


def test_a_new_plan_before_the_old_was_late_leaves_nothing_behind() -> None:
    story = Story()
    story.plan(story.now + 40 * DAY)
    story.begin()
    story.plan(story.now + 80 * DAY)
    assert story.book.findings(story.now + 41 * DAY) == []


def test_the_way_back_is_due_once_the_way_out_is_gone() -> None:
    story = Story()
    due, back = story.now + 40 * DAY, story.now + 80 * DAY
    story.plan(due, back=back)
    story.begin()
    story.say("depart", to=story.sites[STATION])
    story.say("arrive", site=STATION)
    assert story.book.findings(due) == []
    assert codes(story.book.findings(back)) == ["at-risk", "late"]


def test_a_risk_on_the_way_out_is_over_when_the_way_back_is_at_risk_at_once() -> None:
    story = Story()
    story.plan(story.now + HOUR, back=story.now + 2 * HOUR)
    story.begin()
    story.say("depart", to=story.sites[STATION])
    arrived = story.say("arrive", site=STATION)
    out, back = (one for one in story.book.findings(story.now) if one.code == "at-risk")
    assert (out.closed_by, back.open) == ([story.index(arrived)], True)


def test_a_new_plan_that_is_dated_back_leaves_what_was_late_before_the_log_had_it() -> None:
    story = Story()
    due = story.now + 2 * DAY
    story.plan(due)
    story.begin()
    story.world.time = due - HOUR
    ways = [Way(to=story.sites[STATION], due=due + 30 * DAY)]
    mender = story.world.plan(ways, [Planned(item=BOX, kind="bag", ways=[0])])
    story.hear(mender, received=due + HOUR)
    late = [(one.since, one.closed_by) for one in story.book.findings(due + HOUR) if one.code == "late"]
    assert late == [(due, [story.index(mender)])]


@pytest.mark.parametrize("asked", [False, True])
def test_an_event_from_before_an_item_was_planned_anew_leaves_what_its_plan_then_found(asked: bool) -> None:
    story = Story()
    story.plan(story.now + HOUR)
    kept = story.make("commission", 0, kind="bag")
    mender = story.plan(story.now + 40 * DAY)
    if asked:
        story.book.findings(story.now)
    story.hear(kept)
    [at_risk] = story.book.findings(story.now)
    assert (at_risk.code, at_risk.open, at_risk.closed_by) == ("at-risk", False, [story.index(mender)])


def test_what_an_earlier_plan_found_is_closed_by_the_next_one_also_if_the_item_came_after_that() -> None:
    story = Story()
    story.plan(story.now + HOUR)
    story.begin()
    story.wait(2 * HOUR)
    mender = story.plan(story.now + 40 * DAY)
    story.say("depart", to=story.sites[STATION])
    story.say("arrive", site=STATION)
    late = [one.closed_by for one in story.book.findings(story.now) if one.code == "late"]
    assert late == [[story.index(mender)]]
