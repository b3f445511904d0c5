"""Makes statements.json: one of each kind of statement, an entry, a label and a badge, from fixed keys.

Run `python -m tests.vectors.generate_statements` after a deliberate change of the format; a test compares every byte.
"""

import json
from pathlib import Path
from typing import Any

from custody.core import badge, entry, label, roster
from custody.core.canonical import b64encode
from custody.core.event import Paper, Part, Read, ReadingOf, Seal
from custody.core.roster import Authority, Device, Handler, LabelIssuer, OldLog, Revoke, Root, Site
from custody.core.statement import Statement
from tests.core.statements import ANN, BELOW, BUDI, ITEM, LOG, TOP, Issuer, enrolment, key

PATH = Path(__file__).with_name("statements.json")


def statements() -> dict[str, Statement]:
    """Every kind, every action, and every member at least once."""
    root, national, device = Issuer(key("root")), Issuer(key("national")), Issuer(key("device"))
    ann, budi, label_key = key("ann"), key("budi"), key("labels")
    keys = sorted([b64encode(key("root").public), b64encode(key("root2").public)])
    old = OldLog(origin="old.example/2024", size=123_456, root="ab" * 32)

    def badge_of(who: str, new: Any, **more: Any) -> dict[str, Any]:
        base = {"handler": who, "badge": 1, "role": "staff", "site": BELOW, "begins": 1_700_000_000_000}
        return base | enrolment(new, "handler", who) | more

    seals = [Seal(item=0, id="seal/pabrik-a/KS1", expected="seal/pabrik-a/KS2", state="broken"), Seal(item=1, count=4)]
    read = Read(source="serial", symbology="]Q1", label="valid", others=[ReadingOf(source="manual", items=[1])])
    issuer = {"site": TOP, "hosts": ["id.example"], "ranges": ["8003/0952123"], **enrolment(label_key, "label-issuer")}
    both = {"releaser": ANN, "receiver": BUDI}
    return {
        "root": root.sign(Root, key("root2"), keys=keys, threshold=2, previous=old),
        "authority": root.sign(Authority, key("root2"), **enrolment(key("national"), "authority")),
        "site": national.sign(Site, site=TOP, category="office", name="Daerah Istimewa Yogyakarta"),
        "site below": national.sign(Site, site=BELOW, category="warehouse", name="Gudang “Baciro”", parent=TOP),
        "device": national.sign(Device, site=BELOW, **enrolment(device.key, "device")),
        "handler": national.sign(Handler, **badge_of(ANN, ann)),
        "handler with an end": national.sign(Handler, **badge_of(BUDI, budi, role="carrier", ends=1_800_000_000_000)),
        "label issuer": national.sign(LabelIssuer, **issuer),
        "revoke retired": national.sign(Revoke, key="cd" * 32, reason="retired", final="ef" * 32),
        "revoke compromised": national.sign(Revoke, key="cd" * 32, reason="compromised", since=1_750_000_000_000),
        "commission": device.event(ann, action="commission", kind="ballot-box", quantity=400, ballot_type="dpr",
                                   district="34-1", container="00/095212340000000013", to=TOP),
        "handover": device.event(ann, budi, action="handover", items=[ITEM, "plain/kpu/KOTAK-7"], seals=seals,
                                 read=read, to=TOP, vehicle="12" * 32, carrier=BUDI, purpose="distribusi", **both),
        "release": device.event(ann, action="release", releaser=ANN, to=TOP, part=Part(i=1, n=2)),
        "accept on paper": device.event(ann, action="accept", receiver=Paper(paper="34" * 32), refs=["56" * 32],
                                        attesters=[BUDI], photos=["78" * 32], note="9a" * 32),
        "store": device.event(ann, action="store", receiver=ANN, condition="good", warnings=["label-unsigned"]),
        "inspect": device.event(action="inspect", quantity=400),
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
    }


def text() -> str:
    """The exact text of the file."""
    return json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
