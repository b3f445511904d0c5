"""The workflow as a table: what a session is given, what it becomes, what is said."""

from collections.abc import Callable

import msgspec
import pytest
from msgspec.structs import replace

from custody.core import choices
from custody.core.badge import Badge
from custody.core.errors import Malformed
from custody.core.event import ACTIONS, MAX_SEALS, Event, Seal
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
    Listed,
    Locked,
    Undo,
    Unlocked,
    Vehicle,
)
from scanner_agent.manifest import Tally, tally
from scanner_agent.members import COMPARTMENT_FIRST as MOVING
from scanner_agent.members import CONTAINER_FIRST, FIELDS, PARTIES
from scanner_agent.reading import Found, interpret
from scanner_agent.state import Detail, State, Step, number, warnings
from scanner_agent.workflow import fold, step
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
    assert set(PARTIES) == set(ACTIONS) == set(choices.ACTIONS)


def test_every_field_has_words_and_is_a_member_of_an_event() -> None:
    assert set(FIELDS) == set(texts.FIELDS)
    assert set(FIELDS) - {"ref", "photo", "paper", "reason"} < {*Event.__struct_fields__, *Seal.__struct_fields__}


HANDOVER = (Unlocked(ANN), Chosen("handover"), item(BOX), Unlocked(BUDI))

WHY = Given("reason", "3" * 64)

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


def test_a_label_read_twice_is_one_read() -> None:
    result = after(item(BOX), item(BOX))
    assert (result.say.words, result.changed) == (texts.AGAIN, False)
    assert after(item(BOX), item(BAG), item(BOX)).state.items == [BOX, BAG]


WORSE = {
    "a sound one and then a forged one": (("valid", "forged"), "forged"),
    "a forged one and then a sound one": (("forged", "valid"), "forged"),
    "a foreign one and then one of an unknown issuer": (("foreign-host", "unknown-issuer"), "unknown-issuer"),
    "a signed one and then one without a signature": (("valid", "unsigned"), "valid"),
}


@pytest.mark.parametrize("read", [item, lambda *label: replace(seal(SEAL), verdict=label[1])], ids=["item", "seal"])
@pytest.mark.parametrize(("verdicts", "kept"), WORSE.values(), ids=WORSE.keys())
def test_of_two_labels_with_one_id_the_worse_is_recorded_and_said(
    read: Callable[[str, str], Found], verdicts: tuple[str, str], kept: str
) -> None:
    result = after(item(BAG), *(read(BOX, verdict) for verdict in verdicts))
    [line] = [line for id_, line in result.state.lines.items() if id_ != BAG]
    assert line.verdict == kept
    assert result.say.tone == ("heard" if kept == "valid" else "warned")


def test_a_container_with_a_second_and_forged_label_is_warned_of() -> None:
    packing = (Chosen("pack"), item(SACK))
    assert after(*packing, item(SACK)).say.words == texts.OWN_CONTAINER
    result = after(*packing, item(SACK, "forged"))
    assert (result.say.tone, result.state.container, warnings(result.state)) == ("warned", SACK, ["label-bad"])


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
    read = (item(BOX), seal(SEAL), item(BAG))
    assert list(after(*read, Undo()).state.lines) == [BOX, SEAL]
    assert list(after(*read, Undo(), Undo()).state.lines) == [BOX]


IN_BULK = (item(BOX), item(BAG), item(SACK))
SEALS_ARE_ON = {
    "the one item": ((item(BOX),), BOX),
    "the item after one that has seals": ((item(BOX), seal("seal/kpu/1"), item(BAG)), BAG),
    "an item of several that is read again": ((*IN_BULK, item(BOX)), BOX),
    "each of several in turn": ((*IN_BULK, item(BOX), seal("seal/kpu/1"), item(BAG)), BAG),
    "one that has seals and is read again": ((item(BOX), seal("seal/kpu/1"), item(BAG), item(BOX)), BOX),
    "the one before an item that was undone": ((item(BOX), item(BAG), Undo()), BOX),
    "an item that is not the only one in view but the only item": ((item(BOX), item(BAG), item(BOX)), BOX),
}
SEALS_ARE_ON_NOBODY_KNOWS_WHAT = {
    "several": IN_BULK,
    "several after one that has seals": ((item(BOX), seal("seal/kpu/1"), item(BAG), item(SACK))),
    "two in view together": (replace(item(BOX), alone=False),),
    "two in view together again": (*IN_BULK, item(BOX), replace(item(BAG), alone=False)),
    "one of several that was read again, and undone": (*IN_BULK, item(BOX), Undo()),
}


@pytest.mark.parametrize("action", [action for action in ACTIONS if action not in MOVING | CONTAINER_FIRST])
@pytest.mark.parametrize(("reads", "on"), SEALS_ARE_ON.values(), ids=SEALS_ARE_ON.keys())
def test_a_seal_is_on_the_item_that_was_shown_for_it(action: str, reads: tuple[Input, ...], on: str) -> None:
    for count in (seal(SEAL), Given("seals", "2")):
        result = after(Chosen(action), *reads, count)
        assert (result.say.tone, next(reversed(result.state.lines.values())).on) == ("good", on)


@pytest.mark.parametrize("action", ["seal", "handover", "store"])
@pytest.mark.parametrize("reads", SEALS_ARE_ON_NOBODY_KNOWS_WHAT.values(), ids=SEALS_ARE_ON_NOBODY_KNOWS_WHAT.keys())
def test_a_seal_after_several_items_asks_for_its_item(action: str, reads: tuple[Input, ...]) -> None:
    for count in (seal(SEAL), Given("seals", "2")):
        result = after(Chosen(action), *reads, count)
        assert (result.say.words, result.changed, result.state.lines.get(SEAL)) == (texts.WHICH_ITEM, False, None)


def test_the_cards_own_order_gives_each_seal_to_its_box() -> None:
    boxes = {BOX: "seal/kpu/1", BAG: "seal/kpu/2", SACK: "seal/kpu/3"}
    shown = [one for box, number in boxes.items() for one in (item(box), seal(number))]
    state = after(Unlocked(ANN), Chosen("handover"), *map(item, boxes), *shown, Unlocked(BUDI)).state
    assert {line.on: id_ for id_, line in state.lines.items() if line.on} == boxes


def test_a_seal_number_on_two_items_is_recorded_on_both_with_a_warning() -> None:
    read = (Unlocked(ANN), Chosen("inspect"), item(BOX), seal(SEAL), item(BAG))
    result = after(*read, seal(SEAL))
    assert (result.say.tone, result.say.words) == ("warned", texts.SEAL_TWICE)
    assert [[*map(number, result.state.seals_on(one))] for one in (BOX, BAG)] == [[SEAL], [SEAL]]
    assert after(*read, seal(SEAL), seal(SEAL)).say.words == texts.AGAIN
    confirmed = step(step(result.state, Confirm()).state, Confirm())
    assert (confirmed.sign, warnings(confirmed.state)) == (True, ["seal-reused"])
    assert after(*read, seal(OTHER_SEAL), Confirm()).sign


def test_a_seal_number_on_an_item_and_on_its_vehicle_is_another_warning_for_no_finding_says_so() -> None:
    reads = (seal(SEAL), item(BOX), item(BOX), seal(SEAL))
    read = after(Unlocked(ANN), Chosen("depart"), *reads, Given("to", SITE))
    assert warnings(step(step(read.state, Confirm()).state, Confirm()).state) == ["seal-twice"]


def test_a_state_is_of_the_seal_that_was_read_last_also_where_it_was_read_before() -> None:
    state = after(item(BOX), seal(SEAL), seal(OTHER_SEAL), seal(SEAL), Given("state", "broken")).state
    assert {id_: line.state for id_, line in state.seals_on(BOX).items()} == {OTHER_SEAL: None, SEAL: "broken"}


def test_a_count_of_seals_can_be_said_again_and_undone() -> None:
    counted = after(item(BOX), Given("seals", "2"), Given("seals", "3"))
    assert [line.count for line in counted.state.seals_on(BOX).values()] == [3]
    assert [line.count for line in step(counted.state, Undo()).state.seals_on(BOX).values()] == [2]


@pytest.mark.parametrize("action", sorted(MOVING))
def test_a_seal_before_the_items_is_the_vehicles_and_one_after_them_asks_where_it_is(action: str) -> None:
    loaded = (Chosen(action), seal(SEAL), item(BOX))
    assert after(*loaded).state.compartment == [SEAL]
    assert after(*loaded, seal(OTHER_SEAL)).say.words == texts.WHICH_ITEM_OR_VEHICLE
    assert after(item(BOX), Chosen(action), seal(SEAL)).say.words == texts.WHICH_ITEM_OR_VEHICLE
    assert after(*loaded, item(BOX), seal(OTHER_SEAL)).state.lines[OTHER_SEAL].on == BOX
    assert after(*loaded, Vehicle(), seal(OTHER_SEAL)).state.compartment == [SEAL, OTHER_SEAL]


def test_no_seal_is_on_a_vehicle_where_none_moves() -> None:
    assert after(Chosen("handover"), Vehicle()).say.words == texts.NOT_OF_ACTION
    assert after(Chosen("depart"), Vehicle(), Chosen("handover"), seal(SEAL)).say.words == texts.NO_ITEM_FOR_SEAL


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
