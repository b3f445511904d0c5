"""*Riwayat serah terima* of one item."""

from collections.abc import Iterator

from custody.audit.report.faces.aspects import MANNERS
from custody.audit.report.faces.page import Block, Cell, Column, Paragraph, Section, Table
from custody.audit.report.faces.tables import capital, facts, left_out
from custody.audit.report.faces.voice import NONE, SHORT_HASH, Voice
from custody.audit.report.records import ItemRecord, Party, SealSeen, Step
from custody.core.errors import legible
from custody.core.words import ACTIONS, DELIVERY_STATUSES, ITEM_STATUSES, KINDS, ROLES, Pair

MOST_STEPS = 500
_SEAL_STATES: dict[str, Pair] = {
    "intact": ("utuh", "intact"),
    "broken": ("rusak", "broken"),
    "missing": ("hilang", "missing"),
}
CONDITIONS: dict[str, Pair] = {"good": ("baik", "good"), "damaged": ("rusak", "damaged"), "wet": ("basah", "wet")}
FIRST: Pair = ("Pihak pertama", "First party")
SECOND: Pair = ("Pihak kedua", "Second party")


def item_record(record: ItemRecord, voice: Voice) -> Section:
    state = record.state
    now: dict[Pair, Cell | str] = {
        ("Nomor barang", "Item id"): Cell(legible(state.item), code=True),
        ("Jenis", "Kind"): voice.word(KINDS, state.kind),
        ("Surat suara", "Ballots"): voice.ballots(state.ballot_type, state.district),
        ("Keadaan sekarang", "Status now"): capital(voice.word(ITEM_STATUSES, state.status)),
        ("Lokasi", "Site"): voice.site(state.site) if state.site else "",
        ("Dikuasai oleh", "In the custody of"): voice.party(state.custodian) if state.custodian else "",
        ("Di dalam", "Inside"): ", ".join(map(legible, state.containers)),
        ("Segel terpasang", "Seals on it"): ", ".join(
            [*map(legible, state.seals), *([_unnumbered(state.unnumbered, voice)] if state.unnumbered else [])]
        ),
    }
    return Section(
        "item",
        voice(("Riwayat serah terima", "History of handovers")),
        voice(
            (
                "Semua yang tercatat tentang barang ini menurut urutan kejadiannya, dengan kedua pihak pada tiap serah"
                " terima.",
                "All that is on record of this item in the order in which it happened, with both parties at each"
                " handover.",
            )
        ),
        [facts(now, voice), *_deliveries(record, voice), *_steps(record.steps, voice)],
    )


def _deliveries(record: ItemRecord, voice: Voice) -> Iterator[Table]:
    if not record.deliveries:
        return
    late: dict[bool | None, Pair] = {
        True: ("tepat waktu", "on time"),
        False: ("terlambat", "late"),
        None: ("", ""),
    }
    yield Table(
        voice(("Pengiriman menurut rencana", "Planned deliveries")),
        [
            Column(voice(("Tujuan", "Destination")), share=3),
            Column(voice(("Selambatnya", "Due")), share=2),
            Column(voice(("Keadaan", "Status")), share=2),
        ],
        [
            [
                Cell(
                    voice.site(one.to),
                    [voice(("melalui {via}", "by {via}"), via=", ".join(map(voice.site, one.via)))] if one.via else [],
                ),
                Cell(voice.instant(one.due, one.to)),
                Cell(
                    ", ".join(
                        filter(
                            None,
                            (
                                voice.word(DELIVERY_STATUSES, one.status),
                                voice(late[one.punctual]) if one.status == "delivered" else "",
                            ),
                        )
                    )
                ),
            ]
            for one in record.deliveries
        ],
    )


def _steps(steps: list[Step], voice: Voice) -> Iterator[Block]:
    if not steps:
        yield Paragraph(voice(("Belum ada peristiwa yang tercatat.", "No event is on record yet.")))
        return
    shown = steps[:MOST_STEPS]
    yield Table(
        voice(("Peristiwa", "Events")),
        [
            Column(voice(("Peristiwa dan waktu", "Event and time")), share=5),
            Column(voice(("Pihak", "Parties")), share=6),
            Column(voice(("Segel dan keadaan", "Seals and condition")), share=4),
            Column(voice(("Bukti", "Evidence")), share=3),
        ],
        [_step(one, voice) for one in shown],
        more=left_out(len(shown), len(steps), voice),
    )


def _step(step: Step, voice: Voice) -> list[Cell]:
    where = [voice.instant(step.when, step.site), voice.site(step.site)]
    if step.to:
        where.append(voice(("tujuan: {to}", "to: {to}"), to=voice.site(step.to)))
    if step.container:
        where.append(voice(("di dalam {id}", "inside {id}"), id=legible(step.container)))
    if step.annulled:
        where.append(voice(("dibatalkan", "annulled")))
    how = [capital(voice(MANNERS[step.manner]))] if step.manner else []
    alone = step.giver is None and step.taker is None
    people = [
        *how,
        *(line for one in step.actors if alone for line in _party(("Oleh", "By"), one, voice)),
        *_party(FIRST, step.giver, voice),
        *_taker(step, voice),
        *_party(("Pengangkut", "Carrier"), step.carrier, voice),
        *(line for one in step.attesters for line in _party(("Mengetahui", "Attested by"), one, voice)),
    ]
    seals = [seal_line(one, voice) for one in step.seals]
    if step.condition:
        seals.append(voice.word(CONDITIONS, step.condition))
    proof = [legible(step.statement[:SHORT_HASH])]
    if step.taken_by:
        acceptances = ", ".join(map(voice.number, step.taken_by))
        proof.append(voice(("diterima di entri {index}", "accepted in entry {index}"), index=acceptances))
    if step.corrected_by:
        corrections = ", ".join(map(voice.number, step.corrected_by))
        proof.append(voice(("diperbaiki di entri {index}", "corrected in entry {index}"), index=corrections))
    if step.findings:
        proof.append(voice.count(len(step.findings), ("ketidaksesuaian", "finding", "findings")))
    entry = voice(("entri {index}", "entry {index}"), index=voice.number(step.index))
    return [
        Cell(voice.word(ACTIONS, step.action), where, strong=True),
        Cell(people[0] if people else NONE, people[1:]),
        Cell(seals[0] if seals else NONE, seals[1:]),
        Cell(entry, proof),
    ]


def _taker(step: Step, voice: Voice) -> list[str]:
    """A release only names who is to take it; that he has is another step."""
    if step.action == "release" and step.taker is not None and not step.taker.signed:
        return [voice(("Ditujukan kepada: {name}", "Released to: {name}"), name=voice.party(step.taker.handler))]
    return _party(SECOND, step.taker, voice)


def _party(label: Pair, party: Party | None, voice: Voice) -> list[str]:
    if party is None:
        return []
    role = f" ({voice(ROLES[party.role])})" if party.role else ""
    signed = voice(("menandatangani", "signed")) if party.signed else voice(("tidak menandatangani", "did not sign"))
    return [f"{voice(label)}: {voice.party(party.handler)}{role}, {signed}"]


def seal_line(seal: SealSeen, voice: Voice) -> str:
    """A seal: its number or how many, its state, and the number that the device knew of: there may be a newer one."""
    said = legible(seal.seal) if seal.seal else _unnumbered(seal.count or 0, voice)
    if seal.expected and seal.expected != seal.seal:
        known = (" (catatan perangkat: {expected})", " (the device's record: {expected})")
        said += voice(known, expected=legible(seal.expected))
    return f"{said}, {voice.word(_SEAL_STATES, seal.state)}" if seal.state else said


def _unnumbered(count: int, voice: Voice) -> str:
    return voice(("{count} tanpa nomor", "{count} without a number"), count=voice.number(count))
