"""Issuer chains: what a statement's arrival says, whatever the order of arrivals."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from custody.core.chain import Link, SeqSet, link


def test_the_links_of_a_chain_that_arrives_in_order_are_ok() -> None:
    assert link("a", None, [], [], []) is Link.OK
    assert link("b", "a", [], ["a"], []) is Link.OK


def test_a_statement_before_its_parent_is_a_gap_until_then() -> None:
    assert link("c", "b", [], [], []) is Link.GAP
    assert link("c", "b", [], ["b"], []) is Link.OK


def test_a_second_statement_at_one_place_is_a_fork_and_the_first_is_not() -> None:
    assert link("b2", "a", ["b"], ["a"], []) is Link.FORK
    assert link("b", "a", [], ["a"], []) is Link.OK


def test_a_statement_that_names_another_parent_than_the_one_logged_is_a_fork() -> None:
    assert link("c", "b", [], ["b2"], []) is Link.FORK
    assert link("c", "b", [], ["b2", "b"], []) is Link.OK


def test_a_late_statement_that_its_child_does_not_name_is_a_fork() -> None:
    assert link("b2", "a", [], ["a"], ["b"]) is Link.FORK
    assert link("b", "a", [], ["a"], ["b"]) is Link.OK


SEQS = st.lists(st.integers(1, 40))


@given(SEQS)
def test_a_seq_set_knows_what_has_arrived_and_what_is_missing(seqs: list[int]) -> None:
    seen = SeqSet()
    for seq in seqs:
        seen.add(seq)
    assert {seq for seq in range(50) if seq in seen} == set(seqs)
    assert seen.last == max(seqs, default=0)
    missing = {seq for start, end in seen.missing() for seq in range(start, end + 1)}
    assert missing == set(range(1, seen.last)) - set(seqs)


@given(SEQS)
def test_a_seq_set_comes_back_from_its_ranges_which_never_touch(seqs: list[int]) -> None:
    seen = SeqSet()
    for seq in seqs:
        seen.add(seq)
    ranges = seen.ranges()
    assert SeqSet(ranges).ranges() == ranges
    assert all(end + 1 < start for (_, end), (start, _) in pairwise(ranges))
