"""Keys over time: revocation, late enrolment, and by when a statement was signed."""

from typing import Any

import pytest
from msgspec.structs import replace

from custody.core import roster
from custody.core.statement import Statement
from tests.rules.scene import FAKE_ROOT, codes
from tests.rules.story import DAY, OFFICE, SECOND, STATION, VILLAGE, Story
from tests.world import Chain, key_of


def signer_codes(story: Story) -> list[str]:
    return [one.code for one in story.book.findings(story.now) if one.code.startswith("sign")]


def offline(story: Story, *by: int, **members: Any) -> Statement:
    """An event at a device that has seen nothing of the log but entry 0."""
    return story.make("inspect", *by, device=1, seen=(1, FAKE_ROOT), **members)


def in_step(story: Story, *by: int, **members: Any) -> Statement:
    """An event at a device that has seen the whole log."""
    return story.make("inspect", *by, device=1, seen=(len(story.book.entries), FAKE_ROOT), **members)


@pytest.mark.parametrize(
    ("reason", "outside"),
    [("lost", "signer-revoked"), ("compromised", "signer-compromised"), ("retired", "signer-revoked")],
)
def test_an_event_is_signed_before_a_revocation_after_it_or_nobody_knows(reason: str, outside: str) -> None:
    for moment, expected in (("before", []), ("after", [outside]), ("nobody knows", ["signer-uncertain"])):
        story = Story()
        story.begin()
        made = in_step(story, 1)
        kept = offline(story, 1)
        story.hear(made)
        since = {"since": story.now} if reason == "compromised" else {}
        story.wait(SECOND)
        story.revoke(1, reason, **since)
        story.wait(SECOND)
        if moment == "after":
            story.hear(in_step(story, 1))
        if moment == "nobody knows":
            story.hear(kept)
        assert signer_codes(story) == expected, moment


def test_what_a_retired_device_signed_is_good_up_to_its_final_statement_even_if_that_comes_later() -> None:
    story = Story()
    story.begin()
    final, after = offline(story, 0), offline(story, 0)
    device = story.world.devices[1].key.keyid
    story.hear(story.world.revoke(device, "retired", final=final.id))
    story.wait(DAY)
    story.hear(after, received=story.now)
    assert signer_codes(story) == ["signer-uncertain"]
    story.hear(final, received=story.now)
    assert signer_codes(story) == ["signer-revoked"]


def test_a_final_statement_ends_the_trust_in_its_device_also_if_anothers_revocation_names_it() -> None:
    story = Story()
    story.begin()
    final, after = offline(story, 0), offline(story, 0)
    for device in (1, 2):
        story.hear(story.world.revoke(story.world.devices[device].key.keyid, "retired", final=final.id))
    story.wait(DAY)
    for made in (after, final):
        story.hear(made, received=story.now)
        story.book.findings(story.now)
    assert signer_codes(story) == ["signer-revoked"]


def test_what_an_authority_enrolled_falls_with_it() -> None:
    story = Story()
    story.begin()
    below = Chain(key_of("story", "authority below"))
    story.decide(roster.Authority, **story.world.possession(below.key, "authority"), site=story.sites[OFFICE])
    device = key_of("story", "device below")
    story.hear(
        story.world.sign(roster.Device, below, **story.world.possession(device, "device"), site=story.sites[STATION])
    )
    story.world.devices.append(Chain(device))
    story.hear(story.world.revoke(below.key.keyid, "lost", enrolled="revoke"))
    story.hear(story.make("inspect", 0, device=3, seen=(len(story.book.entries), FAKE_ROOT)))
    assert signer_codes(story) == ["signer-revoked"]


def test_a_handler_who_is_enrolled_after_the_event_is_judged_then() -> None:
    story = Story()
    story.begin()
    guest = story.stranger()
    story.say("open", 0, guest, purpose="psu")
    assert codes(story.book.findings(story.now)) == ["signer-unknown", "too-few-signatures"]
    story.enrol(guest, "staff")
    assert codes(story.book.findings(story.now)) == []


def test_who_only_is_named_in_an_event_is_judged_by_the_badge_that_comes_later() -> None:
    story = Story()
    story.begin()
    carrier = story.stranger()
    story.release(0, VILLAGE, carrier=story.id(carrier))
    story.say("arrive", site=VILLAGE)
    story.say("inspect", site=STATION)
    assert codes(story.book.findings(story.now)) == ["custody-break"]
    story.enrol(carrier, "carrier")
    assert codes(story.book.findings(story.now)) == []


def test_a_new_badge_says_where_a_handler_belongs_from_its_beginning_and_not_before() -> None:
    story = Story()
    story.begin()
    late = story.make("inspect", 0, device=1)
    story.release(1, STATION)
    story.world.handlers.append(key_of("story", "badge 2"))
    subject, badge = story.id(1), story.world.handlers[-1]
    story.decide(
        roster.Handler,
        **story.world.possession(badge, "handler", subject),
        handler=subject, badge=1, role="staff", site=story.sites[VILLAGE], begins=story.now,
    )  # fmt: skip
    story.hear(late, received=story.now)
    assert codes(story.book.findings(story.now)) == []


def test_a_statement_was_signed_by_the_time_that_one_which_follows_it_was_received() -> None:
    for order in ([2, 0, 1], [2, 1, 0], [0, 2, 1]):
        story = Story()
        story.begin()
        made = [offline(story, 1), offline(story, 0), offline(story, 0)]
        story.wait(SECOND)
        story.hear(made[order[0]])
        for number in order[1:]:
            if number == 2:
                story.hear(made[number])
        story.revoke(1, "lost")
        for number in [one for one in order[1:] if one != 2]:
            story.hear(made[number], received=story.now)
        assert signer_codes(story) == [], order


@pytest.mark.parametrize("follows", [True, False])
def test_what_forks_a_chain_was_signed_by_the_time_that_its_own_follower_was_received(follows: bool) -> None:
    """Another statement at its seq is in the log by then, which the follower does not follow."""
    story = Story()
    story.begin()
    kept = offline(story, 1)
    here = kept.body.seq
    other = story.hear(offline(story, 0, at=(here, kept.body.prev)))
    story.wait(SECOND)
    story.hear(offline(story, 0, at=(here + 1, kept.id if follows else other.id)))
    story.revoke(1, "lost")
    story.hear(kept, received=story.now)
    assert signer_codes(story) == ([] if follows else ["signer-uncertain"])


def test_a_spoiled_signature_is_nobodys() -> None:
    story = Story()
    story.begin()
    guest = story.stranger()
    made = story.make("open", 0, guest, purpose="psu")
    story.hear(replace(made, signatures={**made.signatures, story.key(guest).keyid: bytes(64)}))
    story.enrol(guest, "staff")
    assert codes(story.book.findings(story.now)) == ["signature-bad", "too-few-signatures"]


def test_an_authority_is_retired_with_its_last_roster_statement() -> None:
    story = Story()
    below = Chain(key_of("story", "authority below"))
    last = story.decide(roster.Authority, **story.world.possession(below.key, "authority"), site=story.sites[OFFICE])
    story.hear(story.world.revoke(below.key.keyid, "retired", final=last.id))
    story.begin()
    assert codes(story.book.findings(story.now)) == []
