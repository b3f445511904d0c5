"""What undo takes back: what came last."""

import pytest
from msgspec.structs import replace

from custody.core import choices
from scanner_agent import texts
from scanner_agent.inputs import Archived, BadgeShown, Chosen, Given, Input, Undo, Unlocked, Vehicle
from scanner_agent.manifest import tally
from scanner_agent.state import Detail, State
from scanner_agent.workflow import step
from tests.agent.workflow.sessions import (
    ANN,
    BAG,
    BOX,
    DOCUMENT,
    HASH,
    OTHER_DOCUMENT,
    SEAL,
    SITE,
    after,
    item,
    seal,
    site,
    typed,
)


def test_undo_puts_a_badge_aside_that_waits_for_its_pin_and_leaves_what_was_read() -> None:
    waiting = after(item(BOX), BadgeShown(ANN))
    aside = step(waiting.state, Undo())
    assert (aside.state.pin_of, aside.state.items, aside.changed) == (None, [BOX], False)
    assert step(aside.state, Undo()).state.items == []


def test_undo_takes_back_the_last_read_first() -> None:
    read = (item(BOX), seal(SEAL), item(BAG))
    assert list(after(*read, Undo()).state.lines) == [BOX, SEAL]
    assert list(after(*read, Undo(), Undo()).state.lines) == [BOX]


def test_a_document_is_undone_when_nothing_was_read_after_it() -> None:
    read = (item(BOX), DOCUMENT, item(BAG))
    assert after(*read, Undo()).state.refs == (DOCUMENT.statement,)
    undone = after(*read, Undo(), Undo()).state
    assert (undone.refs, undone.items, tally(undone)) == ((), [BOX], None)


PHOTO, OTHER_PHOTO = Given("photo", "1" * 64), Given("photo", "2" * 64)
LATEST = {
    "a photograph after an item": (item(BOX), PHOTO),
    "an item after a photograph": (PHOTO, item(BOX)),
    "a photograph after a photograph": (PHOTO, OTHER_PHOTO),
    "a photograph after a document": (DOCUMENT, PHOTO),
    "a document after a photograph": (PHOTO, DOCUMENT),
    "a destination after an item": (Chosen("release"), item(BOX), site(SITE)),
    "an action after an item": (item(BOX), Chosen("release")),
    "an action that took something away": (Chosen("open"), Given("purpose", "psu"), Chosen("store")),
    "a kind": (Chosen("discrepancy"), Given("kind", "missing")),
    "a paper after an item": (Chosen("handover"), item(BOX), Given("paper", HASH)),
    "a state after a seal": (item(BOX), seal(SEAL), Given("state", "broken")),
    "a seal's item": (item(BOX), item(BAG), item(BOX)),
    "a worse label": (item(BOX), item(BOX, "forged")),
    "the vehicle": (Chosen("depart"), item(BOX), Vehicle()),
    "all kinds": (PHOTO, item(BOX), DOCUMENT, OTHER_PHOTO, item(BAG), OTHER_DOCUMENT, Given("photo", "3" * 64)),
}


@pytest.mark.parametrize("session", LATEST.values(), ids=LATEST.keys())
def test_undo_takes_back_what_came_last(session: tuple[Input, ...]) -> None:
    for taken in range(1, len(session)):
        assert after(*session, *[Undo()] * taken).state == after(*session[:-taken]).state
    assert after(*session, *[Undo()] * len(session)).state == State()
    assert after(*session, *[Undo()] * (len(session) + 1)).say.words == texts.NOTHING_TO_UNDO


def test_a_reason_that_is_said_with_what_was_typed_goes_as_it_goes() -> None:
    because = replace(typed(BOX), reason="3" * 64)
    assert after(because).state.fields == {"note": "3" * 64, "reason": "3" * 64}
    assert after(because, Undo()).state == State()
    assert after(replace(seal(SEAL), reason="3" * 64)).state == State()


UNDONE = {
    "an item": ((item(BOX),), texts.UNDONE, BOX),
    "an item's second read": ((item(BOX), item(BAG), item(BOX)), texts.AGAIN_UNDONE, BOX),
    "a destination": ((Chosen("release"), site(SITE)), texts.UNDONE, f"to {SITE}"),
    "an action": ((Chosen("store"),), texts.ACTION_UNDONE, choices.ACTIONS["store"]),
    "a badge whose PIN is asked for": ((item(BOX), BadgeShown(ANN)), texts.BADGE_ASIDE, ANN),
    "a badge": ((item(BOX), Unlocked(ANN)), texts.BADGE_UNDONE, ANN),
}


@pytest.mark.parametrize(("session", "words", "detail"), UNDONE.values(), ids=UNDONE.keys())
def test_undo_says_what_it_took_back(session: tuple[Input, ...], words: texts.Words, detail: Detail) -> None:
    said = after(*session, Undo()).say
    assert (said.tone != "wrong", said.words, said.detail) == (True, words, detail)


def test_a_badge_is_undone_before_what_it_came_after_and_is_in_no_journal() -> None:
    for badge in [(BadgeShown(ANN),), (BadgeShown(ANN), Unlocked(ANN))]:
        undone = after(item(BOX), *badge, Undo())
        assert (undone.state, undone.changed) == (after(item(BOX)).state, False)
    assert after(Unlocked(ANN), item(BOX), Undo()).state.items == []
    assert list(after(Unlocked(ANN), item(BOX), Undo()).state.handlers) == [ANN]


def test_whatever_was_changed_in_between_can_be_undone() -> None:
    session = (DOCUMENT, OTHER_DOCUMENT, PHOTO, Chosen("correct"), item(BOX))
    assert after(*session, Undo(), Undo()).state == after(*session[:3]).state
    assert after(*session, *[Undo()] * 5).state == State()


def test_a_signed_paper_is_undone_with_its_photograph() -> None:
    paper = after(PHOTO, Given("ref", HASH), Archived("9" * 64))
    assert step(paper.state, Undo()).state == after(PHOTO, Given("ref", HASH)).state
    assert after(PHOTO, Given("ref", HASH), Archived("9" * 64), *[Undo()] * 3).state == State()
