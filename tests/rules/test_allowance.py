"""What one device says of an item is judged up to a bound: so no late event costs more, however much was sent."""

import pytest

from custody.core import histories
from custody.core.history import Logged
from custody.core.item import Item
from custody.core.scene import Scene
from custody.core.statement import Statement
from tests.rules.comparing import kept
from tests.rules.scene import codes, read
from tests.rules.story import BOX, CRATE, OTHER, STATION, Story
from tests.world import item_id


@pytest.fixture
def three_each(monkeypatch: pytest.MonkeyPatch) -> Story:
    """Of each device three events of an item are judged, and four that fill it."""
    monkeypatch.setattr("custody.core.allowance.SAID", 3)
    monkeypatch.setattr("custody.core.allowance.FILLED", 4)
    return Story()


def item(story: Story, name: str = BOX) -> Item:
    return story.book.memory.tracks[name].item


def full(story: Story) -> list[str | None]:
    found = [one for one in story.book.findings(story.now) if one.code == "too-many-events"]
    return [part.item for one in found for part in one.parts]


def test_what_a_device_says_beyond_its_bound_changes_nothing_and_is_found_from_there_on(three_each: Story) -> None:
    story = three_each
    story.begin()
    story.say("inspect")
    last = story.say("handover", 0, 1, releaser=story.id(0), receiver=story.id(1))
    beyond = [story.say("handover", 1, 0, releaser=story.id(1), receiver=story.id(0)) for _ in range(2)]
    [found] = story.book.findings(story.now)
    assert (found.code, found.subject) == ("too-many-events", story.world.devices[0].key.keyid)
    assert (found.since, found.evidence) == (beyond[0].body.time, [story.index(beyond[0])])
    assert (item(story).custodian, item(story).last.id if item(story).last else None) == (story.id(1), last.id)


def test_another_device_is_judged_whatever_one_has_said(three_each: Story) -> None:
    story = three_each
    story.begin()
    for _ in range(5):
        story.say("inspect")
    story.say("handover", 0, 1, releaser=story.id(0), receiver=story.id(1), device=1)
    assert item(story).custodian == story.id(1)


def test_an_event_happens_to_those_of_its_items_of_which_its_device_has_not_said_too_much(three_each: Story) -> None:
    story = three_each
    story.begin(BOX, OTHER)
    for _ in range(2):
        story.say("inspect")
    story.say("depart", items=[BOX, OTHER], to=story.sites[STATION])
    assert (item(story).to, item(story, OTHER).to, full(story)) == (None, story.sites[STATION], [BOX])


def test_a_container_is_filled_more_often_than_a_thing_is_named_and_then_takes_nothing(three_each: Story) -> None:
    story = three_each
    names = [item_id(number) for number in range(10, 15)]
    story.begin(CRATE, *names)
    for name in names:
        story.say("pack", items=[name], container=CRATE)
    assert item(story, CRATE).contents == names[:4]
    assert (item(story, names[4]).container, full(story)) == (None, [CRATE])


def test_it_is_the_same_in_whatever_batches_and_however_late_other_devices_come(three_each: Story) -> None:
    story = three_each
    late = story.make("inspect", 0, device=1, items=[BOX, OTHER])
    story.begin(BOX, OTHER)
    story.say("inspect", items=[BOX, OTHER])
    story.hear(late, received=story.now)
    for _ in range(3):
        story.book.rules.settle()  # the first of all is what came last
        story.say("handover", 0, 1, releaser=story.id(0), receiver=story.id(1), items=[BOX, OTHER])
    story.say("inspect", device=2)
    assert kept(read(story.book.entries, story.world).memory) == kept(story.book.memory)
    assert full(story) == [BOX, OTHER]
    first = [one for one in story.book.entries if one[1] is not late]
    before = [*first[:-1], next(one for one in story.book.entries if one[1] is late), first[-1]]
    assert codes(read(before, story.world).findings(story.now)) == codes(story.book.findings(story.now))


def test_nobody_makes_a_late_event_of_many_items_cost_more_by_saying_more_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is counted is how often an event happens to an item, and how many events are asked of the log."""
    monkeypatch.setattr("custody.core.allowance.SAID", 8)
    names = [item_id(number) for number in range(12)]
    work: list[int] = []
    happen = histories.happen

    def counted(scene: Scene, logged: Logged) -> None:
        work.append(len(logged.event.items))
        happen(scene, logged)

    monkeypatch.setattr(histories, "happen", counted)

    def cost(rounds: int) -> tuple[int, int]:
        story = Story()
        held_back: Statement = story.make("inspect", 0, device=1, items=names)
        for _ in range(rounds):
            story.say("inspect", items=names, site=STATION)
        story.book.rules.settle()
        asked: list[int] = []
        event = story.book.event
        monkeypatch.setattr(story.book, "event", lambda index: asked.append(index) or event(index))
        work.clear()
        story.hear(held_back, received=story.now)
        story.book.rules.settle()
        return sum(work), len(asked)

    few, many = cost(9), cost(40)
    assert few == many
    assert few[0] == len(names) * 9


def test_an_item_of_which_nothing_is_judged_does_not_begin_when_a_badge_is_enrolled(three_each: Story) -> None:
    story = three_each
    stranger = story.stranger()
    names = [item_id(number) for number in range(10, 14)]
    story.begin(CRATE, *names)
    for name in names:
        story.say("pack", items=[name], container=CRATE)
    story.say("pack", 0, stranger, items=[OTHER], container=CRATE)
    story.enrol(stranger, "staff")
    assert OTHER not in story.book.memory.tracks
