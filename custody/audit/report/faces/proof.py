"""What a report rests on: the log and its checkpoint, what was verified and what not, and which keys are trusted."""

from collections.abc import Iterator

from custody.audit.fault_words import told
from custody.audit.report.faces.findings import ASPECTS, counts_of
from custody.audit.report.faces.opening import covers, fault_said
from custody.audit.report.faces.page import Block, Bullets, Cell, Column, Heading, Section, Table
from custody.audit.report.faces.tables import capital, facts, left_out
from custody.audit.report.faces.voice import Voice
from custody.audit.report.figures import Figures, RevokedKey
from custody.audit.report.model import Report, SignedCheckpoint
from custody.core.errors import legible
from custody.core.roster_words import REVOKED
from custody.core.words import KEY_ROLES, Pair

_MOST_KEYS = 100
_SIGNERS: dict[str, Pair] = {
    "log": ("log", "the log"),
    "witness": ("saksi log", "a witness"),
    "other": ("nama lain", "another name"),
}


def verification(report: Report, voice: Voice) -> Section:
    """What is covered, and what was verified."""
    cover, keys = report.cover, report.verification.keys
    said = {
        ("Cakupan", "Covers"): Cell(covers(cover, voice)),
        ("Keadaan per", "As of"): Cell(voice.as_of(cover.as_of)),
        ("Entri yang dinilai", "Entries that were judged"): Cell(voice.number(cover.entries)),
        ("Entri terakhir diterima", "Last entry received"): Cell(voice.as_of(cover.last_received)),
    }
    trusted = {
        ("Kunci log (vkey)", "The log's key (vkey)"): Cell(legible(keys.vkey), code=True),
        ("SHA-256 entri 0", "SHA-256 of entry 0"): Cell(legible(keys.entry0), code=True),
    }
    if keys.root:
        trusted["Kunci akar", "Root keys"] = Cell(
            voice(
                ("{threshold} dari {count} harus menandatangani", "{threshold} of {count} have to sign"),
                threshold=voice.number(keys.threshold),
                count=voice.number(len(keys.root)),
            ),
            [legible(key) for key in keys.root],
        )
    return Section(
        "verification",
        voice(("Cakupan dan pembuktian", "What this covers, and what was verified")),
        voice(
            (
                "Semua pembuktian dihitung dari bita log dan kunci auditor sendiri; tidak ada yang dipercaya begitu"
                " saja dari server.",
                "All of it was computed from the log's bytes and the auditor's own keys; nothing was taken on trust"
                " from a server.",
            )
        ),
        [
            facts(said, voice),
            *_checkpoint(report.checkpoint, voice),
            *_claims(report, voice),
            Heading(voice(("Kunci yang dipercaya", "The keys that are trusted"))),
            facts(trusted, voice),
        ],
    )


def evidence(figures: Figures, voice: Voice) -> Section:
    """The keys of the whole log, those that are trusted no more, and findings about signatures."""
    enrolled = [
        [Cell(capital(voice.word(KEY_ROLES, role))), Cell(voice.number(count))]
        for role, count in figures.keys.enrolled.items()
    ]
    blocks: list[Block] = []
    if enrolled:
        blocks.append(
            Table(
                voice(("Kunci yang pernah didaftarkan", "Keys that were ever enrolled")),
                [Column(voice(("Peran", "Role"))), Column(voice(("Kunci", "Keys")), numeric=True)],
                enrolled,
            )
        )
    return Section(
        "evidence",
        voice(ASPECTS["evidence"]),
        voice(
            (
                "Kunci yang dicabut dan apa yang tersentuh olehnya, dari seluruh log; lalu ketidaksesuaian tentang"
                " tanda tangan dan rantai pernyataan.",
                "Keys that were revoked and what that touches, by the whole log; then findings about signatures and"
                " chains of statements.",
            )
        ),
        [*blocks, *_revoked(figures.keys.revoked, voice), *counts_of("evidence", figures, voice)],
    )


def _checkpoint(checkpoint: SignedCheckpoint | None, voice: Voice) -> Iterator[Block]:
    if checkpoint is None:
        return
    yield Heading(voice(("Checkpoint dan penanda tangannya", "The checkpoint, and who signed it")))
    said = {
        ("Log", "Log"): Cell(legible(checkpoint.origin), code=True),
        ("Entri", "Entries"): Cell(voice.number(checkpoint.size)),
        ("Akar", "Root"): Cell(legible(checkpoint.root), code=True),
    }
    yield facts(said, voice)
    yield Table(
        voice(("Tanda tangan pada checkpoint", "Signatures on the checkpoint")),
        [
            Column(voice(("Nama kunci", "Name of the key")), share=3),
            Column(voice(("Nomor kunci", "Key id")), share=1),
            Column(voice(("Sebagai", "As")), share=1),
            Column(voice(("Diperiksa", "Verified")), share=1),
        ],
        [
            [
                Cell(legible(one.name), code=True),
                Cell(legible(one.key_id), code=True),
                Cell(voice.word(_SIGNERS, one.signer)),
                Cell(voice(("ya, sah", "yes, valid")) if one.verified else voice(("tidak", "no"))),
            ]
            for one in checkpoint.signatures
        ],
    )


def _claims(report: Report, voice: Voice) -> Iterator[Block]:
    found = report.verification
    if found.proved:
        yield Heading(voice(("Terbukti", "Proved")))
        yield Bullets([voice.claim(claim) for claim in found.proved])
    if found.faults:
        yield Heading(voice(("Kesalahan", "Faults")))
        yield Bullets(
            [
                voice(
                    ("{where}: {message}", "{where}: {message}"),
                    where=_where(fault.index, voice),
                    message=fault_said(fault, told(fault), voice),
                )
                for fault in found.faults
            ]
        )
    if found.unproved:
        yield Heading(voice(("Tidak terbukti", "Not proved")))
        yield Bullets([voice.claim(claim) for claim in found.unproved])


def _where(index: int | None, voice: Voice) -> str:
    if index is None:
        return voice(("Log", "The log"))
    return voice(("Entri {index}", "Entry {index}"), index=voice.number(index))


def _revoked(keys: list[RevokedKey], voice: Voice) -> Iterator[Block]:
    if not keys:
        return
    shown = keys[:_MOST_KEYS]
    yield Table(
        voice(("Kunci yang dicabut", "Keys that were revoked")),
        [
            Column(voice(("Kunci", "Key")), share=3),
            Column(voice(("Alasan", "Reason")), share=3),
            Column(voice(("Peristiwa", "Events")), numeric=True),
            Column(voice(("Di luar masa", "Outside its time")), numeric=True),
            Column(voice(("Diragukan", "In doubt")), numeric=True),
            Column(voice(("Barang", "Items")), numeric=True),
        ],
        [
            [
                Cell(
                    legible(key.key[:16]),
                    [
                        " · ".join(
                            (
                                voice.word(KEY_ROLES, key.role),
                                *(voice.party(one) for one in (key.handler, key.site) if one is not None),
                            )
                        )
                    ],
                    code=True,
                ),
                Cell(voice.word(REVOKED, key.reason), _when(key, voice)),
                *(Cell(voice.number(count)) for count in (key.events, key.outside, key.uncertain, key.items)),
            ]
            for key in shown
        ],
        more=left_out(len(shown), len(keys), voice),
    )


def _when(key: RevokedKey, voice: Voice) -> list[str]:
    said = [
        voice(
            ("tercatat {at}, {entry}", "logged {at}, {entry}"),
            at=voice.instant(key.received, key.site),
            entry=_where(key.index, voice).lower(),
        )
    ]
    if key.since is not None:
        said.append(voice(("sejak {at}", "since {at}"), at=voice.instant(key.since, key.site)))
    return said
