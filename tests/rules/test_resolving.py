"""Who closes findings: who answers for all places where they were found, with a key that was nobody else's."""

import pytest

from custody.core import roster
from custody.core.findings import finding_id
from custody.core.judgement import Finding
from custody.core.statement import Statement
from tests.rules.story import BOX, DAY, HOUR, MINUTE, OFFICE, OTHER, SECOND, STATION, VILLAGE, WAREHOUSE, Story
from tests.world import Chain, key_of, site_id

NEW_SITE = 4
"""In `Story.sites` once it is appended, and not stated yet."""


def join(story: Story, *site: int, auditor: bool = False) -> Chain:
    """One more authority or auditor, for a site and all below it (without: for every site)."""
    key = key_of("resolving", *site, auditor)
    kind, role = (roster.Auditor, "auditor") if auditor else (roster.Authority, "authority")
    members = {"site": story.sites[site[0]]} if site else {}
    story.decide(kind, **story.world.possession(key, role), **members)
    return Chain(key)


def resolve(story: Story, by: Chain, code: str, subject: str, received: int | None = None) -> Statement:
    made = story.world.sign(roster.Resolve, by, finding=finding_id(code, subject), reason="explained")
    return story.hear(made, received)


def of(story: Story, code: str) -> Finding:
    [found] = [one for one in story.book.findings(story.now) if one.code == code]
    return found


@pytest.mark.parametrize("auditor", [False, True])
@pytest.mark.parametrize(("site", "may"), [(WAREHOUSE, True), (OFFICE, True), (STATION, False)])
def test_a_finding_is_closed_from_its_own_site_and_from_above_and_not_from_beside(
    site: int, may: bool, auditor: bool
) -> None:
    story = Story()
    seen = story.say("inspect")
    resolved = resolve(story, join(story, site, auditor=auditor), "unknown-item", seen.id)
    found = of(story, "unknown-item")
    assert (found.open, found.resolved) == (not may, "explained" if may else None)
    assert (found.closed_by, found.void) == (([story.index(resolved)], []) if may else ([], [story.index(resolved)]))


@pytest.mark.parametrize(("site", "may"), [(WAREHOUSE, False), (STATION, False), (OFFICE, True)])
def test_what_two_sites_have_a_part_in_is_closed_from_above_both(site: int, may: bool) -> None:
    story = Story()
    story.begin()
    there = story.say("inspect", site=STATION)
    resolve(story, join(story, site), "custody-break", there.id)
    assert of(story, "custody-break").open is not may


@pytest.mark.parametrize(("site", "may"), [(WAREHOUSE, False), (STATION, True)])
def test_a_late_delivery_is_closed_from_where_it_was_to_arrive(site: int, may: bool) -> None:
    story = Story()
    plan = story.plan(story.now + HOUR)
    story.begin()
    story.wait(DAY)
    resolve(story, join(story, site), "late", f"{plan.id}/0")
    assert of(story, "late").open is not may


@pytest.mark.parametrize(("site", "may"), [(STATION, False), (WAREHOUSE, True)])
def test_a_gap_in_a_devices_chain_is_closed_from_where_the_device_belongs(site: int, may: bool) -> None:
    story = Story()
    story.begin()
    story.make("inspect", 0)
    after = story.say("depart", to=story.sites[STATION], site=STATION)
    device = story.world.devices[0].key.keyid
    resolve(story, join(story, site), "chain-gap", f"{device}/{after.body.seq}")
    assert of(story, "chain-gap").open is not may


@pytest.mark.parametrize(("site", "may"), [(STATION, False), (WAREHOUSE, True)])
@pytest.mark.parametrize("seen", ["a roster statement", "an event at another site"])
def test_a_clock_behind_what_its_device_had_seen_of_the_log_is_closed_from_where_the_event_was(
    seen: str, site: int, may: bool
) -> None:
    story = Story()
    story.wait(HOUR)
    last = story.begin(OTHER, site=STATION) if seen == "an event at another site" else story.policy()
    story.wait(-10 * MINUTE)
    behind = story.begin(device=1, seen=story.up_to(last))
    story.wait(HOUR)
    resolve(story, join(story, site), "clock-before-cause", behind.id)
    assert of(story, "clock-before-cause").evidence == [story.index(last), story.index(behind)]
    assert of(story, "clock-before-cause").open is not may


def test_of_a_finding_each_closes_the_parts_that_were_found_at_its_sites() -> None:
    story = Story()
    story.begin(BOX)
    story.begin(OTHER, site=VILLAGE)
    story.sites.append(site_id(5))
    story.decide(roster.Site, site=site_id(5), category="village", name="Below", parent=story.sites[WAREHOUSE])
    there = story.say("inspect", items=[BOX, OTHER], site=NEW_SITE)
    by = join(story, WAREHOUSE)
    resolved = resolve(story, by, "custody-break", there.id)
    found = of(story, "custody-break")
    assert (found.open, found.closed_by, found.void) == (True, [story.index(resolved)], [])
    story.say("correct", refs=[there.id], items=[OTHER], site=NEW_SITE)
    assert not of(story, "custody-break").open


def test_what_was_at_a_site_that_nobody_has_stated_is_closed_by_who_has_every_site_or_once_it_is_stated() -> None:
    for whole in (True, False):
        story = Story()
        story.sites.append(site_id(5))
        seen = story.say("inspect", site=NEW_SITE)
        by = join(story, auditor=True) if whole else join(story, OFFICE)
        resolve(story, by, "unknown-item", seen.id)
        assert of(story, "unknown-item").open is not whole
        story.found_site(5)
        assert not of(story, "unknown-item").open


@pytest.mark.parametrize(
    ("reason", "since", "stands"),
    [("compromised", -1, False), ("compromised", 0, False), ("compromised", 1, True), ("lost", None, True)],
)
def test_what_a_key_closed_when_it_may_have_been_a_thiefs_is_open_again_until_another_closes_it(
    reason: str, since: int | None, stands: bool
) -> None:
    story = Story()
    seen = story.say("inspect")
    auditor = join(story, auditor=True)
    resolved = resolve(story, auditor, "unknown-item", seen.id)
    assert not of(story, "unknown-item").open
    received = story.book.received(story.index(resolved))
    members = {} if since is None else {"since": received + since}
    story.hear(story.world.revoke(auditor.key.keyid, reason, **members))
    assert (of(story, "unknown-item").open, of(story, "unknown-item").void) == (
        (False, []) if stands else (True, [story.index(resolved)])
    )
    again = resolve(story, story.world.authority, "unknown-item", seen.id)
    found = of(story, "unknown-item")
    assert (found.open, found.closed_by) == (False, [story.index(again)])


def test_what_falls_with_the_authority_above_it_closes_nothing_from_when_that_was_compromised() -> None:
    story = Story()
    seen = story.say("inspect")
    above = join(story, WAREHOUSE)
    key = key_of("resolving", "below")
    members = story.world.possession(key, "auditor") | {"site": story.sites[WAREHOUSE]}
    story.hear(story.world.sign(roster.Auditor, above, **members))
    resolve(story, Chain(key), "unknown-item", seen.id)
    assert not of(story, "unknown-item").open
    story.hear(story.world.revoke(above.key.keyid, "compromised", since=seen.body.time, enrolled="revoke"))
    assert of(story, "unknown-item").open


def test_nobody_closes_what_is_to_come_with_a_clock_that_is_ahead() -> None:
    story = Story()
    due = story.now + 3 * DAY
    plan = story.plan(due)
    now = story.now
    story.world.time = due + DAY
    early = resolve(story, story.world.authority, "late", f"{plan.id}/0", received=now)
    assert (of(story, "late").open, of(story, "late").void) == (True, [story.index(early)])
    resolve(story, story.world.authority, "late", f"{plan.id}/0", received=due)
    assert not of(story, "late").open


def test_a_resolution_that_counts_is_not_undone_by_a_later_one_that_does_not() -> None:
    story = Story()
    seen = story.say("inspect")
    good = resolve(story, story.world.authority, "unknown-item", seen.id)
    story.wait(SECOND)
    other = resolve(story, join(story, VILLAGE), "unknown-item", seen.id)
    found = of(story, "unknown-item")
    assert (found.open, found.closed_by, found.void) == (False, [story.index(good)], [story.index(other)])


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
