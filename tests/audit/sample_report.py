"""A report as a model may give it, with all that it can hold, and words in it that would like to be more than words."""

from hashlib import sha256

from custody.audit.claims import Claim
from custody.audit.report.figures import (
    Changes,
    Clocks,
    Custody,
    Deliveries,
    DeviceClock,
    Figures,
    FindingCount,
    FindingRow,
    Handovers,
    Keys,
    Kind,
    Reconciliation,
    RevokedKey,
    Seals,
    SiteRow,
)
from custody.audit.report.model import (
    Cover,
    Names,
    NoteSignature,
    Report,
    SignedCheckpoint,
    TrustedKeys,
    Verification,
)
from custody.audit.report.records import (
    DeliveryRow,
    HandedItem,
    HandedOver,
    HandoverRecord,
    ItemRecord,
    Party,
    SealSeen,
    Step,
)
from custody.audit.report.sections import SECTIONS
from custody.audit.result import Fault
from custody.core.canonical import b64encode
from custody.core.checkpoint import Checkpoint
from custody.core.draft import Facts
from custody.core.findings import CATALOGUE, finding_id
from custody.core.item import Last
from custody.core.note import encode_vkey, key_id
from custody.core.standing import ItemState, PlanStatus
from tests.world import LOG_KEY, ORIGIN, handler_id, item_id, key_of

NOW = 1_795_859_100_000
"""28 November 2026, 16.45 WIB."""
HOUR = 3_600_000
HOSTILE = '</td><script>alert(1)</script> #panic("typst") $x^2$ *_` \\ ]#{ {0} {{x}} \u202e'
"""A site's name: markup of both faces, a pattern, and a change of direction."""
OTHER_SCRIPT = "ꦏꦸꦠ 投票 🗳"
"""A person's name that none of the typesetter's fonts can show."""
TOP = "414/9520000000013"
DEVICE, STATEMENT = key_of("report", "device").keyid, sha256(b"statement").hexdigest()


def place(code: str) -> str:
    return f"{TOP}/254/{code}"


PROVINCES = {
    "11": "Aceh", "12": "Sumatera Utara", "32": "Jawa Barat", "33": "Jawa Tengah", "35": "Jawa Timur",
    "51": "Bali", "53": "Nusa Tenggara Timur", "73": "Sulawesi Selatan", "91": "Papua", "95": "Papua Pegunungan",
}  # fmt: skip
REGENCIES = {"32.04": "Kabupaten Bandung", "32.73": "Kota Bandung", "95.01": HOSTILE, "35.78": "Kota Surabaya"}
NAMES = {TOP: "Komisi Pemilihan Umum", **{place(code): name for code, name in (PROVINCES | REGENCIES).items()}}
PERSON = handler_id(7)


def deliveries(scale: int) -> Deliveries:
    return Deliveries(90 * scale, 7 * scale, 40 * scale, 3 * scale, scale)


def amounts(scale: int) -> Reconciliation:
    return Reconciliation(141 * scale, 120 * scale, 98 * scale, 30 * scale, scale, 60 * scale, 22 * scale)


def site_rows() -> list[SiteRow]:
    rows = [SiteRow(TOP, None, "office", 0, deliveries(60), amounts(60))]
    for number, code in enumerate(PROVINCES, start=1):
        rows.append(SiteRow(place(code), TOP, "office", 1, deliveries(number), amounts(number)))
        rows += [
            SiteRow(place(below), place(code), "office", 2, deliveries(1), amounts(1))
            for below in REGENCIES
            if below.startswith(code)
        ]
    return rows


def finding(code: str, number: int, *, site: str, facts: Facts, **changes: object) -> FindingRow:
    row = FindingRow(
        id=finding_id(code, str(number)),
        code=code,
        subject=str(number),
        severity=CATALOGUE[code].severity,
        section=SECTIONS[code],
        since=NOW - number * HOUR,
        open=True,
        root=True,
        parent=None,
        consequences=[],
        evidence=[number, number + 12_000],
        closed_by=[],
        closed_at=None,
        resolved=None,
        void=[],
        items=[item_id(number)],
        sites=[site],
        facts=facts,
    )
    return FindingRow(**{name: changes.get(name, getattr(row, name)) for name in FindingRow.__struct_fields__})


def findings() -> list[FindingRow]:
    bandung, pegunungan = place("32.04"), place("95.01")
    lost = finding("discrepancy-missing", 3, site=bandung, facts={})
    late = finding("late", 4, site=bandung, facts={"to": bandung, "due": NOW - HOUR}, root=False, parent=lost.id)
    many = [item_id(number) for number in range(20, 32)]
    return [
        finding("seal-differs", 1, site=pegunungan, facts={"recorded": "seal/a/1", "read": "seal/a/7"}, items=many),
        finding("seal-differs", 2, site=place("32.73"), facts={"recorded": "seal/a/9", "read": "seal/a/6"}),
        FindingRow(**{n: getattr(lost, n) if n != "consequences" else [late.id] for n in FindingRow.__struct_fields__}),
        late,
        finding("wrong-destination", 5, site=pegunungan, facts={"to": bandung, "site": pegunungan}),
        finding("release-open", 6, site=place("91"), facts={}),
        finding("one-device", 7, site=place("33"), facts={}, void=[77]),
        finding("clock-ahead", 8, site=place("53"), facts={"ms": 7_260_000}, items=[]),
        finding("custody-break", 9, site=place("73"), facts={"from": NOW - 50 * HOUR, "to": NOW - 40 * HOUR},
                open=False, closed_at=NOW - 2 * HOUR, closed_by=[4_711], resolved="explained"),
    ]  # fmt: skip


def counts(rows: list[FindingRow]) -> list[FindingCount]:
    return [
        FindingCount(
            code,
            CATALOGUE[code].severity,
            SECTIONS[code],
            sum(one.root for one in of),
            sum(not one.root for one in of),
            sum(one.open for one in of),
        )
        for code in CATALOGUE
        if (of := [one for one in rows if one.code == code])
    ]


def revoked() -> RevokedKey:
    return RevokedKey(
        key=key_of("lost").keyid,
        role="handler",
        handler=PERSON,
        site=place("32.04"),
        reason="compromised",
        since=NOW - 30 * HOUR,
        index=4_444,
        received=NOW - 20 * HOUR,
        events=40,
        outside=2,
        uncertain=1,
        items=17,
    )


def figures() -> Figures:
    rows = findings()
    return Figures(
        items={"planned": 1_204, "held": 5_120, "in-transit": 812, "uncertain": 2, "contained": 20_311, "retired": 14},
        kinds=[
            Kind("ballot-box", None, 8_400, 0),
            Kind("ballot-bundle", "ppwp", 8_400, 1_208_921),
            Kind(None, None, 3, 0),
        ],
        reconciliation=amounts(60),
        seals=Seals(42_000, 38_112, 7_913, 33_600, 8_399, {"seal-differs": 2, "seal-missing": 1}, 13),
        custody=Custody(27_463, 27_459, 1, 3, {"custody-break": 1, "release-open": 2}),
        handovers=Handovers(
            {"two-devices": Changes(611, 20_000), "one-device": Changes(202, 4_004), "paper": Changes(31, 800)},
            Changes(9, 812),
        ),
        deliveries=deliveries(60),
        clocks=Clocks(
            112,
            58_204,
            7_260_000,
            3 * 24 * HOUR,
            {"clock-ahead": 1},
            [DeviceClock(DEVICE, place("53"), 1_204, 7_260_000, 26 * HOUR, {"clock-ahead": 1})],
        ),
        keys=Keys({"root": 3, "authority": 12, "device": 112, "handler": 2_048}, [revoked()]),
        sites=site_rows(),
        counts=counts(rows),
        findings=rows,
    )


def checkpoint() -> SignedCheckpoint:
    signed = Checkpoint(ORIGIN, 58_991, sha256(b"root").digest())
    witness = "\u2014 witness.example " + b64encode(b"1234" + bytes(64)) + "\n"
    return SignedCheckpoint(
        signed.sign(LOG_KEY).decode() + witness,
        ORIGIN,
        signed.size,
        signed.root.hex(),
        [
            NoteSignature(ORIGIN, key_id(ORIGIN, LOG_KEY.public).hex(), "log", verified=True),
            NoteSignature("witness.example", "31323334", "other", verified=False),
        ],
    )


def verification() -> Verification:
    return Verification(
        verdict="holds",
        fault_count=0,
        faults=[],
        proved=[
            Claim("entries-hashed", {"size": 58_991}),
            Claim("entry-0", {}),
            Claim("signatures", {"signatures": 174_612}),
            Claim("received-in-order", {"first_received": NOW - 900 * HOUR, "last_received": NOW - HOUR}),
        ],
        unproved=[
            Claim("same-for-everybody", {}),
            Claim("other-signatures", {"other_signatures": 1}),
            Claim("never-delivered", {}),
        ],
        keys=TrustedKeys(
            encode_vkey(ORIGIN, LOG_KEY.public),
            sha256(b"entry 0").hexdigest(),
            [key_of("root", n).keyid for n in range(3)],
            2,
        ),
    )


def cover(**changes: object) -> Cover:
    values = {
        "site": None, "begins": None, "ends": None, "item": None, "handover": None, "levels": 3,
        "as_of": NOW, "entries": 58_991, "last_received": NOW - HOUR,
    }  # fmt: skip
    return Cover(**values | changes)  # type: ignore[arg-type]


def report(**changes: object) -> Report:
    """Of a whole election."""
    whole = {
        "cover": cover(),
        "checkpoint": checkpoint(),
        "verification": verification(),
        "figures": figures(),
        "item": None,
        "handover": None,
        "names": Names(NAMES, {PERSON: OTHER_SCRIPT, handler_id(1): "Siti Rahmawati"}),
    }  # fmt: skip
    return Report(**whole | changes)  # type: ignore[arg-type]


def faulty_report() -> Report:
    """Of a log that is not what its key signed."""
    fault = Fault("bad-proof", HOSTILE, 4_711, "at most 9 bytes", "nothing")
    broken = Verification("faulty", 21, [fault], [], [], verification().keys)
    return report(verification=broken, figures=None)


def step(**changes: object) -> Step:
    values = {
        "index": 1_203, "statement": STATEMENT, "device": DEVICE, "seq": 42, "action": "handover",
        "when": NOW - 5 * HOUR, "received": NOW - 4 * HOUR, "site": place("95.01"), "to": place("32.04"),
        "container": None,
        "giver": Party(handler_id(1), "staff", place("32.04"), signed=True, index=1_203, device=DEVICE),
        "taker": Party(PERSON, "carrier", None, signed=True, index=1_203, device=DEVICE),
        "carrier": None,
        "attesters": [Party(handler_id(3), "supervisor", place("95"), signed=True, index=1_203, device=DEVICE)],
        "manner": "one-device", "actors": [], "taken_by": [1_400], "items": 2,
        "seals": [SealSeen("seal/maker/321", None, "seal/maker/123", None), SealSeen(None, 4, None, "intact")],
        "condition": "good", "corrected_by": [1_300], "annulled": False, "findings": ["f-a"],
    }  # fmt: skip
    return Step(**values | changes)  # type: ignore[arg-type]


def item_report() -> Report:
    steps = [
        step(index=12, action="commission", giver=None, taker=None, attesters=[], manner=None, seals=[], to=None),
        step(),
        step(
            index=1_204,
            action="release",
            taker=Party(handler_id(1), "staff", None, signed=False, index=None, device=None),
            manner=None,
        ),
        step(
            index=1_400,
            action="accept",
            manner="paper",
            taker=Party("paper", None, None, signed=False, index=None, device=None),
        ),
    ]
    state = ItemState(
        item_id(1),
        "in-transit",
        "ballot-box",
        "presiden",
        "JABAR-2",
        300,
        place("32.04"),
        PERSON,
        place("95"),
        [],
        [],
        ["seal/maker/321"],
        4,
        open=False,
        condition="good",
        last=Last(1_400, NOW, STATEMENT, "accept", place("95")),
        plan=PlanStatus("at-risk", 0, 2, place("95"), NOW, None),
    )
    record = ItemRecord(
        state,
        [
            DeliveryRow(place("95"), [place("91")], NOW + HOUR, "at-risk", None),
            DeliveryRow(place("32.04"), [], NOW - 50 * HOUR, "delivered", punctual=False),
        ],
        steps,
    )
    return report(cover=cover(item=item_id(1)), item=record)


def handover_report() -> Report:
    seals = [SealSeen("seal/maker/321", None, "seal/maker/123", None), SealSeen(None, 4, None, "intact")]
    items = [
        HandedItem(item_id(1), "ballot-box", None, None, None, 5, seals),
        HandedItem(item_id(2), "ballot-bundle", "presiden", "JABAR-2", 300, 0, []),
    ]
    record = HandoverRecord(step(), [HandedOver(step(), items)])
    return report(cover=cover(handover=1_203), handover=record)
