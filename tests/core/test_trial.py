"""What is told of a statement before anybody has signed it is what the log would say of it."""

from copy import deepcopy
from typing import Any

import pytest

from custody.core.errors import BadSignature, Malformed
from custody.core.prepared import Prepared, prepare
from custody.core.trial import Trial
from tests.core.statements import BELOW, BESIDE, TOP, enrolment, key
from tests.core.test_admission import DEVICE, NATIONAL, World

NEW = "414/9521234567899/254/34.72"


@pytest.fixture
def world() -> World:
    return World()


def a_site(code: str = NEW, parent: str | None = TOP) -> Prepared:
    return prepare("site", {"site": code, "category": "office", "name": "Gudang", "parent": parent})


def a_device(name: str = "new", site: str = BELOW) -> Prepared:
    return prepare("device", {"site": site, **enrolment(key(name), "device")})


def revoke(target: str, **members: Any) -> Prepared:
    return prepare("revoke", {"key": target, "reason": "lost", **members})


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (a_site(), None),
        (a_site(BELOW), "site-known"),
        (a_site(parent="414/9521234567899/254/99"), "parent-unknown"),
        (a_device(), None),
        (a_device(site=NEW), "site-unknown"),
        (prepare("device", {"site": BELOW, **enrolment(DEVICE, "device")}), "key-known"),
        (revoke(DEVICE.keyid), None),
        (revoke("0" * 64), "key-unknown"),
        (revoke(DEVICE.keyid, enrolled="revoke"), "not-an-authority"),
    ],
)
def test_what_speaks_against_a_statement_is_told_as_admission_would(
    world: World, one: Prepared, reason: str | None
) -> None:
    assert Trial(world.state).take(one) == reason


def test_a_statement_builds_on_those_prepared_before_it_and_the_state_stays_as_it_is(world: World) -> None:
    before = deepcopy(vars(world.state))
    trial = Trial(world.state, [a_site()])
    assert trial.take(a_device(site=NEW)) is None
    assert trial.take(a_device(site=NEW)) == "key-known"
    assert trial.take(revoke(DEVICE.keyid)) is None
    assert trial.take(revoke(DEVICE.keyid)) == "already-revoked"
    assert trial.take(revoke(NATIONAL.keyid, enrolled="revoke")) is None
    assert trial.take(revoke(NATIONAL.keyid)) == "already-revoked"
    assert repr(vars(world.state)) == repr(before)


def test_what_the_format_or_a_proof_of_possession_forbids_is_refused(world: World) -> None:
    with pytest.raises(Malformed, match="parent"):
        Trial(world.state).take(a_site(NEW, NEW))
    stolen = enrolment(key("new"), "device") | {"proof": enrolment(key("other"), "device")["proof"]}
    with pytest.raises(BadSignature):
        Trial(world.state).take(prepare("device", {"site": BELOW, **stolen}))


def test_within_a_scope_it_is_told_what_lies_outside(world: World) -> None:
    assert Trial(world.state, scope=TOP).take(a_site()) is None
    assert Trial(world.state, scope=BESIDE).take(a_site()) == "out-of-scope"
    assert Trial(world.state, [a_site()], scope=BESIDE).take(a_device(site=NEW)) == "out-of-scope"
