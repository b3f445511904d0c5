"""Roster statements: each kind in form is taken, and each with one fault is refused."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given

from custody.core import canonical, roster
from custody.core.canonical import b64encode
from custody.core.errors import BadKey, BadSignature, CustodyError, Malformed, NewerFormat
from custody.core.planning import Leg, Photographed, Plan, Planned, Policy, Roles, Sealed, Signatures, Way
from custody.core.roster import (
    Advisor,
    Auditor,
    Authority,
    Device,
    Enrolment,
    Handler,
    LabelIssuer,
    OldLog,
    Resolve,
    Revoke,
    Root,
    RosterStatement,
    Site,
)
from tests.core.statements import ANN, BELOW, ITEM, LOG, TOP, enrolment, head, key, some_plans, some_policies

NEW = key("new")
HASH = "0" * 64
WAY = Way(to=BELOW, due=5, via=[TOP] + [f"{TOP}.{n}" for n in range(15)])
BOX = Planned(item=ITEM, kind="box", seals=["seal/m/1", "seal/m/2"], ways=[1, 0])
GOOD: dict[type[Any], dict[str, Any]] = {
    Root: {"keys": [b64encode(NEW.public)], "threshold": 1,
           "previous": OldLog(origin="old.example", size=9, root=HASH)},
    Authority: {"site": TOP, **enrolment(NEW, "authority")},
    Site: {"site": BELOW, "category": "office", "name": "Kota Yogyakarta", "parent": TOP,
           "lat": -90_000_000, "lon": 180_000_000},
    Device: {"site": BELOW, **enrolment(NEW, "device")},
    Handler: {"handler": ANN, "badge": 1, "role": "staff", "site": BELOW, "begins": 5, "ends": 6,
              **enrolment(NEW, "handler", ANN)},
    LabelIssuer: {"site": TOP, "hosts": ["id.example"], "ranges": ["8003/0952"], **enrolment(NEW, "label-issuer")},
    Auditor: {"site": TOP, **enrolment(NEW, "auditor")},
    Advisor: {"site": TOP, **enrolment(NEW, "advisor")},
    Revoke: {"key": HASH, "reason": "retired", "final": HASH, "enrolled": "revoke"},
    Plan: {"ways": [WAY, WAY], "items": [BOX]},
    Policy: {"site": TOP, "begins": 5, "signatures": [Signatures(action="open", count=15)],
             "roles": [Roles(action="open", roles=["staff"])], "sealed": [Sealed(kind="box", least=1000)],
             "photographs": [Photographed(action="open", of="unnumbered")],
             "legs": [Leg(from_="office", to="port", times=[1] * 100)], "percentile": 100},
    Resolve: {"finding": "f-" + "a2" * 13, "reason": "found", "note": HASH},
}  # fmt: skip


def altered(part: Any, **changes: Any) -> Any:
    """A part of a statement with some members changed."""
    return msgspec.structs.replace(part, **changes)


def build(type_: type[Any], **changes: Any) -> RosterStatement:
    """A statement of `type_` in form but for `changes`."""
    body: RosterStatement = type_(**(head(key("authority"), 1, None) | GOOD[type_] | changes))
    return body


@pytest.mark.parametrize("type_", GOOD)
def test_each_kind_in_form_comes_back_from_its_payload(type_: type[Any]) -> None:
    body = build(type_)
    assert roster.decode(roster.encode(body)) == body


@pytest.mark.parametrize(
    ("type_", "changes", "error"),
    [
        (Root, {"keys": []}, Malformed),
        (Root, {"keys": [b64encode(NEW.public)] * 2}, Malformed),
        (Root, {"threshold": 0}, Malformed),
        (Root, {"threshold": 2}, Malformed),
        (Root, {"keys": [b64encode(bytes(32))]}, BadKey),
        (Authority, {"site": "8003/09521234000013"}, Malformed),
        (Authority, {"key": b64encode((1).to_bytes(32, "little"))}, BadKey),
        (Site, {"parent": BELOW}, Malformed),
        (Site, {"category": "palace"}, Malformed),
        (Site, {"name": ""}, Malformed),
        (Site, {"name": "x" * 81}, Malformed),
        (Site, {"name": "A\x1b[2J"}, Malformed),
        (Site, {"name": "A\n"}, Malformed),
        (Site, {"name": "A\u202eB"}, Malformed),
        (Site, {"lat": None}, Malformed),
        (Site, {"lon": None}, Malformed),
        (Site, {"lat": -90_000_001}, Malformed),
        (Site, {"lon": 180_000_001}, Malformed),
        (Device, {"key": b64encode(NEW.public)[:-1]}, Malformed),
        (Device, {"site": "414/1"}, Malformed),
        (Handler, {"handler": "Ann"}, Malformed),
        (Handler, {"ends": 5}, Malformed),
        (Handler, {"role": "boss"}, Malformed),
        (Handler, {"badge": 2**53}, Malformed),
        (LabelIssuer, {"hosts": []}, Malformed),
        (LabelIssuer, {"hosts": ["https://id.example"]}, Malformed),
        (LabelIssuer, {"ranges": []}, Malformed),
        (LabelIssuer, {"ranges": ["8003/0952", "plain/kpu"]}, Malformed),
        (Revoke, {"reason": "lost"}, Malformed),
        (Revoke, {"since": 5}, Malformed),
        (Revoke, {"reason": "compromised", "final": None}, Malformed),
        (Revoke, {"reason": "bored"}, Malformed),
        (Revoke, {"enrolled": "forget"}, Malformed),
        (Auditor, {"site": "414/1"}, Malformed),
        (Advisor, {"key": b64encode((1).to_bytes(32, "little"))}, BadKey),
        (Plan, {"ways": []}, Malformed),
        (Plan, {"items": []}, Malformed),
        (Plan, {"items": [BOX, BOX]}, Malformed),
        (Plan, {"ways": [WAY]}, Malformed),
        (Plan, {"ways": [WAY, altered(WAY, to="414/1")]}, Malformed),
        (Plan, {"ways": [WAY, altered(WAY, via=["414/1"])]}, Malformed),
        (Plan, {"ways": [WAY, altered(WAY, via=[TOP, TOP])]}, Malformed),
        (Plan, {"ways": [WAY, altered(WAY, via=[*WAY.via, BELOW])]}, Malformed),
        (Plan, {"items": [altered(BOX, item=BELOW)]}, Malformed),
        (Plan, {"items": [altered(BOX, ways=[])]}, Malformed),
        (Plan, {"items": [altered(BOX, ways=[0, 0])]}, Malformed),
        (Plan, {"items": [altered(BOX, ways=[2])]}, Malformed),
        (Plan, {"items": [altered(BOX, seals=[ITEM])]}, Malformed),
        (Plan, {"items": [BOX, altered(BOX, item="8004/B", seals=["seal/m/2"])]}, Malformed),
        (Policy, {"site": "414/1"}, Malformed),
        (Policy, {"signatures": [Signatures(action="open", count=16)]}, Malformed),
        (Policy, {"signatures": [Signatures(action="open", count=1)] * 2}, Malformed),
        (Policy, {"roles": [Roles(action="open", roles=[])]}, Malformed),
        (Policy, {"roles": [Roles(action="open", roles=["staff", "staff"])]}, Malformed),
        (Policy, {"roles": [Roles(action="open", roles=["staff"])] * 2}, Malformed),
        (Policy, {"sealed": [Sealed(kind="box", least=0)]}, Malformed),
        (Policy, {"sealed": [Sealed(kind="box", least=1)] * 2}, Malformed),
        (Policy, {"photographs": [Photographed(action="open", of="always")] * 2}, Malformed),
        (Policy, {"legs": [Leg(from_="office", to="port", times=[])]}, Malformed),
        (Policy, {"legs": [Leg(from_="office", to="port", times=[1] * 101)]}, Malformed),
        (Policy, {"legs": [Leg(from_="office", to="port", times=[1])] * 2}, Malformed),
        (Policy, {"percentile": 0}, Malformed),
        (Policy, {"percentile": 101}, Malformed),
        (Resolve, {"finding": "f-" + "a2" * 12}, Malformed),
        (Resolve, {"finding": "f-" + "a1" * 13}, Malformed),
        (Resolve, {"reason": "It was found."}, Malformed),
    ],
)
def test_one_fault_is_refused_by_its_kind(type_: type[Any], changes: dict[str, Any], error: type[CustodyError]) -> None:
    with pytest.raises(error):
        roster.decode(roster._codec.encode(build(type_, **changes)))


@pytest.mark.parametrize("name", ["log", "issuer", "prev", "signers"])
def test_a_head_out_of_form_is_malformed(name: str) -> None:
    body = roster.Site(**head(key("root"), 2, "7" * 64), site=TOP, category="office", name="Top")
    payload = roster.encode(body)
    assert roster.decode(payload)
    values = canonical.decode(payload)
    values[name] = [text.upper() for text in values[name]] if name == "signers" else values[name][:-1] + "G"
    with pytest.raises(Malformed):
        roster.decode(canonical.encode(values))


def test_an_unknown_kind_is_a_newer_format_and_no_kind_is_malformed() -> None:
    payload = roster.encode(build(Site))
    with pytest.raises(NewerFormat):
        roster.decode(payload.replace(b'"kind":"site"', b'"kind":"ritual"'))
    with pytest.raises(Malformed):
        roster.decode(payload.replace(b'"kind":"site",', b""))


def test_a_request_proves_possession_for_its_log_role_and_subject_only() -> None:
    good = roster.request(NEW, LOG, "handler", ANN, 1)
    roster.check_possession(roster.request_codec.decode(roster.request_codec.encode(good)))
    fields = {name: getattr(good, name) for name in good.__struct_fields__}
    for change in (
        {"log": "drill.example"},
        {"role": "device"},
        {"subject": None},
        {"key": b64encode(key("x").public)},
    ):
        with pytest.raises(BadSignature):
            roster.check_possession(roster.EnrolmentRequest(**(fields | change)))


@given(some_plans() | some_policies())
def test_every_plan_and_policy_in_form_comes_back_from_its_payload_the_same(body: RosterStatement) -> None:
    payload = roster.encode(body)
    assert roster.decode(payload) == body
    assert canonical.encode(canonical.decode(payload)) == payload


def test_a_rule_that_asks_for_nothing_is_told_from_a_rule_that_is_absent() -> None:
    empty = roster.decode(roster.encode(build(Policy, sealed=[], roles=None)))
    assert isinstance(empty, Policy)
    assert (empty.sealed, empty.roles) == ([], None)


@pytest.mark.parametrize("type_", get_args(Enrolment))
def test_a_statement_carries_the_requests_proof(type_: type[Any]) -> None:
    roster.check_possession(build(type_))  # type: ignore[arg-type]
