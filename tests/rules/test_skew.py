"""Where two devices' clocks differ by no more than the policy's skew, nothing is found by their order alone.

Each story is told with the second event a moment later, later than the skew, at the same device, and known to be later:
only the first is in doubt. What looks alike and is wrong, whatever came first, is found in each.
"""

from collections.abc import Callable
from typing import Any, Literal

import pytest

from tests.rules.comparing import seen
from tests.rules.scene import FAKE_ROOT, read
from tests.rules.story import BOX, CRATE, MINUTE, SECOND, STATION, WAREHOUSE, A, B, Story, seals
from tests.rules.test_whereabouts import findings, state

How = Literal["in doubt", "beyond the skew", "at one device", "by its checkpoint"]
Second = Callable[..., dict[str, Any]]


def second(story: Story, how: How) -> dict[str, Any]:
    """Where and when the second event is recorded; the first was at device 0."""
    story.wait(5 * MINUTE - SECOND + (SECOND if how == "beyond the skew" else 0))
    known = {"seen": (len(story.book.entries), FAKE_ROOT)} if how == "by its checkpoint" else {}
    return {"device": 0 if how == "at one device" else 1} | known


def packed_after_it_was_sealed(story: Story, how: How) -> None:
    story.begin(BOX, CRATE)
    story.say("seal", items=[CRATE], seals=seals(A))
    story.say("pack", container=CRATE, **second(story, how))


def unpacked_before_it_was_unsealed(story: Story, how: How) -> None:
    story.begin(BOX, CRATE)
    story.say("pack", container=CRATE)
    story.say("seal", items=[CRATE], seals=seals(A))
    story.say("unpack", container=CRATE)
    story.say("unseal", 0, 1, items=[CRATE], seals=seals(A), **second(story, how))


def left_before_it_was_sealed(story: Story, how: How) -> None:
    story.begin(kind="ballot-box")
    story.say("depart", to=story.sites[STATION])
    story.say("seal", seals=seals(A), **second(story, how))


def read_before_it_was_put_on(story: Story, how: How) -> None:
    story.begin()
    story.say("seal", seals=seals(A))
    story.say("inspect", seals=seals(A, B))
    story.say("seal", seals=seals(B), **second(story, how))


def seen_before_it_was_commissioned(story: Story, how: How) -> None:
    story.say("inspect")
    story.say("commission", kind="bag", **second(story, how))


def accepted_before_it_was_released(story: Story, how: How) -> None:
    story.begin()
    story.accept(1, site=WAREHOUSE, device=0)
    story.release(0, WAREHOUSE, **second(story, how))


def taken_by_the_carrier_before_it_was_released(story: Story, how: How) -> None:
    carrier = story.join("carrier")
    story.begin()
    story.accept(carrier, site=WAREHOUSE, device=0)
    named = {"receiver": story.id(1), "carrier": story.id(carrier)}
    released = story.release(0, STATION, **named, **second(story, how))
    story.accept(1, released, device=2)


STORIES = [
    (packed_after_it_was_sealed, "opened-sealed"),
    (unpacked_before_it_was_unsealed, "opened-sealed"),
    (left_before_it_was_sealed, "unsealed"),
    (read_before_it_was_put_on, "seal-changed"),
    (seen_before_it_was_commissioned, "unknown-item"),
    (accepted_before_it_was_released, "accepted-without-release"),
    (taken_by_the_carrier_before_it_was_released, "accepted-without-release"),
]


@pytest.mark.parametrize("how", ["in doubt", "beyond the skew", "at one device", "by its checkpoint"])
@pytest.mark.parametrize(("tell", "code"), STORIES)
def test_only_an_order_that_is_known_is_held_against_anybody(tell: Callable[[Story, How], None], code: str, how: How):
    story = Story()
    story.wait(10 * MINUTE)
    tell(story, how)
    found = findings(story)
    assert found == {} if how == "in doubt" else code in found
    assert seen(read(story.book.entries, story.world)) == seen(story.book)


def test_what_was_in_doubt_leaves_what_is_as_if_it_had_been_first() -> None:
    story = Story()
    taken_by_the_carrier_before_it_was_released(story, "in doubt")
    assert (state(story).custodian, state(story).site) == (story.id(1), story.sites[STATION])
    story = Story()
    packed_after_it_was_sealed(story, "in doubt")
    assert (state(story, CRATE).seals, state(story, BOX).containers) == ([A], [CRATE])


def test_what_comes_out_of_a_sealed_container_is_in_no_doubt() -> None:
    story = Story()
    story.begin(BOX, CRATE)
    story.say("pack", container=CRATE)
    story.say("seal", items=[CRATE], seals=seals(A))
    story.say("unpack", container=CRATE, device=1)
    assert findings(story) == {"opened-sealed": True}


def test_a_release_to_another_or_by_who_never_had_it_explains_no_acceptance() -> None:
    for giver, named in ((0, 2), (3, None)):
        story = Story()
        stranger = story.join("staff", 3) if giver == 3 else giver
        story.begin()
        story.handover(0, 2) if giver == 3 else None
        story.accept(1, site=WAREHOUSE)
        story.release(stranger, WAREHOUSE, device=2, **({"receiver": story.id(named)} if named else {}))
        assert findings(story)["accepted-without-release"]


def test_another_number_in_place_of_one_that_is_gone_is_found_though_it_is_put_on_right_after() -> None:
    story = Story()
    story.begin()
    story.say("seal", seals=seals(A))
    story.say("inspect", seals=seals(B))
    story.say("seal", seals=seals(B), device=1)
    assert findings(story) == {"seal-changed": True}


@pytest.mark.parametrize("stops", [0, 1, 2])
def test_a_device_that_has_accepted_what_left_unsealed_knows_that_it_seals_it_later(stops: int) -> None:
    story = Story()
    story.begin(kind="ballot-box")
    released = story.release(0, STATION)
    for device in range(1, 1 + stops):
        story.accept(1, released, device=device)
        released = story.release(1, STATION, site=STATION, device=device) if device < stops else released
    story.say("seal", seals=seals(A), device=stops or 1, site=STATION if stops else WAREHOUSE)
    assert findings(story) == ({"unsealed": False} if stops else {})


def test_what_goes_into_a_sealed_container_that_has_been_accepted_since_opens_it() -> None:
    story = Story()
    story.begin(BOX, CRATE)
    story.say("seal", items=[CRATE], seals=seals(A))
    released = story.release(0, STATION, items=[BOX, CRATE])
    story.accept(1, released, items=[BOX, CRATE])
    story.say("pack", 1, container=CRATE, site=STATION, device=1)
    assert findings(story) == {"opened-sealed": True}


def test_a_warning_of_what_was_in_doubt_was_overridden_by_nobody() -> None:
    story = Story()
    story.begin()
    story.accept(1, site=WAREHOUSE, warnings=["accepted-without-release"])
    story.release(0, WAREHOUSE, device=2)
    assert findings(story) == {}
