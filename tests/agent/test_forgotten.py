"""What an agent that was locked still holds: no badge's secret, in whatever reader it was read.

Python cannot overwrite memory; what can be done is that nothing leads to it any more, and it is used again.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from msgspec.structs import replace

import scanner_agent
from custody.simulation import camera as mjpeg
from scanner_agent import texts
from scanner_agent.running import run_agent
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.serial import SerialConfig
from scanner_agent.sources.table import AnySourceConfig
from tests.agent.pictures import on_table, qr
from tests.agent.scene import Scene, sync
from tests.agent.serial_line import Scanner
from tests.agent.simulated_ledger import serve
from tests.agent.simulated_scanners import Honeywell, Zebra
from tests.agent.typed_lines import Keyboard, Screen

OURS = str(Path(scanner_agent.__file__).parent)

Reading = tuple[AnySourceConfig, Callable[[str], object]]


@contextmanager
def plain(folder: Path) -> Iterator[Reading]:
    scanner = Scanner(folder)
    scanner.plug_in()
    yield SerialConfig(device=str(scanner.device)), lambda text: scanner.send(text.encode() + b"\r")
    scanner.unplug()


@contextmanager
def zebra(folder: Path) -> Iterator[Reading]:
    with Zebra(folder) as line:
        source = SerialConfig(device=str(line.line.device), profile="zebra-ssi")
        yield source, lambda text: line.scan(text.encode())  # type: ignore[attr-defined]


@contextmanager
def honeywell(folder: Path) -> Iterator[Reading]:
    with Honeywell(folder) as line:
        source = SerialConfig(device=str(line.line.device), profile="honeywell")
        yield source, lambda text: line.line.send(text.encode() + b"\r")


@contextmanager
def camera(_: Path) -> Iterator[Reading]:
    empty = on_table()
    with mjpeg.Camera(empty) as stream:
        yield CameraConfig(device=stream.url), lambda text: stream.show(on_table(qr(text, 4)) if text else empty)


READERS: dict[str, Callable[[Path], AbstractContextManager[Reading]]] = {
    "serial": plain,
    "Zebra": zebra,
    "Honeywell": honeywell,
    "camera": camera,
}


def held(terminal: object) -> list[Any]:
    """The locals of the agent's code in each thread, and all that these lead to, but for the test at its `terminal`."""
    found: dict[int, Any] = {id(terminal): None}
    waiting: list[Any] = []
    for frame in sys._current_frames().values():
        at = frame
        while at:
            if at.f_code.co_filename.startswith(OURS):
                waiting += at.f_locals.values()
            at = at.f_back  # type: ignore[assignment]
    while waiting:
        one = waiting.pop()
        if id(one) not in found and not isinstance(one, ModuleType | type | FunctionType):
            found[id(one)] = one
            waiting += gc.get_referents(one)
    return list(found.values())


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
def test_nothing_leads_to_a_badges_secret_once_the_agent_has_locked_itself(
    tmp_path: Path, reader: Callable[[Path], AbstractContextManager[Reading]]
) -> None:
    scene, screen = Scene(), Screen()
    secret = scene.ann.badge.split("/")[-2]
    found: list[Any] = []
    with serve(scene.ledger) as url, reader(tmp_path) as (source, show):
        config = scene.config(tmp_path, url)
        sync(config)

        def lines() -> Iterator[str]:
            screen.wait_for(texts.READER_LIVE)
            show(scene.ann.badge)
            screen.wait_for(texts.BADGE_READ)
            assert isinstance(source, SerialConfig) or not show("")
            screen.wait_for(texts.LOCKED)
            all_ = held(typed)
            assert any(isinstance(one, str) and scene.ledger.vkey in one for one in all_), "it finds what is held"
            found.extend(one for one in all_ if isinstance(one, str) and secret in one)
            found.extend(one for one in all_ if isinstance(one, bytes | bytearray) and secret.encode() in one)
            yield "status"

        typed = Keyboard(lines())
        config = replace(config, source=[source], idle_lock_seconds=0.5)
        assert run_agent(config, typed, screen) == 0, screen.getvalue()
    assert found == []
