"""A quantity and a vehicle, card by card from the command sheet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.command import encode
from scanner_agent import sheet_texts, texts
from scanner_agent.asking import missing, prompt
from scanner_agent.inputs import BadgeShown, Chosen, Confirm, Given, Input, Letter, Locked, Spell, Undo, Unlocked
from scanner_agent.state import Spelling, State
from tests.agent.scene import PIN, Scene
from tests.agent.standing import Beeper, Standing, standing
from tests.agent.workflow.sessions import ANN, BOX, after, item
from tests.world import item_id, site_id

QUANTITY, VEHICLE = Spell("quantity"), Spell("vehicle")


def letters(text: str) -> list[Input]:
    return [Letter(letter) for letter in text]


SPELLED = {
    "digits": ([QUANTITY, *letters("120")], Spelling("quantity", "120")),
    "a plate in capitals": ([VEHICLE, *letters("b9123kx")], Spelling("vehicle", "B9123KX")),
    "cleared": ([QUANTITY, *letters("12"), Letter("clear"), *letters("7")], Spelling("quantity", "7")),
    "one taken back": ([QUANTITY, *letters("12"), Undo()], Spelling("quantity", "1")),
    "all taken back": ([QUANTITY, *letters("1"), Undo()], Spelling("quantity")),
    "and what is filled, too": ([QUANTITY, Undo()], None),
    "items in between": ([VEHICLE, *letters("b"), item(BOX), *letters("1")], Spelling("vehicle", "B1")),
    "another field": ([QUANTITY, *letters("1"), VEHICLE], Spelling("vehicle")),
    "filled by touch meanwhile": ([QUANTITY, *letters("1"), Given("quantity", "3")], None),
    "another field by touch": ([QUANTITY, *letters("1"), Given("condition", "wet")], Spelling("quantity", "1")),
    "an action that has none": ([QUANTITY, *letters("1"), Chosen("depart")], None),
    "an action that has one": ([QUANTITY, *letters("1"), Chosen("open")], Spelling("quantity", "1")),
    "locked": ([QUANTITY, *letters("1"), Locked()], None),
    "a letter in a quantity": ([QUANTITY, *letters("1x")], Spelling("quantity", "1")),
    "too long": ([QUANTITY, *letters("1" * 16)], Spelling("quantity", "1" * 15)),
}


@pytest.mark.parametrize(("inputs", "spelling"), SPELLED.values(), ids=SPELLED.keys())
def test_what_is_spelled(inputs: list[Input], spelling: Spelling | None) -> None:
    state = after(*inputs).state
    assert state.spelling == spelling
    assert state.fields.get("quantity") in (None, "3"), "nothing is filled before Done"


REFUSED = {
    "a letter of nothing": ([Letter("1")], sheet_texts.SPELL_WHAT),
    "done with nothing": ([Letter("done")], sheet_texts.SPELL_WHAT),
    "done with no digit": ([QUANTITY, Letter("done")], sheet_texts.SPELL_DIGITS),
    "done with no letter": ([VEHICLE, Letter("done")], sheet_texts.SPELL_LETTERS),
    "a letter in a quantity": ([QUANTITY, Letter("x")], sheet_texts.SPELL_DIGITS),
    "one too many": ([VEHICLE, *letters("b" * 21)], sheet_texts.SPELLED_TOO_LONG),
    "what the action does not take": ([Chosen("depart"), QUANTITY], texts.NOT_OF_ACTION),
    "a digit where the PIN is asked for": ([QUANTITY, BadgeShown(ANN), Letter("2")], sheet_texts.PIN_FIRST),
    "a field where the PIN is asked for": ([BadgeShown(ANN), QUANTITY], sheet_texts.PIN_FIRST),
}


@pytest.mark.parametrize(("inputs", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_spelled_is_refused(inputs: list[Input], words: texts.Words) -> None:
    said = after(*inputs).say
    assert (said.tone, said.words) == ("wrong", words)


def test_what_is_half_spelled_is_asked_for_and_holds_up_the_signature() -> None:
    session = (Unlocked(ANN), Chosen("inspect"), item(BOX))
    assert after(*session, Confirm()).sign
    held = after(*session, QUANTITY, *letters("12"), Confirm())
    assert not held.sign
    assert missing(held.state) == [prompt(held.state)]
    assert prompt(held.state)[1] == "Quantity: scan the digit and letter cards one by one, then Done"
    assert after(*session, QUANTITY, *letters("12"), Given("quantity", "12"), Confirm()).sign


@pytest.fixture
def at(scene: Scene, tmp_path: Path) -> Iterator[Standing]:
    with standing(scene, scene.config(tmp_path)) as at:
        yield at


def cards(at: Standing, scene: Scene, *words: str, **how: object) -> list[bool]:
    return [at.scan(encode(scene.device.keyid, word), **how) for word in words]  # type: ignore[arg-type]


def test_a_departure_names_its_vehicle_by_scans_of_which_the_log_has_a_hash(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys(PIN)
    reader = Beeper("serial", "desk")
    assert all(cards(at, scene, "depart", "spell=vehicle", *(f"letter={one}" for one in "b91k"), reader=reader))
    assert reader.answers == [True, *["again"] * 5], "a good beep is for what is kept"
    assert at.scan(site_id(2))
    assert at.scan(scene.label(1))
    assert cards(at, scene, "confirm", "done") == [False, True]
    assert cards(at, scene, "confirm") == [False], "twice at once is not meant"
    at.clock.ms += 3_000
    assert cards(at, scene, "confirm") == [True]
    [event] = at.events()
    assert event.vehicle
    assert (at.agent.outbox.private(event.vehicle) or b"")[16:] == b"B91K"


def test_a_plate_that_is_half_spelled_is_neither_kept_nor_refused_in_clear(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys(PIN)
    cards(at, scene, "depart", "spell=vehicle", *(f"letter={one}" for one in "b91k"))
    at.said()
    cards(at, scene, "confirm")
    assert "B91K" not in at.said()
    assert not any(b"B91K" in kept.upper() for kept in at.agent.outbox.draft())
    at.agent.lock()
    assert at.agent.state.spelling is None


def test_a_count_a_condition_and_a_reason_are_on_the_sheet(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys(PIN)
    words = ("discrepancy", "kind=missing", "spell=quantity", "letter=1", "letter=2", "done", "condition=wet")
    assert all(cards(at, scene, *words))
    at.scan(item_id(1), source="manual:desk")
    assert cards(at, scene, "confirm", "reason=label-damaged") == [False, True]
    at.clock.ms += 3_000
    assert cards(at, scene, "confirm") == [True]
    [event] = at.events()
    assert (event.kind, event.quantity, event.condition) == ("missing", 12, "wet")
    assert event.note
    assert (at.agent.outbox.private(event.note) or b"").endswith(b"label rusak / label damaged")


def test_a_number_that_is_none_is_told_and_can_be_mended(scene: Scene, at: Standing) -> None:
    assert cards(at, scene, "spell=quantity", "letter=0", "letter=7", "done") == [True, True, True, False]
    assert at.heard(texts.WRONG_VALUE)
    assert all(cards(at, scene, "letter=clear", "letter=7", "done"))
    assert (at.agent.state.fields, at.agent.state.spelling) == ({"quantity": "7"}, None)


def test_a_digit_card_counts_before_a_camera_alone_in_view_only(scene: Scene, at: Standing) -> None:
    cards(at, scene, "spell=quantity")
    assert cards(at, scene, "letter=1", source="camera:gate", alone=False) == [False]
    assert cards(at, scene, "letter=1", source="camera:gate") == [True]
    assert at.agent.state == State(spelling=Spelling("quantity", "1"))
