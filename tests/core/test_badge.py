"""Badges: the PIN and the secret give the key; a wrong PIN is told at once, without a network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import badge
from custody.core.errors import Malformed, NewerFormat, WrongPin
from tests.core.statements import ANN, LOG

SECRET = bytes(range(16))
ISSUED, KEY = badge.issue(ANN, SECRET, "271828", LOG)


def test_badge_and_pin_give_the_key_again() -> None:
    assert badge.unlock(badge.parse(badge.encode(ISSUED)), "271828", LOG).public == KEY.public


def test_a_wrong_pin_is_told_from_the_right_one() -> None:
    with pytest.raises(WrongPin):
        badge.unlock(ISSUED, "271829", LOG)


def test_another_log_handler_or_secret_is_another_key() -> None:
    other = [
        badge.issue(ANN, SECRET, "271828", "other.example")[1],
        badge.issue(badge.handler_id(bytes(9) + b"\2"), SECRET, "271828", LOG)[1],
        badge.issue(ANN, bytes(16), "271828", LOG)[1],
    ]
    assert len({KEY.public, *(key.public for key in other)}) == 4


def test_the_derivation_of_version_1_never_changes() -> None:
    """A known answer: badges already printed must open for ever."""
    assert KEY.keyid == "07d68e58db77c8c50cc8b24e6b084c477ce67b57cca7cad430da680e9eb165ed"


@pytest.mark.parametrize(
    "pin", ["000000", "123456", "654321", "121212", "123123", "890123", "12345", "1" * 13, "12a456", "²²²²²²", ""]
)
def test_a_pin_that_people_try_first_or_of_another_form_is_refused(pin: str) -> None:
    with pytest.raises(Malformed):
        badge.check_pin(pin)


@pytest.mark.parametrize("pin", ["271828", "112358", "000001", "135790246813"])
def test_another_pin_is_taken(pin: str) -> None:
    badge.check_pin(pin)


def test_no_error_about_a_pin_shows_it() -> None:
    with pytest.raises(Malformed) as caught:
        badge.check_pin("1234x6")
    assert "1234x6" not in str(caught.value)


@pytest.mark.parametrize("pin", ["27182\u00b2", "27182\udcff", "", "2718281828459"])
def test_what_cannot_be_a_pin_is_a_wrong_pin_and_is_not_shown(pin: str) -> None:
    with pytest.raises(WrongPin) as caught:
        badge.unlock(ISSUED, pin, LOG)
    assert not pin or pin not in str(caught.value)


def test_no_badge_shows_its_secret_when_it_is_printed() -> None:
    assert repr(ISSUED) == str(ISSUED) == f"Badge('{ANN}')"


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=16, max_size=16))
def test_a_badge_comes_back_from_its_text(random: bytes, secret: bytes) -> None:
    made = badge.Badge(badge.handler_id(random), secret, "01234567")
    assert badge.parse(badge.encode(made)) == made


def test_a_badge_in_another_form_is_malformed_and_a_later_version_is_newer() -> None:
    text = badge.encode(ISSUED)
    for bad in (
        text.upper(),
        text + "\n",
        text[:-1],
        text.replace("h-", "h"),
        "custody-badge/",
        "custody-badge/" + "9" * 5000,
        "hello",
    ):
        with pytest.raises(Malformed):
            badge.parse(bad)
    other_bits = text.split("/")
    other_bits[3] = other_bits[3][:-1] + ("b" if other_bits[3][-1] != "b" else "c")
    with pytest.raises(Malformed):
        badge.parse("/".join(other_bits))
    with pytest.raises(NewerFormat):
        badge.parse("custody-badge/2/something")
