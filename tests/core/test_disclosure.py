"""From when what is logged is public: one delay for all, and what is public stays so."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from custody.core.disclosure import Disclosure
from custody.core.planning import Policy
from custody.core.policy import Policies

SITE, OTHER = "414/9521111111112", "414/9522222222224"
Logged = tuple[int, int, str | None, int | None]
"""(received, begins, site, delay) of a policy."""
LOGGED = st.tuples(
    st.integers(1, 40), st.integers(0, 60), st.sampled_from([None, SITE, OTHER]), st.sampled_from([None, 0, 3, 10, 25])
)


def policy(begins: int, site: str | None, delay: int | None) -> Policy:
    key = "a" * 64
    return Policy(
        v=1, log="l.example", issuer=key, seq=1, prev=None, time=5, signers=[key], begins=begins, site=site,
        public_delay_ms=delay,
    )  # fmt: skip


def disclosure(*logged: Logged) -> Disclosure:
    found = Disclosure()
    for index, (received, begins, site, delay) in enumerate(logged):
        found.add(index, received, policy(begins, site, delay))
    return found


def test_without_a_policy_everything_is_public_at_once() -> None:
    found = disclosure()
    assert (found.delay(1000), found.until(1000), found.opens(1000, 1000)) == (0, 1000, 1000)


def test_what_is_logged_is_public_once_the_delay_has_passed_and_not_a_millisecond_before() -> None:
    found = disclosure((0, 0, None, 60))
    assert (found.until(159), found.until(160)) == (99, 100)
    assert found.opens(100, 120) == 160
    assert found.opens(100, 200) == 200


def test_the_longest_delay_in_force_anywhere_holds() -> None:
    found = disclosure((0, 0, None, 10), (0, 0, SITE, 60), (0, 0, OTHER, 30))
    assert found.delay(0) == 60
    assert disclosure((0, 0, SITE, 60), (5, 5, SITE, 20)).delay(5) == 20


def test_a_delay_that_a_policy_does_not_speak_of_is_the_default() -> None:
    assert disclosure((0, 0, None, 60), (5, 5, None, None)).delay(5) == 0


def test_what_was_public_stays_public_when_a_delay_begins_and_only_what_comes_then_is_kept_back() -> None:
    found = disclosure((1000, 0, None, 60))
    assert found.until(999) == 999
    # Also what was received together with the policy is kept back.
    assert [found.until(now) for now in (1000, 1030, 1059, 1060)] == [999, 999, 999, 1000]


def test_a_delay_that_ends_lets_everything_be_seen_at_once_and_the_next_one_begins_there() -> None:
    found = disclosure((100, 0, None, 60), (200, 0, None, 0), (300, 0, None, 60))
    assert [found.until(now) for now in (199, 200, 299, 300, 360)] == [139, 200, 299, 299, 300]
    assert found.opens(150, 190) == 200


def test_a_delay_that_a_policy_announces_for_later_begins_then() -> None:
    found = disclosure((100, 500, None, 60))
    assert (found.delay(499), found.delay(500)) == (0, 60)
    assert found.until(499) == 499


def by_its_definition(logged: Sequence[Logged], now: int) -> int:
    """The latest of all instants up to now, less the delay that was longest then."""
    policies = Policies()
    for index, (received, begins, site, delay) in enumerate(logged):
        policies.add(index, received, policy(begins, site, delay))
    return max(t - max(policies.at(path, t).public_delay_ms for path in ([], [SITE], [OTHER])) for t in range(now + 1))


@given(st.lists(LOGGED, max_size=6), st.integers(0, 120))
def test_just_that_is_public_which_was_old_enough_at_some_time(logged: list[Logged], now: int) -> None:
    assert disclosure(*logged).until(now) == by_its_definition(logged, now)


@given(st.lists(LOGGED, max_size=6), st.integers(0, 80), st.integers(0, 80))
def test_the_instant_that_is_named_is_the_first_at_which_it_is_public(
    logged: list[Logged], received: int, now: int
) -> None:
    found = disclosure(*logged)
    first = next(t for t in range(now, 1000) if found.until(t) >= received)
    assert found.opens(received, now) == first
