"""The *Berita Acara Serah Terima* of one handover."""

from collections.abc import Iterator

from custody.audit.report.faces.aspects import MANNERS
from custody.audit.report.faces.opening import ITEM
from custody.audit.report.faces.page import Block, Cell, Column, Fact, Heading, Paragraph, People, Section, Table
from custody.audit.report.faces.records import CONDITIONS, FIRST, SECOND, seal_line
from custody.audit.report.faces.tables import facts, left_out
from custody.audit.report.faces.voice import LAST_MS, NONE, Noun, Voice
from custody.audit.report.records import HandedItem, HandedOver, HandoverRecord, Party, Step
from custody.core.errors import legible
from custody.core.item import PAPER
from custody.core.words import KINDS, ROLES, Pair
from custody.moments import Moment, document_number, moment
from custody.numerals import in_words

MOST_PARTS = 100
_SEAL: Noun = ("segel", "seal", "seals")


def handover_record(record: HandoverRecord, voice: Voice) -> Section:
    step = record.step
    number = document_number(step.seq, step.action, step.device, _moment(step, voice))
    about: dict[Pair, Cell | str] = {
        ("Nomor", "Number"): Cell(number, code=True),
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
        [*_corrected(step, voice), facts(about, voice), *_parts(record.parts, voice)],
    )


def _corrected(step: Step, voice: Voice) -> Iterator[Block]:
    """Said first: that what follows does not hold any more, or holds otherwise than it was signed."""
    entries = ", ".join(map(voice.number, step.corrected_by))
    if step.annulled:
        yield Heading(voice(("DIBATALKAN", "ANNULLED")))
        said = (
            "Serah terima ini dibatalkan di entri {entries}. Yang tertulis di bawah ini adalah isinya semula, yang"
            " tidak berlaku lagi.",
            "This handover was annulled in entry {entries}. What stands below is what it said, and holds no more.",
        )
        yield Paragraph(voice(said, entries=entries))
    elif entries:
        said = (
            "Serah terima ini diperbaiki di entri {entries}. Yang tertulis di bawah ini adalah isinya setelah"
            " perbaikan.",
            "This handover was corrected in entry {entries}. What stands below is how it reads since.",
        )
        yield Paragraph(voice(said, entries=entries))


def _parts(parts: list[HandedOver], voice: Voice) -> Iterator[Block]:
    shown = parts[:MOST_PARTS]
    for number, part in enumerate(shown, 1):
        if len(parts) > 1:
            yield Heading(_part_title(number, len(parts), part.step, voice))
        yield from _part(part, voice)
    more = left_out(len(shown), len(parts), voice)
    if more:
        yield Paragraph(more)


def _part_title(number: int, of: int, step: Step, voice: Voice) -> str:
    title = voice(("Bagian {number} dari {of}", "Part {number} of {of}"), number=number, of=of)
    return f"{title}: {voice(('DIBATALKAN', 'ANNULLED'))}" if step.annulled else title


def _part(part: HandedOver, voice: Voice) -> Iterator[Block]:
    step = part.step
    manner = part.acceptance.manner if part.acceptance is not None else step.manner
    about: dict[Pair, Cell | str] = {
        ("Tujuan", "Destination"): voice.site(step.to) if step.to else "",
        ("Ditandatangani", "Signed by"): voice(MANNERS[manner]) if manner else "",
        ("Keadaan barang", "Condition"): voice.word(CONDITIONS, step.condition) if step.condition else "",
    }
    yield Paragraph(_declared(part, voice))
    if step.action == "release" and not step.annulled:
        yield Paragraph(_acceptance(part, voice))
    if any(about.values()):
        yield facts(about, voice)
    yield People([_person(label, party, voice) for label, party in _people(part)])
    yield _annex(part.items, voice)


def _moment(step: Step, voice: Voice) -> Moment:
    """What a device's clock says may lie beyond every calendar; then the day is that of the log."""
    return moment(step.when if step.when <= LAST_MS else step.received, voice.zone(step.site))


def _declared(part: HandedOver, voice: Voice) -> str:
    """What the parties sign."""
    step, at, count = part.step, _moment(part.step, voice), len(part.items)
    return voice(
        (
            "Pada hari ini, {words}, pukul {clock}, bertempat di {place}, {act} logistik pemilu sebanyak {items}"
            " ({in_words}) barang{sealed}{purpose}.",
            "On {english}, at {place}, {act} {english_items} of election logistics{sealed}{purpose}.",
        ),
        act=voice(_act(step)),
        words=at.in_words,
        clock=at.clock,
        english=at.english,
        place=voice.site(step.site),
        items=voice.number(count),
        in_words=in_words(count),
        english_items=voice.count(count, ITEM),
        sealed=_sealed(part.items, voice),
        purpose=_purpose(step, voice),
    )


def _sealed(items: list[HandedItem], voice: Voice) -> str:
    """With how many seals; nothing where none was read, for that does not say that there was none."""
    read = [one for item in items for one in item.seals]
    if not read:
        return ""
    seals = sum(one.count or 1 for one in read if one.state != "missing")
    return voice(
        (" dengan {seals} ({in_words}) segel", " with {english_seals}"),
        seals=voice.number(seals),
        in_words=in_words(seals),
        english_seals=voice.count(seals, _SEAL),
    )


def _act(step: Step) -> Pair:
    if step.action == "release":
        return "PIHAK PERTAMA menyerahkan", "the first party released"
    if step.action == "handover":
        return "PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA", "the first party gave to the second party"
    if step.giver is None:
        return "PIHAK KEDUA menerima", "the second party accepted"
    return "PIHAK KEDUA menerima dari PIHAK PERTAMA", "the second party accepted from the first party"


def _purpose(step: Step, voice: Voice) -> str:
    """A release only names who is to take it; that he has is another event."""
    if step.action == "release" and step.taker is not None:
        name = voice.party(step.taker.handler)
        return voice((", untuk diterima oleh {name}", ", to be accepted by {name}"), name=name)
    if step.manner == "unreleased":
        return voice((", tanpa penyerahan yang tercatat", ", with no release on record"))
    return ""


def _acceptance(part: HandedOver, voice: Voice) -> str:
    """By whom what was released was accepted, if by anybody."""
    accepted, meant = part.acceptance, part.step.taker
    if accepted is None:
        return voice(
            (
                "Hingga waktu laporan ini, belum ada yang tercatat menerima barang tersebut.",
                "As of this report, nobody is on record as having accepted them.",
            )
        )
    said = voice(
        (
            "Barang tersebut diterima PIHAK KEDUA di {place} pada {at}, tercatat di entri {entry}.",
            "The second party accepted them at {place} on {at}, as entry {entry} records.",
        ),
        place=voice.site(accepted.site),
        at=voice.instant(accepted.when, accepted.site),
        entry=voice.number(accepted.index),
    )
    if meant is None or accepted.taker is None or accepted.taker.handler in (meant.handler, PAPER):
        return said
    other = voice(
        ("PIHAK KEDUA bukan orang yang dituju.", "The second party is not the one to whom they were released.")
    )
    return f"{said} {other}"


def _people(part: HandedOver) -> Iterator[tuple[Pair, Party]]:
    step, accepted = part.step, part.acceptance
    if step.giver is not None:
        yield FIRST, step.giver
    meant = step.taker if step.action == "release" else None
    receives = accepted if step.action == "release" else step
    taker = receives.taker if receives is not None else None
    if taker is not None:
        yield SECOND, taker
    if meant is not None and (taker is None or taker.handler != meant.handler):
        yield ("Ditujukan kepada", "Released to"), meant
    if step.carrier is not None:
        yield ("Pengangkut", "Carrier"), step.carrier
    for attester in [*step.attesters, *(accepted.attesters if accepted is not None else [])]:
        yield ("Mengetahui", "Attested by"), attester


def _person(label: Pair, party: Party, voice: Voice) -> list[Fact]:
    said: dict[Pair, Cell | str] = {
        ("Sebagai", "As"): Cell(voice(label), strong=True),
        ("Nama", "Name"): named if (named := voice.party(party.handler)) != party.handler else "",
        ("Nomor petugas", "Handler id"): Cell(legible(party.handler), code=True) if party.handler != PAPER else "",
        ("Peran", "Role"): voice(ROLES[party.role]) if party.role else "",
        ("Lokasi tugas", "Home site"): voice.site(party.site) if party.site else "",
        ("Tanda tangan", "Signature"): voice(
            ("dengan kartu pengenal, entri {index}", "by badge, entry {index}"), index=voice.number(party.index)
        )
        if party.signed and party.index is not None
        else voice(("tidak ada", "none")),
    }
    return facts(said, voice).facts


def _annex(items: list[HandedItem], voice: Voice) -> Table:
    return Table(
        voice(("Lampiran: daftar barang", "Annex: list of items")),
        [
            Column(voice(("Nomor barang", "Item id")), share=4),
            Column(voice(("Jenis", "Kind")), share=3),
            Column(voice(("Jumlah isi", "Quantity")), numeric=True),
            Column(voice(("Barang di dalam", "Items inside")), numeric=True),
            Column(voice(("Segel", "Seals")), share=4),
        ],
        [
            [
                Cell(legible(one.item), code=True),
                Cell(
                    voice.word(KINDS, one.kind),
                    [voice.ballots(one.ballot_type, one.district)] if one.ballot_type or one.district else [],
                ),
                Cell(voice.number(one.quantity) if one.quantity is not None else NONE),
                Cell(voice.number(one.contents) if one.contents else NONE),
                Cell(
                    seal_line(one.seals[0], voice) if one.seals else NONE,
                    [seal_line(seal, voice) for seal in one.seals[1:]],
                ),
            ]
            for one in items
        ],
    )
