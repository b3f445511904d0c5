"""What a document names, and what was read of it."""

import pytest

from scanner_agent import texts
from scanner_agent.inputs import Chosen, Confirm, Given, Input, Listed, Undo, Unlocked
from scanner_agent.manifest import Tally, tally
from scanner_agent.state import warnings
from scanner_agent.workflow import step
from tests.agent.workflow.sessions import ANN, BAG, BOX, DOCUMENT, HASH, OTHER_DOCUMENT, SACK, after, item, paper


def test_each_read_says_how_many_of_the_expected_were_read() -> None:
    for reads, words in [((), "0 of 2"), ((item(BOX),), "1 of 2"), ((item(BOX), item(BOX)), "1 of 2")]:
        assert words in after(DOCUMENT, *reads).say.words[1]
    assert "2 dari 2" in after(DOCUMENT, item(BOX), item(BAG)).say.words[0]
    assert "1 of 2" in after(DOCUMENT, item(BOX), item(BAG), Undo()).say.words[1]


def test_without_a_document_nothing_is_counted_against_one() -> None:
    assert tally(after(item(BOX)).state) is None
    assert tally(after(Given("ref", HASH), item(BOX)).state) is None
    assert after(item(BOX)).say.words == texts.ITEM


def test_what_no_document_names_is_taken_and_said_with_attention() -> None:
    result = after(DOCUMENT, item(BOX), item(SACK))
    assert (result.say.tone, result.changed, result.state.items) == ("warned", True, [BOX, SACK])
    assert (texts.EXTRA[0] in result.say.words[0], "1 of 2" in result.say.words[1]) == (True, True)
    assert tally(result.state) == Tally(1, 2, missing=(BAG,), extra=(SACK,))


def test_two_documents_are_expected_together() -> None:
    state = after(item(BOX), DOCUMENT, OTHER_DOCUMENT, item(SACK)).state
    assert state.refs == (DOCUMENT.statement, OTHER_DOCUMENT.statement)
    assert tally(state) == Tally(2, 3, missing=(BAG,), extra=())


def test_a_statement_whose_list_is_not_held_is_noted_and_said() -> None:
    result = after(Chosen("accept"), paper(HASH))
    assert (result.say.tone, result.say.words, result.state.refs) == ("warned", texts.LIST_NOT_HELD, (HASH,))
    assert after(Chosen("correct"), paper(HASH)).say.tone == "good"
    assert after(Chosen("accept"), DOCUMENT).say.tone == "good"


def test_missing_items_are_listed_in_a_discrepancy_only_and_read_ones_stay_as_they_were_read() -> None:
    assert after(Chosen("store"), Listed((BOX,))).say.words == texts.NOT_OF_ACTION
    state = after(Chosen("discrepancy"), item(BAG), Listed((BOX, BAG))).state
    assert state.items == [BOX, BAG]
    assert [state.lines[one].source for one in state.items] == ["manual", "serial"]


def test_a_document_that_is_corrected_expects_nothing() -> None:
    for session in [(Chosen("correct"), DOCUMENT), (DOCUMENT, Chosen("correct"))]:
        assert (after(*session).state.refs, tally(after(*session).state)) == ((DOCUMENT.statement,), None)


ACCEPT = (Unlocked(ANN), Chosen("accept"), DOCUMENT)
UNLIKE_THE_DOCUMENT = {
    "an item is missing": ((*ACCEPT, item(BOX)), ["manifest-missing"], BAG),
    "one is extra": ((*ACCEPT, item(BOX), item(BAG), item(SACK)), ["manifest-extra"], SACK),
    "one is there for another": ((*ACCEPT, item(BOX), item(SACK)), ["manifest-extra", "manifest-missing"], BAG),
}


@pytest.mark.parametrize(("inputs", "codes", "named"), UNLIKE_THE_DOCUMENT.values(), ids=UNLIKE_THE_DOCUMENT.keys())
def test_what_is_unlike_the_document_is_shown_before_it_is_signed_at_the_second_confirm(
    inputs: tuple[Input, ...], codes: list[str], named: str
) -> None:
    first = after(*inputs, Confirm())
    assert (first.sign, first.say.words, named in first.say.detail) == (False, texts.LOOK, True)
    second = step(first.state, Confirm())
    assert (second.sign, warnings(second.state)) == (True, codes)


def test_what_is_as_the_document_says_is_signed_at_once() -> None:
    result = after(*ACCEPT, item(BAG), item(BOX), Confirm())
    assert (result.sign, warnings(result.state)) == (True, [])
