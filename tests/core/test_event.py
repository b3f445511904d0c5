"""Events: what each action needs, and what no action may have."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import canonical
from custody.core import event as events
from custody.core.errors import CustodyError, Malformed, NewerFormat
from custody.core.event import ACTIONS, MAX_SEALS, Event, Paper, Part, Read, ReadingOf, Seal, Serials
from custody.core.merkle import EMPTY_ROOT
from tests.core.statements import ANN, BELOW, BUDI, ITEM, LOG, event, key, some_events

DEVICE = key("device")
SMALLEST: dict[str, dict[str, Any]] = {
    "commission": {"kind": "ballot-box"},
    "pack": {"container": "8004/PALLET"},
    "unpack": {"container": "8004/PALLET"},
    "seal": {"seals": [Seal(item=0, id="seal/m/1")]},
    "unseal": {"seals": [Seal(item=0, count=2)]},
    "inspect": {},
    "handover": {"releaser": ANN, "receiver": BUDI},
    "release": {"releaser": ANN, "to": BELOW},
    "accept": {"receiver": BUDI},
    "depart": {"to": BELOW},
    "arrive": {},
    "store": {},
    "open": {"purpose": "rekapitulasi"},
    "close": {"purpose": "rekapitulasi"},
    "discrepancy": {"kind": "missing"},
    "correct": {"refs": ["0" * 64]},
    "retire": {},
}
MEMBERS: dict[str, Any] = {
    "kind": "ballot-box", "quantity": 3, "ballot_type": "dpr", "district": "34-1", "container": "8004/PALLET",
    "to": BELOW, "releaser": ANN, "receiver": BUDI, "carrier": ANN, "vehicle": "0" * 64, "purpose": "rekapitulasi",
    "compartment": ["seal/m/9"], "serials": Serials(first="0001", last="0007"),
}  # fmt: skip

HASH_TWINS = ["7" * 63, "7" * 65, "7" * 63 + "A", "7" * 63 + "g", "7" * 63 + "٧", "7" * 63 + " ", "7" * 63 + "\\n"]
"""What is no hash: too short or long, upper case, no digit, a digit of another script, white space."""


def taken(**members: Any) -> bool:
    """Whether such an event can be encoded, and decodes to itself."""
    try:
        made = event(DEVICE, **members)
        return events.decode(events.encode(made)) == made
    except CustodyError:
        return False


def test_every_action_has_a_smallest_event() -> None:
    assert SMALLEST.keys() == ACTIONS.keys()
    for action, members in SMALLEST.items():
        assert taken(action=action, **members), action


@pytest.mark.parametrize("action", SMALLEST)
def test_an_action_has_what_it_must_and_only_what_it_may(action: str) -> None:
    shape = ACTIONS[action]
    for name in shape.must:
        assert not taken(action=action, **{k: v for k, v in SMALLEST[action].items() if k != name}), name
    assert MEMBERS.keys() == events._BY_ACTION
    for name, value in (MEMBERS | SMALLEST[action]).items():
        assert taken(action=action, **(SMALLEST[action] | {name: value})) == (name in shape.may), name


def test_an_action_of_a_later_issue_is_a_newer_format() -> None:
    with pytest.raises(NewerFormat):
        events.encode(event(DEVICE, action="teleport"))


def test_an_event_without_its_action_is_malformed_whatever_kind_of_item_it_names() -> None:
    payload = events.encode(event(DEVICE, action="commission", kind="ballot-box"))
    with pytest.raises(Malformed) as caught:
        events.decode(payload.replace(b'"action":"commission",', b""))
    assert caught.type is Malformed


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"items": [ITEM]}, {"items": []}),
        ({"items": [ITEM, "8004/B"]}, {"items": [ITEM, ITEM]}),
        ({"items": [ITEM]}, {"items": [BELOW]}),
        ({"items": [ITEM]}, {"items": [ITEM[:-3] + "9A1"]}),
        ({"site": BELOW}, {"site": ITEM}),
        ({"to": BELOW}, {"to": "414/1"}),
        ({"receiver": Paper(paper="0" * 64)}, {"receiver": Paper(paper="0" * 63)}),
        ({"releaser": ANN}, {"releaser": "Ann"}),
        ({"attesters": [ANN, BUDI]}, {"attesters": [ANN, ANN]}),
        ({"photos": [f"{n:064}" for n in range(8)]}, {"photos": [f"{n:064}" for n in range(9)]}),
        ({"seals": [Seal(item=0, id="seal/m/1")]}, {"seals": [Seal(item=1, id="seal/m/1")]}),
        ({"seals": [Seal(item=0, count=2)]}, {"seals": [Seal(item=0)]}),
        ({"seals": [Seal(item=0, count=2)] * MAX_SEALS}, {"seals": [Seal(item=0, count=2)] * (MAX_SEALS + 1)}),
        ({"seals": [Seal(item=0, count=2)]}, {"seals": [Seal(item=0, count=2, id="seal/m/1")]}),
        ({"seals": [Seal(item=0, id="seal/m/1", expected="seal/m/2")]}, {"seals": [Seal(item=0, id=ITEM)]}),
        ({"condition": "wet"}, {"condition": "Wet and dirty"}),
        (
            {"read": Read(source="camera", symbology="]Q1", label="valid")},
            {"read": Read(source="camera", symbology="Q1")},
        ),
        (
            {"read": Read(source="camera", others=[ReadingOf(source="manual", items=[0])])},
            {"read": Read(source="camera", others=[ReadingOf(source="manual", items=[1])])},
        ),
        ({"part": Part(i=2, n=2)}, {"part": Part(i=3, n=2)}),
        (
            {"action": "arrive", "compartment": ["seal/m/1", "seal/m/2"]},
            {"action": "arrive", "compartment": ["seal/m/1", "seal/m/1"]},
        ),
        ({"action": "arrive", "compartment": ["seal/m/1"]}, {"action": "arrive", "compartment": [ITEM]}),
        (
            {"action": "arrive", "compartment": [f"seal/m/{n}" for n in range(16)]},
            {"action": "arrive", "compartment": [f"seal/m/{n}" for n in range(17)]},
        ),
        ({"action": "pack", "container": "8004/PALLET"}, {"action": "pack", "container": ITEM}),
        ({"action": "unpack", "container": "8004/PALLET"}, {"action": "unpack", "container": ITEM}),
        ({"action": "discrepancy", "kind": "wrong-data"}, {"action": "discrepancy", "kind": "stolen"}),
        (
            {"action": "discrepancy", "kind": "missing", "serials": Serials(first="A-1", last="A-9")},
            {"action": "discrepancy", "kind": "missing", "serials": Serials(first="A-1", last="A 9")},
        ),
        (
            {"action": "discrepancy", "kind": "missing", "serials": Serials(first="1", last="9" * 24)},
            {"action": "discrepancy", "kind": "missing", "serials": Serials(first="1", last="9" * 25)},
        ),
        ({"action": "correct", "refs": ["0" * 64]}, {"action": "correct", "refs": ["0" * 64, "1" * 64]}),
        ({"warnings": ["label-forged"]}, {"warnings": ["label-forged", "label-forged"]}),
    ],
)
def test_a_member_in_form_is_taken_and_its_twin_out_of_form_is_not(good: dict[str, Any], bad: dict[str, Any]) -> None:
    assert taken(**good)
    assert not taken(**bad)


@pytest.mark.parametrize(
    ("text", "twins"),
    [
        (DEVICE.keyid, HASH_TWINS),
        ("7" * 64, HASH_TWINS),
        (EMPTY_ROOT.hex(), HASH_TWINS),
        ("0" * 32, ["0" * 31, "0" * 33, "0" * 31 + "A", "0" * 31 + "٠", "0" * 31 + " "]),
        (LOG, ["", LOG.upper(), LOG + "/", LOG + " ", "é" + LOG[1:], "a" * 81, "/".join(["a"] * 6)]),
        ("release", ["", "Release", "release ", "-release", "releasé", "r" * 33]),
        (ANN, [ANN[:-1], ANN + "a", ANN[:-1] + "A", ANN[:-1] + "1", ANN[:-1] + "é", "H" + ANN[1:]]),
        (BUDI, [BUDI[:-1] + "\\n"]),
    ],
)
def test_no_text_that_every_event_has_is_taken_in_another_form(text: str, twins: list[str]) -> None:
    members = {"action": "release", "releaser": ANN, "receiver": BUDI, "to": BELOW}
    payload = events.encode(event(DEVICE, 2, "7" * 64, **members))
    assert events.decode(payload)
    assert f'"{text}"'.encode() in payload
    for twin in twins:
        with pytest.raises((Malformed, NewerFormat)):
            events.decode(payload.replace(f'"{text}"'.encode(), f'"{twin}"'.encode()))


@pytest.mark.parametrize("name", ["releaser", "receiver", "carrier", "attesters"])
def test_every_handler_that_an_event_names_is_an_id(name: str) -> None:
    def named(handler: str) -> dict[str, Any]:
        return {
            "action": "handover",
            "releaser": ANN,
            "receiver": ANN,
            name: [handler] if name == "attesters" else handler,
        }

    assert taken(**named(BUDI))
    assert not taken(**named(BUDI.upper()))


@pytest.mark.parametrize("action", ["teleport", "Teleport"])
def test_an_event_of_a_later_issue_is_a_newer_format_whatever_form_its_texts_have(action: str) -> None:
    later = events.encode(event(DEVICE)).replace(b'"handover"', f'"{action}"'.encode())
    with pytest.raises(NewerFormat):
        events.decode(later.replace(DEVICE.keyid.encode(), DEVICE.keyid.upper().encode()))
    with pytest.raises(NewerFormat):
        events.decode(later.replace(b'"log":"', b'"log":"/'))


def test_indexes_of_items_read_otherwise_are_ascending_and_named_once() -> None:
    items = [ITEM, "8004/B", "8004/C"]

    def read(*groups: list[int]) -> Read:
        return Read(source="camera", others=[ReadingOf(source="manual", items=group) for group in groups])

    assert taken(items=items, read=read([0, 2], [1]))
    assert not taken(items=items, read=read([2, 0]))
    assert not taken(items=items, read=read([0], [0]))


def test_every_optional_member_belongs_to_some_action_or_to_all() -> None:
    placed = frozenset().union(*(shape.may for shape in ACTIONS.values())) | events._ALWAYS_MAY
    assert placed == events._BY_ACTION | events._ALWAYS_MAY


@given(some_events())
def test_every_event_in_form_comes_back_from_its_payload_the_same(made: Event) -> None:
    payload = events.encode(made)
    assert events.decode(payload) == made
    assert canonical.encode(canonical.decode(payload)) == payload


@given(some_events(), st.sampled_from(sorted(MEMBERS)))
def test_no_event_has_a_member_that_its_action_may_not_have(made: Event, name: str) -> None:
    shape = ACTIONS[made.action]
    changed = msgspec.structs.replace(made, **{name: MEMBERS[name]})
    if name in shape.may:
        shape.check(changed)
    else:
        with pytest.raises(Malformed, match=f"{name} does not fit the action {made.action}; expected absent"):
            shape.check(changed)


def test_an_error_names_the_member_and_what_was_expected() -> None:
    with pytest.raises(Malformed, match="releaser does not fit the action handover; expected present"):
        events.encode(event(DEVICE, releaser=None))
