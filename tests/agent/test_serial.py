"""Serial scanners through a real pseudo-terminal pair: the test holds the scanner's end."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from custody.core.errors import Malformed, Oversize, Unavailable
from scanner_agent.sources.serial import Serial, SerialConfig
from tests.agent.collect import Heard, listening
from tests.agent.pictures import LINK
from tests.agent.serial_line import Scanner


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Scanner]:
    scanner = Scanner(tmp_path)
    scanner.plug_in()
    yield scanner
    scanner.unplug()


@pytest.fixture
def heard(scanner: Scanner) -> Iterator[Heard]:
    with listening(Serial(SerialConfig(device=str(scanner.device), name="meja 1"))) as heard:
        heard.live()
        yield heard


def test_a_read_comes_with_its_source_symbology_text_and_time(scanner: Scanner, heard: Heard) -> None:
    scanner.send(b"]Q1" + LINK.encode() + b"\r\n")
    read = heard.read()
    assert (read.source, read.kind, read.symbology, read.text) == ("serial:meja 1", "serial", "]Q1", LINK)
    assert 0 <= time.time() * 1000 - read.time < 10_000
    scanner.send(b"A\r")
    scanner.send(b"B\t")
    assert [heard.read().text, heard.read().text] == ["A", "B"]


def test_the_same_text_within_the_window_is_one_read_and_after_it_another(scanner: Scanner, heard: Heard) -> None:
    scanner.send(b"A\rB\rA\rA\rA\r")
    assert [heard.read().text, heard.read().text] == ["A", "B"]
    assert heard.repeated().text == "A"
    assert heard.silent(0.3), "one that stays before the reader is told of once"
    time.sleep(1.0)
    scanner.send(b"A\r")
    assert heard.read().text == "A"


def test_a_command_counts_again_sooner_than_a_label(scanner: Scanner, heard: Heard) -> None:
    command = b"custody-command/1/ab12cd34/undo\r"
    scanner.send(b"A\r" + command + command)
    assert [heard.read().text, heard.read().text] == ["A", command.decode().strip()]
    heard.repeated()
    time.sleep(0.6)
    scanner.send(b"A\r" + command)
    assert heard.read().text == command.decode().strip()


def test_the_same_label_at_two_readers_is_two_reads(scanner: Scanner, heard: Heard, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Scanner(tmp_path / "other")
    other.plug_in()
    with listening(Serial(SerialConfig(device=str(other.device)))) as heard_other:
        heard_other.live()
        scanner.send(b"A\r")
        other.send(b"A\r")
        assert [heard.read().text, heard_other.read().text] == ["A", "A"]
    other.unplug()


def test_what_the_reader_puts_around_a_text_is_taken_off_and_a_read_without_it_is_refused(scanner: Scanner) -> None:
    config = SerialConfig(device=str(scanner.device), prefix="\x02#", suffix="!", ends=("etx",))
    with listening(Serial(config)) as heard:
        heard.live()
        scanner.send(b"\x02#]Q1A!\x03")
        assert (heard.read().symbology, heard.outputs[-1].text) == ("]Q1", "A")  # type: ignore[union-attr]
        scanner.send(b"#B!\x03\x02#C\x03\x02#!\x03")
        assert ["lacks" in str(heard.refusal().error) for _ in range(3)] == [True, True, False]
        scanner.send(b"\x02#D!\x03")
        assert heard.read().text == "D"


def test_a_plain_scanner_cannot_be_answered_unless_the_settings_say_how(scanner: Scanner, heard: Heard) -> None:
    assert not heard.source.answer(good=True)


def test_answers_may_be_set_for_a_scanner_of_no_known_make(scanner: Scanner) -> None:
    with listening(Serial(SerialConfig(device=str(scanner.device), good="0647", bad=""))) as heard:
        heard.live()
        assert heard.source.answer(good=True)
        assert scanner.receive(2) == b"\x06G"
        assert not heard.source.answer(good=False)
        assert heard.source.answer_again(), "it may wait for a word"
        assert scanner.receive(2) == b"\x06G"


def test_and_for_what_it_gave_before(scanner: Scanner) -> None:
    with listening(Serial(SerialConfig(device=str(scanner.device), good="06", again="07"))) as heard:
        heard.live()
        assert heard.source.answer_again()
        assert scanner.receive(1) == b"\x07"


def test_what_is_not_text_is_refused_and_the_next_read_is_whole(scanner: Scanner, heard: Heard) -> None:
    scanner.send(b"\xff\xfe\rNEXT\r")
    refused = heard.refusal()
    assert type(refused.error) is Malformed
    assert "UTF-8" in str(refused.error)
    assert heard.read().text == "NEXT"


def test_an_over_long_read_is_refused_and_not_truncated(scanner: Scanner, heard: Heard) -> None:
    for _ in range(8):
        scanner.send(b"x" * 1000)
    assert isinstance(heard.refusal().error, Oversize)
    scanner.send(b"TAIL\rNEXT\r")
    assert heard.read().text == "NEXT"


def test_a_read_without_an_end_is_refused_and_does_not_begin_the_next(scanner: Scanner, heard: Heard) -> None:
    scanner.send(b"https://custody.exam")
    assert "cut off" in str(heard.refusal().error)
    scanner.send(b"NEXT\r")
    assert heard.read().text == "NEXT"


def test_an_unplugged_scanner_is_told_once_and_reads_again_when_it_is_back(scanner: Scanner, heard: Heard) -> None:
    scanner.send(b"A\rcut of")
    assert heard.read().text == "A"
    scanner.unplug()
    assert isinstance(heard.refusal().error, Malformed)
    lost = heard.lost()
    assert isinstance(lost.error, Unavailable)
    assert lost.error.retry
    assert str(scanner.device) in str(lost.error)
    assert heard.silent(1.0)
    scanner.plug_in()
    heard.live()
    scanner.send(b"B\r")
    assert heard.read().text == "B"


def test_a_scanner_may_be_plugged_in_after_the_agent_starts(tmp_path: Path) -> None:
    scanner = Scanner(tmp_path)
    with listening(Serial(SerialConfig(device=str(scanner.device)))) as heard:
        heard.lost()
        scanner.plug_in()
        heard.live()
        scanner.send(b"A\r")
        assert heard.read().text == "A"
    scanner.unplug()


def test_no_other_program_shares_the_scanner(scanner: Scanner, heard: Heard) -> None:
    with pytest.raises(serial.SerialException, match="exclusively lock"):
        serial.Serial(str(scanner.device), exclusive=True)
    heard.source.close()
    heard.thread.join(5)
    serial.Serial(str(scanner.device), exclusive=True).close()


def test_a_scanner_in_use_is_told_and_taken_when_it_is_free(scanner: Scanner) -> None:
    other = serial.Serial(str(scanner.device), exclusive=True)
    with listening(Serial(SerialConfig(device=str(scanner.device)))) as heard:
        assert "exclusively lock" in str(heard.lost().error)
        other.close()
        heard.live()
