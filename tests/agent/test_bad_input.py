"""Whatever a reader sends, by whatever kind of reader: a word for the handler, a line in the log, and the next read."""

import json
import os
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import cv2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.core import badge, label
from scanner_agent.agent import Agent
from scanner_agent.config import AgentConfig
from scanner_agent.console import Console
from scanner_agent.log_file import log_to
from scanner_agent.observer import Observer
from scanner_agent.running import run_agent
from scanner_agent.sources.camera import CameraConfig
from scanner_agent.sources.evdev import EVENT_BYTES
from scanner_agent.sources.hidpos import HidPos, HidPosConfig
from scanner_agent.sources.keyboard import Keyboard, KeyboardConfig
from scanner_agent.sources.profiles import ProfileName
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.replay import ReplayConfig
from scanner_agent.sources.serial import Serial, SerialConfig
from scanner_agent.sources.source import Source
from scanner_agent.sources.ssi import packet
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.terminal import Terminal
from tests.agent.machine import Machine, ReportingScanner, TypingScanner
from tests.agent.pictures import qr
from tests.agent.scene import PIN, Scene, sync
from tests.agent.serial_line import Scanner
from tests.agent.simulated_ledger import serve
from tests.agent.simulated_scanners import dechdr
from tests.agent.test_agent import Keyboard as Typed
from tests.agent.test_agent import Screen
from tests.agent.test_hidpos import HONEYWELL, honeywell
from tests.world import item_id

GOOD = "plain/kpu/KOTAK-{}"
PLENTY_S = 20.0


def forged(text: str) -> str:
    return text[:-20] + ("A" if text[-20] != "A" else "B") + text[-19:]


def in_german(text: str) -> str:
    """As keys of a US layout what a scanner types that is set to a German one."""
    return text.translate(str.maketrans("yz-/", "zy/&"))


def hostile(scene: Scene) -> dict[str, str]:
    """What is read and is no label of this election; of the last two, warned of and recorded."""
    good = scene.label(1)
    stranger, _ = badge.issue(badge.handler_id(bytes(10)), bytes(range(16)), PIN, "other.example/2024")
    return {
        "other people's URL": "https://example.com/promo?utm=1",
        "a link without a host": "https:///8004/952",
        "another scheme": "javascript:alert(1)",
        "Wi-Fi": "WIFI:T:WPA;S=x;P=secret;;",
        "GS1 element string": "0109521234000013",
        "GS1 with separators": "01095212340000131\x1d21A\x1e",
        "an id that begins with 01": "01/09521234000013",
        "ANSI": "\x1b[2J\x1b]0;x\x07",
        "SQL": "'; DROP TABLE statement; --",
        "a path": "../../../etc/passwd",
        "JSON": '{"items": []}',
        "a cut label": good[: len(good) // 2],
        "a label with its end cut": good[:-1],
        "a label twice": good + good,
        "a badge of a newer version": "custody-badge/2/h-aaaaaaaaaaaaaaaa/x",
        "a cut badge": badge.encode(stranger)[:40],
        "a badge without its beginning": badge.encode(stranger)[3:],
        "a badge by a scanner set to a German layout": in_german(badge.encode(stranger)),
        "half a piece": "CUSTODY-PIECE/1/0123456789ABCDEF/1/2/BB8/00000000",
        "a statement id in capitals": "A" * 64,
        "too long": "9" * 3000,
        "a foreign badge": badge.encode(stranger),
        "a forged label": forged(scene.label(7)),
        "another host": label.sign(item_id(8), "evil.example", scene.labels),
    }


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


@pytest.fixture(scope="module")
def known(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> AgentConfig:
    """An agent that has the roster, and no network."""
    folder = tmp_path_factory.mktemp("agent")
    with serve(scene.ledger) as url:
        config = scene.config(folder, url)
        sync(config)
    return msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, url="http://127.0.0.1:1"))


@dataclass
class Desk:
    """An agent that runs with a reader; `send` gives the reader raw bytes, `scan` a text in the reader's framing."""

    screen: Screen
    log: Path
    send: Callable[[bytes], None]
    scan: Callable[[bytes], None]
    rest_s: float = 0.7
    """Between two attempts: a scanner that is not answered waits, and in that silence the host recovers."""
    number: int = 0
    scanned: bool = False

    def refusals(self) -> int:
        return self.screen.getvalue().count("[X] ") + self.screen.getvalue().count("[!] ")

    def logged(self) -> list[dict[str, str]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in map(json.loads, lines) if line["level"] == "warning" and "words" in line]

    def wait(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PLENTY_S
        while not ready():
            assert time.monotonic() < deadline, self.screen.getvalue()[-3000:]
            time.sleep(0.005)

    def is_up(self) -> None:
        """A good label is read; of what came before, a rest may have to pass as a silence."""
        self.number += 1
        self.scanned = False
        text = GOOD.format(self.number)
        deadline = time.monotonic() + PLENTY_S
        while not self._shows(f"{text} (", self.rest_s):
            assert time.monotonic() < deadline, self.screen.getvalue()[-3000:]
            self.scan(text.encode())

    def _shows(self, text: str, seconds: float) -> bool:
        """Whether a text is on the screen, within so many seconds of the last scan."""
        deadline = time.monotonic() + (seconds if self.scanned else 0)
        self.scanned = True
        while text not in self.screen.getvalue() and time.monotonic() < deadline:
            time.sleep(0.005)
        return text in self.screen.getvalue()


@contextmanager
def desk(
    config: AgentConfig, source: Source, send: Callable[[bytes], None], scan: Callable[[bytes], None], log: Path
) -> Iterator[Desk]:
    screen, lines = Screen(), Queue[str]()
    with ExitStack() as stack:
        stack.enter_context(log_to(log))
        outbox, device = stack.enter_context(open_alone(config))
        terminal = Terminal(screen, Typed(iter(lines.get, "end")))
        console = Console(terminal, 300.0)
        trust = load_trust(config, outbox)
        agent = Agent(
            config,
            device,
            outbox=outbox,
            trust=trust,
            terminal=terminal,
            observer=Observer(),
            wake=lambda: None,
        )
        agent.cancel()
        readers = stack.enter_context(Readers([source]))
        thread = threading.Thread(target=console.run, args=(agent, readers))
        thread.start()
        try:
            screen.wait_for(("Pembaca siap", ""))
            yield Desk(screen, log, send, scan)
            assert thread.is_alive()
        finally:
            lines.put("end")
            thread.join(PLENTY_S)


def frame_of(profile: ProfileName) -> Callable[[bytes], bytes]:
    if profile == "zebra-ssi":
        return lambda text: b"".join(
            packet(0xF3, b"\x1c" + text[at : at + 240], source=0, status=2 if at + 240 < len(text) else 0)
            for at in range(0, len(text), 240)
        )
    return dechdr if profile == "honeywell" else lambda text: text + b"\r"


@contextmanager
def at_serial(profile: ProfileName, config: AgentConfig, folder: Path) -> Iterator[Desk]:
    """A scanner whose line is emptied of what the agent says."""
    scanner = Scanner(folder)
    scanner.plug_in()
    ended = threading.Event()

    def empty() -> None:
        while not ended.is_set():
            scanner.receive(4096, 0.05)

    def send(data: bytes) -> None:
        for at in range(0, len(data), 2048):
            scanner.send(data[at : at + 2048])

    listener = threading.Thread(target=empty)
    listener.start()
    source = Serial(SerialConfig(device=str(scanner.device), profile=profile, window=0))
    try:
        with desk(config, source, send, lambda text: send(frame_of(profile)(text)), folder / "agent.log") as made:
            yield made
    finally:
        ended.set()
        listener.join()
        scanner.unplug()


@contextmanager
def at_hidpos(config: AgentConfig, folder: Path) -> Iterator[Desk]:
    machine = Machine(folder / "machine")
    scanner = ReportingScanner(machine, HONEYWELL)
    scanner.plug_in()

    def scan(text: bytes) -> None:
        for at in range(0, len(text), 56):
            scanner.send(honeywell(text[at : at + 56], more=at + 56 < len(text)))

    source = HidPos(HidPosConfig(usb=scanner.usb, window=0), machine.nodes, scanner.open)
    with desk(config, source, scanner.send, scan, folder / "agent.log") as made:
        yield made
    scanner.unplug()


@contextmanager
def at_keyboard(config: AgentConfig, folder: Path) -> Iterator[Desk]:
    machine = Machine(folder / "machine")
    scanner = TypingScanner(machine)
    scanner.plug_in()

    def scan(text: bytes) -> None:
        scanner.time += 10
        scanner.type(text.decode() + "\r")

    source = Keyboard(KeyboardConfig(usb=scanner.usb, window=0), machine.nodes, seize=lambda _: None)

    def send(data: bytes) -> None:
        assert scanner._end is not None
        os.write(scanner._end, data)

    with desk(config, source, send, scan, folder / "agent.log") as made:
        yield made
    scanner.unplug()


DESKS: dict[str, Callable[[AgentConfig, Path], AbstractContextManager[Desk]]] = {
    **{
        f"serial {profile}": lambda config, folder, profile=profile: at_serial(profile, config, folder)  # type: ignore[misc]
        for profile in ("plain", "zebra-ssi", "honeywell", "datalogic", "newland")
    },
    "hidpos": at_hidpos,
    "keyboard": at_keyboard,
}
each_desk = pytest.mark.parametrize("kind", DESKS)


@each_desk
def test_every_hostile_text_ends_in_a_word_and_a_log_line_and_the_next_read_is_taken(
    kind: str, scene: Scene, known: AgentConfig, tmp_path: Path
) -> None:
    with DESKS[kind](known, tmp_path) as desk:
        desk.is_up()
        for what, text in hostile(scene).items():
            refused, logged = desk.refusals(), len(desk.logged())
            desk.scan(text.encode())
            if kind == "keyboard" and "\r" in text:
                continue
            desk.wait(lambda seen=refused: desk.refusals() > seen)  # type: ignore[misc]
            assert len(desk.logged()) > logged, what
        desk.is_up()
        shown = desk.screen.getvalue()
        assert "\x1b" not in shown, "a label steers no terminal"
        secret = hostile(scene)["a foreign badge"].split("/")[3]
        assert secret not in shown + desk.log.read_text()
        assert in_german(secret) not in shown + desk.log.read_text()
        assert secret[:8] not in shown + desk.log.read_text()


noise = st.lists(
    st.one_of(
        st.binary(max_size=200),
        st.sampled_from(
            [b"\r", b"\x16\xfe\xff\xff\xff\x7f\r", dechdr(b"\xff\xfe"), packet(0xF3, b"\x1c\xff", source=0)]
        ),
        st.text(max_size=60).map(lambda text: text.encode() + b"\r"),
    ),
    max_size=8,
)


@pytest.mark.parametrize("kind", [kind for kind in DESKS if kind.startswith("serial")])
def test_any_bytes_on_a_line_leave_the_agent_up(kind: str, known: AgentConfig, tmp_path: Path) -> None:
    with DESKS[kind](known, tmp_path) as desk:

        @given(noise)
        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
        def any_bytes(chunks: list[bytes]) -> None:
            for chunk in chunks:
                desk.send(chunk)
            desk.is_up()

        any_bytes()


def test_any_reports_leave_the_agent_up(known: AgentConfig, tmp_path: Path) -> None:
    with at_hidpos(known, tmp_path) as desk:

        @given(
            st.lists(st.one_of(st.binary(min_size=1, max_size=80), st.binary(max_size=56).map(honeywell)), max_size=12)
        )
        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
        def any_reports(reports: list[bytes]) -> None:
            for report in reports:
                desk.send(report)
            desk.is_up()

        any_reports()


def test_any_key_events_leave_the_agent_up(known: AgentConfig, tmp_path: Path) -> None:
    """Times are left to the scanner: a key held down would be a fault of ours to mend by hand."""
    with at_keyboard(known, tmp_path) as desk:

        @given(st.binary(max_size=8 * EVENT_BYTES).filter(lambda data: len(data) % EVENT_BYTES == 0))
        @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
        def any_events(events: bytes) -> None:
            desk.send(events)
            desk.is_up()

        any_events()


@pytest.mark.parametrize("kind", [kind for kind in DESKS if kind.startswith("serial")])
def test_a_line_of_ten_megabytes_is_refused_once_and_holds_no_memory(
    kind: str, known: AgentConfig, tmp_path: Path
) -> None:
    with DESKS[kind](known, tmp_path) as desk:
        desk.is_up()
        refused = desk.refusals()
        tracemalloc.start()
        block = b"x" * 65_536
        for _ in range(160):
            desk.send(block)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        desk.wait(lambda: desk.refusals() > refused)
        desk.send(b"\r")
        desk.is_up()
        assert peak < 4_000_000
        assert desk.refusals() - refused <= 4


def pictures(texts: list[str], folder: Path) -> list[Path]:
    paths = []
    for at, text in enumerate(texts):
        paths.append(folder / f"shot{at:03}.png")
        cv2.imwrite(str(paths[-1]), qr(text, 4))
    return paths


@pytest.mark.parametrize("kind", ["camera", "replay of pictures", "replay of lines"])
def test_every_hostile_text_before_a_camera_or_in_a_replay_ends_in_a_word_too(
    kind: str, scene: Scene, known: AgentConfig, tmp_path: Path
) -> None:
    good = scene.label(30)
    texts = [*(text for text in hostile(scene).values() if len(text) < 2000), good]
    source: CameraConfig | ReplayConfig
    if kind == "replay of lines":
        (tmp_path / "lines.txt").write_text("\n".join(text for text in texts if "\n" not in text))
        source = ReplayConfig(path=str(tmp_path / "lines.txt"))
    else:
        pictures(texts, tmp_path)
        camera = CameraConfig(device=str(tmp_path / "shot%03d.png"))
        source = camera if kind == "camera" else ReplayConfig(path=str(tmp_path))
    screen = Screen()

    def lines() -> Iterator[str]:
        yield "cancel"
        deadline = time.monotonic() + PLENTY_S
        while f"{item_id(30)} (" not in screen.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)

    with log_to(tmp_path / "agent.log"):
        run_agent(msgspec.structs.replace(known, source=[source]), Typed(lines()), screen)
    shown = screen.getvalue()
    assert f"{item_id(30)} (" in shown
    assert shown.count("[X] ") + shown.count("[!] ") >= len(texts) - 1
    assert "\x1b" not in shown
    logged = [json.loads(line) for line in (tmp_path / "agent.log").read_text().splitlines()]
    assert sum("words" in line for line in logged) >= len(texts) - 1


def test_a_reader_that_sends_for_ever_does_not_keep_another_from_being_read(
    scene: Scene, known: AgentConfig, tmp_path: Path
) -> None:
    babbler, other = Scanner(tmp_path / "a"), Scanner(tmp_path / "b")
    for scanner in (babbler, other):
        scanner.device.parent.mkdir()
        scanner.plug_in()
    sources = [SerialConfig(device=str(one.device), name=name) for one, name in ((babbler, "a"), (other, "b"))]
    screen, ended = Screen(), threading.Event()

    def babble() -> None:
        with suppress(OSError):
            while not ended.is_set():
                babbler.send(b"nonsense\r" * 100)

    thread = threading.Thread(target=babble, daemon=True)

    def lines() -> Iterator[str]:
        yield "cancel"
        screen.wait_for(("[X]", ""))
        for number in range(20):
            other.send(scene.label(100 + number).encode() + b"\r")
            screen.wait_for((f"{item_id(100 + number)} (", ""))
        ended.set()

    thread.start()
    with log_to(tmp_path / "agent.log"):
        run_agent(msgspec.structs.replace(known, source=sources), Typed(lines()), screen)
    babbler.unplug()
    other.unplug()
    assert screen.getvalue().count("[OK]") >= 20
