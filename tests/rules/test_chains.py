"""Chains of statements: gaps that close, forks, and clocks, in whatever order statements arrive."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from custody.core.judgement import Finding
from custody.core.statement import Statement
from tests.rules.scene import codes
from tests.rules.story import HOUR, MINUTE, OTHER, SECOND, STATION, WAREHOUSE, Story

BOOTS = ["0" * 32, "1" * 32, "2" * 32]


def gap(story: Story) -> Finding:
    (found,) = [one for one in story.book.findings(story.now) if one.code == "chain-gap"]
    return found


def inspections(story: Story, count: int) -> list[Statement]:
    return [story.make("inspect", 0) for _ in range(count)]


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_a_gap_closes_when_the_last_of_it_has_arrived_and_is_one_finding(order: Sequence[int]) -> None:
    story = Story()
    story.begin()
    *missing, after = inspections(story, 3)
    story.hear(after)
    assert (gap(story).open, gap(story).facts["first"], gap(story).facts["last"]) == (True, 2, 3)
    story.hear(missing[order[0]])
    assert gap(story).open
    story.hear(missing[order[1]])
    assert (gap(story).open, gap(story).closed_by) == (False, [story.index(missing[order[1]])])
    assert (gap(story).facts["first"], gap(story).facts["last"]) == (2, 3)
    assert (gap(story).evidence, gap(story).since) == ([story.index(after)], after.body.time)


def test_an_open_gap_says_what_is_missing_still() -> None:
    story = Story()
    story.begin()
    first, _, after = inspections(story, 3)
    story.hear(after)
    story.hear(first)
    assert (gap(story).facts["first"], gap(story).facts["last"]) == (3, 3)


def test_a_chain_whose_first_statement_is_missing_has_a_gap() -> None:
    story = Story()
    first = story.make("commission", 0, kind="bag")
    story.say("inspect")
    assert (gap(story).facts["first"], gap(story).facts["last"]) == (1, 1)
    story.hear(first)
    assert not gap(story).open


def test_clocks_are_judged_above_a_gap_that_never_closes() -> None:
    story = Story()
    story.begin()
    story.make("inspect", 0)
    before = story.say("inspect")
    story.wait(HOUR)
    jumped = story.say("inspect", mono=before.body.clock.mono + 1)
    found = story.book.findings(story.now)
    assert codes(found) == ["chain-gap", "clock-jump"]
    assert found[1].evidence == [story.index(before), story.index(jumped)]


@pytest.mark.parametrize("order", list(permutations(range(4)))[1:], ids=str)
def test_clocks_and_boots_are_judged_alike_in_whatever_order_statements_arrive(order: Sequence[int]) -> None:
    def tell(order: Sequence[int]) -> set[tuple[str, str]]:
        story = Story()
        story.begin(boot=BOOTS[0])
        made = [
            story.make("inspect", 0, boot=BOOTS[1], mono=5 * HOUR),
            story.make("inspect", 0, boot=BOOTS[1], mono=4 * HOUR),
            story.make("inspect", 0, boot=BOOTS[0], mono=HOUR),
            story.make("inspect", 0, boot=BOOTS[1], mono=HOUR),
        ]
        for number in order:
            story.hear(made[number], received=story.now + MINUTE)
        return {(one.code, one.subject) for one in story.book.findings(story.now) if one.code != "chain-gap"}

    said = tell(range(4))
    assert sorted(code for code, _ in said) == ["boot-returned", "boot-returned", "clock-mono-back"]
    assert tell(order) == said


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
@pytest.mark.parametrize("where", ["first", "second"])
@pytest.mark.parametrize("asked", [False, True])
def test_two_clocks_are_held_against_the_policy_of_the_site_of_the_second(
    asked: bool, where: str, order: Sequence[int]
) -> None:
    story = Story()
    story.policy(site=story.sites[WAREHOUSE if where == "first" else STATION], skew_ms=2 * HOUR)
    made = [story.make("commission", 0, kind="bag", site=WAREHOUSE, mono=0)]
    story.wait(HOUR)
    made.append(story.make("commission", 0, items=[OTHER], kind="bag", site=STATION, mono=SECOND))
    for number in order:
        story.hear(made[number], received=story.now)
        if asked:
            story.book.findings(story.now)
    found = [one for one in codes(story.book.findings(story.now)) if one != "chain-gap"]
    assert found == (["clock-jump"] if where == "first" else [])


def test_a_second_history_forks_where_it_leaves_the_first_and_its_own_statements_follow_it() -> None:
    story = Story()
    story.begin()
    here = story.world.devices[0].next()
    one = story.say("inspect")
    other = story.say("inspect", at=here)
    story.say("inspect", at=(here[0] + 1, other.id))
    (fork,) = story.book.findings(story.now)
    assert (fork.code, fork.facts["seq"]) == ("chain-fork", here[0])
    assert fork.evidence == [story.index(one), story.index(other)]


def test_a_statement_that_names_another_one_before_it_than_the_log_has_is_a_fork() -> None:
    story = Story()
    story.begin()
    seq, _ = story.world.devices[0].next()
    story.say("inspect", at=(seq, "ab" * 32))
    assert codes(story.book.findings(story.now)) == ["chain-fork"]


def test_however_often_a_chain_forks_at_one_seq_it_is_one_finding_and_each_fork_costs_the_same() -> None:
    story = Story()
    here = story.world.devices[0].next()
    made = [story.say("inspect", at=here) for _ in range(20)]
    (fork,) = [one for one in story.book.findings(story.now) if one.code == "chain-fork"]
    assert fork.evidence == [story.index(one) for one in made]
    assert {len(part.evidence) for part in fork.parts} == {2}
