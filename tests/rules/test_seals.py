"""Seals: what is read against what was recorded, expected and planned."""

from custody.core.event import Seal
from tests.rules.scene import codes
from tests.rules.story import BOX, DAY, A, B, C, Story, seals


def sealed(*numbers: str, count: int = 0) -> Story:
    story = Story()
    story.begin()
    unnumbered = [Seal(item=0, count=count)] if count else []
    story.say("seal", seals=[*seals(*numbers), *unnumbered])
    return story


def found(story: Story) -> list[str]:
    return codes(story.book.findings(story.now))


def on_it(story: Story) -> tuple[list[str], int]:
    item = story.book.memory.tracks[BOX].item
    return item.seals, item.unnumbered


def test_some_of_the_seals_without_a_number_are_taken_off() -> None:
    story = sealed(count=3)
    story.say("unseal", 0, 1, seals=[Seal(item=0, count=1)])
    assert (on_it(story), found(story)) == (([], 2), [])


def test_more_are_taken_off_than_were_there() -> None:
    story = sealed(count=3)
    story.say("unseal", 0, 1, seals=[Seal(item=0, count=4)])
    assert (on_it(story), found(story)) == (([], 0), ["seal-changed"])


def test_seals_without_a_number_are_counted_together_with_those_that_are_broken() -> None:
    story = sealed(count=3)
    story.say("inspect", seals=[Seal(item=0, count=2), Seal(item=0, count=1, state="broken")])
    assert (on_it(story), found(story)) == (([], 2), ["seal-broken"])


def test_a_number_differs_from_the_one_on_the_paper_though_the_log_has_none() -> None:
    story = Story()
    story.begin()
    story.say("inspect", seals=seals(B, expected=A))
    assert (on_it(story), found(story)) == (([B], 0), ["seal-differs"])


def test_a_number_differs_from_the_planned_one_though_nobody_recorded_the_sealing() -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, seals=[A])
    story.begin()
    story.say("inspect", seals=seals(B))
    assert (on_it(story), found(story)) == (([B], 0), ["seal-differs"])


def test_one_of_two_numbers_is_another() -> None:
    story = sealed(A, B)
    story.say("inspect", seals=seals(A, C))
    assert (on_it(story), found(story)) == (([A, C], 0), ["seal-changed"])


def test_a_box_that_was_opened_by_rule_gets_a_new_number() -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, seals=[A])
    story.begin()
    story.say("seal", seals=seals(A))
    story.say("unseal", 0, 1, seals=seals(A))
    story.say("seal", seals=seals(C))
    assert (on_it(story), found(story)) == (([C], 0), [])
