"""PINs at the agent: from keypads, wrong ones, and what is wiped when."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner_agent import texts
from scanner_agent.inputs import Chosen, Undo
from tests.agent.scene import PIN, Scene
from tests.agent.standing import Beeper, Standing, standing


@pytest.fixture
def at(scene: Scene, tmp_path: Path) -> Iterator[Standing]:
    with standing(scene, scene.config(tmp_path)) as at:
        yield at


def test_the_keys_of_a_keypad_open_the_badge_shown_last(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    assert at.keys(PIN)
    assert list(at.agent.state.handlers) == [scene.ann.handler]


def test_a_digit_too_many_is_taken_back(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys(PIN + "9", "back")
    assert at.keys("")


def test_of_a_pin_no_more_is_shown_than_how_many_digits_it_has(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys(PIN, None)
    assert at.agent.digits_pressed == len(PIN)
    said = at.said()
    assert "•" * len(PIN) in said
    assert not any(digit in said.partition(scene.ann.handler)[2].partition("\n")[2] for digit in "0123456789")


def test_keys_do_nothing_but_enter_pins(scene: Scene, at: Standing) -> None:
    """Also not where the session waits for a confirmation, which Enter must not be."""
    at.scan(scene.ann.badge)
    at.keys(PIN)
    at.agent.give(Chosen("store"))
    at.scan(scene.label(1))
    before = at.agent.state
    for key in ("1", "enter", "back", "clear"):
        assert not at.keys("", key)  # type: ignore[arg-type]
        assert at.heard(texts.NO_PIN_WANTED)
    assert (at.agent.state, at.events()) == (before, [])


def test_a_wrong_pin_is_told_to_the_keypad_too(scene: Scene, at: Standing) -> None:
    pad = Beeper("keypad", "pin")
    at.scan(scene.ann.badge)
    for key in "999990":
        at.agent.press(key, pad)  # type: ignore[arg-type]
    at.agent.press("enter", pad)
    assert pad.answers == [True] * 6 + [False]


def test_the_badge_shown_again_neither_ends_the_pause_nor_the_count(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys("999990")
    assert "Wrong PIN, number 1. Wait 1 s" in at.said()
    at.agent.cancel()
    at.scan(scene.ann.badge)
    assert not at.keys(PIN)
    assert "Tunggu 1 detik lagi" in at.said()
    at.clock.ms += 1000
    at.keys("999990")
    assert "Wrong PIN, number 2. Wait 2 s" in at.said()
    at.clock.ms += 2000
    assert at.keys(PIN)


@pytest.mark.parametrize("meanwhile", ["locked", "cancelled", "another badge"])
def test_digits_pressed_before_are_no_part_of_the_next_pin(scene: Scene, at: Standing, meanwhile: str) -> None:
    at.scan(scene.ann.badge)
    at.keys("99", None)
    if meanwhile == "locked":
        at.agent.lock()
    elif meanwhile == "cancelled":
        at.agent.cancel()
    at.scan(scene.budi.badge)
    assert at.agent.digits_pressed == 0
    assert at.keys(PIN)


def test_a_badge_that_is_put_aside_is_forgotten(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys("99", None)
    assert at.agent.give(Undo())
    assert at.heard(texts.BADGE_ASIDE)
    assert (at.agent.digits_pressed, at.agent._session._shown) == (0, None)
    assert not at.keys(PIN)
    at.scan(scene.budi.badge)
    assert at.keys(PIN)
    assert list(at.agent.state.handlers) == [scene.budi.handler]
