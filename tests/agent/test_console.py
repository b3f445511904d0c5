"""The console: whose presence keeps the keys unlocked, what ends an agent and what does not, and what it repeats."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType

import pytest

from custody.core.errors import Malformed, Unavailable
from scanner_agent import database, texts
from scanner_agent.console import Console, _Message
from scanner_agent.inputs import Chosen
from scanner_agent.log_file import log_to
from scanner_agent.running import run_agent
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.source import Output, Pressed, Read, Refused, Status
from scanner_agent.terminal import Terminal
from tests.agent.scene import PIN, Scene
from tests.agent.standing import Beeper, standing
from tests.world import item_id

NOBODY: dict[str, Output] = {
    "a reader that is lost": Status("serial:desk", False, Unavailable("gone"), 0),
    "a reader that is back": Status("serial:desk", True, None, 0),
    "noise on its line": Refused("serial:desk", Malformed("noise"), 0),
}
SOMEONE: dict[str, Output | str] = {
    "a read": Read("serial:desk", "]Q1", item_id(1), 0),
    "a key": Pressed("keypad:pin", "1", 0),
    "a line": "status",
}


@pytest.mark.parametrize(
    ("content", "locked"),
    [*((one, True) for one in NOBODY.values()), *((one, False) for one in SOMEONE.values())],
    ids=[*NOBODY, *SOMEONE],
)
def test_only_what_someone_does_keeps_the_keys_unlocked(tmp_path: Path, content: Output | str, locked: bool) -> None:
    scene = Scene()
    with standing(scene, scene.config(tmp_path)) as at:
        at.scan(scene.ann.badge)
        at.keys(PIN)
        console = Console(Terminal(io.StringIO(), io.StringIO()), idle_lock_seconds=300.0)
        console._active = float("-inf")
        with Readers([Beeper("serial", "desk"), Beeper("keypad", "pin")]) as readers:
            console._take(at.agent, readers, _Message(content))
            console._tick(at.agent)
        assert (at.agent.state.handlers == {}) == locked


NOISE = Refused("serial:desk", Malformed("noise"), 0)


@pytest.mark.parametrize("idle_s", [0.0, 300.0])
def test_the_keys_are_dropped_after_a_pause_also_while_a_reader_sends_without_end(
    tmp_path: Path, idle_s: float
) -> None:
    scene = Scene()
    with standing(scene, scene.config(tmp_path)) as at, Readers([Beeper("serial", "desk")]) as readers:
        at.scan(scene.ann.badge)
        at.keys(PIN)
        console = Console(Terminal(io.StringIO(), io.StringIO()), idle_lock_seconds=idle_s)
        for _ in range(3):
            console._inbox.put(_Message(NOISE))
        assert console._turn(at.agent, readers)
        assert console._inbox.qsize() == 2
        assert (at.agent.state.handlers == {}) == (idle_s == 0)


@pytest.mark.parametrize("line", ["confirm", "status", "ref last", f"scan {'a' * 64}", "show last"])
def test_a_disk_that_fails_for_a_moment_is_told_and_ends_nothing(tmp_path: Path, line: str) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    with standing(scene, config) as at, Readers([]) as readers:
        at.agent.give(Chosen("inspect"))
        at.scan(scene.label(1))
        at.scan(scene.ann.badge)
        at.keys(PIN)
        before = at.agent.state
        out = io.StringIO()
        console = Console(Terminal(out, io.StringIO()), idle_lock_seconds=300.0)
        at.agent.outbox._db.execute("PRAGMA busy_timeout = 0")
        with closing(database.connect(config.outbox)) as other:
            other.execute("BEGIN EXCLUSIVE")
            console._inbox.put(failed := _Message(line))
            assert console._turn(at.agent, readers)
            assert failed.done.is_set()
            assert texts.NOT_STORED[1] in out.getvalue()
            assert at.agent.state == before
            other.execute("ROLLBACK")
        out.truncate(0)
        console._inbox.put(_Message("status"))
        assert console._turn(at.agent, readers)
        assert texts.NOT_STORED[1] not in out.getvalue()
        assert texts.STATUS[1] in out.getvalue()


@pytest.mark.parametrize(
    ("line", "repeated"),
    [(PIN, ""), (f"pin{PIN}", ""), (f"x{PIN} y", ""), ("cnofirm", "cnofirm"), ("statsu 5", "statsu")],
)
def test_a_line_that_may_be_a_pin_is_repeated_neither_on_screen_nor_in_the_log(
    tmp_path: Path, line: str, repeated: str
) -> None:
    scene = Scene()
    out, log = io.StringIO(), tmp_path / "agent.log"
    log.touch(0o644)
    with log_to(log), standing(scene, scene.config(tmp_path)) as at, Readers([]) as readers:
        console = Console(Terminal(out, io.StringIO()), idle_lock_seconds=300.0)
        console._take(at.agent, readers, _Message(line))
    assert json.loads(log.read_text())["detail"] == repeated
    assert out.getvalue().endswith(f": {repeated}\n" if repeated else f"{texts.UNKNOWN_COMMAND[1]}\n")
    assert log.stat().st_mode & 0o777 == 0o600


class Typed(io.StringIO):
    """Lines that are typed as they are made."""

    def __init__(self, lines: Iterator[str]) -> None:
        super().__init__()
        self._lines = lines

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        yield from self._lines


def test_nobody_holds_on_to_a_pin_once_it_was_taken(tmp_path: Path) -> None:
    scene = Scene()
    held: list[list[str]] = []

    def holding() -> list[str]:
        """The functions of the agent in which some variable is the PIN's line."""
        found = []
        for frame in sys._current_frames().values():
            inner: FrameType | None = frame
            while inner is not None:
                names = inner.f_locals.values() if "scanner_agent" in inner.f_code.co_filename else ()
                if any(f"pin {PIN}" in (one, getattr(one, "content", None)) for one in names):
                    found.append(inner.f_code.co_qualname)
                inner = inner.f_back
        return found

    def lines() -> Iterator[str]:
        yield scene.ann.badge
        yield f"pin {PIN}"
        held.append(holding())
        yield "help"

    run_agent(scene.config(tmp_path), Typed(lines()), io.StringIO())
    assert held == [[]]
