"""Snapshots: what an advisor signed of a site's items, in the one encoding, and nothing else."""

from typing import Any

import msgspec
import pytest

from custody.core import canonical, roster, snapshot
from custody.core.admission import State, admit
from custody.core.errors import (
    BadKey,
    BadSignature,
    CustodyError,
    Malformed,
    NewerFormat,
    UnknownIssuer,
    WrongLog,
    WrongRole,
)
from custody.core.item import Item, Release
from custody.core.snapshot import Advised, Released, Snapshot
from tests.world import ORIGIN, START, World, handler_id, item_id, key_of, site_id

ADVISOR = key_of("advisor")
HERE, THERE = site_id(1), site_id(2)
BOX = Advised(item=item_id(1), custodian=HERE, site=HERE, seals=["seal/kpu/1"])


def state(*, site: str | None = None, revoked: bool = False) -> State:
    world = World(devices=1)
    bounds = {"site": site} if site else {}
    statements = [
        *world.roster,
        world.sign(roster.Advisor, world.authority, **world.possession(ADVISOR, "advisor"), **bounds),
    ]
    if revoked:
        statements.append(world.revoke(ADVISOR.keyid))
    made = State(ORIGIN)
    for index, one in enumerate(statements):
        assert admit(made, one, index).effect is None
    return made


def make(**changes: Any) -> Snapshot:
    return msgspec.structs.replace(
        Snapshot(v=1, log=ORIGIN, site=HERE, size=7, time=START, items=[BOX]),
        **changes,
    )


def test_what_an_advisor_signed_comes_out_as_it_went_in() -> None:
    whole = Advised(
        item=item_id(2),
        custodian=handler_id(1),
        site=HERE,
        to=THERE,
        release=Released(id="a" * 64, to=THERE, receiver=handler_id(2), carrier=handler_id(1)),
        unnumbered=2,
        compartment=["seal/kpu/99"],
        unsealed=True,
        unloaded=True,
        container=item_id(1),
        way=1,
        retired=True,
    )
    made = make(items=[BOX, whole, Advised(item=item_id(3), custodian="paper")])
    assert snapshot.open_signed(snapshot.sign(made, ADVISOR), state()) == (made, ADVISOR.keyid)


REFUSED: dict[str, tuple[bytes, State, type[CustodyError]]] = {
    "a key that nobody has enrolled": (snapshot.sign(make(), key_of("stranger")), state(), UnknownIssuer),
    "a key of another role": (snapshot.sign(make(), key_of("world", "device", 0)), state(), WrongRole),
    "a key that was revoked": (snapshot.sign(make(), ADVISOR), state(revoked=True), BadKey),
    "an advisor of other sites": (snapshot.sign(make(), ADVISOR), state(site=THERE), WrongRole),
    "another log": (snapshot.sign(make(log="ledger.test/old"), ADVISOR), state(), WrongLog),
}


@pytest.mark.parametrize(("signed", "known", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_an_advisors_of_this_site_and_log_is_refused(
    signed: bytes, known: State, error: type[CustodyError]
) -> None:
    with pytest.raises(error):
        snapshot.open_signed(signed, known)


def test_an_advisor_of_the_site_alone_may_advise_it() -> None:
    assert snapshot.open_signed(snapshot.sign(make(), ADVISOR), state(site=HERE))[0] == make()


def test_a_changed_snapshot_and_one_signed_for_something_else_are_refused() -> None:
    signed = canonical.decode(snapshot.sign(make(), ADVISOR))
    other = canonical.decode(snapshot.sign(make(size=8), ADVISOR))
    with pytest.raises(BadSignature):
        snapshot.open_signed(canonical.encode(signed | {"snapshot": other["snapshot"]}), state())
    bare = canonical.b64encode(ADVISOR.sign(canonical.b64decode(signed["snapshot"])))
    with pytest.raises(BadSignature):
        snapshot.open_signed(canonical.encode(signed | {"sig": bare}), state())


MALFORMED = {
    "items out of order": [Advised(item=item_id(2)), BOX],
    "an item twice": [BOX, BOX],
    "an item that is a site": [Advised(item=HERE)],
    "a site that is an item": [Advised(item=item_id(1), site=item_id(1))],
    "a custodian that is neither": [Advised(item=item_id(1), custodian="somebody")],
    "a seal that is none": [Advised(item=item_id(1), seals=["red"])],
    "an item in itself": [Advised(item=item_id(1), container=item_id(1))],
    "a container in what it holds": [
        Advised(item=item_id(1), container=item_id(2)),
        Advised(item=item_id(2), container=item_id(1)),
    ],
}


@pytest.mark.parametrize("items", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_snapshot_that_cannot_be_is_malformed(items: list[Advised]) -> None:
    with pytest.raises(Malformed):
        snapshot.sign(make(items=items), ADVISOR)
    payload = msgspec.json.encode(make(items=items), order="sorted")
    with pytest.raises(Malformed):
        snapshot.decode(payload)


def test_a_snapshot_of_a_later_version_is_newer_and_not_malformed() -> None:
    payload = canonical.decode(canonical.b64decode(canonical.decode(snapshot.sign(make(), ADVISOR))["snapshot"]))
    with pytest.raises(NewerFormat):
        snapshot.decode(canonical.encode(payload | {"v": 2, "colour": "red"}))


def test_of_what_is_in_a_container_the_container_says_where_it_is() -> None:
    outer = Item(site=HERE, to=THERE, custodian=handler_id(1), release=Release(3, "b" * 64, 1, HERE, THERE, None, None))
    inner = Item(container=item_id(1), seals=["seal/kpu/1"], site=site_id(4))
    advised, lost = (snapshot.advise(item_id(2), inner, outer, uncertain=uncertain) for uncertain in (False, True))
    assert (lost.site, lost.to, lost.custodian) == (HERE, THERE, None)
    assert (advised.site, advised.to, advised.custodian) == (HERE, THERE, handler_id(1))
    assert (advised.release, advised.seals) == (Released(id="b" * 64, to=THERE), ["seal/kpu/1"])


def test_a_snapshot_becomes_tracks_and_its_containers_hold_what_is_in_them() -> None:
    inside = Advised(item=item_id(2), container=item_id(1), site=HERE)
    astray = Advised(item=item_id(3), container=item_id(9), site=HERE)
    box, first, second = snapshot.tracks(make(items=[BOX, inside, astray]))
    assert (box.item.contents, first.item.container) == ([item_id(2)], item_id(1))
    assert (box.item.seals, box.item.custodian, box.item.begun) == (["seal/kpu/1"], HERE, 1)
    assert second.item.container is None


def test_the_seals_of_the_vehicle_that_an_item_left_with_come_along() -> None:
    left = Item(site=HERE, to=THERE, compartment=["seal/kpu/99"])
    [track] = snapshot.tracks(make(items=[snapshot.advise(item_id(1), left, left, uncertain=False)]))
    assert track.item.compartment == ["seal/kpu/99"]


def test_that_something_came_out_of_an_item_on_its_way_comes_along() -> None:
    crate = Item(site=HERE, unloaded=True)
    [track] = snapshot.tracks(make(items=[snapshot.advise(item_id(1), crate, crate, uncertain=False)]))
    assert track.item.unloaded
