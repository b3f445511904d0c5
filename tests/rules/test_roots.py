"""Which findings explain others, and stand at the root."""

from custody.core import roster
from custody.core.planning import Planned, Way
from tests.rules.scene import root_codes
from tests.rules.story import BOX, DAY, HOUR, OTHER, STATION, VILLAGE, WAREHOUSE, Story


def test_breaks_of_custody_stand_beneath_the_copied_label_that_explains_them() -> None:
    story = Story()
    story.begin()
    for site in (STATION, WAREHOUSE):
        story.say("inspect", site=site)
    found = story.book.findings(story.now)
    assert root_codes(found) == ["two-places"]
    (two_places,) = [one for one in found if one.root]
    assert {one.parent for one in found if one.code == "custody-break"} == {two_places.id}


def test_what_began_after_a_finding_was_mended_does_not_explain_it() -> None:
    story = Story()
    due = story.now + 30 * HOUR
    story.plan(due, back=due + 300 * DAY)
    story.begin()
    story.say("depart", to=story.sites[STATION])
    story.wait(60 * HOUR)
    story.say("arrive", site=STATION)
    assert "late" in root_codes(story.book.findings(story.now))
    story.say("discrepancy", kind="missing", site=STATION)
    assert root_codes(story.book.findings(story.now)) == ["late", "discrepancy-missing"]


def test_a_release_that_stands_open_is_not_explained_by_an_item_that_was_missing_before_and_was_found() -> None:
    for found_again in (True, False):
        story = Story()
        story.begin()
        if found_again:
            story.say("discrepancy", kind="missing")
            story.handover(0, 1)
        released = story.release(1 if found_again else 0, STATION)
        if not found_again:
            story.say("discrepancy", kind="missing")
        roots = root_codes(story.book.findings(released.body.time + 2 * DAY))
        assert ("release-open" in roots) is found_again


def test_what_begins_after_a_copied_label_was_resolved_is_not_hidden_beneath_it() -> None:
    for resolved in (True, False):
        story = Story()
        story.begin()
        for site in (STATION, WAREHOUSE):
            story.say("inspect", site=site)
        (copied,) = [one for one in story.book.findings(story.now) if one.root]
        if resolved:
            story.decide(roster.Resolve, finding=copied.id, reason="label-destroyed")
        story.say("inspect", site=VILLAGE)
        assert ("custody-break" in root_codes(story.book.findings(story.now))) is resolved


def test_what_is_wrong_with_one_item_of_an_event_explains_nothing_of_another() -> None:
    story = Story()
    story.begin(BOX, OTHER)
    story.say("inspect", site=STATION)
    story.say("inspect", items=[BOX, OTHER])
    story.say("inspect", items=[BOX, OTHER], site=STATION)
    found = story.book.findings(story.now)
    (last,) = [one for one in found if one.code == "custody-break" and len(one.parts) == 2]
    assert last.root


def test_a_delivery_is_explained_only_if_each_of_its_items_is() -> None:
    for both in (True, False):
        story = Story()
        due = story.now + 40 * DAY
        ways = story.plan(due).body.ways
        story.hear(story.world.plan(ways, [Planned(item=name, kind="bag", ways=[0]) for name in (BOX, OTHER)]))
        story.begin(BOX, OTHER)
        story.say("discrepancy", items=[BOX, OTHER] if both else [BOX], kind="missing", site=STATION)
        assert ("late" in root_codes(story.book.findings(due))) is not both


def test_a_delivery_at_risk_is_no_consequence_of_another_one_of_the_same_plan_that_is_late() -> None:
    story = Story()
    soon, later = story.now + DAY, story.now + 40 * DAY
    ways = [Way(to=story.sites[STATION], due=due) for due in (soon, later)]
    story.hear(
        story.world.plan(ways, [Planned(item=BOX, kind="bag", ways=[0]), Planned(item=OTHER, kind="bag", ways=[1])])
    )
    story.begin(BOX, OTHER)
    at_risk = [one for one in story.book.findings(later - 1) if one.code == "at-risk" and one.parts[0].item == OTHER]
    assert [one.root for one in at_risk] == [True]
