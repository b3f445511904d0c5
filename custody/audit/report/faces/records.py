"""*Riwayat serah terima* of one item, and the *Berita Acara Serah Terima* of one handover."""

from collections.abc import Iterator

from custody.audit.report.faces.aspects import MANNERS
from custody.audit.report.faces.opening import ITEM
from custody.audit.report.faces.page import Block, Cell, Column, Fact, Paragraph, People, Section, Table
from custody.audit.report.faces.tables import capital, facts, left_out
from custody.audit.report.faces.voice import LAST_MS, NONE, SHORT_HASH, Noun, Voice
from custody.audit.report.records import HandedItem, HandoverRecord, ItemRecord, Party, SealSeen, Step
from custody.core.errors import legible
from custody.core.words import ACTIONS, DELIVERY_STATUSES, ITEM_STATUSES, KINDS, ROLES, Pair
from custody.moments import Moment, document_number, moment
from custody.numerals import in_words

MOST_STEPS = 500
MOST_ITEMS = 1000
_SEAL: Noun = ("segel", "seal", "seals")
_SEAL_STATES: dict[str, Pair] = {
    "intact": ("utuh", "intact"),
    "broken": ("rusak", "broken"),
    "missing": ("hilang", "missing"),
}
CONDITIONS: dict[str, Pair] = {"good": ("baik", "good"), "damaged": ("rusak", "damaged"), "wet": ("basah", "wet")}
_FIRST: Pair = ("Pihak pertama", "First party")
_SECOND: Pair = ("Pihak kedua", "Second party")


def item_record(record: ItemRecord, voice: Voice) -> Section:
    state = record.state
    now: dict[Pair, Cell | str] = {
        ("Nomor barang", "Item id"): Cell(legible(state.item), code=True),
        ("Jenis", "Kind"): voice.word(KINDS, state.kind),
        ("Surat suara", "Ballots"): " · ".join(legible(one) for one in (state.ballot_type, state.district) if one),
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
        *_party(_FIRST, step.giver, voice),
        *_taker(step, voice),
        *_party(("Pengangkut", "Carrier"), step.carrier, voice),
        *(line for one in step.attesters for line in _party(("Mengetahui", "Attested by"), one, voice)),
    ]
    seals = [_seal(one, voice) for one in step.seals]
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
    return _party(_SECOND, step.taker, voice)


def _party(label: Pair, party: Party | None, voice: Voice) -> list[str]:
    if party is None:
        return []
    role = f" ({voice(ROLES[party.role])})" if party.role else ""
    signed = voice(("menandatangani", "signed")) if party.signed else voice(("tidak menandatangani", "did not sign"))
    return [f"{voice(label)}: {voice.party(party.handler)}{role}, {signed}"]


def _seal(seal: SealSeen, voice: Voice) -> str:
    said = legible(seal.seal) if seal.seal else _unnumbered(seal.count or 0, voice)
    if seal.expected and seal.expected != seal.seal:
        said += voice((" (seharusnya {expected})", " (expected {expected})"), expected=legible(seal.expected))
    return f"{said}, {voice.word(_SEAL_STATES, seal.state)}" if seal.state else said


def _unnumbered(count: int, voice: Voice) -> str:
    return voice(("{count} tanpa nomor", "{count} without a number"), count=voice.number(count))


def handover_record(record: HandoverRecord, voice: Voice) -> Section:
    step, at = record.step, _moment(record.step, voice)
    parties = [(_FIRST, step.giver), (_SECOND, step.taker), (("Pengangkut", "Carrier"), step.carrier)]
    people = [_person(label, party, voice) for label, party in parties if party is not None]
    people += [_person(("Mengetahui", "Attested by"), party, voice) for party in step.attesters]
    about: dict[Pair, Cell | str] = {
        ("Nomor", "Number"): Cell(document_number(step.seq, step.action, step.device, at), code=True),
        ("Tujuan", "Destination"): voice.site(step.to) if step.to else "",
        ("Ditandatangani", "Signed by"): voice(MANNERS[step.manner]) if step.manner else "",
        ("Keadaan barang", "Condition"): voice.word(CONDITIONS, step.condition) if step.condition else "",
        ("Pernyataan", "Statement"): Cell(legible(step.statement), code=True),
    }
    return Section(
        "handover",
        voice(("Berita Acara Serah Terima", "Record of handover")),
        voice(
            (
                "Petikan dari log. Bila ada lembar yang ditandatangani basah, lembar itulah dokumen aslinya.",
                "As the log has it. Where a sheet was signed by hand, that sheet is the document.",
            )
        ),
        [Paragraph(_declared(record, at, voice)), facts(about, voice), People(people), *_annex(record.items, voice)],
    )


def _moment(step: Step, voice: Voice) -> Moment:
    """What a device's clock says may lie beyond every calendar; then the day is that of the log."""
    return moment(step.when if step.when <= LAST_MS else step.received, voice.zone(step.site))


def _declared(record: HandoverRecord, at: Moment, voice: Voice) -> str:
    """What the parties sign."""
    step = record.step
    seals = sum(one.count or 1 for item in record.items for one in item.seals if one.state != "missing")
    return voice(
        (
            "Pada hari ini, {words}, pukul {clock}, bertempat di {place}, {act} logistik pemilu sebanyak {items}"
            " ({in_words}) barang dengan {seals} ({seals_in_words}) segel.",
            "On {english}, at {place}, {act} {english_items} of election logistics with {english_seals}.",
        ),
        act=voice(_act(step)),
        words=at.in_words,
        clock=at.clock,
        english=at.english,
        place=voice.site(step.site),
        items=voice.number(step.items),
        in_words=in_words(step.items),
        seals=voice.number(seals),
        seals_in_words=in_words(seals),
        english_items=voice.count(step.items, ITEM),
        english_seals=voice.count(seals, _SEAL),
    )


def _act(step: Step) -> Pair:
    if step.taker is None:
        return "PIHAK PERTAMA menyerahkan", "the first party released"
    if step.giver is None:
        return "PIHAK KEDUA menerima", "the second party accepted"
    return "PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA", "the first party gave to the second party"


def _person(label: Pair, party: Party, voice: Voice) -> list[Fact]:
    said: dict[Pair, Cell | str] = {
        ("Sebagai", "As"): Cell(voice(label), strong=True),
        ("Nama", "Name"): named if (named := voice.party(party.handler)) != party.handler else "",
        ("Nomor petugas", "Handler id"): Cell(legible(party.handler), code=True) if party.handler != "paper" else "",
        ("Peran", "Role"): voice(ROLES[party.role]) if party.role else "",
        ("Lokasi tugas", "Home site"): voice.site(party.site) if party.site else "",
        ("Tanda tangan", "Signature"): voice(
            ("dengan kartu pengenal, entri {index}", "by badge, entry {index}"), index=voice.number(party.index)
        )
        if party.signed and party.index is not None
        else voice(("tidak ada", "none")),
    }
    return facts(said, voice).facts


def _annex(items: list[HandedItem], voice: Voice) -> Iterator[Block]:
    shown = items[:MOST_ITEMS]
    yield Table(
        voice(("Lampiran: barang yang diserahterimakan", "Annex: what was handed over")),
        [
            Column(voice(("Nomor barang", "Item id")), share=4),
            Column(voice(("Jenis", "Kind")), share=3),
            Column(voice(("Isi", "Contents")), numeric=True),
            Column(voice(("Segel", "Seals")), share=4),
        ],
        [
            [
                Cell(legible(one.item), code=True),
                Cell(
                    voice.word(KINDS, one.kind),
                    [" · ".join(map(legible, filter(None, (one.ballot_type, one.district))))]
                    if one.ballot_type or one.district
                    else [],
                ),
                Cell(voice.number(one.quantity if one.quantity is not None else one.contents)),
                Cell(_seal(one.seals[0], voice) if one.seals else NONE, [_seal(seal, voice) for seal in one.seals[1:]]),
            ]
            for one in shown
        ],
        more=left_out(len(shown), len(items), voice),
    )
