"""What a handler is warned of before anything is signed, and its twin of which he is not."""

from typing import Any

import pytest

from custody.core.planning import Planned, Way
from custody.core.snapshot import Advised, Released
from scanner_agent.advice import CODES
from scanner_agent.advising import Advising
from scanner_agent.state import Line, Signer, State
from scanner_agent.trust import Trust
from tests.agent.advice.desk import (
    ANN,
    AT_HOME,
    BAG,
    BOX,
    BUDI,
    DEVICE,
    DRIVER,
    ELSEWHERE,
    FOR_BUDI,
    HERE,
    OFFICE,
    PLAN,
    READ,
    RELEASE,
    STRANGER,
    THERE,
    WITH_BUDI,
    Desk,
    fail,
    occasion,
    session,
)
from tests.world import ORIGIN, START

SEALED_TWICE = Advised(item=BOX, custodian=HERE, site=HERE, seals=["seal/kpu/1", "seal/kpu/2"])
UNSEALED = Advised(item=BOX, custodian=HERE, site=HERE, unsealed=True)
UNDER_WAY = Advised(item=BOX, site=OFFICE, to=THERE, release=Released(id=RELEASE, to=THERE))
IN_VEHICLE = Advised(item=BOX, custodian=DRIVER, site=OFFICE, to=HERE, compartment=["seal/kpu/99"])
IN_COMPARTMENT = Line("serial", "]Q1", "valid", use="compartment")
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


def test_trying_a_draft_changes_nothing(desk: Desk) -> None:
    desk.brings(AT_HOME)
    for _ in range(2):
        assert desk.codes(session("release", ANN, to=THERE, seals=["seal/kpu/2"])) == ["seal-differs"]


def test_what_is_in_a_container_goes_with_it(desk: Desk) -> None:
    crate = Advised(item=BAG, custodian=BUDI, site=HERE)
    inside = Advised(item=BOX, custodian=BUDI, site=HERE, container=BAG)
    state = State(action="release", handlers={ANN: Signer()}, lines={BAG: READ}, fields={"to": THERE})
    assert desk.brings(inside, crate).codes(state) == ["released-by-non-custodian"]
