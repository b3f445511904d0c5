"""The policy in force: which of several signed policies holds where and when, and what it leaves to the default."""

import random
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.event import ACTIONS
from custody.core.planning import Leg, Photographed, Policy, Roles, Sealed, Signatures
from custody.core.policy import DEFAULT, Policies, effective, leg_time, nearest_rank

NATION, PROVINCE, REGENCY, OTHER = "414/9521111111112", "414/9522222222224", "414/9523333333336", "414/9524444444448"
PATH = [REGENCY, PROVINCE, NATION]


def policy(begins: int = 1000, **members: Any) -> Policy:
    key = "a" * 64
    return Policy(v=1, log="l.example", issuer=key, seq=1, prev=None, time=5, signers=[key], begins=begins, **members)


def policies(*added: Policy) -> Policies:
    found = Policies()
    for index, one in enumerate(added):
        found.add(index, 0, one)
    return found


def test_the_default_has_a_say_about_every_action() -> None:
    assert set(DEFAULT.signatures) == set(DEFAULT.roles) == set(ACTIONS)


def test_the_default_asks_two_people_for_what_changes_hands_or_is_opened() -> None:
    two = {action for action, count in DEFAULT.signatures.items() if count == 2}
    assert two == {"handover", "unseal", "open", "close", "retire"}
    assert {count for action, count in DEFAULT.signatures.items() if action not in two} == {1}


def test_the_default_lets_carriers_move_things_and_everybody_report() -> None:
    carriers = {action for action, roles in DEFAULT.roles.items() if "carrier" in roles}
    agents = {action for action, roles in DEFAULT.roles.items() if "party-agent" in roles}
    assert agents == {"inspect", "discrepancy", "correct"}
    assert carriers == agents | {"pack", "unpack", "handover", "release", "accept", "depart", "arrive", "store"}
    assert all("staff" in roles for roles in DEFAULT.roles.values())


def test_a_leg_takes_by_default_as_long_one_way_as_the_other() -> None:
    assert leg_time(DEFAULT, "district", "village") == leg_time(DEFAULT, "village", "district") == 6 * 3_600_000
    assert leg_time(DEFAULT, "polling-station", "printer") is None


def test_without_a_policy_the_default_is_in_force() -> None:
    assert policies().at(PATH, 5000) is DEFAULT


def test_a_policy_is_in_force_from_its_beginning_on_and_not_before() -> None:
    found = policies(policy(1000, skew_ms=7))
    assert found.at(PATH, 1000).skew_ms == 7
    assert found.at(PATH, 999) is DEFAULT


def test_a_policy_is_in_force_at_its_site_and_below_and_not_elsewhere() -> None:
    found = policies(policy(site=PROVINCE, skew_ms=7))
    assert found.at(PATH, 1000).skew_ms == 7
    assert found.at([PROVINCE, NATION], 1000).skew_ms == 7
    assert found.at([NATION], 1000) is DEFAULT
    assert found.at([OTHER, NATION], 1000) is DEFAULT


def test_a_policy_without_a_site_is_in_force_even_where_no_site_is_known() -> None:
    assert policies(policy(skew_ms=7)).at([], 1000).skew_ms == 7


def test_the_nearest_site_wins_over_a_later_policy_and_takes_nothing_from_it() -> None:
    near, far = policy(1000, site=REGENCY, late_ms=3), policy(2000, site=NATION, skew_ms=7)
    found = policies(near, far, policy(3000, percentile=50))
    assert found.at(PATH, 4000) == effective(near)
    assert found.at(PATH, 4000).skew_ms == DEFAULT.skew_ms
    assert found.at([PROVINCE, NATION], 4000) == effective(far)
    assert found.at([OTHER], 4000).percentile == 50


def test_a_nearer_policy_that_has_not_begun_leaves_the_farther_in_force() -> None:
    found = policies(policy(2000, site=REGENCY, skew_ms=7), policy(1000, site=NATION, skew_ms=8))
    assert found.at(PATH, 1999).skew_ms == 8
    assert found.at(PATH, 2000).skew_ms == 7


def test_of_one_sites_policies_the_last_to_begin_wins_then_the_later_entry_whatever_the_order_they_came_in() -> None:
    held = [(0, policy(2000, skew_ms=1)), (1, policy(1000, skew_ms=2)), (2, policy(2000, skew_ms=3))]
    for order in permutations(held):
        found = Policies()
        for index, one in order:
            found.add(index, 0, one)
        assert [found.at(PATH, time).skew_ms for time in (999, 1999, 2000)] == [DEFAULT.skew_ms, 2, 3]


def test_a_policy_begins_when_the_log_has_it_however_far_it_is_dated_back() -> None:
    found = Policies()
    found.add(7, 3000, policy(1000, skew_ms=7))
    assert found.at(PATH, 2999) is DEFAULT
    assert found.at(PATH, 3000).skew_ms == 7


def test_of_policies_that_are_dated_back_the_later_entry_wins() -> None:
    found = Policies()
    found.add(7, 3000, policy(2000, skew_ms=7))
    found.add(8, 4000, policy(1000, skew_ms=8))
    assert [found.at(PATH, moment).skew_ms for moment in (3999, 4000)] == [7, 8]


def test_a_policy_has_no_say_about_what_stands_before_it_in_the_log_though_that_is_dated_ahead() -> None:
    found = Policies()
    found.add(3, 1000, policy(skew_ms=3))
    found.add(7, 2000, policy(skew_ms=7))
    assert [found.at(PATH, 5000, index).skew_ms for index in (4, 6, 8)] == [3, 3, 7]
    assert found.at(PATH, 5000, 2) is DEFAULT


def test_one_policy_is_always_the_same_object() -> None:
    found = policies(policy(skew_ms=7))
    assert found.at(PATH, 1000) is found.at([OTHER], 2000)


def test_what_a_policy_does_not_say_is_the_defaults() -> None:
    assert effective(policy()) == DEFAULT


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("two_devices", False),
        ("release_ms", 0),
        ("skew_ms", 0),
        ("late_ms", 0),
        ("manual", True),
        ("digit_codes", True),
        ("percentile", 1),
        ("public_delay_ms", 9),
    ],
)
def test_what_a_policy_says_is_in_force_and_nothing_else_changes(member: str, value: Any) -> None:
    found = effective(policy(**{member: value}))
    assert getattr(found, member) == value != getattr(DEFAULT, member)
    rest = [name for name in DEFAULT.__struct_fields__ if name != member]
    assert [getattr(found, name) for name in rest] == [getattr(DEFAULT, name) for name in rest]


def test_a_list_of_a_policy_replaces_the_defaults_whole() -> None:
    found = effective(
        policy(
            signatures=[Signatures(action="handover", count=3)],
            roles=[Roles(action="pack", roles=["carrier"])],
            sealed=[Sealed(kind="bag", least=2)],
            photographs=[Photographed(action="open", of="always")],
            legs=[Leg(from_="district", to="village", times=[30, 10, 20])],
        )
    )
    assert found.signatures == {"handover": 3}
    assert found.roles == {"pack": frozenset({"carrier"})}
    assert found.least_seals == {"bag": 2}
    assert found.photographs == {"open": "always"}
    assert leg_time(found, "district", "village") == 30
    assert leg_time(found, "village", "district") is None


def test_an_empty_list_is_a_rule_that_asks_for_nothing() -> None:
    found = effective(policy(signatures=[], roles=[], sealed=[], photographs=[], legs=[]))
    asked = [found.signatures, found.roles, found.least_seals, found.photographs, found.legs]
    assert asked == [{}, {}, {}, {}, {}]


def test_a_leg_takes_the_policys_percentile_of_its_times() -> None:
    legs = [Leg(from_="district", to="village", times=[30, 10, 20, 40])]
    assert [leg_time(effective(policy(legs=legs, percentile=p)), "district", "village") for p in (25, 26, 100)] == [
        10,
        20,
        40,
    ]


@pytest.mark.parametrize(
    ("percentile", "expected"), [(1, 15), (5, 15), (20, 15), (21, 20), (30, 20), (40, 20), (50, 35), (100, 50)]
)
def test_the_nearest_rank_of_a_known_list(percentile: int, expected: int) -> None:
    assert nearest_rank([35, 50, 15, 40, 20], percentile) == expected


@given(st.lists(st.integers(0, 2**53 - 1), min_size=1, max_size=100), st.integers(1, 100))
def test_the_nearest_rank_is_the_least_value_that_so_many_do_not_exceed(values: list[int], percentile: int) -> None:
    found = nearest_rank(values, percentile)
    assert 100 * sum(value <= found for value in values) >= percentile * len(values)
    assert 100 * sum(value < found for value in values) < percentile * len(values)
    assert nearest_rank(random.Random(1).sample(values, len(values)), percentile) == found
