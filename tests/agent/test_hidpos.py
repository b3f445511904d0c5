"""HID point-of-sale scanners: whole reports through a socket pair, by the report descriptors of different makes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.errors import Malformed, Oversize
from scanner_agent.framing import MAX_READ
from scanner_agent.sources import report
from scanner_agent.sources.hidpos import HidPos, HidPosConfig, set_feature
from scanner_agent.sources.scanned import Scanned, layout_of
from tests.agent.collect import Heard, listening
from tests.agent.machine import Machine, ReportingScanner
from tests.agent.pictures import LINK

BEGIN = "05 8C 09 02 A1 01 15 00 26 FF 00 75 08 85 02 "
COUNT = "05 01 09 3B 95 01 81 02 "
END = "C0"
HONEYWELL = bytes.fromhex(
    BEGIN
    + "09 12 A1 02 "
    + COUNT
    + "05 8C 09 FB 09 FC 09 FD 95 03 81 02 "  # AIM identifier
    + "09 FE 95 38 81 02 "  # 56 bytes of data
    + "06 66 FF 09 04 09 00 95 02 81 02 "  # the maker's own
    + "05 8C 09 FF 75 01 95 01 81 02 75 07 81 03 C0 "  # continued
    + "85 FD 06 66 FF 09 01 75 08 95 04 91 02 "
    + END
)
"""`02 | len | ']' c m | 56 data | maker's symbology | 00 | bit 0: continued`, as Honeywell and Access-IS have it."""
IDTECH = bytes.fromhex(
    BEGIN
    + COUNT
    + "05 8C 09 FE 95 38 81 02 "
    + "95 04 81 03 09 FB 95 01 81 02 "  # reserved; a symbology of its own
    + "09 FF 75 01 95 01 81 02 75 07 81 03 "
    + END
)
"""`02 | len | data at 2–57 | reserved | symbology at 62 | bit 0 of 63`."""
KEYBOARD = bytes.fromhex("05 01 09 06 A1 01 05 07 19 E0 29 E7 15 00 25 01 75 01 95 08 81 02 95 06 75 08 81 00 C0")


FEATURE_254 = bytes.fromhex("06 66 FF 85 FE 09 20 75 08 95 01 B1 02")
SWITCHABLE_KEYBOARD = KEYBOARD[:-1] + FEATURE_254 + b"\xc0"


def honeywell(data: bytes, *, aim: bytes = b"]Q1", more: bool = False) -> bytes:
    return b"\x02" + bytes([len(data)]) + aim + data.ljust(56, b"\0") + b"s\0" + bytes([more])


def idtech(data: bytes, *, more: bool = False) -> bytes:
    return b"\x02" + bytes([len(data)]) + data.ljust(60, b"\0") + b"Q" + bytes([more])


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def scanner(machine: Machine) -> Iterator[ReportingScanner]:
    scanner = ReportingScanner(machine, HONEYWELL)
    scanner.plug_in()
    yield scanner
    scanner.unplug()


@pytest.fixture
def heard(scanner: ReportingScanner) -> Iterator[Heard]:
    config = HidPosConfig(usb="0c2e:0b6a", name="meja", profile="honeywell")
    with listening(HidPos(config, scanner.machine.nodes, scanner.open)) as heard:
        heard.live()
        yield heard


def test_a_report_is_a_read_with_its_symbology(scanner: ReportingScanner, heard: Heard) -> None:
    scanner.send(honeywell(b"01\x1d21\x1eA", aim=b"]d2"))
    read = heard.read()
    assert (read.source, read.kind, read.symbology, read.text) == ("hidpos:meja", "hidpos", "]d2", "01\x1d21\x1eA")


def test_a_read_over_several_reports_is_one_read(scanner: ReportingScanner, heard: Heard) -> None:
    text = (LINK * 4).encode()
    pieces = [text[start : start + 56] for start in range(0, len(text), 56)]
    for piece in pieces[:-1]:
        scanner.send(honeywell(piece, more=True))
    scanner.send(honeywell(pieces[-1]))
    assert (heard.read().text, heard.silent(0.1)) == (LINK * 4, True)


def test_another_makes_layout_follows_from_its_descriptor(machine: Machine) -> None:
    scanner = ReportingScanner(machine, IDTECH, "1eab:1a22")
    scanner.plug_in()
    with listening(HidPos(HidPosConfig(usb="1EAB:1A22"), machine.nodes, scanner.open)) as heard:
        heard.live()
        scanner.send(idtech(b"A" * 56, more=True))
        scanner.send(idtech(b"B"))
        read = heard.read()
        assert (read.symbology, read.text) == (None, "A" * 56 + "B")
        assert not heard.source.answer(good=True)
    scanner.unplug()


def test_a_device_that_does_not_number_its_reports_is_read(machine: Machine) -> None:
    unnumbered = HONEYWELL[: HONEYWELL.index(b"\x85\xfd")].replace(b"\x85\x02", b"") + b"\xc0"
    scanner = ReportingScanner(machine, unnumbered)
    scanner.plug_in()
    with listening(HidPos(HidPosConfig(device=str(scanner.path)), machine.nodes, scanner.open)) as heard:
        heard.live()
        scanner.send(honeywell(b"A")[1:])
        assert (heard.read().symbology, heard.outputs[-1].text) == ("]Q1", "A")  # type: ignore[union-attr]
    scanner.unplug()


def test_a_good_read_beeps_at_the_scanner_and_a_bad_one_is_left_to_the_agent(
    scanner: ReportingScanner, heard: Heard
) -> None:
    assert heard.source.answer(good=True)
    assert scanner.receive() == bytes.fromhex("FD 03 16 07 0D")
    assert not heard.source.answer(good=False)


def switchable(machine: Machine, scanner: ReportingScanner) -> HidPos:
    config = HidPosConfig(usb="0c2e:0b6a", profile="honeywell")
    return HidPos(config, machine.nodes, scanner.open, scanner.set_feature)


def test_a_honeywell_scanner_in_another_mode_is_switched_and_read_when_it_comes_back(machine: Machine) -> None:
    scanner = ReportingScanner(machine, SWITCHABLE_KEYBOARD)
    scanner.plug_in()
    with listening(switchable(machine, scanner)) as heard:
        heard.lost()
        assert scanner.features[0] == bytes.fromhex("FE 01")
        scanner.unplug()
        scanner.descriptor = HONEYWELL
        scanner.plug_in("hidraw5")
        heard.live()
        scanner.send(honeywell(b"A"))
        assert heard.read().text == "A"
    scanner.unplug()


def test_a_scanner_that_reports_labels_already_is_not_switched(machine: Machine) -> None:
    scanner = ReportingScanner(machine, HONEYWELL[:-1] + FEATURE_254 + b"\xc0")
    scanner.plug_in()
    with listening(switchable(machine, scanner)) as heard:
        heard.live()
    assert scanner.features == []
    scanner.unplug()


@pytest.mark.parametrize(
    ("descriptor", "profile"), [("SWITCHABLE_KEYBOARD", "plain"), ("KEYBOARD", "honeywell")], ids=["plain", "no report"]
)
def test_what_is_no_scanner_of_ours_is_not_switched(descriptor: str, profile: Any, machine: Machine) -> None:
    scanner = ReportingScanner(machine, globals()[descriptor])
    scanner.plug_in()
    config = HidPosConfig(usb="0c2e:0b6a", profile=profile)
    with listening(HidPos(config, machine.nodes, scanner.open, scanner.set_feature)) as heard:
        heard.lost()
    assert scanner.features == []
    scanner.unplug()


def test_the_request_to_hidraw_is_the_kernels(tmp_path: Path) -> None:
    """A file that is no hidraw refuses it as an ioctl that it does not know, and as nothing else."""
    with (tmp_path / "file").open("w") as file, pytest.raises(OSError, match="Inappropriate ioctl"):
        set_feature(file.fileno(), b"\xfe\x01")


def test_reports_that_are_no_reads_are_refused_or_passed_over_and_the_next_is_whole(
    scanner: ReportingScanner, heard: Heard
) -> None:
    scanner.send(b"\x05other report")
    scanner.send(honeywell(b"x")[:20])
    assert "short" in str(heard.refusal().error)
    scanner.send(b"\x02\xff" + honeywell(b"x")[2:])
    assert "56" in str(heard.refusal().error)
    scanner.send(honeywell(b"\xff\xfe"))
    assert "UTF-8" in str(heard.refusal().error)
    scanner.send(honeywell(b""))
    assert "empty" in str(heard.refusal().error)
    scanner.send(honeywell(b"NEXT"))
    assert heard.read().text == "NEXT"


def test_a_read_whose_further_reports_do_not_come_is_refused(scanner: ReportingScanner, heard: Heard) -> None:
    scanner.send(honeywell(b"half", more=True))
    assert "cut off" in str(heard.refusal().error)
    scanner.send(honeywell(b"NEXT"))
    assert heard.read().text == "NEXT"


def test_reports_without_end_are_refused_once_up_to_the_last(scanner: ReportingScanner, heard: Heard) -> None:
    for _ in range(MAX_READ // 56 + 10):
        scanner.send(honeywell(b"x" * 56, more=True))
    scanner.send(honeywell(b"TAIL"))
    scanner.send(honeywell(b"NEXT"))
    assert isinstance(heard.refusal().error, Oversize)
    assert heard.read().text == "NEXT"


def test_an_unplugged_scanner_is_told_and_found_again_under_another_number(
    scanner: ReportingScanner, heard: Heard
) -> None:
    scanner.send(honeywell(b"half", more=True))
    scanner.unplug()
    assert type(heard.refusal().error) is Malformed
    heard.lost()
    assert not heard.source.answer(good=True)
    scanner.plug_in("hidraw5")
    heard.live()
    scanner.send(honeywell(b"B"))
    assert heard.read().text == "B"


def test_of_a_scanners_several_devices_the_one_that_gives_labels_is_read(
    machine: Machine, scanner: ReportingScanner
) -> None:
    machine.describe_hid("hidraw", "hidraw1", scanner.usb, {"report_descriptor": KEYBOARD})
    with listening(HidPos(HidPosConfig(usb=scanner.usb), machine.nodes, scanner.open)) as heard:
        heard.live()


def test_a_device_that_is_no_scanner_is_not_read_even_by_its_path(machine: Machine) -> None:
    keyboard = ReportingScanner(machine, KEYBOARD)
    keyboard.plug_in()
    with listening(HidPos(HidPosConfig(device=str(keyboard.path)), machine.nodes, keyboard.open)) as heard:
        assert "another kind" in str(heard.lost().error)
    keyboard.unplug()


def test_the_walk_finds_each_byte_where_the_manual_has_it() -> None:
    layout = layout_of(report.parse(HONEYWELL))
    assert layout is not None
    assert layout.count is not None
    assert layout.continued is not None
    assert (layout.id, layout.size, layout.aim) == (2, 64, (2, 3, 4))
    assert (layout.count.bit // 8, layout.data.bit // 8, layout.data.count) == (1, 5, 56)
    assert (layout.continued.bit, layout.continued.size) == (63 * 8, 1)


def test_a_list_of_usages_and_its_last_one_repeated_is_the_same_layout() -> None:
    listed = bytes.fromhex(BEGIN + COUNT + "05 8C 19 FB 29 FD 09 FE 95 3B 81 02 95 02 81 03 09 FF 95 01 81 02 " + END)
    layout = layout_of(report.parse(listed))
    assert layout is not None
    assert (layout.aim, layout.data.bit // 8, layout.data.count, layout.size) == ((2, 3, 4), 5, 56, 64)


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=20).map(lambda noise: HONEYWELL[:30] + noise)))
def test_any_descriptor_is_walked_or_refused(descriptor: bytes) -> None:
    try:
        reports = report.parse(descriptor)
    except Malformed:
        return
    assert all(one.bits <= 8 * 4096 + 8 for one in reports)
    layout_of(reports)


@pytest.mark.parametrize(
    "hostile",
    [
        "75 08 97 FF FF FF FF 81 02",
        "75 00 97 FF FF FF FF 81 02",
        "1B 00 00 00 00 2B FF FF FF FF 95 01 81 02",
        "B4",
        "85 00",
        "86 00 01",
        "81",
    ],
)
def test_a_descriptor_that_asks_for_too_much_or_for_nonsense_costs_nothing(hostile: str) -> None:
    try:
        reports = report.parse(bytes.fromhex(hostile))
    except Malformed:
        return
    assert sum(len(one.fields) for one in reports) <= 1


@given(st.lists(st.one_of(st.binary(max_size=70), st.binary(max_size=56).map(honeywell)), max_size=30))
def test_any_reports_end_in_reads_or_refusals_and_little_is_held(reports: list[bytes]) -> None:
    layout = layout_of(report.parse(HONEYWELL))
    assert layout is not None
    scanned = Scanned(layout)
    for one in reports:
        assert all(isinstance(frame, (bytes, Malformed)) for frame in scanned.feed(one))
        assert len(scanned._read) <= MAX_READ
    scanned.flush()
    assert not scanned.pending
