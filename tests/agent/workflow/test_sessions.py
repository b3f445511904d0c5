"""The workflow as a table: which sessions are whole, what is missing in others, and what none takes."""

import msgspec
import pytest
from msgspec.structs import replace

from custody.core import choices
from custody.core.event import ACTIONS, MAX_SEALS, Event, Seal
from scanner_agent import texts
from scanner_agent.asking import missing, prompt
from scanner_agent.inputs import (
    Archived,
    BadgeShown,
    Chosen,
    Confirm,
    Expected,
    Given,
    Input,
    Kept,
    Listed,
    Locked,
    Undo,
    Unlocked,
    Vehicle,
)
from scanner_agent.members import FIELDS, PARTIES
from scanner_agent.reading import Found
from scanner_agent.workflow import fold
from tests.agent.workflow.sessions import (
    ANN,
    BAG,
    BOX,
    BUDI,
    CITRA,
    DOCUMENT,
    HANDOVER,
    HASH,
    OTHER_SEAL,
    SACK,
    SEAL,
    SITE,
    WHY,
    after,
    item,
    paper,
    seal,
    site,
    typed,
)
from tests.world import handler_id


def test_the_actions_are_those_of_the_core() -> None:
    assert set(PARTIES) == set(ACTIONS) == set(choices.ACTIONS)


def test_every_field_has_words_and_is_a_member_of_an_event() -> None:
    assert set(FIELDS) == set(texts.FIELDS)
    assert set(FIELDS) - {"ref", "photo", "paper", "reason"} < {*Event.__struct_fields__, *Seal.__struct_fields__}


COMPLETE = {
    "an item that was typed, with the reason": (Unlocked(ANN), Chosen("store"), typed(BOX), WHY),
    "the reason before what was typed": (Unlocked(ANN), Chosen("store"), WHY, item(BAG), typed(BOX)),
    "a signed label that was pasted": (Unlocked(ANN), Chosen("store"), typed(BOX, "valid")),
    "an item that was typed for a reason that was said with it": (
        Unlocked(ANN),
        Chosen("store"),
        replace(typed(BOX), reason="3" * 64),
    ),
    "missing items that a document names": (
        Unlocked(ANN),
        Chosen("discrepancy"),
        Given("kind", "missing"),
        Listed((BOX, BAG)),
    ),
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
    "a PIN that is still asked for": ((*HANDOVER, BadgeShown(CITRA)), texts.PIN),
    "a receiver whose office it is to watch": (
        (Unlocked(ANN, role="staff"), Chosen("handover"), item(BOX), Unlocked(BUDI, role="party-agent")),
        texts.PARTIES["receiver"],
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
    "a code for a vehicle's seals where none moves": ((Chosen("store"), Vehicle()), texts.NOT_OF_ACTION),
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


def test_another_action_lets_go_of_container_and_compartment() -> None:
    assert after(Chosen("pack"), item(SACK), Chosen("store")).state.container == SACK
    assert after(Chosen("pack"), item(SACK), Chosen("inspect")).state.lines == {}
    assert after(Chosen("depart"), seal(SEAL), Chosen("store")).state.lines == {}


def test_a_correction_is_of_the_statement_named_last_and_an_accept_of_all_that_are_named() -> None:
    named = (Given("ref", "1" * 64), Given("ref", "2" * 64))
    assert after(Chosen("correct"), *named).state.refs == ("2" * 64,)
    assert after(*named, Chosen("correct")).state.refs == ("2" * 64,)
    assert after(Chosen("accept"), *named).state.refs == ("1" * 64, "2" * 64)


def test_a_reason_is_the_events_note() -> None:
    assert after(WHY).state.fields["note"] == WHY.value


def test_another_action_keeps_only_what_it_takes() -> None:
    chosen = after(Chosen("handover"), Given("to", SITE), Given("condition", "wet"), Chosen("store")).state
    assert chosen.fields == {"condition": "wet"}


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
        Chosen("depart"),
        Vehicle(),
        Chosen("discrepancy"),
        Listed((BOX, SACK)),
        replace(typed(BOX), reason="4" * 64),
    ]
    decoder = msgspec.json.Decoder(Kept)
    again = [decoder.decode(msgspec.json.encode(given)) for given in kept]
    assert again == kept
    assert fold(again) == after(*kept).state
