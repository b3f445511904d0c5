"""Seals: what is read against what was recorded, expected and planned."""

import pytest

from custody.core.event import MAX_SEALS, Seal
from custody.core.findings import finding_id
from custody.core.roster import Resolve
from custody.core.statement import Statement
from tests.rules.scene import codes
from tests.rules.story import BOX, CRATE, DAY, HOUR, OTHER, A, B, C, Story, seals
from tests.world import item_id


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


# One number, put on once


def reused(story: Story) -> list[tuple[str | None, bool]]:
    """(item, whether it is still open) of each part that says that a number is in use again."""
    found = [one for one in story.book.findings(story.now) if one.code == "seal-reused"]
    return [(part.item, part.closed_by is None) for one in found for part in one.parts]


def on_two(story: Story, *, late: bool = False) -> Statement:
    """A is on BOX, and by mistake on OTHER as well: after that, or before."""
    story.begin(BOX, OTHER)
    before = None if late else story.say("inspect", device=1, items=[OTHER], seals=seals(A))
    story.say("seal", seals=seals(A))
    return before or story.say("inspect", device=1, items=[OTHER], seals=seals(A))


@pytest.mark.parametrize("late", [False, True])
def test_who_corrects_that_a_number_was_on_another_box_closes_what_was_found_of_it(late: bool) -> None:
    story = Story()
    wrong = on_two(story, late=late)
    flagged = OTHER if late else BOX
    assert reused(story) == [(flagged, True)]
    mended = story.say("correct", device=1, items=[OTHER], refs=[wrong.id], seals=seals(B))
    assert reused(story) == [(flagged, False)]
    [found] = [one for one in story.book.findings(story.now) if one.code == "seal-reused"]
    assert found.closed_by == [story.index(mended)]


def test_a_number_that_was_corrected_before_it_came_elsewhere_is_no_reuse() -> None:
    story = Story()
    story.begin(BOX, OTHER)
    wrong = story.say("inspect", items=[OTHER], seals=seals(A))
    story.say("correct", items=[OTHER], refs=[wrong.id], seals=seals(B))
    story.say("seal", seals=seals(A))
    assert reused(story) == []


def test_who_reads_the_right_number_again_takes_back_that_the_wrong_one_is_in_use_again() -> None:
    story = sealed(A)
    story.begin(OTHER)
    story.say("seal", items=[OTHER], seals=seals(B))
    story.say("inspect", items=[OTHER], seals=seals(A))
    assert reused(story) == [(OTHER, True)]
    story.say("inspect", items=[OTHER], seals=seals(B))
    assert reused(story) == [(OTHER, False)]


@pytest.mark.parametrize(("device", "later", "again"), [(0, 0, True), (1, 0, False), (1, HOUR, True)])
def test_a_seal_is_on_again_after_it_was_taken_off_only_where_the_clocks_are_sure_of_it(
    device: int, later: int, again: bool
) -> None:
    story = sealed(A)
    story.say("unseal", 0, 1, seals=seals(A))
    story.wait(later)
    story.say("inspect", device=device, seals=seals(A))
    assert (reused(story) == [(BOX, True)]) is again


def test_a_seal_that_was_missing_and_is_there_again_is_a_consequence_of_that() -> None:
    story = sealed(A)
    story.say("inspect", seals=seals(A, state="missing"))
    story.say("inspect", seals=seals(A))
    roots = [one.code for one in story.book.findings(story.now) if one.root]
    assert (found(story), roots) == (["seal-missing", "seal-reused"], ["seal-missing"])


@pytest.mark.parametrize("number", [A, B])
def test_a_warning_of_a_number_on_two_boxes_was_overridden_where_it_is_so(number: str) -> None:
    story = Story()
    story.begin(BOX, OTHER)
    story.say("seal", seals=seals(A))
    story.say("seal", items=[OTHER], seals=seals(number), warnings=["seal-reused"])
    overridden = [one for one in story.book.findings(story.now) if one.code == "warning-overridden"]
    assert [one.root for one in overridden] == ([False] if number == A else [])


def test_a_number_that_went_round_among_too_many_stays_found_whatever_is_corrected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custody.core.reuse.MOST", 3)
    for count in (3, 4):
        story, names = Story(), [item_id(number) for number in range(10, 10 + count)]
        story.begin(*names)
        read = [story.say("inspect", items=[name], seals=seals(A)) for name in names]
        for name, one in zip(names, read, strict=True):
            story.say("correct", items=[name], refs=[one.id])
        assert all(open_ is (count == 4) for _, open_ in reused(story))
        assert [*story.book.memory.seals[A]] == names
        story.begin(OTHER)
        story.say("inspect", items=[OTHER], seals=seals(A))
        assert len(story.book.memory.seals[A]) == 4


def test_who_decides_that_one_number_on_two_boxes_is_explained_closes_only_what_was_there_by_then() -> None:
    story = Story()
    on_two(story)
    story.decide(Resolve, finding=finding_id("seal-reused", A), reason="explained")
    assert [one.open for one in story.book.findings(story.now)] == [False]
    story.begin(CRATE)
    story.say("inspect", items=[CRATE], seals=seals(A))
    assert [one.open for one in story.book.findings(story.now) if one.code == "seal-reused"] == [True]


def test_a_finding_names_no_more_numbers_than_one_event_can() -> None:
    """Else what is found of many seals would be as many times as long as the statements that say so."""
    story = Story()
    story.begin()
    for first in (0, MAX_SEALS):
        story.say("seal", seals=seals(*(f"seal/a/{first + number}" for number in range(MAX_SEALS))))
    story.say("inspect", seals=seals(*(f"seal/b/{number}" for number in range(3))))
    recorded = {str(one.facts["recorded"]) for one in story.book.findings(story.now) if one.code == "seal-changed"}
    assert [len(one.split(", ")) for one in recorded] == [MAX_SEALS]
