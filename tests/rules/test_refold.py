"""What comes late: items' histories are judged again."""

from collections.abc import Callable, Sequence
from itertools import permutations
from random import Random
from typing import Any

import pytest

from custody.core.statement import Statement
from tests.rules.story import BOX, CRATE, DAY, HOUR, MINUTE, OTHER, SECOND, STATION, WAREHOUSE, A, B, Story, seals


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
