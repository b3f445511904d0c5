"""Whose badge is shown, and in which part each signs."""

import pytest

from scanner_agent import texts
from scanner_agent.asking import prompt
from scanner_agent.inputs import BadgeShown, Chosen, Given, Input, Locked, Undo, Unlocked
from scanner_agent.state import warnings
from tests.agent.workflow.sessions import ANN, BOX, BUDI, CITRA, HANDOVER, HASH, after, item


def test_a_badge_that_the_roster_speaks_against_is_taken_with_a_warning() -> None:
    result = after(Unlocked(ANN, "signer-revoked"))
    assert (result.say.tone, warnings(result.state)) == ("warned", ["signer-revoked"])


def test_a_badge_asks_for_its_pin_before_anything_else() -> None:
    assert prompt(after(BadgeShown(ANN)).state) == texts.PIN
    assert prompt(after(BadgeShown(ANN), Unlocked(ANN)).state) == texts.ACTION


WITH_THEIR_PARTS = {
    "who gives shows a badge first": ((Unlocked(ANN), Unlocked(BUDI)), {"releaser": ANN, "receiver": BUDI}),
    "one who watches takes no part": (
        (Unlocked(ANN, role="staff"), Unlocked(CITRA, role="party-agent"), Unlocked(BUDI, role="carrier")),
        {"releaser": ANN, "receiver": BUDI},
    ),
}


@pytest.mark.parametrize(("badges", "parts"), WITH_THEIR_PARTS.values(), ids=WITH_THEIR_PARTS.keys())
def test_the_parties_are_the_badges_in_their_order(badges: tuple[Input, ...], parts: dict[str, str]) -> None:
    assert after(Chosen("handover"), *badges).state.filled == parts


SAME_PARTS = {
    "the action comes last": (Unlocked(ANN), Chosen("handover")),
    "the giver still gives": (Chosen("release"), Unlocked(ANN), Chosen("handover")),
    "the receiver still receives": (Chosen("accept"), Unlocked(ANN), Chosen("store")),
    "nobody has a part": (Chosen("inspect"), Unlocked(ANN), Chosen("seal")),
}
OTHER_PARTS = {
    "the receiver would give": (Chosen("accept"), Unlocked(ANN), Chosen("handover")),
    "the receiver would attest": (Chosen("handover"), Unlocked(ANN), Unlocked(BUDI), Chosen("release")),
    "the receiver signs on paper": (Chosen("handover"), Unlocked(ANN), Unlocked(BUDI), Given("paper", HASH)),
    "who inspected would give": (Chosen("inspect"), Unlocked(ANN), Chosen("release")),
    "the choice is undone": (Chosen("accept"), Chosen("handover"), Unlocked(ANN), item(BOX), Undo(), Undo(), Undo()),
}


@pytest.mark.parametrize("session", SAME_PARTS.values(), ids=SAME_PARTS.keys())
def test_a_badge_stays_while_its_part_is_the_same(session: tuple[Input, ...]) -> None:
    assert (list(after(*session).state.handlers), after(*session).say.tone) == ([ANN], "good")


@pytest.mark.parametrize("session", OTHER_PARTS.values(), ids=OTHER_PARTS.keys())
def test_nobody_signs_in_another_part_than_the_one_they_showed_their_badge_for(session: tuple[Input, ...]) -> None:
    assert after(*session).state.handlers == {}


def test_badges_that_must_be_shown_again_are_asked_for() -> None:
    said = after(*OTHER_PARTS["the receiver would give"]).say
    assert (said.tone, said.words) == ("warned", texts.PARTS_CHANGED)


def test_locking_keeps_what_was_read() -> None:
    locked = after(*HANDOVER, Locked()).state
    assert (locked.handlers, locked.items) == ({}, [BOX])
