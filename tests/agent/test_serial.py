"""Serial scanners through a real pseudo-terminal pair: the test holds the scanner's end."""

import os
import pty
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from custody.core.errors import Malformed, Oversize, Unavailable
from scanner_agent.sources.serial import Serial, SerialConfig
from tests.agent.collect import Heard, listening
from tests.agent.pictures import LINK


class Scanner:
    """A scanner at `device`, which is a link as under /dev/serial/by-id: it stays when the number behind it changes."""

    def __init__(self, folder: Path) -> None:
        self.device = folder / "usb-scanner"
        self._end: int | None = None

    def plug_in(self) -> None:
        self._end, theirs = pty.openpty()
        tty.setraw(theirs)
        self.device.symlink_to(os.ttyname(theirs))
        self._theirs = theirs

    def unplug(self) -> None:
        if self._end is not None:
            self.device.unlink()
            os.close(self._end)
            os.close(self._theirs)
            self._end = None

    def send(self, data: bytes) -> None:
        assert self._end is not None
        os.write(self._end, data)


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


def test_the_same_label_read_twice_is_two_reads(scanner: Scanner, heard: Heard) -> None:
    """A handheld reader's trigger was pulled twice; only a camera reads by itself."""
    scanner.send(b"A\rA\r")
    assert [heard.read().text, heard.read().text] == ["A", "A"]


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
