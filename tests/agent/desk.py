"""An agent that runs with one reader of any kind, at which a test sends raw bytes and whole reads."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import numpy as np

from custody.simulation import camera as mjpeg
from scanner_agent.agent import Agent
from scanner_agent.config import AgentConfig
from scanner_agent.console import Console
from scanner_agent.log_file import log_to
from scanner_agent.observer import Observer
from scanner_agent.sources.camera import Camera
from scanner_agent.sources.hidpos import HidPos, HidPosConfig
from scanner_agent.sources.keyboard import Keyboard, KeyboardConfig
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.profiles import ProfileName
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.serial import Serial, SerialConfig
from scanner_agent.sources.source import Source
from scanner_agent.sources.ssi import packet
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.terminal import Terminal
from tests.agent.machine import Machine, ReportingScanner, TypingScanner
from tests.agent.pictures import on_table, qr
from tests.agent.serial_line import Scanner
from tests.agent.simulated_scanners import dechdr
from tests.agent.test_hidpos import HONEYWELL, honeywell
from tests.agent.typed_lines import Keyboard as Typed
from tests.agent.typed_lines import Screen

GOOD = "plain/kpu/KOTAK-{}"
PLENTY_S = 60.0


@dataclass
class Plugged:
    """A reader: `send` gives it raw bytes, `scan` a text in its framing."""

    source: Source
    send: Callable[[bytes], None]
    scan: Callable[[bytes], None]


@dataclass
class Desk:
    screen: Screen
    log: Path
    reader: Plugged
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

    def refuses(self, before: int) -> None:
        """There is a word and a log line more than `before`."""
        self.wait(lambda: self.refusals() > before)
        self.wait(lambda: len(self.logged()) > before)

    def is_up(self) -> None:
        """A good label is read; of what came before, a rest may have to pass as a silence."""
        self.number += 1
        self.scanned = False
        text = GOOD.format(self.number)
        deadline = time.monotonic() + PLENTY_S
        while not self._shows(f"{text} (", self.rest_s):
            assert time.monotonic() < deadline, self.screen.getvalue()[-3000:]
            self.reader.scan(text.encode())

    def _shows(self, text: str, seconds: float) -> bool:
        """Whether a text is on the screen, within so many seconds of the last scan."""
        deadline = time.monotonic() + (seconds if self.scanned else 0)
        self.scanned = True
        while text not in self.screen.getvalue() and time.monotonic() < deadline:
            time.sleep(0.005)
        return text in self.screen.getvalue()


@contextmanager
def desk(config: AgentConfig, reader: Plugged, log: Path, *others: Source) -> Iterator[Desk]:
    """`others` are further readers."""
    screen, lines = Screen(), Queue[str]()
    with ExitStack() as stack:
        stack.enter_context(log_to(log))
        outbox, device = stack.enter_context(open_alone(config))
        terminal = Terminal(screen, Typed(iter(lines.get, "end")))
        console = Console(terminal, 300.0)
        trust = load_trust(config, outbox)
        agent = Agent(
            config, device, outbox=outbox, trust=trust, terminal=terminal, observer=Observer(), wake=lambda: None
        )
        agent.cancel()
        readers = stack.enter_context(Readers([reader.source, *others]))
        thread = threading.Thread(target=console.run, args=(agent, readers))
        thread.start()
        try:
            screen.wait_for(("Pembaca siap", ""))
            yield Desk(screen, log, reader)
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
def serial(profile: ProfileName, folder: Path) -> Iterator[Plugged]:
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
        yield Plugged(source, send, lambda text: send(frame_of(profile)(text)))
    finally:
        ended.set()
        listener.join()
        scanner.unplug()


@contextmanager
def hidpos(folder: Path) -> Iterator[Plugged]:
    machine = Machine(folder / "machine")
    scanner = ReportingScanner(machine, HONEYWELL)
    scanner.plug_in()

    def scan(text: bytes) -> None:
        for at in range(0, len(text), 56):
            scanner.send(honeywell(text[at : at + 56], more=at + 56 < len(text)))

    yield Plugged(HidPos(HidPosConfig(usb=scanner.usb, window=0), machine.nodes, scanner.open), scanner.send, scan)
    scanner.unplug()


@contextmanager
def keyboard(folder: Path) -> Iterator[Plugged]:
    machine = Machine(folder / "machine")
    scanner = TypingScanner(machine)
    scanner.plug_in()

    def scan(text: bytes) -> None:
        scanner.time += 10
        scanner.type(text.decode() + "\r")

    def send(data: bytes) -> None:
        assert scanner._end is not None
        os.write(scanner._end, data)

    source = Keyboard(KeyboardConfig(usb=scanner.usb, window=0), machine.nodes, seize=lambda _: None)
    yield Plugged(source, send, scan)
    scanner.unplug()


@contextmanager
def camera(_: Path) -> Iterator[Plugged]:
    """Raw bytes are what the camera sends as one picture."""
    empty = np.full((480, 640), 200, np.uint8)
    with mjpeg.Camera(empty) as stream:

        def send(data: bytes) -> None:
            stream.send(data)
            after = stream.frames + 2
            while stream.frames < after:
                time.sleep(0.005)

        def scan(text: bytes) -> None:
            send(mjpeg.encoded(on_table(qr(text, 4), height=900, width=900)))

        yield Plugged(Camera(CameraConfig(device=stream.url, name="gudang", timeout=2.0)), send, scan)


READERS: dict[str, Callable[[Path], AbstractContextManager[Plugged]]] = {
    **{
        f"serial {profile}": lambda folder, profile=profile: serial(profile, folder)  # type: ignore[misc]
        for profile in ("plain", "zebra-ssi", "honeywell", "datalogic", "newland")
    },
    "hidpos": hidpos,
    "keyboard": keyboard,
    "camera": camera,
}
LINES = [kind for kind in READERS if kind.startswith("serial")]


@contextmanager
def at(kind: str, config: AgentConfig, folder: Path) -> Iterator[Desk]:
    with READERS[kind](folder) as reader, desk(config, reader, folder / "agent.log") as made:
        yield made
