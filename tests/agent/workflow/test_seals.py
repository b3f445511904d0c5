"""On which item, or on which vehicle, a seal is."""

import pytest
from msgspec.structs import replace

from custody.core.event import ACTIONS
from scanner_agent import texts
from scanner_agent.inputs import Chosen, Confirm, Given, Input, Undo, Unlocked, Vehicle
from scanner_agent.members import COMPARTMENT_FIRST as MOVING
from scanner_agent.members import CONTAINER_FIRST
from scanner_agent.state import number, warnings
from scanner_agent.workflow import step
from tests.agent.workflow.sessions import ANN, BAG, BOX, BUDI, OTHER_SEAL, SACK, SEAL, SITE, after, item, seal

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
