"""A PIN key by key."""

import pytest

from custody.core.badge import MAX_PIN
from scanner_agent.pin_pad import PinPad
from scanner_agent.sources.source import Key

BACK: Key = "back"
ENTERED: dict[str, tuple[list[Key], str]] = {
    "digits and enter": (["2", "7", "1", "enter"], "271"),
    "a digit taken back": (["2", "7", "8", BACK, "1", "enter"], "271"),
    "all begun anew": (["9", "9", "clear", "2", "enter"], "2"),
    "back where nothing is": ([BACK, "2", "enter"], "2"),
    "enter alone": (["enter"], ""),
    "more digits than a PIN has": (["1"] * (MAX_PIN + 3) + ["enter"], "1" * MAX_PIN),
}


@pytest.mark.parametrize(("keys", "pin"), ENTERED.values(), ids=ENTERED.keys())
def test_a_pin_is_whole_at_enter(keys: list[Key], pin: str) -> None:
    pad = PinPad()
    assert [pad.press(key) for key in keys] == [None] * (len(keys) - 1) + [pin]


def test_an_entered_pin_is_forgotten() -> None:
    pad = PinPad()
    for key in ("2", "7", "enter", "1"):
        pad.press(key)  # type: ignore[arg-type]
    assert (len(pad), pad.press("enter")) == (1, "1")


def test_the_digits_so_far_show_nowhere() -> None:
    pad = PinPad()
    for key in ("2", "7", "1"):
        pad.press(key)  # type: ignore[arg-type]
    assert "271" not in repr(pad)
