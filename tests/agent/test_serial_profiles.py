"""Scanners of different makes at a real pseudo-terminal, which check how they are acknowledged and answered."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.errors import Malformed, Oversize
from scanner_agent.sources.serial import Serial, SerialConfig
from tests.agent.collect import Heard, listening
from tests.agent.pictures import LINK
from tests.agent.serial_line import Scanner
from tests.agent.simulated_scanners import Honeywell, Zebra, dechdr

GOOD_BEEP, REJECT_BEEP = "05 E6 04 00 00 FF 11", "05 E6 04 00 12 FE FF"
LED_ON, LED_OFF = "05 E7 04 00 01 FF 0F", "05 E8 04 00 01 FF 0E"
PACKETED_DATA = "07 C6 04 00 FF EE 01 FD 41"
ACK, NAK_RESEND = bytes.fromhex("04 D0 04 00 FF 28"), bytes.fromhex("05 D1 04 00 01 FF 25")


@pytest.fixture
def zebra(tmp_path: Path) -> Iterator[Zebra]:
    with Zebra(tmp_path) as zebra:
        assert isinstance(zebra, Zebra)
        yield zebra


@pytest.fixture
def at_zebra(zebra: Zebra) -> Iterator[Heard]:
    with listening(Serial(SerialConfig(device=str(zebra.line.device), profile="zebra-ssi"))) as heard:
        heard.live()
        yield heard


def test_a_zebra_is_asked_for_packets_and_to_leave_the_beep_to_us(zebra: Zebra, at_zebra: Heard) -> None:
    assert zebra.has(PACKETED_DATA, "07 C6 04 00 FF 38 00 FD F8")


def test_a_zebras_read_is_acknowledged_and_beeps_once_it_is_answered(zebra: Zebra, at_zebra: Heard) -> None:
    assert zebra.scan(LINK.encode())
    read = at_zebra.read()
    assert (read.kind, read.symbology, read.text) == ("serial", "]Q1", LINK)
    assert not any(command[1] == 0xE6 for command in zebra.commands)
    assert at_zebra.source.answer(good=True)
    assert zebra.has(GOOD_BEEP, LED_ON)
    assert at_zebra.source.answer(good=False)
    assert zebra.has(REJECT_BEEP, LED_OFF)
    assert set(zebra.answers) == {ACK}


def test_a_zebra_that_may_sleep_is_woken_before_it_is_answered(zebra: Zebra, at_zebra: Heard) -> None:
    zebra.scan(b"A")
    at_zebra.read()
    time.sleep(1.2)
    zebra.commands.clear()
    at_zebra.source.answer(good=True)
    assert zebra.has(GOOD_BEEP, LED_ON)
    assert zebra.commands[0] == bytes.fromhex("04 EB 04 00 FF 0D")


def test_a_read_in_several_packets_is_one_read(zebra: Zebra, at_zebra: Heard) -> None:
    text = "".join(f"{number:04}" for number in range(500))
    assert zebra.scan(text.encode(), kind=0x1B)
    read = at_zebra.read()
    assert (read.symbology, read.text) == ("]d1", text)


def test_a_garbled_packet_is_asked_for_again_and_read_once(zebra: Zebra, at_zebra: Heard) -> None:
    zebra.spoil = 1
    assert zebra.scan(b"ABCD")
    assert at_zebra.read().text == "ABCD"
    assert zebra.answers == [NAK_RESEND, ACK]


def test_a_packet_that_stays_garbled_is_refused_and_the_next_is_read(zebra: Zebra, at_zebra: Heard) -> None:
    zebra.spoil = 3
    assert not zebra.scan(b"ABCD")
    assert type(at_zebra.refusal().error) is Malformed
    assert zebra.scan(b"EFGH")
    assert at_zebra.read().text == "EFGH"


def test_a_packet_that_is_sent_again_because_our_acknowledgement_was_lost_is_one_read(
    zebra: Zebra, at_zebra: Heard
) -> None:
    zebra.deaf = 1
    assert zebra.scan(b"ABCD" * 80)
    assert at_zebra.read().text == "ABCD" * 80
    assert at_zebra.silent(0.3)


def test_an_over_long_zebra_read_is_refused_not_truncated_and_the_next_is_read(zebra: Zebra, at_zebra: Heard) -> None:
    assert zebra.scan(b"x" * 8000)
    assert isinstance(at_zebra.refusal().error, Oversize)
    assert zebra.scan(b"NEXT")
    assert at_zebra.read().text == "NEXT"


def test_a_zebra_that_is_unplugged_in_a_read_is_told_and_set_up_anew_when_it_is_back(
    zebra: Zebra, at_zebra: Heard, tmp_path: Path
) -> None:
    zebra.scan(b"first")
    at_zebra.read()
    zebra.send(0xF3, b"\x1chalf a", status=2)
    zebra.__exit__(None, None, None)
    assert type(at_zebra.refusal().error) is Malformed
    at_zebra.lost()
    with Zebra(tmp_path) as again:
        assert isinstance(again, Zebra)
        at_zebra.live()
        assert again.has(PACKETED_DATA, "07 C6 04 00 FF 38 00 FD F8")
        assert again.scan(b"whole")
        assert at_zebra.read().text == "whole"


@pytest.fixture
def honeywell(tmp_path: Path) -> Iterator[Honeywell]:
    with Honeywell(tmp_path) as honeywell:
        assert isinstance(honeywell, Honeywell)
        yield honeywell


@pytest.fixture
def at_honeywell(honeywell: Honeywell) -> Iterator[Heard]:
    with listening(Serial(SerialConfig(device=str(honeywell.line.device), profile="honeywell"))) as heard:
        heard.live()
        yield heard


def test_a_honeywell_waits_for_the_host_and_is_accepted_or_rejected(honeywell: Honeywell, at_honeywell: Heard) -> None:
    assert not honeywell.scan(LINK.encode() + b"\r", wait=0.3)
    assert at_honeywell.read().text == LINK
    assert at_honeywell.source.answer(good=True)
    assert honeywell.has(Honeywell.ACCEPT, Honeywell.LIGHT)
    honeywell.signals.clear()
    honeywell.line.send(b"\xff\r")
    at_honeywell.refusal()
    assert at_honeywell.source.answer(good=False)
    assert honeywell.has(Honeywell.REJECT, Honeywell.REJECT)


@pytest.mark.parametrize("good", [True, False])
def test_a_waiting_honeywell_is_answered_each_time_it_reads_the_same_again(
    honeywell: Honeywell, at_honeywell: Heard, good: bool
) -> None:
    honeywell.line.send(b"A\r")
    at_honeywell.read()
    at_honeywell.source.answer(good=good)
    signals = (Honeywell.ACCEPT, Honeywell.LIGHT) if good else (Honeywell.REJECT,) * 2
    assert honeywell.has(*signals)
    honeywell.line.send(b"A\r")
    at_honeywell.repeated()  # of which the agent tells it
    again = (Honeywell.LOW_BEEP,) if good else (Honeywell.REJECT,) * 2
    for times in (1, 2):
        assert honeywell.scan(b"A\r")
        assert honeywell.has(*signals, *again * times)
    assert at_honeywell.silent(0.1)


def test_a_decode_header_gives_the_symbology_and_lines_between_are_read(
    honeywell: Honeywell, at_honeywell: Heard
) -> None:
    honeywell.line.send(dechdr(b"A\rB") + b"C\r" + dechdr(b"01\x1d21", b"d2"))
    reads = [at_honeywell.read() for _ in range(3)]
    assert [(read.symbology, read.text) for read in reads] == [("]Q1", "A\rB"), (None, "C"), ("]d2", "01\x1d21")]


def test_a_header_that_announces_too_much_is_refused_and_the_next_read_is_whole(
    honeywell: Honeywell, at_honeywell: Heard
) -> None:
    honeywell.line.send(b"\x16\xfe\xff\xff\xff\xff\rMSGGET")
    assert isinstance(at_honeywell.refusal().error, Oversize)
    time.sleep(1)
    honeywell.line.send(dechdr(b"NEXT"))
    assert at_honeywell.read().text == "NEXT"


def test_a_honeywell_that_is_unplugged_in_a_message_is_told_and_read_when_it_is_back(
    honeywell: Honeywell, at_honeywell: Heard
) -> None:
    honeywell.line.send(dechdr(b"half a read")[:-4])
    time.sleep(0.2)
    honeywell.unplug()
    assert type(at_honeywell.refusal().error) is Malformed
    at_honeywell.lost()
    assert not at_honeywell.source.answer(good=True)
    honeywell.line.plug_in()
    at_honeywell.live()
    honeywell.line.send(dechdr(b"whole"))
    assert at_honeywell.read().text == "whole"


@pytest.mark.parametrize(
    ("profile", "good", "bad", "again"),
    [
        ("datalogic", b"\x1b[6q\x1b[3q\x1b[7q\r", b"\x1b[4q\r", b"\x1b[1q\r"),
        ("newland", b"\x06", b"\x15", b"\x06"),
    ],
)
def test_the_other_makes_hear_good_bad_and_again_in_their_own_words(
    tmp_path: Path, profile: str, good: bytes, bad: bytes, again: bytes
) -> None:
    scanner = Scanner(tmp_path)
    scanner.plug_in()
    with listening(Serial(SerialConfig(device=str(scanner.device), profile=profile))) as heard:  # type: ignore[arg-type]
        heard.live()
        scanner.send(b"A\r")
        heard.read()
        assert heard.source.answer(good=True)
        assert scanner.receive(len(good)) == good
        assert heard.source.answer(good=False)
        assert scanner.receive(len(bad)) == bad
        assert heard.source.answer_again()
        assert scanner.receive(len(again)) == again
    scanner.unplug()
