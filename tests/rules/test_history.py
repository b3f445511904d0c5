"""Events are ordered by what caused them, and only then by their devices' clocks."""

import tracemalloc

from msgspec.structs import replace

from custody.core.history import ordered
from tests.rules.scene import codes
from tests.rules.story import BOX, HOUR, OTHER, SECOND, STATION, VILLAGE, Story


def test_what_a_device_says_next_comes_next_though_its_clock_went_back() -> None:
    story = Story()
    story.wait(HOUR)
    story.begin()
    story.wait(-HOUR // 2)
    story.say("depart", to=story.sites[STATION], mono=2 * HOUR)
    assert story.book.memory.tracks[BOX].item.to == story.sites[STATION]
    assert codes(story.book.findings(story.now + HOUR)) == ["clock-before-cause"]


def test_an_acceptance_follows_the_release_that_it_names_though_its_clock_is_behind() -> None:
    story = Story()
    story.wait(HOUR)
    story.begin()
    released = story.release(0, STATION)
    story.wait(-4 * 60 * SECOND)
    story.accept(1, released)
    item = story.book.memory.tracks[BOX].item
    assert (item.custodian, item.release) == (story.id(1), None)
    assert codes(story.book.findings(story.now + HOUR)) == []


def test_devices_that_know_nothing_of_each_other_are_ordered_by_their_clocks() -> None:
    story = Story()
    story.wait(HOUR)
    story.begin()
    later = story.make("depart", 0, device=1, to=story.sites[VILLAGE])
    story.wait(-2 * SECOND)
    earlier = story.make("depart", 0, device=2, to=story.sites[STATION])
    for one in (later, earlier):
        story.hear(one, received=story.now + HOUR)
    assert story.book.memory.tracks[BOX].item.to == story.sites[VILLAGE]


def test_statements_about_other_items_are_no_causes() -> None:
    story = Story()
    story.wait(HOUR)
    first = story.begin(OTHER)
    story.wait(-HOUR // 2)
    second = story.begin(BOX, mono=2 * HOUR)
    events = [story.book.event(story.index(one)) for one in (first, second)]
    assert ordered(events, {BOX, OTHER}) == (events[::-1], False)


def test_a_chain_that_forks_often_at_neighbouring_seqs_takes_no_more_room_than_its_statements() -> None:
    story = Story()
    begun = story.book.event(story.index(story.begin()))
    events = [
        replace(begun, id=f"{number:064x}", event=replace(begun.event, seq=1 + number % 2, time=begun.moment + number))
        for number in range(600)
    ]
    tracemalloc.start()
    order, inverted = ordered(events, {BOX})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ([one.event.seq for one in order], inverted) == ([1] * 300 + [2] * 300, True)
    assert peak < 2_000_000  # 90,000 pairs would take more than ten


def test_a_circle_of_causes_is_broken_at_the_earliest() -> None:
    story = Story()
    story.wait(HOUR)
    ahead = story.begin()
    seq, _ = story.world.devices[0].next()
    later = story.make("inspect", 0, at=(seq + 1, "ab" * 32))
    # It says that it refers to a statement of a higher number in its own chain: an honest device cannot.
    earlier = story.say("inspect", at=(seq, ahead.id), refs=[later.id])
    story.hear(later)
    order, inverted = ordered([story.book.event(story.index(one)) for one in (ahead, later, earlier)], {BOX})
    assert ([one.id for one in order], inverted) == ([ahead.id, later.id, earlier.id], True)
