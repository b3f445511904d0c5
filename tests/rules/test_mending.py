"""What people do when a finding says what to do mends it and makes nothing worse; nor does saying a thing twice."""

from itertools import pairwise

import pytest

from custody.core.roster import Resolve
from tests.rules.scene import codes, root_codes
from tests.rules.story import BOX, CRATE, DAY, HOUR, MINUTE, OTHER, STATION, VILLAGE, WAREHOUSE, A, B, Story, seals
from tests.rules.test_whereabouts import findings, state
from tests.world import item_id

SHIP = item_id(9)


def test_a_release_that_is_recorded_after_it_was_accepted_mends_that() -> None:
    story = Story()
    story.begin()
    story.accept(1, site=WAREHOUSE)
    story.wait(HOUR)
    story.release(0, WAREHOUSE, receiver=story.id(1))
    assert findings(story, now=story.now + 2 * DAY) == {"accepted-without-release": False}
    assert state(story).custodian == story.id(1)


@pytest.mark.parametrize("by", [2, VILLAGE])
def test_only_who_could_have_given_an_item_mends_by_a_late_release_that_it_was_taken(by: int) -> None:
    story = Story()
    giver = by if by == 2 else story.join("staff", by)
    story.begin()
    story.handover(0, 2)
    story.accept(1, site=WAREHOUSE)
    story.wait(HOUR)
    story.release(giver, WAREHOUSE, receiver=story.id(1), device=2)
    assert findings(story)["accepted-without-release"] is (by != 2)


def test_a_release_to_another_than_who_has_it_mends_nothing() -> None:
    story = Story()
    story.begin()
    story.accept(1, site=WAREHOUSE)
    story.release(0, WAREHOUSE, receiver=story.id(2))
    assert findings(story)["accepted-without-release"]


@pytest.mark.parametrize(("again", "still"), [(98, True), (100, False), (99, True)])
def test_a_count_that_differed_is_mended_by_counting_what_was_planned(again: int, still: bool) -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, quantity=100)
    story.begin(quantity=100)
    for count in (98, again):
        story.say("inspect", quantity=count)
    found = [one for one in story.book.findings(story.now) if one.code == "count-differs"]
    assert (len(found), any(one.open for one in found)) == (2 if again == 99 else 1, still)
    assert {one.facts["wanted"] for one in found} == {100}


@pytest.mark.parametrize(("again", "still"), [(A, {"seal-changed": False}), (B, {"seal-changed": True})])
def test_a_seal_that_was_misread_is_mended_by_reading_it_rightly(again: str, still: dict[str, bool]) -> None:
    story = Story()
    story.begin()
    story.say("seal", seals=seals(A))
    story.say("inspect", seals=seals(B))
    story.say("inspect", seals=seals(again))
    assert findings(story) == still
    assert state(story).seals == [again]


@pytest.mark.parametrize("other", [A, B])
def test_the_same_broken_seal_is_one_finding_whoever_reports_it(other: str) -> None:
    story = Story()
    story.begin()
    story.say("seal", seals=seals(A, B))
    said = [story.say("inspect", by, seals=seals(number, state="broken")) for by, number in ((0, A), (1, other))]
    found = [one for one in story.book.findings(story.now) if one.code == "seal-broken"]
    assert len(found) == (1 if other == A else 2)
    assert {index for one in found for index in one.evidence} == {story.index(one) for one in said}


@pytest.mark.parametrize("how", ["store", "handover"])
@pytest.mark.parametrize(("where", "wrong"), [(WAREHOUSE, False), (VILLAGE, True)])
def test_what_is_taken_back_where_it_was_released_is_not_on_its_way_any_more(how: str, where: int, wrong: bool) -> None:
    story = Story()
    story.begin()
    story.release(0, STATION)
    if how == "store":
        story.say("store", 0, site=where)
    else:
        story.handover(0, 1, site=where)
    found = findings(story, now=story.now + 2 * DAY)
    assert ("wrong-destination" in found) is wrong
    assert ("release-open" in found) is (wrong and how == "store")


def test_a_release_may_be_accepted_by_what_another_release_took_the_place_of() -> None:
    story = Story()
    story.begin()
    first = story.release(0, STATION)
    story.release(0, STATION)
    story.accept(1, first)
    assert findings(story, now=story.now + 2 * DAY) == {}


def test_a_carrier_who_accepts_what_is_for_another_takes_it_along() -> None:
    story = Story()
    carrier = story.join("carrier")
    story.begin()
    released = story.release(0, STATION, receiver=story.id(1), carrier=story.id(carrier))
    story.accept(carrier, released, site=WAREHOUSE)
    found = state(story)
    assert (found.status, found.custodian) == ("in-transit", story.id(carrier))
    assert "release-open" in findings(story, now=story.now + 2 * DAY)
    story.accept(1, released, device=2)
    assert "release-open" not in findings(story, now=story.now + 2 * DAY)
    assert state(story).custodian == story.id(1)


@pytest.mark.parametrize("taker", [1, 2])
def test_a_carrier_may_bring_back_what_was_released_to_where_it_came_from(taker: int) -> None:
    story = Story()
    story.policy(two_devices=False)
    carrier = story.join("carrier")
    story.begin()
    story.release(0, STATION, receiver=story.id(3), carrier=story.id(carrier))
    story.say("depart", carrier, carrier=story.id(carrier), to=story.sites[STATION])
    story.handover(carrier, taker)
    assert findings(story, now=story.now + 2 * DAY) == {}
    assert state(story).custodian == story.id(taker)


@pytest.mark.parametrize("by", [1, 2])
def test_both_may_record_the_same_handover_each_on_a_device_of_his_own(by: int) -> None:
    story = Story()
    story.begin()
    story.handover(0, 1)
    story.handover(0, by, device=1)
    assert ("released-by-non-custodian" in findings(story)) is (by != 1)


@pytest.mark.parametrize("by", [1, 2])
def test_both_may_record_the_same_acceptance(by: int) -> None:
    story = Story()
    story.begin()
    released = story.release(0, STATION)
    story.accept(1, released)
    story.accept(by, released, device=2)
    assert ("accepted-without-release" in findings(story)) is (by != 1)


def test_a_correction_of_what_it_was_in_takes_nothing_away_that_was_found() -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, to=WAREHOUSE)
    story.begin(BOX, CRATE)
    story.say("pack", items=[BOX], container=CRATE)
    left = story.say("depart", items=[CRATE], to=story.sites[VILLAGE])
    story.wait(MINUTE)
    assert findings(story) == {"wrong-destination": True}
    story.say("correct", items=[CRATE], refs=[left.id], to=story.sites[WAREHOUSE])
    assert findings(story) == {"wrong-destination": False}


@pytest.mark.parametrize("later", ["lost", "compromised"])
def test_a_key_that_is_revoked_again_was_not_good_after_the_first_time(later: str) -> None:
    story = Story()
    story.begin()
    story.revoke(1, "retired")
    size = len(story.book.entries)
    story.wait(HOUR)
    story.say("inspect", 1, seen=(size, "ab" * 32))
    assert findings(story) == {"signer-revoked": True}
    story.revoke(1, later, **({"since": story.now + DAY} if later == "compromised" else {}))
    assert findings(story) == {"signer-revoked": True}


@pytest.mark.parametrize("replanned", [False, True])
def test_going_where_it_was_planned_to_go_stays_right_whatever_is_planned_later(replanned: bool) -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, to=VILLAGE)
    story.begin()
    story.say("depart", to=story.sites[VILLAGE if replanned else STATION])
    story.say("arrive", site=VILLAGE if replanned else STATION)
    if replanned:
        story.plan(story.now + 60 * DAY, to=STATION)
    assert ("wrong-destination" in findings(story)) is not replanned


def test_lateness_on_the_way_back_is_not_explained_by_what_held_it_up_on_the_way_out() -> None:
    story = Story()
    due, back = story.now + 10 * DAY, story.now + 40 * DAY
    story.plan(due, back=back)
    story.begin()
    released = story.release(0, STATION)
    story.wait(2 * DAY)
    story.accept(1, released)
    assert root_codes(story.book.findings(story.now)) == ["release-open"]
    assert "late" in root_codes(story.book.findings(back))


@pytest.mark.parametrize("known", [False, True])
def test_an_unknown_item_that_is_reported_as_extra_is_one_finding_at_the_root(known: bool) -> None:
    story = Story()
    if known:
        story.begin(OTHER)
    story.say("discrepancy", items=[OTHER], kind="extra")
    found = story.book.findings(story.now)
    assert root_codes(found) == ["discrepancy-extra"]
    assert ("unknown-item" in codes(found)) is not known


@pytest.mark.parametrize("wrong", ["released", "missing"])
@pytest.mark.parametrize("inside", [True, False])
def test_lateness_of_what_is_in_a_container_is_explained_by_what_holds_that_up(wrong: str, inside: bool) -> None:
    story = Story()
    due = story.now + 10 * DAY
    story.plan(due)
    story.begin(BOX, CRATE)
    if inside:
        story.say("pack", items=[BOX], container=CRATE)
    if wrong == "released":
        story.release(0, STATION, items=[CRATE])
    else:
        story.say("discrepancy", items=[CRATE], kind="missing")
    roots = root_codes(story.book.findings(due))
    assert ("late" in roots) is not inside


@pytest.mark.parametrize("inside", [True, False])
def test_lateness_is_explained_by_what_holds_up_the_crate_in_which_its_own_crate_was_put(inside: bool) -> None:
    story = Story()
    due = story.now + 10 * DAY
    story.plan(due)
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX], container=OTHER)
    story.say("pack", items=[OTHER], container=CRATE)
    if not inside:
        story.say("unpack", items=[OTHER], container=CRATE)
    story.say("discrepancy", items=[CRATE], kind="missing")
    assert ("late" in root_codes(story.book.findings(due))) is not inside


@pytest.mark.parametrize("inside", [True, False])
def test_lateness_on_the_next_way_is_explained_by_any_of_the_crates_around_it(inside: bool) -> None:
    story = Story()
    due, back = story.now + 10 * DAY, story.now + 40 * DAY
    story.plan(due, back=back)
    story.begin(BOX, OTHER, CRATE, SHIP)
    for inner, outer in pairwise([BOX, OTHER, CRATE, SHIP]):
        story.say("pack", items=[inner], container=outer)
    story.say("depart", items=[SHIP], to=story.sites[STATION])
    story.say("arrive", items=[SHIP], site=STATION)
    if not inside:
        story.say("unpack", items=[OTHER], container=CRATE, site=STATION)
    story.say("discrepancy", items=[CRATE], kind="missing", site=STATION)
    assert ("late" in root_codes(story.book.findings(back))) is not inside


def test_what_held_up_a_container_that_it_was_in_before_it_was_owed_explains_no_lateness() -> None:
    story = Story()
    due, back = story.now + 10 * DAY, story.now + 40 * DAY
    story.plan(due, back=back)
    story.begin(BOX, CRATE)
    story.say("pack", items=[BOX], container=CRATE)
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("arrive", items=[CRATE], site=STATION)
    story.say("unpack", items=[BOX], container=CRATE, site=STATION)
    story.say("discrepancy", items=[CRATE], kind="missing", site=STATION)
    assert "late" in root_codes(story.book.findings(back))


@pytest.mark.parametrize("how", ["broken", "opened"])
@pytest.mark.parametrize("resolved", [False, True])
def test_neither_a_new_seal_nor_a_right_count_says_what_happened_while_a_box_was_open(how: str, resolved: bool) -> None:
    story = Story()
    story.begin(BOX, kind="bag", quantity=100)
    story.say("seal", seals=seals(A))
    code = "opened-sealed" if how == "opened" else "seal-broken"
    if how == "opened":
        story.say("open", 0, 1, purpose="psu")
    else:
        story.say("inspect", seals=seals(A, state="broken"))
    story.say("inspect", quantity=100)
    story.say("seal", seals=seals(B))
    story.say("inspect", seals=seals(B, state="intact"))
    if resolved:
        [found] = story.book.findings(story.now)
        story.decide(Resolve, finding=found.id, reason="investigated")
    assert findings(story) == {code: not resolved}


@pytest.mark.parametrize("late", [True, False])
def test_an_unsealing_that_reaches_the_log_late_shows_that_nothing_was_opened_while_sealed(late: bool) -> None:
    story = Story()
    story.begin()
    story.say("seal", seals=seals(A))
    unsealed = story.make("unseal", 0, 1, seals=seals(A), device=1)
    story.say("open", 0, 1, purpose="psu")
    assert findings(story) == {"opened-sealed": True}
    if late:
        story.hear(unsealed, received=story.now)
    assert findings(story) == ({} if late else {"opened-sealed": True})
