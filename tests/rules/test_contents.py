"""What is in a container: of which type, and how many, by all that is said of it."""

from random import Random
from typing import Any

import pytest

from tests.rules.comparing import seen, shuffled
from tests.rules.scene import codes, read
from tests.rules.story import BOX, CRATE, DAY, OTHER, STATION, WAREHOUSE, A, Story, seals


def found(story: Story) -> list[str]:
    return codes(story.book.findings(story.now))


def packed(story: Story, **about: Any) -> None:
    """BOX and OTHER, with so many pieces each, in CRATE."""
    story.begin(BOX, OTHER, **about)
    story.begin(CRATE)
    story.say("pack", items=[BOX, OTHER], container=CRATE)


@pytest.mark.parametrize(("count", "differs"), [(2, False), (300, False), (301, True), (0, True)])
def test_what_is_in_a_crate_is_counted_in_items_or_in_pieces(count: int, differs: bool) -> None:
    story = Story()
    packed(story, quantity=150)
    story.say("close", 0, 1, items=[CRATE], purpose="psu", quantity=count)
    assert found(story) == ["count-differs"] * differs


def test_a_count_of_what_nobody_recorded_is_what_there_is_from_then_on() -> None:
    story = Story()
    story.begin()
    story.say("inspect", quantity=5)
    story.say("inspect", quantity=5)
    assert found(story) == []
    story.say("inspect", quantity=4)
    assert found(story) == ["count-differs"]


@pytest.mark.parametrize(("again", "mended"), [(2, True), (300, True), (1, False), (3, False)])
def test_a_wrong_count_of_what_is_recorded_is_mended_by_counting_rightly(again: int, mended: bool) -> None:
    story = Story()
    packed(story, quantity=150)
    story.say("inspect", items=[CRATE], quantity=1)
    story.say("inspect", items=[CRATE], quantity=again)
    assert {one.open for one in story.book.findings(story.now)} == {not mended}


@pytest.mark.parametrize(("again", "mended"), [(2, True), (3, False)])
def test_a_count_at_packing_is_mended_by_the_next_that_is_right(again: int, mended: bool) -> None:
    story = Story()
    story.begin(BOX, OTHER, CRATE)
    story.say("pack", items=[BOX], container=CRATE, quantity=2)
    story.say("pack", items=[OTHER], container=CRATE, quantity=again)
    assert {one.open for one in story.book.findings(story.now)} == {not mended}


def test_to_count_rightly_does_not_mend_what_comes_out_of_a_crate_that_it_was_not_in() -> None:
    story = Story()
    packed(story)
    story.say("unpack", items=[BOX, OTHER], container=CRATE)
    story.say("unpack", items=[BOX], container=CRATE)
    story.say("pack", items=[BOX], container=CRATE, quantity=1)
    assert [one.open for one in story.book.findings(story.now)] == [True]


def test_a_count_of_what_was_recorded_stands_for_no_later_content() -> None:
    story = Story()
    packed(story)
    story.say("inspect", items=[CRATE], quantity=2)
    story.say("unpack", items=[BOX], container=CRATE)
    story.say("inspect", items=[CRATE], quantity=1)
    assert found(story) == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("missing", "discrepancy-short"),
        ("damaged", "discrepancy-damaged"),
        ("swapped", "discrepancy-swapped"),
    ],
)
def test_as_many_may_be_reported_as_there_are(kind: str, code: str) -> None:
    story = Story()
    packed(story, quantity=150)
    story.say("discrepancy", items=[CRATE], kind=kind, quantity=300)
    assert found(story) == [code]
    story.say("discrepancy", items=[CRATE], kind=kind, quantity=301)
    assert found(story) == [code, code, "count-differs"]


def test_any_number_may_be_too_many() -> None:
    story = Story()
    packed(story)
    story.say("discrepancy", items=[CRATE], kind="extra", quantity=301)
    assert found(story) == ["discrepancy-extra"]


@pytest.mark.parametrize(
    ("kind", "about", "differs"),
    [
        ("swapped", {"district": "dapil-1"}, False),
        ("swapped", {"ballot_type": "dpd"}, True),
        ("wrong-data", {"district": "dapil-2"}, True),
        ("extra", {"district": "dapil-2"}, False),
    ],
)
def test_a_report_of_what_was_found_is_held_against_what_was_said(
    kind: str, about: dict[str, str], differs: bool
) -> None:
    story = Story()
    story.begin(ballot_type="dpr", district="dapil-1")
    story.say("discrepancy", kind=kind, **about)
    assert found(story) == [f"discrepancy-{kind}", *["district-differs"] * differs]
    item = story.book.memory.tracks[BOX].item
    assert (item.ballot_type, item.district) == ("dpr", "dapil-1")


def test_the_plan_of_what_is_in_a_crate_counts_until_a_seal_is_taken_off() -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, item=CRATE, quantity=2)
    packed(story)
    story.say("seal", items=[CRATE], seals=seals(A))
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    story.say("arrive", items=[CRATE], site=STATION)
    story.say("unseal", 0, 1, items=[CRATE], seals=seals(A), site=STATION)
    story.say("unpack", items=[BOX], container=CRATE, site=STATION)
    story.handover(0, 1, items=[CRATE], site=STATION)
    assert found(story) == []


@pytest.mark.parametrize(("site", "differs"), [(STATION, False), (WAREHOUSE, True)])
@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize("alone", [True, False])
def test_a_crate_that_is_unloaded_in_part_on_its_way_holds_what_is_recorded_in_it(
    site: int, differs: bool, planned: bool, alone: bool
) -> None:
    story = Story()
    if planned:
        story.plan(story.now + 30 * DAY, item=CRATE, quantity=2)
    story.begin(BOX, OTHER)
    story.begin(CRATE, quantity=None if planned else 2)
    story.say("pack", items=[BOX, OTHER], container=CRATE)
    if site != WAREHOUSE:
        story.say("depart", items=[CRATE], to=story.sites[site])
        story.say("arrive", items=[CRATE], site=site)
    if alone:
        story.handover(0, 1, site=site)
    else:
        story.say("unpack", container=CRATE, site=site)
    story.handover(0, 1, items=[CRATE], site=site)
    assert found(story) == ["contents-differ"] * differs
    story.say("inspect", items=[CRATE], quantity=1, site=site)
    assert sorted(found(story)) == ["contents-differ", "count-differs"] * differs
    story.say("inspect", items=[CRATE], quantity=3, site=site)
    assert "count-differs" in found(story)


def test_the_plan_of_what_is_in_a_crate_says_nothing_where_nothing_of_it_is_recorded() -> None:
    story = Story()
    story.plan(story.now + 30 * DAY, item=CRATE, quantity=300)
    story.begin(CRATE)
    story.say("depart", items=[CRATE], to=story.sites[STATION])
    assert found(story) == []


def test_a_bag_that_says_its_district_answers_for_what_is_in_it() -> None:
    story = Story()
    story.begin(CRATE, district="dapil-1")
    story.begin(OTHER, district="dapil-1")
    story.begin(BOX, district="dapil-2")
    story.say("pack", container=OTHER)
    assert found(story) == ["district-differs"]
    story.say("pack", items=[OTHER], container=CRATE)
    assert found(story) == ["district-differs"]


def test_what_is_in_a_crate_is_judged_the_same_in_whatever_order_devices_come() -> None:
    story = Story()
    made = [
        story.make("commission", 0, items=[CRATE], kind="crate", district="dapil-1", quantity=2),
        story.make("commission", 0, device=1, items=[OTHER], kind="bag"),
        story.make("commission", 0, device=2, items=[BOX], kind="bundle", district="dapil-2", quantity=3),
        story.make("pack", 0, device=1, items=[BOX], container=OTHER),
        story.make("pack", 0, items=[OTHER], container=CRATE),
        story.make("inspect", 0, device=2, items=[OTHER], quantity=2),
        story.make("depart", 0, device=1, items=[CRATE], to=story.sites[STATION]),
    ]
    for statement in made:
        story.hear(statement, received=story.now)
    assert found(story) == ["district-differs", "count-differs", "contents-differ"]
    for seed in range(8):
        assert seen(read(shuffled(story.book.entries, Random(seed)), story.world)) == seen(story.book)
