"""What is shown before a session is signed, and signed at the second confirm."""

from scanner_agent import texts
from scanner_agent.inputs import Caution, Confirm, Given, Locked, Undo, Unlocked
from scanner_agent.state import warnings
from scanner_agent.workflow import step
from tests.agent.workflow.sessions import BAG, BOX, BUDI, CITRA, HANDOVER, SITE, after, item

WRONG_WAY = Caution("wrong-destination", ("salah", "wrong"), (BOX,))
DIFFERS = Caution("seal-differs", ("beda", "differs"), (BOX,))


def test_a_caution_is_shown_before_it_is_signed_at_the_second_confirm() -> None:
    first = after(*HANDOVER, Confirm((WRONG_WAY,)))
    assert (first.sign, first.say.tone, first.say.words) == (False, "warned", texts.LOOK)
    assert all(word in first.say.detail for word in ("wrong-destination", "salah", "wrong", BOX))
    second = step(first.state, Confirm((WRONG_WAY,)))
    assert (second.sign, warnings(second.state)) == (True, ["wrong-destination"])


def test_a_caution_that_was_not_shown_yet_is_shown_first() -> None:
    result = after(*HANDOVER, Confirm((WRONG_WAY,)), Confirm((WRONG_WAY, DIFFERS)))
    assert (result.sign, "seal-differs" in result.say.detail) == (False, True)


def test_a_caution_that_was_heeded_is_not_recorded() -> None:
    result = after(*HANDOVER, Confirm((WRONG_WAY,)), Given("to", SITE), Confirm())
    assert (result.sign, warnings(result.state)) == (True, [])


def test_a_caution_is_shown_again_once_the_session_has_changed() -> None:
    looked = (*HANDOVER, Confirm((WRONG_WAY,)))
    assert after(*looked).state.shown
    for change in (item(BAG), Given("to", SITE), Unlocked(CITRA), Undo()):
        assert after(*looked, change).state.shown == ()
        assert after(*looked, change, Unlocked(BUDI), Confirm((WRONG_WAY,))).say.words == texts.LOOK
    assert after(*looked, item(BOX), Confirm((WRONG_WAY,))).sign


def test_what_one_handler_was_shown_the_next_is_shown_too() -> None:
    wrong = Caution("wrong-destination", ("salah", "wrong"), (BOX,))
    looked = (*HANDOVER, Confirm((wrong,)))
    assert after(*looked, Confirm((wrong,))).sign
    again = after(*looked, Locked(), Unlocked(CITRA), Unlocked(BUDI), Confirm((wrong,)))
    assert (again.sign, again.say.words) == (False, texts.LOOK)
