"""What is known of items: the ledger's snapshot, what this agent recorded since, and plans."""

from custody.core.planning import Planned, Way
from custody.core.snapshot import Advised
from scanner_agent.advice_tables import Basis
from scanner_agent.drafting import sign_session
from scanner_agent.state import Line
from tests.agent.advice.desk import (
    ADVISOR,
    ANN,
    AT_HOME,
    BAG,
    BOX,
    BUDI,
    DEVICE,
    ELSEWHERE,
    FOR_BUDI,
    HERE,
    OUT_AND_BACK,
    PLAN,
    READ,
    RELEASE,
    THERE,
    Desk,
    occasion,
    session,
    trust,
)
from tests.world import START, item_id


def test_what_this_agent_recorded_since_the_snapshot_counts(desk: Desk) -> None:
    desk.brings(AT_HOME)
    assert desk.codes(session("inspect", seals=["seal/kpu/2"])) == ["seal-differs"]
    desk.records(session("unseal", seals=["seal/kpu/1"]), session("seal", seals=["seal/kpu/2"]))
    assert desk.codes(session("inspect", seals=["seal/kpu/2"])) == []
    assert desk.codes(session("inspect", seals=["seal/kpu/1"])) == ["seal-differs"]


def test_what_was_recorded_before_the_snapshot_counts_unless_it_is_in_it(desk: Desk) -> None:
    desk.records(session("unseal", seals=["seal/kpu/1"]), session("seal", seals=["seal/kpu/2"]))
    desk.brings(AT_HOME)
    assert desk.codes(session("inspect", seals=["seal/kpu/1"])) == ["seal-differs"]
    first, second = desk.outbox.id_at(DEVICE.keyid, 1), desk.outbox.id_at(DEVICE.keyid, 2)
    desk.outbox.keep_receipts([(str(first), 5, b"receipt"), (str(second), 6, b"receipt")])
    desk.brings(AT_HOME, size=8)
    assert desk.codes(session("inspect", seals=["seal/kpu/1"])) == []


def test_a_snapshot_takes_the_place_of_all_that_was_known(desk: Desk) -> None:
    many = [Advised(item=item_id(number), site=HERE, retired=True) for number in range(1, 2500)]
    desk.brings(*many)
    last = session("store").with_(lines={item_id(2499): READ})
    assert desk.codes(last) == ["after-retirement"]
    desk.brings(AT_HOME, size=8)
    assert desk.codes(last) == []
    assert desk.codes(session("inspect", seals=["seal/kpu/2"])) == ["seal-differs"]
    desk.brings(*many, size=9)
    assert desk.codes(last) == ["after-retirement"]
    desk.brings(*many[:1200], *many[1201:], size=10)
    gone = session("store").with_(lines={item_id(1201): READ})
    assert (desk.codes(gone), desk.codes(last)) == ([], ["after-retirement"])


def test_what_is_recorded_while_a_snapshot_comes_in_is_not_lost(desk: Desk) -> None:
    """The rows are held against what is known by then, and again where that has changed meanwhile."""
    before = desk.brings(AT_HOME).outbox.basis()
    desk.records(session("unseal", seals=["seal/kpu/1"]))
    assert not desk.outbox.keep_snapshot(before, Basis(8, ADVISOR, 0), [])
    assert desk.outbox.basis() == Basis(7, ADVISOR, 1)
    assert desk.outbox.keep_snapshot(desk.outbox.basis(), Basis(8, ADVISOR, 0), [])


def test_what_was_made_of_an_older_snapshot_does_not_count_beside_a_newer(desk: Desk) -> None:
    [signed] = sign_session(session("unseal", seals=["seal/kpu/1"]), occasion(), DEVICE, [])
    desk.brings(AT_HOME).outbox.commit([signed])
    unadvised = desk.outbox.unadvised(DEVICE.keyid)
    assert unadvised is not None
    desk.brings(AT_HOME, size=8)
    desk.outbox.add_known(unadvised, {BOX: None})
    assert desk.outbox.known([BOX])
    assert desk.outbox.unadvised(DEVICE.keyid) is not None


def test_of_what_was_corrected_nothing_is_said_until_the_next_snapshot(desk: Desk) -> None:
    desk.brings(AT_HOME)
    correction = session("correct", refs=("c" * 64,), seals=["seal/kpu/2"])
    assert desk.codes(correction) == []
    desk.records(correction)
    assert desk.codes(session("inspect", seals=["seal/kpu/3"])) == []
    desk.outbox.keep_receipts([(str(desk.prev), 7, b"receipt")])
    desk.brings(AT_HOME, size=8)
    assert desk.codes(session("inspect", seals=["seal/kpu/3"])) == ["seal-differs"]


def test_of_what_this_agent_let_go_others_know_more(desk: Desk) -> None:
    desk.brings(AT_HOME).records(session("release", ANN, to=THERE))
    assert desk.codes(session("accept", BUDI, seals=["seal/kpu/2"])) == []


def test_what_is_in_a_container_that_this_agent_let_go_is_gone_with_it(desk: Desk) -> None:
    crate = Advised(item=BAG, custodian=HERE, site=HERE)
    inside = Advised(item=BOX, custodian=HERE, site=HERE, container=BAG, seals=["seal/kpu/1"])
    desk.brings(inside, crate).records(session("release", ANN, to=THERE).with_(lines={BAG: READ}))
    assert desk.codes(session("inspect", seals=["seal/kpu/2"])) == []


def test_what_is_taken_out_of_a_container_is_known_and_so_is_what_stays(desk: Desk) -> None:
    other = item_id(3)
    crate = Advised(item=BAG, custodian=HERE, site=HERE)
    inside = [
        Advised(item=item, custodian=HERE, site=HERE, container=BAG, seals=["seal/kpu/1"]) for item in (BOX, other)
    ]
    desk.brings(inside[0], crate, inside[1]).records(session("unpack", container=BAG))
    assert desk.codes(session("inspect", seals=["seal/kpu/2"])) == ["seal-differs"]
    desk.records(session("release", ANN, to=THERE).with_(lines={BAG: READ}))
    assert desk.codes(session("inspect", seals=["seal/kpu/2"])) == ["seal-differs"]
    lines = {other: READ, "seal/kpu/2": Line("serial", "]Q1", "valid", other)}
    assert desk.codes(session("inspect").with_(lines=lines)) == []


def test_of_what_this_agent_met_on_its_way_neither_seals_nor_way_are_known(desk: Desk) -> None:
    desk.plans = PLAN
    desk.records(session("store", ANN))
    assert desk.codes(session("inspect", seals=["seal/kpu/2"])) == []
    assert desk.codes(session("release", ANN, to=HERE)) == []
    assert desk.codes(session("release", ANN, to=ELSEWHERE)) == ["wrong-destination"]


def test_a_container_and_what_is_in_it_belong_together_the_outermost_first(desk: Desk) -> None:
    inner, bag, lone = (item_id(number) for number in (3, 4, 5))
    places = {BAG: None, inner: BAG, bag: inner, lone: "8004/9520000009"}
    desk.brings(*(Advised(item=one, site=HERE, custodian=HERE, container=outer) for one, outer in places.items()))
    together = desk.advising.advice.together
    assert together([bag, lone, item_id(7), BAG, inner]) == [[BAG, inner, bag], [lone], [item_id(7)]]
    assert together([bag, inner]) == [[inner, bag]]
    assert together([bag, BAG]) == [[BAG, bag]]


def test_an_accept_refers_to_the_release_that_is_known(desk: Desk) -> None:
    desk.brings(FOR_BUDI)
    assert desk.fill(session("accept", BUDI)).refs == (RELEASE,)
    assert desk.fill(session("accept", BUDI, refs=("b" * 64,))).refs == ("b" * 64,)
    assert desk.fill(session("inspect", BUDI)).refs == ()


def test_an_accept_in_which_one_release_is_not_known_refers_to_none(desk: Desk) -> None:
    state = session("accept", BUDI)
    state = state.with_(lines=state.lines | {BAG: READ})
    assert desk.brings(FOR_BUDI).fill(state).refs == ()


def test_a_seal_that_is_read_stands_beside_the_number_that_was_recorded(desk: Desk) -> None:
    desk.brings(Advised(item=BOX, site=HERE, seals=["seal/kpu/1", "seal/kpu/2"]))
    filled = desk.fill(session("inspect", seals=["seal/kpu/2", "seal/kpu/9"]))
    assert {seal: line.expected for seal, line in filled.seals_on(BOX).items()} == {
        "seal/kpu/2": "seal/kpu/2",
        "seal/kpu/9": "seal/kpu/1",
    }
    new = desk.fill(session("seal", seals=["seal/kpu/9"])).seals_on(BOX)
    assert [line.expected for line in new.values()] == [None]


def test_only_plans_that_come_near_are_kept() -> None:
    far = ((Way(to=ELSEWHERE, due=START),), (Planned(item=BAG, kind="box", ways=[0]),))
    kept = trust(OUT_AND_BACK, far)
    assert kept.plan(BOX) is not None
    assert kept.plan(BAG) is None


def test_a_plan_that_leads_elsewhere_now_is_let_go() -> None:
    moved = ((Way(to=ELSEWHERE, due=START),), (Planned(item=BOX, kind="box", ways=[0]),))
    assert trust(OUT_AND_BACK, moved).plan(BOX) is None
