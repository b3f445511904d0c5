"""Numeric keypads: real `struct input_event`s through a FIFO; only the kernel's grab is stood in for."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner_agent.sources.evdev import EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT
from scanner_agent.sources.keypad import Keypad, KeypadConfig
from scanner_agent.sources.source import Pressed, Read, Refused
from tests.agent.collect import Heard, listening
from tests.agent.machine import KEYBOARD_KEYS, KEYPAD_KEYS, Machine, TypingScanner, keypad

BUTTONS = "10000000000000 0"
ROW_OF_DIGITS = "10000ffe"
"""Of a keypad that sends the digits above the letters: digits, Backspace, Enter."""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def pad(machine: Machine) -> Iterator[TypingScanner]:
    pad = TypingScanner(machine, keys=KEYPAD_KEYS)
    pad.plug_in()
    yield pad
    pad.unplug()


def source(pad: TypingScanner, seize: object = lambda descriptor: None) -> Keypad:
    return Keypad(KeypadConfig(device=str(pad.by_id), name="pin"), pad.machine.nodes, seize)  # type: ignore[arg-type]


@pytest.fixture
def heard(pad: TypingScanner) -> Iterator[Heard]:
    with listening(source(pad)) as heard:
        heard.live()
        yield heard


def pressed(heard: Heard, count: int) -> list[str]:
    outputs = [heard.until(lambda output: isinstance(output, Pressed)) for _ in range(count)]
    return [output.key for output in outputs if isinstance(output, Pressed)]


def test_digits_enter_and_backspace_are_keys_of_a_pin(pad: TypingScanner, heard: Heard) -> None:
    for digit in "1234567890":
        pad.press(keypad(digit))
    pad.press(14)
    pad.press(keypad("\r"))
    assert pressed(heard, 12) == [*"1234567890", "back", "enter"]


def test_the_digits_above_letters_are_the_same(pad: TypingScanner, heard: Heard) -> None:
    pad.type("1234567890\r")
    assert pressed(heard, 11) == [*"1234567890", "enter"]


def test_the_same_digit_twice_is_two_digits(pad: TypingScanner, heard: Heard) -> None:
    pad.type("77")
    assert pressed(heard, 2) == ["7", "7"]


def test_no_key_of_a_keypad_is_ever_a_read(pad: TypingScanner, heard: Heard) -> None:
    pad.type("https://example.id/8004/952123\r")
    assert pressed(heard, 10) == [*"80049521", "2", "3"]
    assert not [output for output in heard.outputs if isinstance(output, Read | Refused)]


def test_every_other_key_is_none_and_a_held_one_is_one(pad: TypingScanner, heard: Heard) -> None:
    for other in ("*", "-", "+", ".", "/"):
        pad.press(keypad(other))
    syn = (EV_SYN, SYN_REPORT, 0)
    pad.events((EV_KEY, 79, 1), syn, (EV_KEY, 79, 2), syn, (EV_KEY, 79, 2), syn, (EV_KEY, 79, 0), syn)
    pad.press(80)
    assert pressed(heard, 2) == ["1", "2"]


def test_where_keys_were_lost_the_pin_begins_anew(pad: TypingScanner, heard: Heard) -> None:
    pad.events((EV_KEY, 79, 1), (EV_SYN, SYN_DROPPED, 0), (EV_KEY, 80, 1), (EV_SYN, SYN_REPORT, 0), (EV_KEY, 81, 1))
    assert pressed(heard, 3) == ["1", "clear", "3"]


def test_a_key_shows_its_digit_in_no_log(pad: TypingScanner, heard: Heard) -> None:
    pad.press(keypad("7"))
    assert repr(heard.until(lambda output: isinstance(output, Pressed))) == "Pressed('keypad:pin')"


@pytest.mark.parametrize("keys", [KEYPAD_KEYS, ROW_OF_DIGITS, KEYBOARD_KEYS])
def test_what_has_digits_may_be_named_as_a_keypad(machine: Machine, keys: str) -> None:
    pad = TypingScanner(machine, keys=keys)
    pad.plug_in()
    with listening(source(pad)) as heard:
        heard.live()
    pad.unplug()


def test_a_button_is_no_keypad(machine: Machine) -> None:
    other = TypingScanner(machine, keys=BUTTONS)
    other.plug_in()
    with listening(source(other)) as heard:
        assert "another kind of device" in str(heard.lost().error)
    other.unplug()


def test_a_keypad_that_is_unplugged_is_lost_and_found_again(pad: TypingScanner, heard: Heard) -> None:
    pad.unplug()
    heard.lost()
    pad.plug_in("event9")
    heard.live()
    pad.press(keypad("5"))
    assert pressed(heard, 1) == ["5"]


def test_a_keypad_that_others_hold_is_not_read(pad: TypingScanner) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    with listening(source(pad, refuse)) as heard:
        assert "busy" in str(heard.lost().error)
