"""What a reader gives twice within a moment: the handler is told, and no softer word takes a warning's place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.command import encode
from scanner_agent import texts
from scanner_agent.inputs import Chosen
from tests.agent.scene import Scene
from tests.agent.standing import Beeper, Standing, standing
from tests.world import item_id, key_of

ITEM, FORGED = item_id(1), item_id(2)


@pytest.fixture
def at(scene: Scene, tmp_path: Path) -> Iterator[Standing]:
    with standing(scene, scene.config(tmp_path)) as at:
        at.agent.give(Chosen("store"))
        yield at


def again(at: Standing, text: str, *, taken: bool | None = True) -> tuple[str, list[bool | str]]:
    """What is said and answered when a reader gives a text once more, of which it was told that it was `taken`."""
    reader = Beeper("serial", "desk")
    reader.taken = taken
    at.said()
    at.agent.repeats.tell(text, at.agent.state, reader)
    return at.said(), reader.answers


def test_an_item_is_told_to_be_read_already_and_its_count_stays(scene: Scene, at: Standing) -> None:
    at.scan(scene.label(1))
    said, answers = again(at, scene.label(1))
    assert said == f"[=] {' / '.join(texts.AGAIN)}: {ITEM}\n", "and no bell, which would be a good one"
    assert (answers, at.agent.state.items) == (["again"], [ITEM])


def test_so_it_is_after_the_window(scene: Scene, at: Standing) -> None:
    reader = Beeper("serial", "desk")
    at.scan(scene.label(1), reader=reader)
    at.scan(scene.label(1), reader=reader)
    assert reader.answers == [True, "again"]


def test_a_warning_is_given_once_more(scene: Scene, at: Standing) -> None:
    forged = scene.label(2, key_of("someone"))
    at.scan(forged)
    said, answers = again(at, forged)
    assert (texts.VERDICTS["unknown-issuer"][0] in said, answers) == (True, [True])


def test_unless_something_else_was_read_since(scene: Scene, at: Standing) -> None:
    forged = scene.label(2, key_of("someone"))
    at.scan(forged)
    at.scan(scene.label(1))
    said, answers = again(at, forged)
    assert (texts.AGAIN[0] in said, answers) == (True, ["again"])


def test_what_was_refused_is_answered_so_and_its_reason_stays_on_the_screen(at: Standing) -> None:
    at.scan("nonsense")
    assert again(at, "nonsense", taken=False) == ("", [False])


def test_of_a_command_the_reader_alone_hears_as_its_outcome_is_on_the_screen(scene: Scene, at: Standing) -> None:
    confirm = encode(scene.device.keyid, "confirm")
    at.scan(confirm)
    assert again(at, confirm) == ("", ["again"])


def test_of_a_badge_nothing_is_shown(scene: Scene, at: Standing) -> None:
    at.scan(scene.label(2, key_of("someone")))
    at.scan(scene.ann.badge)
    said, answers = again(at, scene.ann.badge)
    assert (said, answers) == (f"[=] {' / '.join(texts.AGAIN)}\n", ["again"])
