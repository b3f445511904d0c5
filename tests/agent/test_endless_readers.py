"""A reader that sends ten megabytes as one read, or for ever: refused once, little held, and others are read."""

import threading
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from custody.core.errors import ConfigFault, Oversize
from scanner_agent.config import AgentConfig
from scanner_agent.sources.evdev import EV_KEY, Event, pack
from scanner_agent.sources.picture_settings import ReplayConfig
from scanner_agent.sources.replay import Replay
from scanner_agent.sources.serial import Serial, SerialConfig
from scanner_agent.sources.source import Read, Refused
from scanner_agent.sources.ssi import packet
from tests.agent.collect import listening
from tests.agent.desk import LINES, READERS, desk
from tests.agent.scene import Scene
from tests.agent.serial_line import Scanner
from tests.agent.simulated_scanners import dechdr
from tests.agent.test_hidpos import honeywell
from tests.world import item_id

X = b"".join(pack(Event(1.0, EV_KEY, code, value)) for code, value in ((45, 1), (45, 0)))
ENTER = b"".join(pack(Event(1.0, EV_KEY, code, value)) for code, value in ((28, 1), (28, 0)))
NONSENSE = b"nonsense"
ENDLESS: dict[str, tuple[bytes, int]] = {
    **dict.fromkeys(LINES, (b"x" * 65_536, 160)),
    "serial zebra-ssi": (packet(0xF3, b"\x1c" + b"x" * 240, source=0, status=2), 43_000),
    "hidpos": (honeywell(b"x" * 56, more=True), 190_000),
    "keyboard": (X * 80, 2_700),
}
"""A piece of a read that does not end, and how many of them are ten megabytes of what the reader sends."""
ENDS = dict.fromkeys(LINES, b"\r") | {
    "serial zebra-ssi": packet(0xF3, b"\x1cx", source=0),
    "hidpos": honeywell(b"x"),
    "keyboard": ENTER,
}
FLOODS = dict.fromkeys(LINES, NONSENSE + b"\r") | {
    "serial zebra-ssi": packet(0xF3, b"\x1c" + NONSENSE, source=0),
    "serial honeywell": dechdr(NONSENSE),
    "hidpos": honeywell(NONSENSE),
    "keyboard": X * 8 + ENTER,
}
"""Whole reads, one after another without a pause."""


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_read_of_ten_megabytes_is_refused_once_and_holds_no_memory(
    kind: str, known: AgentConfig, tmp_path: Path
) -> None:
    piece, times = ENDLESS[kind]
    with READERS[kind](tmp_path) as reader, desk(known, reader, tmp_path / "agent.log") as made:
        made.is_up()
        refused = made.refusals()
        tracemalloc.start(1)
        for _ in range(times):
            reader.send(piece)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        made.refuses(refused)
        reader.send(ENDS[kind])
        made.is_up()
        assert peak < 4_000_000
        assert made.refusals() - refused <= 4


def flood(send: Callable[[bytes], None], data: bytes) -> Callable[[], None]:
    """Sends for ever, in a thread, until the reader is unplugged or what this returns is called."""
    ended = threading.Event()

    def run() -> None:
        with suppress(OSError, AssertionError):
            while not ended.is_set():
                send(data)

    threading.Thread(target=run, daemon=True).start()
    return ended.set


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        *((kind, FLOODS[kind]) for kind in FLOODS),
        *((kind, ENDLESS[kind][0]) for kind in ENDLESS),
    ],
    ids=[*(f"{kind}, reads" for kind in FLOODS), *(f"{kind}, one read" for kind in ENDLESS)],
)
def test_a_reader_that_sends_for_ever_does_not_keep_another_from_being_read(
    kind: str, data: bytes, shared_scene: Scene, known: AgentConfig, tmp_path: Path
) -> None:
    other = Scanner(tmp_path / "other")
    other.device.parent.mkdir()
    other.plug_in()
    source = Serial(SerialConfig(device=str(other.device), name="other"))
    with READERS[kind](tmp_path) as babbler, desk(known, babbler, tmp_path / "agent.log", source) as made:
        end = flood(babbler.send, data)
        made.refuses(0)
        for number in range(5):
            other.send(shared_scene.label(100 + number).encode() + b"\r")
            made.wait(lambda wanted=number: f"{item_id(100 + wanted)} (" in made.screen.getvalue())  # type: ignore[misc]
        end()
        assert made.screen.getvalue().count("[OK]") >= 5
    other.unplug()


def test_a_replayed_line_of_ten_megabytes_is_refused_once_and_holds_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(b"A\n" + b"x" * 10_000_000 + b"\nB\n")
    tracemalloc.start()
    first, refused, last = Replay(ReplayConfig(path=str(path))).reads()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(first, Read)
    assert isinstance(last, Read)
    assert (first.text, last.text) == ("A", "B")
    assert isinstance(refused, Refused)
    assert isinstance(refused.error, Oversize)
    assert peak < 1_000_000


def test_a_replay_without_an_end_can_be_closed(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    with path.open("wb") as file:
        file.truncate(10**12)
    with listening(Replay(ReplayConfig(path=str(path)))) as heard:
        assert isinstance(heard.refusal().error, Oversize)


def test_what_is_no_file_is_not_replayed() -> None:
    with pytest.raises(ConfigFault):
        Replay(ReplayConfig(path="/dev/zero"))
