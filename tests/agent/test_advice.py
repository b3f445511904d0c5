"""What an agent warns of before anything is signed: sessions against snapshots, its own record, and plans."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from custody.core import entry, roster
from custody.core.event import Clock
from custody.core.merkle import EMPTY_ROOT
from custody.core.planning import Plan, Planned, Way
from custody.core.snapshot import Advised, Released, Snapshot
from scanner_agent import database, texts
from scanner_agent.advice import CODES
from scanner_agent.advice_tables import Basis
from scanner_agent.advising import Advising, keep_snapshot
from scanner_agent.drafting import Occasion, sign_session
from scanner_agent.inputs import Caution
from scanner_agent.outbox import Outbox
from scanner_agent.state import Line, Signer, State
from scanner_agent.trust import Trust
from tests.world import BOOT, ORIGIN, START, World, handler_id, item_id, key_of, site_id

OFFICE, HERE, THERE, ELSEWHERE = (site_id(number) for number in range(4))
ANN, BUDI, CITRA, STRANGER = (handler_id(number) for number in range(4))
DRIVER = handler_id(4)
KEYS = {handler_id(number): key_of("world", "handler", number) for number in range(5)}
BOX, BAG = item_id(1), item_id(2)
DEVICE = key_of("world", "device", 0)
READ = Line("serial", "]Q1", "valid")
RELEASE, ADVISOR = "a" * 64, "d" * 64
CLOCK = Clock(boot=BOOT, mono=1, size=0, root=EMPTY_ROOT.hex())


def trust(*plans: Plan | Any) -> Trust:
    """A roster with four sites, of which the last is in another region, and what is planned."""
    world = World(devices=1, handlers=3)
    statements = [
        *world.roster,
        world.sign(roster.Site, world.authority, site=ELSEWHERE, category="village", name="Elsewhere"),
        world.sign(
            roster.Handler,
            world.authority,
            **world.possession(KEYS[DRIVER], "handler", DRIVER),
            handler=DRIVER,
            badge=1,
            role="carrier",
            site=OFFICE,
            begins=START,
        ),
    ]
    for ways, items in plans:
        statements.append(world.sign(Plan, world.authority, ways=list(ways), items=list(items)))
    entries = [(index, entry.encode(one.envelope, START)) for index, one in enumerate(statements)]
    return Trust(ORIGIN, entries, HERE)


OUT_AND_BACK = (
    (Way(to=THERE, due=START, via=[OFFICE]), Way(to=HERE, due=START)),
    (Planned(item=BOX, kind="box", seals=["seal/kpu/1"], ways=[0, 1]),),
)


@dataclass
class Desk:
    """An outbox, what is known in it, and the seq and id of the statement before the next."""

    outbox: Outbox
    seq: int = 1
    prev: str | None = None
    plans: Iterable[Any] = ()

    @cached_property
    def advising(self) -> Advising:
        return Advising(self.outbox, trust(*self.plans), DEVICE.keyid, fail)

    def brings(self, *items: Advised, size: int = 7) -> "Desk":
        """A snapshot comes."""
        made = Snapshot(v=1, log=ORIGIN, site=HERE, size=size, time=START, items=list(items))
        keep_snapshot(self.outbox, made, ADVISOR)
        return self

    def records(self, *states: State) -> None:
        """These sessions are signed."""
        for state in states:
            [signed] = sign_session(state, occasion(self.seq, self.prev), DEVICE, [])
            self.outbox.commit([signed])
            self.seq, self.prev = self.seq + 1, signed.id
            self.advising.catch_up()

    def fill(self, state: State) -> State:
        return self.advising.advice.fill(state)

    def cautions(self, state: State) -> list[Caution]:
        signers = [KEYS[handler].keyid for handler in state.handlers]
        return list(self.advising.cautions(state, occasion(self.seq, self.prev), [DEVICE.keyid, *signers]))

    def codes(self, state: State) -> list[str]:
        return [caution.code for caution in self.cautions(state)]


def fail(words: texts.Words, detail: str) -> None:
    raise AssertionError((words, detail))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database.create(tmp_path / "outbox.sqlite")
    outbox = Outbox(tmp_path / "outbox.sqlite")
    yield Desk(outbox)
    outbox.close()


def occasion(seq: int = 1, prev: str | None = None) -> Occasion:
    return Occasion(ORIGIN, HERE, seq, prev, START + seq, CLOCK)


def session(
    action: str,
    *handlers: str,
    seals: Iterable[str] = (),
    lost: Iterable[str] = (),
    refs: tuple[str, ...] = (),
    **fields: str,
) -> State:
    lines = {BOX: READ} | {seal: Line("serial", "]Q1", "valid", BOX) for seal in seals}
    lines |= {seal: Line("manual", None, None, BOX, state="missing") for seal in lost}
    state = State(action=action, handlers=dict.fromkeys(handlers or (ANN,), Signer()), lines=lines, fields=fields)
    for ref in refs:
        state = state.referring_to(ref)
    return state


AT_HOME = Advised(item=BOX, custodian=HERE, site=HERE, seals=["seal/kpu/1"])
SEALED_TWICE = Advised(item=BOX, custodian=HERE, site=HERE, seals=["seal/kpu/1", "seal/kpu/2"])
WITH_BUDI = Advised(item=BOX, custodian=BUDI, site=HERE)
FOR_BUDI = Advised(item=BOX, site=OFFICE, to=HERE, release=Released(id=RELEASE, to=HERE, receiver=BUDI))
UNSEALED = Advised(item=BOX, custodian=HERE, site=HERE, unsealed=True)
UNDER_WAY = Advised(item=BOX, site=OFFICE, to=THERE, release=Released(id=RELEASE, to=THERE))
IN_VEHICLE = Advised(item=BOX, custodian=DRIVER, site=OFFICE, to=HERE, compartment=["seal/kpu/99"])
IN_COMPARTMENT = Line("serial", "]Q1", "valid", use="compartment")
PLAN = (OUT_AND_BACK,)
FAR = (((Way(to=THERE, due=START),), (Planned(item=BOX, kind="box", ways=[0]),)),)
"""A way that does not lead here."""


def holding(**about: Any) -> tuple[Any, ...]:
    """BOX is planned to be and hold this, and BAG to be of one district."""
    bag = Planned(item=BAG, kind="bag", district="dapil-2", ways=[0])
    return (((Way(to=THERE, due=START),), (Planned(item=BOX, kind="box", ways=[0], **about), bag)),)


WARNED = [
    ("released to a site that is not on its way", AT_HOME, PLAN, session("release", to=ELSEWHERE), "wrong-destination"),
    ("leaving for a site that is not on its way", AT_HOME, PLAN, session("depart", to=ELSEWHERE), "wrong-destination"),
    (
        "handed over for a site that is not on its way",
        AT_HOME, PLAN, session("handover", ANN, BUDI, to=ELSEWHERE), "wrong-destination",
    ),
    ("accepted at a site that is not on its way, though no ledger gave advice",
     None, FAR, session("accept"), "wrong-destination"),
    ("accepted at a site that is not on its way", UNDER_WAY, FAR, session("accept"), "wrong-destination"),
    ("stored at a site that is not on its way", UNDER_WAY, FAR, session("store"), "wrong-destination"),
    ("planned, though no ledger gave advice", None, PLAN, session("release", to=ELSEWHERE), "wrong-destination"),
    ("its seal has another number", AT_HOME, (), session("inspect", seals=["seal/kpu/2"]), "seal-differs"),
    ("only one of its seals is read", SEALED_TWICE, (), session("inspect", seals=["seal/kpu/1"]), "seal-missing"),
    ("opened with its seals on", SEALED_TWICE, (), session("open", ANN, BUDI, purpose="psu"), "opened-sealed"),
    ("come in a vehicle with another seal", IN_VEHICLE, (),
     session("arrive").with_(lines={BOX: READ, "seal/kpu/98": IN_COMPARTMENT}), "seal-differs"),
    ("a number too many", AT_HOME, (), session("inspect", seals=["seal/kpu/1", "seal/kpu/2"]), "seal-changed"),
    ("sealed with another number than planned",
     Advised(item=BOX, custodian=HERE, site=HERE), PLAN, session("seal", seals=["seal/kpu/2"]), "seal-differs"),
    ("released to somebody else", FOR_BUDI, (), session("accept", ANN), "accepted-by-another"),
    (
        "used again after it was retired",
        Advised(item=BOX, site=HERE, retired=True),
        (),
        session("store"),
        "after-retirement",
    ),
    ("accepted and never released", WITH_BUDI, (), session("accept", ANN), "accepted-without-release"),
    (
        "its seal is taken off without a photograph",
        AT_HOME, (), session("unseal", ANN, BUDI, seals=["seal/kpu/1"]), "photograph-missing",
    ),
    ("packed into what is of another district", AT_HOME, holding(district="dapil-1"),
     session("pack", container=BAG), "district-differs"),
    ("packed into what is of another district, though no ledger gave advice", None, holding(district="dapil-1"),
     session("pack", container=BAG), "district-differs"),
    ("fewer are counted in it than planned", AT_HOME, holding(quantity=300),
     session("inspect", quantity="299"), "count-differs"),
    ("released by one who has it not", WITH_BUDI, (), session("release", ANN, to=THERE), "released-by-non-custodian"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "plans", "state", "code"), [row[1:] for row in WARNED], ids=[row[0] for row in WARNED]
)
def test_the_handler_is_warned_of_what(desk: Desk, item: Advised | None, plans: Any, state: State, code: str) -> None:
    desk.plans = plans
    [caution] = (desk.brings(item) if item else desk).cautions(state)
    assert (caution.code, caution.items) == (code, (BOX,))
    assert code in CODES
    assert all(caution.words)
    assert caution.words[0] != caution.words[1]


SOUND = [
    ("released to the site of its way", AT_HOME, PLAN, session("release", to=THERE)),
    ("released to a site on its way", AT_HOME, PLAN, session("release", to=OFFICE)),
    ("accepted on its way, and no ledger gave advice", None, PLAN, session("accept")),
    ("stored for the first time, where its way may begin", None, FAR, session("store")),
    ("arrived at a site that it passes", UNDER_WAY, FAR, session("arrive")),
    ("on its way back", Advised(item=BOX, custodian=HERE, site=THERE, way=1), PLAN, session("release", to=HERE)),
    ("on a way back of which nobody knows", None, PLAN, session("release", to=HERE)),
    ("packed into what is of its district", AT_HOME, holding(district="dapil-2"), session("pack", container=BAG)),
    ("as many are counted in it as planned", AT_HOME, holding(quantity=300), session("inspect", quantity="300")),
    ("released without a plan", AT_HOME, (), session("release", to=ELSEWHERE)),
    (
        "come in a vehicle with its seal",
        IN_VEHICLE,
        (),
        session("arrive").with_(lines={BOX: READ, "seal/kpu/99": IN_COMPARTMENT}),
    ),
    ("its seal has its number", AT_HOME, (), session("inspect", seals=["seal/kpu/1"])),
    ("said to have lost a seal", SEALED_TWICE, (), session("inspect", lost=["seal/kpu/2"], seals=["seal/kpu/1"])),
    (
        "its seal is taken off and photographed",
        AT_HOME,
        (),
        session("unseal", ANN, BUDI, seals=["seal/kpu/1"]).with_(photos=("d" * 64,)),
    ),
    ("sealed as planned", Advised(item=BOX, custodian=HERE, site=HERE), PLAN, session("seal", seals=["seal/kpu/1"])),
    ("sealed anew after it was opened", UNSEALED, PLAN, session("seal", seals=["seal/kpu/2"])),
    ("sealed, and nobody knows what was before", None, PLAN, session("seal", seals=["seal/kpu/2"])),
    ("released to who accepts", FOR_BUDI, (), session("accept", BUDI)),
    ("accepted, and nothing is known of it", None, (), session("accept", ANN)),
    ("accepted with a release newer than the advice", WITH_BUDI, (), session("accept", ANN, refs=("b" * 64,))),
    ("released by who has it", WITH_BUDI, (), session("release", BUDI, to=THERE)),
    ("released for the office that has it", AT_HOME, (), session("release", ANN, to=THERE)),
]


@pytest.mark.parametrize(("item", "plans", "state"), [row[1:] for row in SOUND], ids=[row[0] for row in SOUND])
def test_the_handler_is_not_warned_of_what_is(desk: Desk, item: Advised | None, plans: Any, state: State) -> None:
    desk.plans = plans
    assert (desk.brings(item) if item else desk).codes(state) == []


WHO = [
    ("one who opens alone", session("open", ANN, purpose="psu"), [("too-few-signatures", ())]),
    ("two who open", session("open", ANN, BUDI, purpose="psu"), []),
    ("one who opens with another who is not enrolled yet", session("open", ANN, STRANGER, purpose="psu"), []),
    ("a carrier who seals", session("seal", DRIVER), [("wrong-role", (DRIVER,))]),
    ("a carrier who accepts", session("accept", DRIVER), []),
    ("a receiver who signs on paper", session("handover", ANN, paper="d" * 64), []),
]


@pytest.mark.parametrize(("state", "noted"), [row[1:] for row in WHO], ids=[row[0] for row in WHO])
def test_the_handlers_are_told_where_policy_wants_others_to_sign(
    desk: Desk, state: State, noted: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(caution.code, caution.items) for caution in desk.cautions(state)] == noted


def test_before_the_roster_is_known_nobody_is_asked_for(desk: Desk) -> None:
    advising = Advising(desk.outbox, Trust(ORIGIN, site=HERE), DEVICE.keyid, fail)
    assert advising.cautions(session("open", ANN, purpose="psu"), occasion(), [DEVICE.keyid]) == ()


@pytest.mark.parametrize(("planned", "warned"), [(2, ["contents-differ"]), (1, [])])
def test_the_handler_is_warned_when_not_all_is_in_what_leaves(desk: Desk, planned: int, warned: list[str]) -> None:
    desk.plans = holding(quantity=planned)
    desk.brings(AT_HOME, Advised(item=BAG, custodian=HERE, site=HERE, container=BOX))
    assert desk.codes(session("release", to=THERE)) == warned


def test_many_items_with_one_fault_are_one_caution(desk: Desk) -> None:
    bag = Advised(item=BAG, custodian=BUDI, site=HERE)
    state = session("release", ANN, to=THERE)
    state = state.with_(lines=state.lines | {BAG: READ})
    [caution] = desk.brings(WITH_BUDI, bag).cautions(state)
    assert caution.items == (BOX, BAG)


def test_a_caution_calls_sites_by_name(desk: Desk) -> None:
    desk.plans = PLAN
    [caution] = desk.brings(AT_HOME).cautions(session("release", to=ELSEWHERE))
    assert f"Elsewhere ({ELSEWHERE})" in caution.words[1]


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


def test_trying_a_draft_changes_nothing(desk: Desk) -> None:
    desk.brings(AT_HOME)
    for _ in range(2):
        assert desk.codes(session("release", ANN, to=THERE, seals=["seal/kpu/2"])) == ["seal-differs"]


def test_what_is_in_a_container_goes_with_it(desk: Desk) -> None:
    crate = Advised(item=BAG, custodian=BUDI, site=HERE)
    inside = Advised(item=BOX, custodian=BUDI, site=HERE, container=BAG)
    state = State(action="release", handlers={ANN: Signer()}, lines={BAG: READ}, fields={"to": THERE})
    assert desk.brings(inside, crate).codes(state) == ["released-by-non-custodian"]


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
