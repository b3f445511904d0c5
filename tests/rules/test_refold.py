"""What comes late, and what is decided later: items' histories are judged again."""

from collections.abc import Callable, Sequence
from itertools import permutations
from random import Random
from typing import Any

import pytest

from custody.core import roster
from custody.core.findings import finding_id
from custody.core.judgement import Finding
from custody.core.planning import Planned, Sealed, Signatures, Way
from custody.core.statement import Statement
from tests.rules.scene import codes
from tests.rules.story import (
    BOX,
    CRATE,
    DAY,
    HOUR,
    MINUTE,
    OTHER,
    SECOND,
    STATION,
    VILLAGE,
    WAREHOUSE,
    A,
    B,
    Story,
    seals,
)
from tests.world import key_of, site_id


def a_delivery(story: Story) -> list[Statement]:
    """Released at one device, accepted at another, and put away."""
    begun = story.make("commission", 0, kind="bag")
    released = story.make("release", 0, releaser=story.id(0), to=story.sites[STATION])
    accepted = story.make("accept", 1, device=1, receiver=story.id(1), site=STATION, refs=[released.id])
    return [begun, released, accepted, story.make("store", 1, device=1, site=STATION)]


def a_copied_label(story: Story) -> list[Statement]:
    """One item at three devices in two places."""
    made = [story.make("commission", 0, kind="bag")]
    made += [story.make("inspect", 1, device=number, site=site) for number, site in ((1, STATION), (2, WAREHOUSE))]
    return [*made, story.make("inspect", 1, device=1, site=STATION)]


def seals_and_a_correction(story: Story) -> list[Statement]:
    made = [story.make("commission", 0, kind="bag"), story.make("seal", 0, seals=seals(A))]
    wrong = story.make("inspect", 1, device=1, seals=seals(B))
    return [*made, wrong, story.make("correct", 1, device=1, refs=[wrong.id], seals=seals(A))]


def a_number_on_two_boxes(story: Story) -> list[Statement]:
    made = [story.make("commission", 0, items=[BOX, OTHER], kind="bag"), story.make("seal", 0, seals=seals(A))]
    wrong = story.make("inspect", 1, device=1, items=[OTHER], seals=seals(A))
    return [*made, wrong, story.make("correct", 1, device=1, items=[OTHER], refs=[wrong.id], seals=seals(B))]


def a_crate_whose_clock_is_behind(story: Story) -> list[Statement]:
    made = [story.make("commission", 0, items=[BOX, OTHER, CRATE], kind="bag")]
    story.wait(-20 * SECOND)
    made.append(story.make("pack", 0, items=[BOX], container=CRATE))
    made.append(story.make("depart", 1, device=1, items=[CRATE], to=story.sites[STATION]))
    return [*made, story.make("unpack", 1, device=1, items=[BOX, OTHER], container=CRATE, site=STATION)]


WORLDS = [a_delivery, a_copied_label, seals_and_a_correction, a_number_on_two_boxes, a_crate_whose_clock_is_behind]


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_the_order_in_which_statements_arrive_does_not_matter(world: Callable[[Story], list[Statement]]) -> None:
    def tell(order: tuple[int, ...]) -> Any:
        story = Story()
        story.wait(HOUR)
        made = world(story)
        for number in order:
            story.hear(made[number], received=story.now)
        found = [one for one in story.book.findings(story.now + 3 * DAY) if one.code != "chain-gap"]
        items = {name: track.item for name, track in story.book.memory.tracks.items()}
        for item in items.values():
            item.last = item.release = item.begun = item.sealed = item.handed = None  # they hold indexes
        return items, [(one.code, one.subject, one.since, one.open, one.root, len(one.evidence)) for one in found]

    orders = list(permutations(range(4)))
    expected = tell(orders[0])
    for order in Random(0).sample(orders[1:], 12):
        assert tell(order) == expected, order


def test_what_comes_backwards_happens_again_once_and_not_at_each_event(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    story.begin()
    made = [story.make("inspect", 0) for _ in range(60)]
    asked: list[int] = []
    event = story.book.event
    monkeypatch.setattr(story.book, "event", lambda index: asked.append(index) or event(index))
    for statement in reversed(made):
        story.hear(statement, received=story.now)
    assert len(story.book.memory.tracks[BOX].history) == 61
    assert len(asked) <= 3 * 61


def test_what_is_accepted_in_part_leaves_the_rest_released() -> None:
    story = Story()
    story.begin(BOX, OTHER)
    released = story.release(0, STATION, items=[BOX, OTHER])
    accepted = story.accept(1, released, items=[BOX])
    tracks = story.book.memory.tracks
    assert (tracks[BOX].item.release, tracks[BOX].item.custodian) == (None, story.id(1))
    assert tracks[OTHER].item.release is not None
    (found,) = story.book.findings(released.body.time + 2 * DAY)
    assert (found.code, [part.item for part in found.parts]) == ("release-open", [OTHER])
    late = story.accept(1, released, items=[OTHER])
    assert late.body.time > accepted.body.time
    assert story.book.findings(released.body.time + 2 * DAY) == []


# Clocks


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_who_has_an_item_does_not_hang_on_when_a_device_that_is_ahead_reached_the_log(order: Sequence[int]) -> None:
    story = Story()
    story.begin(BOX)
    begun = story.now
    story.wait(HOUR)
    ahead = story.make("handover", 0, 1, releaser=story.id(0), receiver=story.id(1), device=1)
    story.world.time = begun + 10 * MINUTE
    others = [
        story.make("handover", giver, taker, releaser=story.id(giver), receiver=story.id(taker), device=2)
        for giver, taker in ((0, 2), (2, 3))
    ]
    for place, number in enumerate(order):
        story.hear([ahead, *others][number], received=begun + (5 + 10 * place) * MINUTE)
    item = story.book.memory.tracks[BOX].item
    assert item.last is not None
    assert (item.custodian, item.last.id) == (story.id(1), ahead.id)


# Plans


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


# Decisions


def test_nobody_resolves_what_has_not_begun_by_a_statement_that_is_dated_ahead() -> None:
    story = Story()
    due = story.now + 2 * DAY
    plan = story.plan(due)
    story.world.time = due + DAY
    resolve = {"finding": finding_id("late", f"{plan.id}/0"), "reason": "no-matter"}
    story.hear(story.world.sign(roster.Resolve, story.world.authority, **resolve), received=due - HOUR)
    (late,) = [one for one in story.book.findings(due) if one.code == "late"]
    assert late.open


def test_a_resolution_closes_a_finding_and_says_why() -> None:
    story = Story()
    seen = story.say("inspect")
    resolved = story.decide(roster.Resolve, finding=finding_id("unknown-item", seen.id), reason="test-label")
    (found,) = story.book.findings(story.now)
    assert (found.open, found.closed_by, found.resolved) == (False, [story.index(resolved)], "test-label")


def test_nobody_resolves_what_has_not_begun() -> None:
    story = Story()
    due = story.now + DAY
    plan = story.plan(due)
    resolve = finding_id("late", f"{plan.id}/0")
    story.decide(roster.Resolve, finding=resolve, reason="no-matter")
    (late,) = [one for one in story.book.findings(due) if one.code == "late"]
    assert (late.id, late.open, late.resolved) == (resolve, True, None)
    story.wait(2 * DAY)
    story.decide(roster.Resolve, finding=resolve, reason="cancelled")
    (late,) = [one for one in story.book.findings(story.now) if one.code == "late"]
    assert (late.open, late.resolved) == (False, "cancelled")


def test_a_policy_holds_at_its_site_and_below_from_its_beginning() -> None:
    story = Story()
    story.begin()
    alone = {"signatures": [Signatures(action="open", count=1)]}
    story.policy(site=story.sites[WAREHOUSE], begins=story.now + HOUR, **alone)
    before = story.say("open", purpose="psu")
    story.wait(HOUR)
    story.say("open", purpose="psu")
    story.say("depart", to=story.sites[VILLAGE])
    elsewhere = story.say("open", purpose="psu", site=VILLAGE)
    found = story.book.findings(story.now)
    assert [(one.code, one.subject) for one in found] == [
        ("too-few-signatures", before.id),
        ("too-few-signatures", elsewhere.id),
    ]


@pytest.mark.parametrize("ahead_ms", [0, MINUTE])
@pytest.mark.parametrize("asked", [False, True])
def test_a_policy_that_is_dated_back_changes_nothing_of_what_is_logged_before_it(asked: bool, ahead_ms: int) -> None:
    """Also of what a clock that is ahead says is after it."""
    story = Story()
    begun = story.begin(mono=0)
    story.wait(HOUR)
    story.say("open", purpose="psu", mono=SECOND)
    story.wait(ahead_ms)
    story.say("depart", to=story.sites[STATION], mono=2 * SECOND, received=story.now - ahead_ms)
    story.wait(-ahead_ms)
    before = story.book.findings(story.now) if asked else []
    assert codes(before) == (["clock-jump", "too-few-signatures"] if asked else [])
    story.policy(
        begins=begun.body.time,
        signatures=[Signatures(action="open", count=1), Signatures(action="depart", count=3)],
        sealed=[Sealed(kind="bag", least=1)],
        skew_ms=2 * HOUR,
    )
    assert codes(story.book.findings(story.now)) == ["clock-jump", "too-few-signatures"]


def test_what_happened_before_a_policy_was_logged_is_not_judged_by_it_when_it_comes_later() -> None:
    story = Story()
    began = story.now
    story.begin()
    story.wait(HOUR)
    late = story.make("open", 0, purpose="psu")
    story.policy(begins=began, signatures=[Signatures(action="open", count=1)])
    story.hear(late, received=story.now)
    after = story.say("open", purpose="psu")
    found = story.book.findings(story.now)
    assert [(one.code, one.subject) for one in found] == [("too-few-signatures", late.id)]
    assert after.id != late.id


def test_what_its_device_had_seen_of_the_log_is_no_way_around_a_policy() -> None:
    """A clock that is set back to before a policy which its device had seen."""
    story = Story()
    story.begin()
    story.wait(HOUR)
    strict = story.policy(signatures=[Signatures(action="inspect", count=2)], skew_ms=2 * HOUR)
    story.wait(-MINUTE)
    story.say("inspect", device=1, seen=story.up_to(strict))
    assert codes(story.book.findings(story.now + HOUR)) == ["too-few-signatures"]


def test_a_site_that_is_stated_after_the_event_brings_its_policy() -> None:
    story = Story()
    story.begin()
    story.policy(site=story.sites[0], signatures=[Signatures(action="inspect", count=0)])
    story.policy(signatures=[Signatures(action="inspect", count=2)])
    story.sites.append(site_id(5))
    story.say("depart", to=story.sites[VILLAGE])
    story.say("inspect", site=4)
    assert codes(story.book.findings(story.now)) == ["too-few-signatures", "unknown-site"]
    story.found_site(5)
    assert [one.code for one in story.book.findings(story.now)] == []


@pytest.mark.parametrize("asked", [False, True])
def test_another_badge_judges_what_its_handler_held_already_when_it_began(asked: bool) -> None:
    """A carrier may be anywhere with what he has, a member of staff may not."""
    story = Story()
    story.begin()
    story.handover(0, 1)
    began = story.now
    story.wait(HOUR)
    story.say("inspect", 2, site=STATION)
    if asked:
        assert codes(story.book.findings(story.now)) == ["custody-break"]
    another = key_of("another badge")
    story.decide(
        roster.Handler,
        **story.world.possession(another, "handler", story.id(1)),
        handler=story.id(1),
        badge=1,
        role="carrier",
        site=story.sites[0],
        begins=began,
    )
    assert codes(story.book.findings(story.now)) == []


# Roots


def root_codes(found: list[Finding]) -> list[str]:
    return codes(found, root=True)


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


def test_what_is_kept_does_not_hang_on_whether_anybody_asked_after_a_correction_that_does_not_count() -> None:
    def drafts(asked: bool) -> list[str]:
        story = Story()
        begun = story.begin()
        story.say("correct", 1, device=1, refs=[begun.id], kind="box")
        if asked:
            story.book.findings(story.now)
        story.release(0, STATION)
        return [draft.code for draft in story.book.memory.tracks[BOX].drafts]

    assert drafts(asked=True) == drafts(asked=False)
