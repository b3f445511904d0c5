"""Scanners that are keyboards: real `struct input_event`s through a FIFO; only the kernel's grab is stood in for."""

import errno
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.errors import Malformed, Oversize
from scanner_agent.framing import MAX_READ
from scanner_agent.sources.evdev import EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, Event, pack
from scanner_agent.sources.keyboard import Keyboard, KeyboardConfig
from scanner_agent.sources.keys import Keys
from scanner_agent.sources.layouts import LAYOUTS, LayoutName
from tests.agent.collect import Heard, listening
from tests.agent.machine import KEYPAD_KEYS, Machine, TypingScanner, keypad
from tests.agent.pictures import LINK

US = LAYOUTS["us"]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def scanner(machine: Machine) -> Iterator[TypingScanner]:
    scanner = TypingScanner(machine)
    scanner.plug_in()
    yield scanner
    scanner.unplug()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


class Seized(list[str]):
    """The device files that were grabbed, in place of EVIOCGRAB, which a FIFO does not know."""

    def __call__(self, descriptor: int) -> None:
        self.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)


def keyboard(scanner: TypingScanner, **settings: Any) -> Keyboard:
    return Keyboard(KeyboardConfig(device=str(scanner.by_id), **settings), scanner.machine.nodes, Seized())


@pytest.fixture
def heard(scanner: TypingScanner) -> Iterator[Heard]:
    with listening(keyboard(scanner, name="genggam")) as heard:
        heard.live()
        yield heard


def test_a_read_is_typed_and_ends_with_enter(scanner: TypingScanner, heard: Heard) -> None:
    scanner.type(f"]Q1{LINK}\r")
    read = heard.read()
    assert (read.source, read.kind, read.symbology, read.text) == ("keyboard:genggam", "keyboard", "]Q1", LINK)
    scanner.type("A\t")
    scanner.type("B")
    scanner.press(96)
    assert [heard.read().text, heard.read().text] == ["A", "B"]


def test_the_device_is_grabbed_before_it_is_said_to_be_ready(scanner: TypingScanner) -> None:
    seized = Seized()
    with listening(Keyboard(KeyboardConfig(device=str(scanner.by_id)), scanner.machine.nodes, seized)) as heard:
        heard.live()
        assert seized == [scanner.name]


def test_a_device_that_another_program_has_grabbed_is_told_and_closed(scanner: TypingScanner) -> None:
    open_before = open_files()

    def busy(_: int) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    with listening(Keyboard(KeyboardConfig(device=str(scanner.by_id)), scanner.machine.nodes, busy)) as heard:
        assert "busy" in str(heard.lost().error)
        assert heard.silent(0.5)
        assert open_files() == open_before


@pytest.mark.parametrize(("layout", "further"), [("us", ""), ("uk", "£€¬é"), ("de", "äÖß§€µ"), ("fr", "éèçàù§€£")])
def test_every_printable_character_is_typed_by_each_layout(machine: Machine, layout: Any, further: str) -> None:
    printable = "".join(map(chr, range(0x20, 0x7F))) + further
    scanner = TypingScanner(machine)
    scanner.plug_in()
    with listening(keyboard(scanner, layout=layout)) as heard:
        heard.live()
        scanner.type(printable + "\r", layout)
        assert heard.read().text == printable
    scanner.unplug()


def test_the_layouts_differ_where_keyboards_do() -> None:
    uk = LAYOUTS["uk"]
    assert (US[3][1], uk[3][1], US[40][1], uk[40][1], US[43], uk[43]) == ("@", '"', '"', "@", "\\|", "#~")


def test_a_badge_that_a_scanner_types_in_french_is_read_where_the_settings_say_so(machine: Machine) -> None:
    badge = "custody-badge/1/h-aaaaaaaaaaaaaaaa/abcdefghijklmnopqrstuvwxyz/0a1b2c3d"
    scanner = TypingScanner(machine)
    scanner.plug_in()
    for layout, same in (("fr", True), ("us", False)):
        with listening(keyboard(scanner, layout=layout)) as heard:
            heard.live()
            scanner.type(badge + "\r", "fr")
            assert (heard.read().text == badge) == same
    scanner.unplug()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_key_with_any_others_held_stops_a_layout(layout: LayoutName) -> None:
    for held in ((), (29,), (42,), (100,), (29, 42), (29, 100), (56,)):
        keys = Keys(LAYOUTS[layout], b"\r", 0.3, gap_ends=True)
        for code in range(256):
            for event in [(key, 1) for key in (*held, code)] + [(key, 0) for key in (code, *held)]:
                keys.feed(pack(Event(1.0, EV_KEY, *event)))


def test_caps_lock_turns_letters_and_nothing_else(scanner: TypingScanner, heard: Heard) -> None:
    scanner.press(58)
    scanner.type("aB1;\r")
    scanner.press(58)
    scanner.type("aB1;\r")
    assert [heard.read().text, heard.read().text] == ["Ab1;", "aB1;"]


def test_keypad_digits_are_digits(scanner: TypingScanner, heard: Heard) -> None:
    scanner.press(69)
    for digit in "0123456789/.":
        scanner.press(keypad(digit))
    scanner.press(28)
    assert heard.read().text == "0123456789/."


def test_control_characters_survive_as_ctrl_and_as_alt_numbers(scanner: TypingScanner, heard: Heard) -> None:
    scanner.type("01\x1d21\x1eA\x04")
    scanner.press(7, 29)  # Ctrl 6
    scanner.events((EV_KEY, 56, 1))
    for digit in "029":
        scanner.press(keypad(digit))
    scanner.events((EV_KEY, 56, 0))
    scanner.type("B\r")
    assert heard.read().text == "01\x1d21\x1eA\x04\x1e\x1dB"


def test_a_held_key_that_repeats_is_one_character(scanner: TypingScanner, heard: Heard) -> None:
    scanner.events((EV_KEY, 30, 1), (EV_KEY, 30, 2), (EV_KEY, 30, 2), (EV_KEY, 30, 0))
    scanner.type("\r")
    assert heard.read().text == "a"


def test_a_gap_ends_a_read_of_a_scanner_that_sends_no_enter(scanner: TypingScanner, heard: Heard) -> None:
    scanner.type("A")
    assert heard.read().text == "A"
    scanner.type("B")
    scanner.time += 1
    scanner.type("C\r")
    assert [heard.read().text, heard.read().text] == ["B", "C"]


def test_a_gap_after_an_enter_is_a_hiccup_and_half_a_read_is_no_item(scanner: TypingScanner, heard: Heard) -> None:
    scanner.type("8004/952000000001\r")
    assert heard.read().text == "8004/952000000001"
    scanner.type("8004/95200000")
    scanner.time += 1
    scanner.type("0002\r")
    assert heard.refusal().error.message == "a read was cut off"
    assert heard.read().text == "0002"  # which is nothing


@pytest.mark.parametrize(("typed", "whole"), [("https://id.example/8004/95200000", False), (LINK, True)])
def test_a_link_that_a_gap_ends_before_its_signature_is_cut_off(
    scanner: TypingScanner, heard: Heard, typed: str, whole: bool
) -> None:
    scanner.type(typed)
    if whole:
        assert heard.read().text == typed
    else:
        assert heard.refusal().error.message == "a read was cut off"


def test_where_a_gap_does_not_end_a_read_it_refuses_it(scanner: TypingScanner) -> None:
    with listening(keyboard(scanner, gap_ends=False)) as heard:
        heard.live()
        scanner.type("cut of")
        assert type(heard.refusal().error) is Malformed
        scanner.type("NEXT\r")
        assert heard.read().text == "NEXT"


def test_a_key_of_another_layout_refuses_the_read_and_not_the_next(scanner: TypingScanner, heard: Heard) -> None:
    scanner.type("A")
    scanner.press(59)  # F1
    scanner.type("B\rNEXT\r")
    assert "key 59" in str(heard.refusal().error)
    assert heard.read().text == "NEXT"


def test_a_read_of_which_the_kernel_lost_keys_is_refused_and_shift_is_not_stuck(
    scanner: TypingScanner, heard: Heard
) -> None:
    scanner.events((EV_KEY, 42, 1))
    scanner.type("ab")
    scanner.events((EV_SYN, SYN_DROPPED, 0), (EV_KEY, 30, 1), (EV_SYN, SYN_REPORT, 0))
    scanner.type("c\rnext\r")
    assert "lost" in str(heard.refusal().error)
    assert heard.read().text == "next"


def test_an_over_long_typed_read_is_refused_not_truncated(scanner: TypingScanner, heard: Heard) -> None:
    writer = threading.Thread(target=lambda: scanner.type("x" * (MAX_READ + 1) + "TAIL\rNEXT\r"))
    writer.start()
    assert isinstance(heard.refusal().error, Oversize)
    assert heard.read().text == "NEXT"
    writer.join()


def test_a_typed_read_that_comes_again_at_once_is_told_of_and_is_no_second_read(
    scanner: TypingScanner, heard: Heard
) -> None:
    scanner.type("A\rA\rA\rB\r")
    assert heard.read().text == "A"
    assert heard.repeated().text == "A"
    assert heard.read().text == "B"


def test_an_unplugged_keyboard_is_told_once_and_reads_again_under_another_number(
    scanner: TypingScanner, heard: Heard
) -> None:
    scanner.type("A\rcut of")
    assert heard.read().text == "A"
    scanner.unplug()
    assert type(heard.refusal().error) is Malformed
    assert str(scanner.by_id) in str(heard.lost().error)
    assert heard.silent(0.7)
    scanner.plug_in("event7")
    heard.live()
    scanner.type("B\r")
    assert heard.read().text == "B"


def test_a_scanner_is_found_by_vendor_and_product_among_other_devices(machine: Machine) -> None:
    other, buttons, scanner = (
        TypingScanner(machine, "046d:c31c"),
        TypingScanner(machine, "0C2E:0B61", KEYPAD_KEYS),
        TypingScanner(machine),
    )
    buttons.by_id = machine.root / "buttons"
    other.plug_in("event0")
    buttons.plug_in("event1")
    source = Keyboard(KeyboardConfig(usb="0c2e:0b61"), machine.nodes, Seized())
    with listening(source) as heard:
        assert "0c2e:0b61" in str(heard.lost().error)
        scanner.plug_in("event2")
        heard.live()
        scanner.type("A\r")
        assert heard.read().text == "A"
        scanner.unplug()
        heard.lost()
        scanner.plug_in("event9")
        heard.live()
        other.type("pin\r")
        scanner.type("B\r")
        assert heard.read().text == "B"
    for one in (other, buttons, scanner):
        one.unplug()


def test_a_numeric_keypad_is_never_taken_for_a_scanner_not_even_by_its_path(machine: Machine) -> None:
    pad = TypingScanner(machine, "04d9:1203", KEYPAD_KEYS)
    pad.plug_in()
    seized = Seized()
    for settings in (KeyboardConfig(device=str(pad.by_id)), KeyboardConfig(usb="04d9:1203")):
        with listening(Keyboard(settings, machine.nodes, seized)) as heard:
            heard.lost()
            pad.press(keypad("1"))
            pad.press(96)
            assert heard.silent(0.5)
    assert seized == []
    pad.unplug()


def test_of_two_alike_none_is_guessed_to_be_the_scanner(machine: Machine) -> None:
    scanner, pin_pad = TypingScanner(machine), TypingScanner(machine)
    pin_pad.by_id = machine.root / "pad"
    scanner.plug_in("event0")
    pin_pad.plug_in("event1")
    with listening(Keyboard(KeyboardConfig(usb=scanner.usb), machine.nodes, Seized())) as heard:
        assert "event0, event1" in str(heard.lost().error)
        pin_pad.unplug()
        heard.live()
    scanner.unplug()


def test_an_event_is_24_bytes_as_the_kernel_writes_it() -> None:
    written = struct.pack("<qqHHi", 3, 500_000, 1, 30, 1)
    assert (len(written), pack(Event(3.5, 1, 30, 1))) == (24, written)


events = st.builds(
    Event,
    st.floats(0, 10),
    st.sampled_from([EV_SYN, EV_KEY, 4]),
    st.one_of(st.sampled_from([28, 42, 29, 56, 58, 100, 79, SYN_DROPPED, 0]), st.integers(0, 767)),
    st.integers(0, 2),
).map(pack)


@given(st.lists(st.one_of(events, st.binary(max_size=50)), max_size=60), st.booleans())
def test_any_events_end_in_reads_or_refusals_and_little_is_held(pieces: list[bytes], gap_ends: bool) -> None:
    keys = Keys(US, b"\r", 0.3, gap_ends=gap_ends)
    for piece in pieces:
        for frame in keys.feed(piece):
            assert isinstance(frame, (bytes, Malformed))
        assert len(keys._held) < 24
    keys.flush()
    assert not keys.pending


def test_a_keyboard_that_types_for_ever_is_refused_once_and_fills_no_memory() -> None:
    keys = Keys(US, b"\r", 0.3, gap_ends=True)
    press = pack(Event(1.0, EV_KEY, 30, 1)) * 1000
    assert sum(len(keys.feed(press)) for _ in range(100)) == 1
    assert len(keys._lines._held) == 0


def test_a_read_reaches_the_agent_within_ten_milliseconds(scanner: TypingScanner, heard: Heard) -> None:
    waits = []
    for number in range(50):
        scanner.type(f"{number:04}")
        began = time.monotonic()
        scanner.press(28)
        heard.read()
        waits.append(time.monotonic() - began)
    assert sorted(waits)[25] < 0.01
