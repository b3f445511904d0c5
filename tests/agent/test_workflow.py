"""The workflow as a table: what a session is given, what it becomes, what is said."""

import msgspec
import pytest

from custody.core.badge import Badge
from custody.core.errors import Malformed
from custody.core.event import ACTIONS, Event, Seal
from scanner_agent import texts
from scanner_agent.asking import missing, prompt
from scanner_agent.inputs import (
    Archived,
    BadgeShown,
    Caution,
    Chosen,
    Confirm,
    Expected,
    Given,
    Input,
    Kept,
    Locked,
    Undo,
    Unlocked,
)
from scanner_agent.manifest import Tally, tally
from scanner_agent.members import FIELDS, MAX_SEALS, PARTIES
from scanner_agent.reading import Found, interpret
from scanner_agent.state import State, Step, warnings
from scanner_agent.workflow import step
from tests.world import handler_id, item_id, site_id

ANN, BUDI, CITRA = (handler_id(number) for number in range(3))
BOX, BAG = item_id(1), item_id(2)
SACK = item_id(3)
SEAL = "seal/kpu/000123"
OTHER_SEAL = "seal/kpu/000124"
HASH = "0" * 64
SITE = site_id(2)


def item(id_: str, verdict: str = "valid") -> Found:
    return Found("item", id_, "serial", "]Q1", verdict)  # type: ignore[arg-type]


def typed(id_: str, verdict: str = "unsigned") -> Found:
    return Found("item", id_, "manual", None, verdict)  # type: ignore[arg-type]


def seal(id_: str) -> Found:
    return Found("seal", id_, "camera", "]Q1", "unsigned")


def paper(id_: str) -> Found:
    return Found("statement", id_, "serial", "]Q1", "unsigned")


def site(id_: str) -> Found:
    return Found("site", id_, "camera", "]Q1", "unsigned")


def after(*inputs: Input) -> Step:
    """The last step of a session."""
    result = Step(State(), None)  # type: ignore[arg-type]
    for given in inputs:
        result = step(result.state, given)
    return result


def test_the_actions_are_those_of_the_core() -> None:
    assert set(PARTIES) == set(ACTIONS) == set(texts.ACTIONS)


def test_every_field_has_words_and_is_a_member_of_an_event() -> None:
    assert set(FIELDS) == set(texts.FIELDS)
    assert set(FIELDS) - {"ref", "photo", "paper", "reason"} < {*Event.__struct_fields__, *Seal.__struct_fields__}


HANDOVER = (Unlocked(ANN), Chosen("handover"), item(BOX), Unlocked(BUDI))

WHY = Given("reason", "3" * 64)

COMPLETE = {
    "an item that was typed, with the reason": (Unlocked(ANN), Chosen("store"), typed(BOX), WHY),
    "the reason before what was typed": (Unlocked(ANN), Chosen("store"), WHY, item(BAG), typed(BOX)),
    "a signed label that was pasted": (Unlocked(ANN), Chosen("store"), typed(BOX, "valid")),
    "an item that was typed and undone": (Unlocked(ANN), Chosen("store"), item(BAG), typed(BOX), Undo()),
    "a handover with both badges": HANDOVER,
    "in any order": (item(BOX), Unlocked(ANN), Unlocked(BUDI), Chosen("handover")),
    "a commission with its kind": (Unlocked(ANN), Chosen("commission"), Given("kind", "box"), item(BOX)),
    "a release with its destination, scanned": (Unlocked(ANN), Chosen("release"), site(SITE), item(BOX)),
    "a release with its destination, typed": (Unlocked(ANN), Chosen("release"), Given("to", SITE), item(BOX)),
    "an accept": (Unlocked(ANN), Chosen("accept"), item(BOX)),
    "an accept that refers to the release": (Unlocked(ANN), Chosen("accept"), Given("ref", "0" * 64), item(BOX)),
    "a store": (Unlocked(ANN), Chosen("store"), item(BOX)),
    "an inspection": (Unlocked(ANN), Chosen("inspect"), item(BOX), seal(SEAL)),
    "a handover that a third attests": (*HANDOVER, Unlocked(CITRA)),
    "a sealing with a seal on each item": (Unlocked(ANN), Chosen("seal"), item(BOX), seal(SEAL)),
    "a sealing without numbers": (Unlocked(ANN), Chosen("seal"), item(BOX), Given("seals", "2")),
    "an unsealing with a broken seal": (
        Unlocked(ANN),
        Chosen("unseal"),
        item(BOX),
        seal(SEAL),
        Given("state", "broken"),
        Given("expected", OTHER_SEAL),
    ),
    "a packing, container first": (Unlocked(ANN), Chosen("pack"), item(SACK), item(BOX)),
    "a packing, container typed": (Unlocked(ANN), Chosen("pack"), Given("container", SACK), item(BOX), WHY),
    "an unpacking with a count": (Unlocked(ANN), Chosen("unpack"), item(SACK), item(BOX), Given("quantity", "0")),
    "a departure": (
        Unlocked(ANN, role="carrier"),
        Chosen("depart"),
        site(SITE),
        item(BOX),
        Given("vehicle", HASH),
    ),
    "a departure with compartment seals": (Unlocked(ANN), Chosen("depart"), site(SITE), seal(SEAL), item(BOX)),
    "an arrival": (Unlocked(ANN), Chosen("arrive"), Given("compartment", SEAL), item(BOX), WHY),
    "an opening for a purpose": (Unlocked(ANN), Chosen("open"), Given("purpose", "rekapitulasi"), item(BOX)),
    "a closing for a purpose": (Unlocked(ANN), Chosen("close"), Given("purpose", "rekapitulasi"), item(BOX)),
    "a shortage": (
        Unlocked(ANN),
        Chosen("discrepancy"),
        Given("kind", "missing"),
        Given("quantity", "12"),
        Given("serials", "A001 A012"),
        item(BOX),
    ),
    "a retirement": (Unlocked(ANN), Chosen("retire"), Given("purpose", "destroyed"), item(BOX)),
    "a handover to one who signs on paper": (
        Unlocked(ANN),
        Chosen("handover"),
        Given("paper", HASH),
        item(BOX),
        Given("note", HASH),
        Given("photo", HASH),
    ),
    "an accept of what a document names": (Unlocked(ANN), Chosen("accept"), paper(HASH), item(BOX)),
    "a release to one by name": (
        Unlocked(ANN),
        Chosen("release"),
        site(SITE),
        Given("receiver", BUDI),
        Given("carrier", CITRA),
        item(BOX),
    ),
    "an accept of all that a release names": (Unlocked(ANN), Chosen("accept"), Expected(HASH, (BOX,)), item(BOX)),
    "a correction of one statement": (Unlocked(ANN), Chosen("correct"), Given("ref", HASH), item(BOX)),
    "a correction that says who had it": (
        Unlocked(ANN),
        Chosen("correct"),
        paper(HASH),
        Given("receiver", BUDI),
        Given("purpose", "typo"),
        item(BOX),
    ),
}


@pytest.mark.parametrize("inputs", COMPLETE.values(), ids=COMPLETE.keys())
def test_a_complete_session_is_signed_when_confirmed(inputs: tuple[Input, ...]) -> None:
    assert prompt(after(*inputs).state) == texts.CONFIRM
    assert after(*inputs, Confirm()).sign


INCOMPLETE = {
    "nothing at all": ((), texts.BADGE),
    "no badge": ((Chosen("store"), item(BOX)), texts.BADGE),
    "no badge of the giver": ((Chosen("handover"), item(BOX)), texts.PARTIES["releaser"]),
    "no action": ((Unlocked(ANN), item(BOX)), texts.ACTION),
    "no item": ((Unlocked(ANN), Chosen("store")), texts.ITEMS),
    "every item undone": ((Unlocked(ANN), Chosen("store"), item(BOX), Undo()), texts.ITEMS),
    "no badge of the receiver": ((Unlocked(ANN), Chosen("handover"), item(BOX)), texts.PARTIES["receiver"]),
    "no kind": ((Unlocked(ANN), Chosen("commission"), item(BOX)), texts.FIELDS["kind"]),
    "no destination": ((Unlocked(ANN), Chosen("release"), item(BOX)), texts.FIELDS["to"]),
    "no seal on one of two items": (
        (Unlocked(ANN), Chosen("seal"), item(BOX), seal(SEAL), item(BAG)),
        texts.SEALS,
    ),
    "no statement to correct": ((Unlocked(ANN), Chosen("correct"), item(BOX)), texts.FIELDS["ref"]),
    "a packing without its container": ((Unlocked(ANN), Chosen("pack")), texts.CONTAINER_FIRST),
    "a container and nothing in it": ((Unlocked(ANN), Chosen("pack"), item(SACK)), texts.ITEMS),
    "an opening for no purpose": ((Unlocked(ANN), Chosen("open"), item(BOX)), texts.FIELDS["purpose"]),
    "a discrepancy that is not said": ((Unlocked(ANN), Chosen("discrepancy"), item(BOX)), texts.DISCREPANCY),
    "a kind of item, and then a discrepancy": (
        (Unlocked(ANN), Given("kind", "box"), Chosen("discrepancy"), item(BOX)),
        texts.DISCREPANCY,
    ),
    "no badge beside the paper": ((Chosen("handover"), Given("paper", HASH), item(BOX)), texts.PARTIES["releaser"]),
    "no badge where the receiver signs on paper": ((Chosen("accept"), Given("paper", HASH), item(BOX)), texts.BADGE),
    "an item typed for no reason": ((Unlocked(ANN), Chosen("store"), typed(BOX)), texts.FIELDS["reason"]),
    "a seal typed for no reason": (
        (Unlocked(ANN), Chosen("inspect"), item(BOX), Found("seal", SEAL, "manual", None, "unsigned")),
        texts.FIELDS["reason"],
    ),
    "a container typed for no reason": (
        (Unlocked(ANN), Chosen("pack"), Given("container", SACK), item(BOX)),
        texts.FIELDS["reason"],
    ),
    "a note that says no reason": (
        (Unlocked(ANN), Chosen("store"), typed(BOX), Given("note", HASH)),
        texts.FIELDS["reason"],
    ),
    "a reason, and then a note without it": (
        (Unlocked(ANN), Chosen("store"), typed(BOX), WHY, Given("note", HASH)),
        texts.FIELDS["reason"],
    ),
    "keys dropped": ((*HANDOVER, Locked()), texts.PARTIES["releaser"]),
}


@pytest.mark.parametrize(("inputs", "wanted"), INCOMPLETE.values(), ids=INCOMPLETE.keys())
def test_an_incomplete_session_is_not_signed_and_says_what_is_missing(
    inputs: tuple[Input, ...], wanted: texts.Words
) -> None:
    result = after(*inputs, Confirm())
    assert not result.sign
    assert result.say.tone == "wrong"
    assert wanted[0] in result.say.detail
    assert missing(result.state)[0] == prompt(result.state) == wanted


REFUSED = {
    "an action that there is not": ((Chosen("steal"),), texts.UNKNOWN_ACTION),
    "a field that there is not": ((Given("colour", "red"),), texts.UNKNOWN_FIELD),
    "a field that the action does not take": ((Chosen("store"), Given("to", SITE)), texts.NOT_OF_ACTION),
    "a destination scanned where the action has none": ((Chosen("inspect"), site(SITE)), texts.NOT_OF_ACTION),
    "a destination that is no site": ((Given("to", BOX),), texts.WRONG_VALUE),
    "a kind that is no word": ((Given("kind", "Big Box"),), texts.WRONG_VALUE),
    "a quantity that is no number": ((Given("quantity", "many"),), texts.WRONG_VALUE),
    "a negative quantity": ((Given("quantity", "-1"),), texts.WRONG_VALUE),
    "a quantity with an exponent": ((Given("quantity", "1e2"),), texts.WRONG_VALUE),
    "a quantity with a fraction": ((Given("quantity", "1.0"),), texts.WRONG_VALUE),
    "a quantity beyond counting": ((Given("quantity", "9" * 16),), texts.WRONG_VALUE),
    "a container that is a site": ((Given("container", SITE),), texts.WRONG_VALUE),
    "a carrier that is no handler": ((Given("carrier", "Ann"),), texts.WRONG_VALUE),
    "a reference that is no statement id": ((Given("ref", "last one"),), texts.WRONG_VALUE),
    "a discrepancy that there is not": ((Chosen("discrepancy"), Given("kind", "box")), texts.WRONG_VALUE),
    "a release to be accepted that is no statement": ((Expected("last one", (BOX,)),), texts.WRONG_VALUE),
    "half a range of serials": ((Given("serials", "A001"),), texts.WRONG_VALUE),
    "a serial that is none": ((Given("serials", "A001 Ä"),), texts.WRONG_VALUE),
    "no seals": ((item(BOX), Given("seals", "0")), texts.WRONG_VALUE),
    "a count of seals before their item": ((Given("seals", "1"),), texts.NO_ITEM_FOR_SEAL),
    "a state of no seal": ((item(BOX), Given("state", "broken")), texts.NO_SEAL),
    "a state that there is not": ((item(BOX), seal(SEAL), Given("state", "old")), texts.WRONG_VALUE),
    "a number expected of a seal that has none": (
        (item(BOX), Given("seals", "1"), Given("expected", SEAL)),
        texts.NO_SEAL,
    ),
    "a container among its items": ((Chosen("pack"), item(SACK), item(SACK)), texts.OWN_CONTAINER),
    "an item that is to be its container": ((item(BOX), Chosen("pack"), item(BOX)), texts.OWN_CONTAINER),
    "an item that is typed as its container": (
        (item(BOX), Chosen("pack"), Given("container", BOX)),
        texts.OWN_CONTAINER,
    ),
    "a receiver typed where a badge is wanted": ((Chosen("accept"), Given("receiver", ANN)), texts.NOT_OF_ACTION),
    "a receipt on paper where nobody receives": ((Chosen("seal"), Given("paper", HASH)), texts.NOT_OF_ACTION),
    "a vehicle in clear": ((Given("vehicle", "AB 1234 CD"),), texts.WRONG_VALUE),
    "a ninth photograph": (tuple(Given("photo", f"{n:064}") for n in range(9)), texts.TOO_MANY_PHOTOS),
    "a signed paper as a ninth photograph": (
        (*(Given("photo", f"{n:064}") for n in range(8)), Given("ref", HASH), Archived("9" * 64)),
        texts.TOO_MANY_PHOTOS,
    ),
    "a seventeenth compartment seal": (
        (Chosen("depart"), *(seal(f"seal/kpu/{number}") for number in range(17))),
        texts.TOO_MANY_SEALS,
    ),
    "a seal before its item": ((seal(SEAL),), texts.NO_ITEM_FOR_SEAL),
    "an undo of nothing": ((Undo(),), texts.NOTHING_TO_UNDO),
    "a badge that is in the session": ((Unlocked(ANN), BadgeShown(ANN)), texts.SAME_BADGE),
    "a sixteenth badge": (
        (*(Unlocked(handler_id(number)) for number in range(15)), BadgeShown(handler_id(15))),
        texts.TOO_MANY_BADGES,
    ),
    "more seals than fit": (
        (item(BOX), *(seal(f"seal/kpu/{number}") for number in range(MAX_SEALS + 1))),
        texts.TOO_MANY_SEALS,
    ),
}


@pytest.mark.parametrize(("inputs", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_fit_is_refused_and_changes_nothing(inputs: tuple[Input, ...], words: texts.Words) -> None:
    before, result = after(*inputs[:-1]), after(*inputs)
    assert (result.say.tone, result.say.words, result.changed) == ("wrong", words, False)
    assert result.state == before.state


def test_the_last_of_many_seals_still_fits() -> None:
    assert after(item(BOX), *(seal(f"seal/kpu/{number}") for number in range(MAX_SEALS))).say.tone == "good"


def test_a_label_read_twice_is_one_read() -> None:
    result = after(item(BOX), item(BAG), item(BOX))
    assert (result.say.words, result.changed) == (texts.AGAIN, False)
    assert result.state.items == [BOX, BAG]


@pytest.mark.parametrize("verdict", ["forged", "unknown-issuer", "foreign-host", "out-of-range"])
def test_a_label_that_is_not_right_is_kept_with_a_warning(verdict: str) -> None:
    result = after(item(BOX, verdict))
    assert (result.say.tone, result.say.words) == ("warned", texts.VERDICTS[verdict])  # type: ignore[index]
    assert result.state.items == [BOX]
    assert warnings(result.state) == ["label-foreign-host" if verdict == "foreign-host" else "label-bad"]


@pytest.mark.parametrize("verdict", ["valid", "unsigned"])
def test_a_sound_or_unsigned_label_needs_no_warning(verdict: str) -> None:
    result = after(item(BOX, verdict))
    assert (result.say.tone, warnings(result.state)) == ("good", [])


def test_an_undone_label_takes_its_warning_with_it() -> None:
    assert warnings(after(item(BOX, "forged"), Undo()).state) == []


def test_a_badge_that_the_roster_speaks_against_is_taken_with_a_warning() -> None:
    result = after(Unlocked(ANN, "signer-revoked"))
    assert (result.say.tone, warnings(result.state)) == ("warned", ["signer-revoked"])


def test_undo_puts_a_badge_aside_that_waits_for_its_pin_and_leaves_what_was_read() -> None:
    waiting = after(item(BOX), BadgeShown(ANN))
    aside = step(waiting.state, Undo())
    assert (aside.state.pin_of, aside.state.items, aside.changed) == (None, [BOX], False)
    assert step(aside.state, Undo()).state.items == []


def test_undo_takes_back_the_last_read_first() -> None:
    read = (item(BOX), item(BAG), seal(SEAL))
    assert list(after(*read, Undo()).state.lines) == [BOX, BAG]
    assert list(after(*read, Undo(), Undo()).state.lines) == [BOX]


def test_a_seal_is_on_the_item_read_last() -> None:
    assert after(item(BOX), item(BAG), seal(SEAL)).state.lines[SEAL].on == BAG


def test_an_item_read_again_takes_the_next_seals_where_seals_are_looked_at() -> None:
    sealing = after(Chosen("seal"), item(BOX), seal(SEAL), item(BAG), item(BOX), seal(OTHER_SEAL))
    assert sealing.state.lines[OTHER_SEAL].on == BOX
    storing = after(Chosen("store"), item(BOX), item(BAG), item(BOX), seal(SEAL))
    assert storing.state.lines[SEAL].on == BAG


def test_an_undone_item_gives_the_seals_back_to_the_one_before() -> None:
    assert after(item(BOX), item(BAG), Undo(), seal(SEAL)).state.lines[SEAL].on == BOX


def test_a_count_of_seals_can_be_said_again_and_undone() -> None:
    counted = after(item(BOX), Given("seals", "2"), Given("seals", "3"))
    assert [line.count for line in counted.state.seals_on(BOX).values()] == [3]
    assert step(counted.state, Undo()).state.seals_on(BOX) == {}


def test_a_vehicles_seals_come_before_the_items_and_an_items_after_it() -> None:
    state = after(Chosen("depart"), seal(SEAL), item(BOX), seal(OTHER_SEAL)).state
    assert (state.compartment, state.lines[OTHER_SEAL].on) == ([SEAL], BOX)


def test_a_container_with_a_forged_label_is_warned_of_and_can_be_undone() -> None:
    result = after(Chosen("pack"), item(SACK, "forged"))
    assert (result.say.tone, result.state.container, warnings(result.state)) == ("warned", SACK, ["label-bad"])
    assert step(result.state, Undo()).state.container is None


def test_another_action_lets_go_of_container_and_compartment() -> None:
    assert after(Chosen("pack"), item(SACK), Chosen("store")).state.container == SACK
    assert after(Chosen("pack"), item(SACK), Chosen("inspect")).state.lines == {}
    assert after(Chosen("depart"), seal(SEAL), Chosen("store")).state.lines == {}


def test_a_correction_is_of_the_statement_named_last_and_an_accept_of_all_that_are_named() -> None:
    named = (Given("ref", "1" * 64), Given("ref", "2" * 64))
    assert after(Chosen("correct"), *named).state.refs == ("2" * 64,)
    assert after(*named, Chosen("correct")).state.refs == ("2" * 64,)
    assert after(Chosen("accept"), *named).state.refs == ("1" * 64, "2" * 64)


DOCUMENT, OTHER_DOCUMENT = Expected("1" * 64, (BOX, BAG)), Expected("2" * 64, (SACK,))


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
    "all kinds": (PHOTO, item(BOX), DOCUMENT, OTHER_PHOTO, item(BAG), OTHER_DOCUMENT, Given("photo", "3" * 64)),
}


@pytest.mark.parametrize("session", LATEST.values(), ids=LATEST.keys())
def test_undo_takes_back_what_came_last(session: tuple[Input, ...]) -> None:
    for taken in range(len(session)):
        undone = after(*session, *[Undo()] * (taken + 1)).state
        left = step(State(), session[0]).state if taken < len(session) - 1 else State()
        for given in session[1 : len(session) - taken - 1]:
            left = step(left, given).state
        assert (undone.photos, undone.documents, undone.lines) == (left.photos, left.documents, left.lines)


def test_whatever_was_changed_in_between_can_be_undone() -> None:
    session = (DOCUMENT, OTHER_DOCUMENT, PHOTO, Chosen("correct"), item(BOX), Undo(), Undo(), Undo())
    assert after(*session).state == State(action="correct")


def test_a_signed_paper_is_undone_and_then_its_photograph() -> None:
    paper = after(PHOTO, Given("ref", HASH), Archived("9" * 64))
    photos = [photo.hash for photo in step(paper.state, Undo()).state.photos]
    assert (photos, step(paper.state, Undo()).state.items) == (["1" * 64, "9" * 64], [])
    assert after(PHOTO, Given("ref", HASH), Archived("9" * 64), *[Undo()] * 4).state.photos == ()


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


def test_a_reason_is_the_events_note() -> None:
    assert after(WHY).state.fields["note"] == WHY.value


def test_another_action_keeps_only_what_it_takes() -> None:
    chosen = after(Chosen("handover"), Given("to", SITE), Given("condition", "wet"), Chosen("store")).state
    assert chosen.fields == {"condition": "wet"}


def test_a_badge_asks_for_its_pin_before_anything_else() -> None:
    assert prompt(after(BadgeShown(ANN)).state) == texts.PIN
    assert prompt(after(BadgeShown(ANN), Unlocked(ANN)).state) == texts.ACTION


def test_locking_keeps_what_was_read() -> None:
    locked = after(*HANDOVER, Locked()).state
    assert (locked.handlers, locked.items) == ({}, [BOX])


def test_what_one_handler_was_shown_the_next_is_shown_too() -> None:
    wrong = Caution("wrong-destination", ("salah", "wrong"), (BOX,))
    looked = (*HANDOVER, Confirm((wrong,)))
    assert after(*looked, Confirm((wrong,))).sign
    again = after(*looked, Locked(), Unlocked(CITRA), Unlocked(BUDI), Confirm((wrong,)))
    assert (again.sign, again.say.words) == (False, texts.LOOK)


def test_the_journal_of_a_session_gives_its_draft_again() -> None:
    kept: list[Kept] = [
        Chosen("release"),
        item(BOX, "forged"),
        site(SITE),
        seal(SEAL),
        Given("state", "broken"),
        Given("seals", "2"),
        Given("paper", HASH),
        paper(HASH),
        DOCUMENT,
        item(BAG),
        Undo(),
    ]
    decoder = msgspec.json.Decoder(Kept)
    again = [decoder.decode(msgspec.json.encode(given)) for given in kept]
    assert again == kept
    assert after(*again).state == after(*kept).state


MEANINGS = {
    BOX: ("item", BOX),
    "plain/kpu/A-17": ("item", "plain/kpu/A-17"),
    SEAL: ("seal", SEAL),
    HASH: ("statement", HASH),
    SITE: ("site", SITE),
    f"https://example.id/{BOX}": ("item", BOX),
}


@pytest.mark.parametrize(("text", "meaning"), MEANINGS.items())
def test_a_label_is_an_item_a_seal_or_a_site(text: str, meaning: tuple[str, str]) -> None:
    found = interpret(text, "serial", "]Q1", lambda label: "unsigned")
    assert isinstance(found, Found)
    assert (found.what, found.id, found.verdict) == (*meaning, "unsigned")


def test_a_badge_is_told_from_a_label() -> None:
    text = f"custody-badge/1/{ANN}/{'a' * 26}/00000000"
    assert isinstance(interpret(text, "serial", None, lambda label: "unsigned"), Badge)


@pytest.mark.parametrize("text", ["hello", "https://example.com/menu", "custody-badge/1/x", "01/04006381333931", "é"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        interpret(text, "serial", None, lambda label: "unsigned")
