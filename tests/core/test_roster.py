"""Roster statements: each kind in form is taken, and each with one fault is refused."""

from typing import Any

import pytest

from custody.core import roster
from custody.core.canonical import b64encode
from custody.core.errors import BadKey, BadSignature, CustodyError, Malformed, NewerFormat
from custody.core.roster import Authority, Device, Handler, LabelIssuer, OldLog, Revoke, Root, RosterStatement, Site
from tests.core.statements import ANN, BELOW, LOG, TOP, enrolment, head, key

NEW = key("new")
HASH = "0" * 64
GOOD: dict[type[Any], dict[str, Any]] = {
    Root: {"keys": [b64encode(NEW.public)], "threshold": 1,
           "previous": OldLog(origin="old.example", size=9, root=HASH)},
    Authority: {"site": TOP, **enrolment(NEW, "authority")},
    Site: {"site": BELOW, "category": "office", "name": "Kota Yogyakarta", "parent": TOP},
    Device: {"site": BELOW, **enrolment(NEW, "device")},
    Handler: {"handler": ANN, "badge": 1, "role": "staff", "site": BELOW, "begins": 5, "ends": 6,
              **enrolment(NEW, "handler", ANN)},
    LabelIssuer: {"site": TOP, "hosts": ["id.example"], "ranges": ["8003/0952"], **enrolment(NEW, "label-issuer")},
    Revoke: {"key": HASH, "reason": "retired", "final": HASH},
}  # fmt: skip


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
    ],
)
def test_one_fault_is_refused_by_its_kind(type_: type[Any], changes: dict[str, Any], error: type[CustodyError]) -> None:
    with pytest.raises(error):
        roster.decode(roster._codec.encode(build(type_, **changes)))


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


@pytest.mark.parametrize("type_", [Authority, Device, Handler, LabelIssuer])
def test_a_statement_carries_the_requests_proof(type_: type[Any]) -> None:
    roster.check_possession(build(type_))  # type: ignore[arg-type]
