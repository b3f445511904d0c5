"""An agent with its screen, as people run it: a scanner on a serial line, a ledger, a browser at the start page."""

import io
import os
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page

from custody.core.command import encode
from scanner_agent.config import AgentConfig, KioskConfig
from scanner_agent.kiosk.screen import START_PAGE
from scanner_agent.running import run_agent
from scanner_agent.sources.serial import SerialConfig
from scanner_agent.sources.table import AnySourceConfig
from tests.agent.scene import Scene, sync
from tests.agent.serial_line import Scanner
from tests.agent.simulated_ledger import serve

SMALL, PHONE = (1024, 600), (360, 640)
IN_BOTH = pytest.mark.parametrize(
    ("language", "size"),
    [("id", SMALL), ("en", SMALL), ("id", PHONE), ("en", PHONE)],
    ids=["id, panel", "en, panel", "id, phone", "en, phone"],
)
"""Both languages, on both screens."""


class Typed(io.StringIO):
    """A terminal at which a test types."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: queue.Queue[str] = queue.Queue()

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        while True:
            yield self.lines.get()


@dataclass
class RunningAgent:
    config: AgentConfig
    scene: Scene
    scanner: Scanner
    said: io.StringIO
    hooks: list[str]

    @property
    def start_page(self) -> Path:
        return self.config.outbox.with_name(START_PAGE)

    @property
    def origin(self) -> str:
        found = re.search(r'action="(http://127\.0\.0\.1:\d+)/start"', self.start_page.read_text())
        assert found
        return found[1]

    @property
    def code(self) -> str:
        found = re.search(r'value="([\w-]+)"', self.start_page.read_text())
        assert found
        return found[1]

    def order(self, word: str) -> None:
        """Scans a code of its command sheet."""
        self.scan(encode(self.scene.device.keyid, word))

    def scan(self, text: str) -> None:
        self.scanner.send(text.encode() + b"\r")

    def cut_connections(self) -> None:
        """Those that browsers have to the screen's server, which runs in this process."""
        port = int(self.origin.rpartition(":")[2])
        sockets = [file for file in Path("/proc/self/fd").iterdir() if file.is_socket()]
        for file in sockets:
            with suppress(OSError), socket.socket(fileno=os.dup(int(file.name))) as one:
                if one.family == socket.AF_INET and one.getsockname()[1] == port:
                    one.getpeername()
                    one.shutdown(socket.SHUT_RDWR)

    def enter(self, page: Page) -> None:
        """As whoever starts the browser does."""
        page.goto(self.start_page.as_uri())
        page.wait_for_url(f"{self.origin}/")


@contextmanager
def running(scene: Scene, folder: Path, *further: AnySourceConfig) -> Iterator[RunningAgent]:
    """The agent in a thread until the end of the `with`, with the serial scanner and `further` readers."""
    scanner = Scanner(folder)
    scanner.plug_in()
    with serve(scene.ledger) as url:
        config = scene.config(folder, url)
        sync(config)
        source = SerialConfig(device=str(scanner.device), name="meja", window=0)
        config = msgspec.structs.replace(config, source=[source, *further], kiosk=KioskConfig(0))
        typed, said, hooks = Typed(), io.StringIO(), list[str]()
        thread = threading.Thread(target=run_agent, args=(config, typed, said, hooks.append), daemon=True)
        thread.start()
        try:
            wait(lambda: "meja" in said.getvalue())
            yield RunningAgent(config, scene, scanner, said, hooks)
        finally:
            typed.lines.put("quit\n")
            thread.join(60)
            scanner.unplug()
    assert not thread.is_alive()


def wait(ready: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)
