"""What is decided later and holds for what was before: policies, sites and badges."""

import pytest

from custody.core import roster
from custody.core.planning import Sealed, Signatures
from tests.rules.scene import codes
from tests.rules.story import HOUR, MINUTE, SECOND, STATION, VILLAGE, WAREHOUSE, Story
from tests.world import key_of, site_id


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
