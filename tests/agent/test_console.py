"""What the console takes for someone's presence: from then on the keys stay unlocked for a while."""

import io
from pathlib import Path

import pytest

from custody.core.errors import Malformed, Unavailable
from scanner_agent.console import Console, _Message
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
