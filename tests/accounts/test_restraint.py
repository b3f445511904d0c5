"""Challenges are good once, and each failure makes the next wait longer."""

import pytest

from custody.accounts import restraint
from custody.accounts.restraint import FIRST_WAIT_MS, FORGIVEN_MS, FREE, LONGEST_WAIT_MS, Backoff, Challenges
from tests.accounts.conftest import Time


def test_a_challenge_is_taken_once_for_what_it_was_made(time: Time) -> None:
    challenges = Challenges(300_000, time)
    one, other = challenges.make("sign-in"), challenges.make("sign-in")
    assert one != other
    assert challenges.take(one, "sign-in")
    assert not challenges.take(one, "sign-in")
    assert not challenges.take(other, "passkey of a-1")
    assert not challenges.take(other, "sign-in")
    assert not challenges.take(b"never made", "sign-in")


def test_a_challenge_does_not_wait_for_ever(time: Time) -> None:
    challenges = Challenges(300_000, time)
    early, late = challenges.make("sign-in"), challenges.make("sign-in")
    time.now += 299_999
    assert challenges.take(early, "sign-in")
    time.now += 1
    assert not challenges.take(late, "sign-in")


def test_waits_grow_up_to_a_bound_and_are_forgiven(time: Time) -> None:
    backoff = Backoff(time)
    assert [backoff.fail(b"k") for _ in range(FREE - 1)] == [0] * (FREE - 1)
    assert backoff.wait_ms(b"k") == 0
    waits = [backoff.fail(b"k") for _ in range(100)]
    assert waits[:3] == [FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS]
    assert waits[-1] == LONGEST_WAIT_MS
    assert backoff.wait_ms(b"k") == LONGEST_WAIT_MS
    assert backoff.wait_ms(b"another") == 0
    time.now += LONGEST_WAIT_MS
    assert backoff.wait_ms(b"k") == 0
    time.now += FORGIVEN_MS
    assert backoff.fail(b"k") == 0
    for _ in range(FREE):
        backoff.fail(b"k")
    backoff.forgive(b"k")
    assert backoff.wait_ms(b"k") == 0


def test_neither_remembers_without_bound(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restraint, "REMEMBERED", 3)
    challenges, backoff = Challenges(300_000, time), Backoff(time)
    made = [challenges.make("sign-in") for _ in range(4)]
    assert [challenges.take(one, "sign-in") for one in made] == [False, True, True, True]
    for _ in range(FREE):
        for key in (b"1", b"2", b"3", b"4"):
            backoff.fail(key)
    assert len(backoff._failures) == 3
