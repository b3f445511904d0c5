"""Settings from TOML, several readers at once, and what the handler is told."""

import io
import re
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from custody.core.errors import ConfigFault, Malformed, Unavailable
from scanner_agent.feedback import Feedback
from scanner_agent.sources.camera import Camera
from scanner_agent.sources.hidpos import HidPos
from scanner_agent.sources.keyboard import Keyboard
from scanner_agent.sources.keypad import Keypad
from scanner_agent.sources.picture_settings import ReplayConfig
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.replay import Replay
from scanner_agent.sources.serial import Serial, SerialConfig
from scanner_agent.sources.source import Output, Read, Source, Status
from scanner_agent.sources.table import AnySourceConfig, open_source


def configured(text: str) -> list[AnySourceConfig]:
    return msgspec.convert(tomllib.loads(text)["source"], list[AnySourceConfig])


def test_each_kind_in_the_settings_opens_its_reader(tmp_path: Path) -> None:
    sources = configured(f"""
        [[source]]
        kind = "replay"
        path = "{tmp_path}"
        [[source]]
        kind = "camera"
        device = 0
        formats = ["qr", "code128"]
        [[source]]
        kind = "serial"
        device = "/dev/serial/by-id/usb-scanner"
        profile = "honeywell"
        baud = 115200
        ends = ["cr"]
        [[source]]
        kind = "keyboard"
        device = "/dev/input/by-id/usb-scanner-event-kbd"
        layout = "uk"
        [[source]]
        kind = "hidpos"
        usb = "0c2e:0b6a"
        profile = "honeywell"
        [[source]]
        kind = "keypad"
        usb = "04d9:a02a"
    """)
    assert [type(open_source(source)) for source in sources] == [Replay, Camera, Serial, Keyboard, HidPos, Keypad]


def test_the_readers_of_the_example_settings_are_all_kinds_and_right() -> None:
    example = (Path(__file__).parents[2] / "config/agent.toml").read_text()
    commented = example[example.index("# [[source]]") :]
    sources = configured(re.sub(r"(?m)^# ?", "", commented))
    kinds = {"replay", "camera", "serial", "keyboard", "hidpos", "keypad"}
    assert {source.__struct_config__.tag for source in sources} == kinds


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ('kind = "serial"', "device"),
        ('kind = "serial"\ndevice = "a"\nusb = "0c2e:0b61"', "either"),
        ('kind = "serial"\nusb = "honeywell"', "usb"),
        ('kind = "serial"\ndevice = "a"\nbaut = 1', "baut"),
        ('kind = "serial"\ndevice = "a"\nends = []', "ends"),
        ('kind = "serial"\ndevice = "a"\ngood = "6"', "good"),
        ('kind = "serial"\ndevice = "a"\nline = "9N1"', "line"),
        ('kind = "serial"\ndevice = "a"\nprofile = "zebra"', "zebra"),
        ('kind = "serial"\ndevice = "a"\nprofile = "zebra-ssi"\nprefix = "x"', "prefix"),
        ('kind = "camera"\ndevice = 0\nformats = ["qrcode"]', "qrcode"),
        ('kind = "keyboard"', "device"),
        ('kind = "keyboard"\ndevice = "a"\nlayout = "dvorak"', "dvorak"),
        ('kind = "hidpos"\nusb = "0c2e"', "usb"),
        ('kind = "camera"\ndevice = 0\nwindow = 0', "window"),
        ('kind = "telepathy"', "telepathy"),
    ],
)
def test_a_wrong_setting_is_named(setting: str, named: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=named):
        configured(f"[[source]]\n{setting}")


class Beeper(Source):
    """A reader that signals by itself, gives `count` reads and may fail."""

    def __init__(self, name: str, count: int, failure: Exception | None = None) -> None:
        super().__init__("serial", name)
        self.count = count
        self.failure = failure
        self.answers: list[bool] = []

    def reads(self) -> Iterator[Output]:
        for number in range(self.count):
            if self._closed.is_set():
                return
            yield self._read(None, str(number))
        if self.failure:
            raise self.failure

    def answer(self, *, good: bool) -> bool:
        self.answers.append(good)
        return True


def test_several_readers_run_at_once_and_the_end_of_all_is_the_end() -> None:
    with Readers([Beeper("a", 500), Beeper("b", 500)]) as readers:
        outputs = list(readers)
    for name in ("serial:a", "serial:b"):
        texts = [output.text for output in outputs if isinstance(output, Read) and output.source == name]
        assert texts == [str(number) for number in range(500)]


def test_one_readers_fault_is_told_and_stops_no_other() -> None:
    with Readers([Beeper("a", 1, RuntimeError("broken")), Beeper("b", 50)]) as readers:
        outputs = list(readers)
    (status,) = [output for output in outputs if isinstance(output, Status)]
    assert (status.source, status.live) == ("serial:a", False)
    assert "broken" in str(status.error)
    assert sum(isinstance(output, Read) for output in outputs) == 51


def test_readers_close_while_they_are_sending_and_nobody_listens() -> None:
    before = threading.active_count()
    readers = Readers([Beeper("a", 10**9), Beeper("b", 10**9)])
    time.sleep(0.2)
    began = time.monotonic()
    readers.close()
    assert time.monotonic() - began < 5
    assert threading.active_count() == before
    assert list(readers) == []


def test_closing_ends_the_wait_of_a_consumer(tmp_path: Path) -> None:
    readers = Readers([Serial(SerialConfig(device=str(tmp_path / "none")))])
    heard: list[Output] = []
    consumer = threading.Thread(target=lambda: heard.extend(readers))
    consumer.start()
    time.sleep(0.3)
    readers.close()
    consumer.join(5)
    assert not consumer.is_alive()
    assert [type(output) for output in heard] == [Status]


def test_two_readers_of_one_name_are_a_fault_of_the_settings() -> None:
    with pytest.raises(ConfigFault, match="serial:a"):
        Readers([Beeper("a", 1), Beeper("a", 1)])


def test_a_read_is_answered_by_the_reader_that_gave_it() -> None:
    a, b = Beeper("a", 1), Beeper("b", 0)
    with Readers([a, b]) as readers:
        for output in readers:
            assert readers.source(output.source).answer(good=True)
    assert (a.answers, b.answers) == ([True], [])


def test_a_good_read_is_one_bell_and_a_word_in_both_languages() -> None:
    terminal = io.StringIO()
    Feedback(terminal).good(("Tercatat", "Recorded"), "8003/0952")
    assert terminal.getvalue() == "\a[OK] Tercatat / Recorded: 8003/0952\n"


def test_a_refused_read_is_three_bells_a_word_and_what_to_do() -> None:
    terminal = io.StringIO()
    Feedback(terminal).refused(Malformed("a read is not text", remedy="Read a label."))
    said = terminal.getvalue()
    assert said.startswith("\a\a\a[X] Tidak terbaca sebagai label / Cannot be read as a label: ")
    assert "Read a label." in said


def test_the_terminal_stays_silent_where_the_reader_beeps() -> None:
    terminal, beeper = io.StringIO(), Beeper("a", 0)
    feedback = Feedback(terminal)
    feedback.good(("Tercatat", "Recorded"), source=beeper)
    feedback.refused(Unavailable("gone"), beeper)
    assert "\a" not in terminal.getvalue()
    assert beeper.answers == [True, False]


def test_what_is_taken_with_a_warning_is_good_at_the_reader_and_sounds_for_attention_beside_it() -> None:
    terminal, beeper = io.StringIO(), Beeper("a", 0)
    feedback = Feedback(terminal)
    feedback.warned(("Label palsu", "Forged label"), source=beeper)
    feedback.good(("Tercatat", "Recorded"), source=beeper)
    assert beeper.answers == [True, True]
    assert terminal.getvalue().count("\a") == 2


def test_the_terminal_beeps_where_the_reader_cannot(tmp_path: Path) -> None:
    terminal = io.StringIO()
    Feedback(terminal).good(("Tercatat", "Recorded"), source=Replay(ReplayConfig(path=str(tmp_path))))
    assert terminal.getvalue().startswith("\a[OK]")
