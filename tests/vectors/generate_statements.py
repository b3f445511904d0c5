"""Makes statements.json: one of each kind of statement, an entry, a label, a badge and pieces, from fixed keys.

Run `python -m tests.vectors.generate_statements` after a deliberate change of the format; a test compares every byte.
"""

import json
import zlib
from pathlib import Path
from typing import Any

from custody.core import badge, carried, entry, label, roster
from custody.core.canonical import b64encode
from custody.core.event import Paper, Part, Read, ReadingOf, Seal, Serials
from custody.core.planning import Leg, Plan, Planned, Policy, Roles, Sealed, Signatures, Way
from custody.core.roster import (
    Advisor,
    Auditor,
    Authority,
    Device,
    Handler,
    LabelIssuer,
    OldLog,
    Resolve,
    Revoke,
    Root,
    Site,
)
from custody.core.statement import Statement
from tests.core.statements import ANN, BELOW, BUDI, ITEM, LOG, TOP, Issuer, enrolment, key

PATH = Path(__file__).with_name("statements.json")


SEAL = "seal/pabrik-a/KS1"
PALLET = "00/095212340000000013"


def statements() -> dict[str, Statement]:
    """Every kind, every action, and every member at least once."""
    national = Issuer(key("national"))
    return trust(Issuer(key("root")), national) | plans(national) | events(Issuer(key("device")))


def trust(root: Issuer, national: Issuer) -> dict[str, Statement]:
    """Who is trusted."""
    keys = sorted([b64encode(key("root").public), b64encode(key("root2").public)])
    old = OldLog(origin="old.example/2024", size=123_456, root="ab" * 32)

    def badge_of(who: str, new: Any, **more: Any) -> dict[str, Any]:
        base = {"handler": who, "badge": 1, "role": "staff", "site": BELOW, "begins": 1_700_000_000_000}
        return base | enrolment(new, "handler", who) | more

    below = {"category": "warehouse", "name": "Gudang “Baciro”", "parent": TOP, "lat": -7_797_068, "lon": 110_370_529}
    issuer = {"hosts": ["id.example"], "ranges": ["8003/0952123"], **enrolment(key("labels"), "label-issuer")}
    all_below = {"reason": "compromised", "since": 1_750_000_000_000, "enrolled": "revoke"}
    return {
        "root": root.sign(Root, key("root2"), keys=keys, threshold=2, previous=old),
        "authority": root.sign(Authority, key("root2"), **enrolment(national.key, "authority")),
        "site": national.sign(Site, site=TOP, category="office", name="Daerah Istimewa Yogyakarta"),
        "site below": national.sign(Site, site=BELOW, **below),
        "device": national.sign(Device, site=BELOW, **enrolment(key("device"), "device")),
        "handler": national.sign(Handler, **badge_of(ANN, key("ann"))),
        "handler with an end": national.sign(
            Handler, **badge_of(BUDI, key("budi"), role="carrier", ends=1_800_000_000_000)
        ),
        "label issuer": national.sign(LabelIssuer, site=TOP, **issuer),
        "auditor": national.sign(Auditor, site=TOP, **enrolment(key("auditor"), "auditor")),
        "advisor": national.sign(Advisor, **enrolment(key("advisor"), "advisor")),
        "revoke retired": national.sign(Revoke, key="cd" * 32, reason="retired", final="ef" * 32),
        "revoke all below": national.sign(Revoke, key="cd" * 32, **all_below),
    }


def plans(national: Issuer) -> dict[str, Statement]:
    """What must be where by when, by which rules, and what became of a finding."""
    ways = [Way(to=BELOW, due=1_707_800_000_000, via=[TOP]), Way(to=TOP, due=1_708_200_000_000)]
    box = Planned(item=ITEM, kind="ballot-box", ballot_type="dpr", district="34-1", quantity=400, seals=[SEAL],
                  unnumbered=2, ways=[0, 1])  # fmt: skip
    rules: dict[str, Any] = {
        "signatures": [Signatures(action="open", count=2)],
        "roles": [Roles(action="open", roles=["staff", "supervisor"])],
        "two_devices": True, "release_ms": 86_400_000, "skew_ms": 120_000, "late_ms": 259_200_000, "manual": False,
        "digit_codes": False,
        "sealed": [Sealed(kind="ballot-box", least=2)],
        "legs": [Leg(from_="warehouse", to="polling-station", times=[3_600_000, 7_200_000])],
        "percentile": 90, "public_delay_ms": 0,
    }  # fmt: skip
    return {
        "plan": national.sign(Plan, ways=ways, items=[box]),
        "policy": national.sign(Policy, site=TOP, begins=1_700_000_000_000, **rules),
        "resolve": national.sign(Resolve, finding="f-" + "a2" * 13, reason="found", note="9a" * 32),
    }


def events(device: Issuer) -> dict[str, Statement]:
    """What happened to items."""
    ann, budi = key("ann"), key("budi")
    seals = [Seal(item=0, id=SEAL, expected="seal/pabrik-a/KS2", state="broken"), Seal(item=1, count=4)]
    read = Read(source="serial", symbology="]Q1", label="valid", others=[ReadingOf(source="manual", items=[1])])
    lost: dict[str, Any] = {"quantity": 7, "serials": Serials(first="000001", last="000007"), "ballot_type": "dpr"}
    on_paper = Paper(paper="34" * 32)
    return {
        "commission": device.event(ann, action="commission", kind="ballot-box", quantity=400, ballot_type="dpr",
                                   district="34-1", container=PALLET, to=TOP),
        "pack": device.event(ann, action="pack", container=PALLET, quantity=1),
        "unpack": device.event(ann, action="unpack", container=PALLET),
        "seal": device.event(ann, action="seal", seals=[Seal(item=0, id=SEAL)]),
        "unseal": device.event(ann, action="unseal", seals=[Seal(item=0, id=SEAL, state="intact")], purpose="psu"),
        "inspect": device.event(action="inspect", quantity=400),
        "handover": device.event(ann, budi, action="handover", items=[ITEM, "plain/kpu/KOTAK-7"], seals=seals,
                                 read=read, to=TOP, vehicle="12" * 32, carrier=BUDI, purpose="distribusi",
                                 releaser=ANN, receiver=BUDI),
        "release": device.event(ann, action="release", releaser=ANN, to=TOP, part=Part(i=1, n=2)),
        "accept on paper": device.event(ann, action="accept", receiver=on_paper, refs=["56" * 32],
                                        attesters=[BUDI], photos=["78" * 32], note="9a" * 32),
        "depart": device.event(ann, action="depart", to=TOP, carrier=BUDI, vehicle="12" * 32, compartment=[SEAL]),
        "arrive": device.event(ann, action="arrive", carrier=BUDI, compartment=[SEAL]),
        "store": device.event(ann, action="store", receiver=ANN, condition="good", warnings=["label-unsigned"]),
        "open": device.event(ann, action="open", purpose="rekapitulasi"),
        "close": device.event(ann, action="close", purpose="rekapitulasi"),
        "discrepancy": device.event(ann, action="discrepancy", kind="missing", **lost),
        "correct": device.event(ann, action="correct", refs=["56" * 32], quantity=399, purpose="typo"),
        "retire": device.event(ann, action="retire", purpose="arsip"),
    }  # fmt: skip


def vectors() -> dict[str, Any]:
    """What statements.json holds."""
    made = statements()
    issued, _ = badge.issue(ANN, bytes(range(16)), "271828", LOG)
    request = roster.request(key("device"), LOG, "device")
    return {
        "statements": {name: {"id": s.id, "envelope": s.envelope.decode()} for name, s in made.items()},
        "entry": entry.encode(made["handover"].envelope, 1_700_000_123_456).decode(),
        "label": label.sign(ITEM, "id.example", key("labels")),
        "badge": badge.encode(issued),
        "enrolment request": roster.request_codec.encode(request).decode(),
        "pieces of the release": carried.cut(made["release"].id, stored(made["release"].envelope), 800),
    }


def stored(data: bytes) -> bytes:
    """A zlib stream of at most 65,535 bytes, not compressed, which is the same whatever zlib is here (RFC 1951)."""
    size = len(data).to_bytes(2, "little")
    complement = bytes(~byte & 0xFF for byte in size)
    return b"\x78\x01\x01" + size + complement + data + zlib.adler32(data).to_bytes(4, "big")


def text() -> str:
    """The exact text of the file."""
    return json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
