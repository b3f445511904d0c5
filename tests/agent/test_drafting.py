"""From a complete session to signed statements: every member in its place, and parts where one payload is too small."""

from collections.abc import Sequence

import msgspec
import pytest

from custody.core import event, statement
from custody.core.event import MAX_SEALS, Clock, Event, Paper, Part, Read, ReadingOf, Seal, Serials
from custody.core.head import MAX_PAYLOAD
from custody.core.merkle import EMPTY_ROOT
from custody.core.statement import Statement
from scanner_agent.drafting import Occasion, sign_session, torn
from scanner_agent.state import Line, Signer, State
from tests.world import ORIGIN, handler_id, item_id, key_of, site_id

DEVICE = key_of("device")
ANN, BUDI, CITRA = (handler_id(number) for number in range(3))
KEYS = {handler: key_of(handler) for handler in (ANN, BUDI, CITRA)}
CLOCK = Clock(boot="0" * 32, mono=1, size=0, root=EMPTY_ROOT.hex())
SERIAL = Line("serial", "]Q1", "valid")
WATCHER, CARRIER = Signer(role="party-agent"), Signer(role="carrier")
OCCASION = Occasion(ORIGIN, site_id(1), 7, "a" * 64, 1_767_225_600_000, CLOCK)


def sign(state: State, together: Sequence[Sequence[str]] = ()) -> list[Statement]:
    return sign_session(state, OCCASION, DEVICE, [KEYS[handler] for handler in state.handlers], together)


def session(action: str, *handlers: str, items: int = 2, **members: object) -> State:
    lines = {item_id(number): SERIAL for number in range(items)}
    return State(action=action, handlers=dict.fromkeys(handlers, Signer()), lines=lines, **members)  # type: ignore[arg-type]


def only(state: State) -> Event:
    [signed] = sign(state)
    body = statement.parse(signed.envelope).body
    assert isinstance(body, Event)
    return body


def test_the_reason_for_typing_is_the_note_and_no_member_of_its_own() -> None:
    assert only(session("store", ANN, fields={"note": "c" * 64, "reason": "c" * 64})).note == "c" * 64


def test_a_handover_names_both_parties_and_whoever_attests() -> None:
    body = only(session("handover", ANN, BUDI, CITRA))
    assert (body.releaser, body.receiver, body.attesters) == (ANN, BUDI, [CITRA])
    assert body.signers == sorted(key.keyid for key in (DEVICE, *KEYS.values()))


@pytest.mark.parametrize(
    ("action", "fields", "member"),
    [
        ("release", {"to": site_id(2)}, "releaser"),
        ("accept", {}, "receiver"),
        ("store", {}, "receiver"),
    ],
)
def test_an_action_of_one_party_names_it_and_the_next_badge_attests(
    action: str, fields: dict[str, str], member: str
) -> None:
    body = only(session(action, ANN, BUDI, fields=fields))
    assert (getattr(body, member), body.attesters) == (ANN, [BUDI])


def test_two_who_unseal_both_act_and_only_those_attest_whose_office_it_is_to_watch() -> None:
    lines = {item_id(0): SERIAL, "seal/kpu/1": Line("serial", "]Q1", "unsigned", item_id(0))}
    unsealed = session("unseal", ANN, BUDI, CITRA).with_(lines=lines)
    assert only(unsealed).attesters == []
    assert only(unsealed.with_(handlers=unsealed.handlers | {ANN: WATCHER})).attesters == [ANN]


def test_of_those_who_watch_one_signs_for_an_inspection_that_nobody_else_signs() -> None:
    assert only(session("inspect").with_(handlers=dict.fromkeys((ANN, BUDI), WATCHER))).attesters == [BUDI]


def test_who_commissions_or_inspects_signs_and_is_no_attester() -> None:
    body = only(session("commission", ANN, fields={"kind": "box", "quantity": "300"}))
    assert (body.attesters, body.kind, body.quantity) == ([], "box", 300)
    assert KEYS[ANN].keyid in body.signers


def test_the_statement_goes_on_from_the_chain_at_its_place_and_time() -> None:
    body = only(session("store", ANN).referring_to("b" * 64))
    assert (body.log, body.site, body.seq, body.prev, body.time) == (
        ORIGIN, site_id(1), 7, "a" * 64, 1_767_225_600_000,
    )  # fmt: skip
    assert (body.clock, body.refs, body.part) == (CLOCK, ["b" * 64], None)


def test_how_ids_were_read_is_a_default_and_its_exceptions() -> None:
    lines = {
        item_id(0): Line("manual", None, "unsigned"),
        item_id(1): SERIAL,
        item_id(2): SERIAL,
        item_id(3): Line("manual", None, "unsigned"),
        item_id(4): Line("camera", "]Q1", "forged"),
        item_id(5): SERIAL,
    }
    body = only(State(action="store", handlers={ANN: Signer("signer-unknown")}, lines=lines))
    assert body.read == Read(
        source="serial",
        symbology="]Q1",
        label="valid",
        others=[
            ReadingOf(source="manual", label="unsigned", items=[0, 3]),
            ReadingOf(source="camera", symbology="]Q1", label="forged", items=[4]),
        ],
    )
    assert body.warnings == ["label-bad", "signer-unknown"]


def test_a_seal_stands_beside_its_item() -> None:
    lines = {item_id(0): SERIAL, item_id(1): SERIAL, "seal/kpu/1": Line("serial", "]Q1", "unsigned", item_id(1))}
    body = only(State(action="inspect", handlers={ANN: Signer()}, lines=lines))
    assert (body.items, body.seals) == ([item_id(0), item_id(1)], [Seal(item=1, id="seal/kpu/1")])


def test_what_was_read_of_a_seal_stands_beside_what_was_expected() -> None:
    read = Line("serial", "]Q1", "unsigned", item_id(0), expected="seal/kpu/2", state="broken")
    counted = Line("manual", None, "unsigned", item_id(0), count=3, state="missing")
    lines = {item_id(0): SERIAL, "seal/kpu/1": read, "×": counted}
    assert only(State(action="unseal", handlers={ANN: Signer()}, lines=lines)).seals == [
        Seal(item=0, id="seal/kpu/1", expected="seal/kpu/2", state="broken"),
        Seal(item=0, count=3, state="missing"),
    ]


def test_a_container_is_named_and_is_no_item() -> None:
    lines = {item_id(9): Line("serial", "]Q1", "valid", use="container"), item_id(0): SERIAL}
    body = only(State(action="pack", handlers={ANN: Signer()}, fields={"quantity": "1"}, lines=lines))
    assert (body.container, body.items, body.quantity) == (item_id(9), [item_id(0)], 1)


def test_who_signs_on_paper_is_the_receiver_and_needs_no_badge() -> None:
    body = only(session("handover", ANN, BUDI, fields={"paper": "c" * 64}))
    assert (body.releaser, body.receiver, body.attesters) == (ANN, Paper(paper="c" * 64), [BUDI])
    body = only(session("accept", ANN, fields={"paper": "c" * 64}))
    assert (body.receiver, body.attesters) == (Paper(paper="c" * 64), [])


def test_a_departure_has_its_carrier_vehicle_and_compartment_seals() -> None:
    lines = {"seal/kpu/7": Line("serial", "]Q1", "valid", use="compartment"), item_id(0): SERIAL}
    fields = {"to": site_id(2), "vehicle": "d" * 64}
    shown = State(action="depart", handlers={ANN: CARRIER}, fields=fields, lines=lines)
    body = only(shown)
    assert (body.carrier, body.vehicle, body.compartment, body.seals) == (ANN, "d" * 64, ["seal/kpu/7"], [])
    assert only(shown.with_(fields=fields | {"carrier": BUDI})).carrier == BUDI


def test_a_carrier_who_gives_is_not_the_one_who_carries_on() -> None:
    assert only(session("release", fields={"to": site_id(2)}).with_(handlers={ANN: CARRIER})).carrier is None


def test_a_discrepancy_has_its_serials() -> None:
    body = only(session("discrepancy", ANN, fields={"kind": "missing", "quantity": "12", "serials": "A001 A012"}))
    assert (body.kind, body.quantity, body.serials) == ("missing", 12, Serials(first="A001", last="A012"))


def test_a_correction_carries_what_replaces() -> None:
    correction = session("correct", ANN, fields={"receiver": BUDI, "to": site_id(2)})
    body = only(correction.referring_to("b" * 64))
    assert (body.refs, body.receiver, body.to) == (["b" * 64], BUDI, site_id(2))


def test_private_things_are_named_by_hash() -> None:
    body = only(session("inspect", ANN, photos=("e" * 64,), fields={"note": "f" * 64, "condition": "wet"}))
    assert (body.photos, body.note, body.condition) == (["e" * 64], "f" * 64, "wet")


def test_a_session_that_fits_is_one_statement_without_a_part() -> None:
    [signed] = sign(session("store", ANN, items=1000))
    assert isinstance(signed.body, Event)
    assert signed.body.part is None


def test_a_session_too_large_for_one_payload_is_split_in_order_and_chained() -> None:
    lines: dict[str, Line] = {}
    for number in range(1500):
        lines[item_id(number)] = SERIAL if number % 3 else Line("camera", "]Q1", "unsigned")
        lines[f"seal/kpu/{number:08}"] = Line("serial", "]Q1", "unsigned", item_id(number))
    signed = sign(State(action="handover", handlers={ANN: Signer(), BUDI: Signer()}, lines=lines))
    bodies = [one.body for one in signed if isinstance(one.body, Event)]
    count = len(bodies)
    assert count > 1
    assert [body.part for body in bodies] == [Part(i=number, n=count) for number in range(1, count + 1)]
    assert [body.seq for body in bodies] == list(range(7, 7 + count))
    assert [body.prev for body in bodies] == ["a" * 64, *(one.id for one in signed[:-1])]
    assert [item for body in bodies for item in body.items] == [item_id(number) for number in range(1500)]
    sealed = [(body.items[seal.item], seal.id) for body in bodies for seal in body.seals]
    assert sealed == [(item_id(number), f"seal/kpu/{number:08}") for number in range(1500)]
    sizes = [len(event.encode(body)) for body in bodies]
    assert max(sizes) <= MAX_PAYLOAD
    # Halving wastes at most half.
    assert min(sizes) > MAX_PAYLOAD / 3


@pytest.mark.parametrize(("parts", "long"), [(1, 607), (2, 2 * 607)])
def test_whatever_its_place_in_the_chain_a_session_near_the_limit_is_signed(parts: int, long: int) -> None:
    """Sequence number, predecessor and part make a payload longer than it was when it was measured."""
    far = msgspec.structs.replace(OCCASION, seq=2**53 - 9)
    lines = {f"plain/{'k' * 16}/{number:040}": SERIAL for number in range(long)}
    counts = set()
    for number in range(30):
        # Half of the items are short, so that each half of the session grows by little.
        lines = {f"8004/{number}": SERIAL, **lines, f"8004/x{number}": SERIAL}
        state = State(action="store", handlers={ANN: Signer()}, lines=lines)
        counts.add(len(sign_session(state, far, DEVICE, [KEYS[ANN]])))
    assert min(counts) == parts < max(counts)


def test_one_item_with_all_the_seals_it_may_have_fits() -> None:
    lines = {item_id(0): SERIAL}
    for number in range(MAX_SEALS):
        lines[f"seal/{'m' * 16}/{number:024}"] = Line("serial", "]Q1", "unsigned", item_id(0))
    assert len(only(State(action="inspect", handlers={ANN: Signer()}, lines=lines)).seals) == MAX_SEALS


def many(action: str, *handlers: str, count: int, **fields: str) -> State:
    """A session of so many items with long ids: some 600 go in one statement."""
    lines = {f"plain/{'k' * 16}/{number:040}": SERIAL for number in range(count)}
    lines |= {item_id(9): Line("serial", "]Q1", "valid", use="container")} if action == "pack" else {}
    return State(action=action, handlers=dict.fromkeys(handlers, Signer()), fields=fields, lines=lines)


def test_a_container_and_what_is_in_it_stay_in_one_statement_in_whatever_order_they_were_read() -> None:
    state = many("handover", ANN, BUDI, count=1000)
    names = state.items
    crates = [[names[999 - number], names[number], names[number + 400]] for number in range(200)]
    inside = {name for crate in crates for name in crate}
    signed = sign(state, [*crates, *([name] for name in names if name not in inside)])
    bodies = [one.body for one in signed if isinstance(one.body, Event)]
    assert len(bodies) > 1
    assert sorted(item for body in bodies for item in body.items) == sorted(names)
    assert torn(signed, crates) == []
    assert torn(sign(state), crates) != []


def test_a_container_whose_content_is_too_much_for_one_statement_comes_first_and_is_told() -> None:
    state = many("handover", ANN, BUDI, count=1300)
    names = state.items
    together = [names[999::-1], *([name] for name in names[1000:])]
    signed = sign(state, together)
    first = signed[0].body
    assert isinstance(first, Event)
    assert first.items[0] == names[999]
    assert torn(signed, together) == [names[999]]


@pytest.mark.parametrize(("action", "before"), [("pack", None), ("inspect", 700)])
def test_how_many_are_in_a_container_after_a_session_is_said_by_its_last_part(action: str, before: int | None) -> None:
    signed = sign(many(action, ANN, count=700, quantity="700"))
    assert [one.body.quantity for one in signed if isinstance(one.body, Event)] == [before, 700]
