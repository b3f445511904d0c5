"""The first page: what a report covers, as of when, whether it verifies, five figures, and what is wrong now."""

from collections import defaultdict

from custody.audit.fault_words import FAULTS, message
from custody.audit.report.faces.page import Alarm, Figure, Opening
from custody.audit.report.faces.tables import capital
from custody.audit.report.faces.voice import NONE, SHORT_HASH, Noun, Voice
from custody.audit.report.figures import Figures, FindingRow, Share
from custody.audit.report.model import Cover, Report
from custody.audit.result import Fault
from custody.core.errors import legible
from custody.core.finding_titles import TITLES
from custody.core.findings import Severity
from custody.core.words import SEVERITIES, Pair

ITEM: Noun = ("barang", "item", "items")
GRAVITY = {severity.value: place for place, severity in enumerate(Severity)}
_ALARMS = 6
_SITES = 2
_VERDICTS: dict[str, tuple[Pair, Pair]] = {
    "holds": (
        ("LOG UTUH", "THE LOG HOLDS"),
        (
            "Semua yang tercatat cocok dengan checkpoint yang ditandatangani kunci log: sejak checkpoint itu"
            " ditandatangani, tidak ada yang dihapus, diubah, atau diurutkan ulang.",
            "All that was recorded is what the log's key signed: since that checkpoint was signed, nothing has been"
            " removed, rewritten or put in another order.",
        ),
    ),
    "faulty": (
        ("LOG TIDAK UTUH", "THE LOG DOES NOT HOLD"),
        (
            "Kesalahan yang ditemukan: {count}. Jangan andalkan angka apa pun dari log ini sampai sebabnya jelas, dan"
            " simpan salinannya sebagai bukti.",
            "Faults found: {count}. Rely on no figure from this log until the cause is known, and keep a copy of it as"
            " evidence.",
        ),
    ),
    "newer-format": (
        ("BELUM DAPAT DINILAI", "NOT JUDGED YET"),
        (
            "Sebagian entri berformat lebih baru daripada program ini. Perbarui program, lalu buat laporan ini lagi.",
            "Some entries are of a newer format than this software. Update it, then make this report again.",
        ),
    ),
}


def opening(report: Report, voice: Voice) -> Opening:
    verification, checkpoint = report.verification, report.checkpoint
    verdict, meaning = _VERDICTS[verification.verdict]
    rests_on = NONE
    if checkpoint is not None:
        rests_on = voice(
            ("Checkpoint {size} entri, akar {root}…", "Checkpoint of {size} entries, root {root}…"),
            size=voice.number(checkpoint.size),
            root=checkpoint.root[:SHORT_HASH],
        )
    return Opening(
        title=title(report, voice),
        covers=covers(report.cover, voice),
        as_of=voice(("Keadaan per {at}", "As of {at}"), at=voice.as_of(report.cover.as_of)),
        log=legible(checkpoint.origin) if checkpoint else NONE,
        weight=verification.verdict,
        verdict=voice(verdict),
        meaning=voice(meaning, count=voice.number(verification.fault_count)),
        rests_on=rests_on,
        figures_title=voice(("Lima angka utama", "Five figures")),
        figures=_figures(report.figures, voice) if report.figures and not is_record(report) else [],
        alarms_title=voice(("Yang bermasalah sekarang", "What is wrong now")),
        alarms=_alarms(report, voice),
        alarms_note=_alarms_note(report, voice),
    )


def is_record(report: Report) -> bool:
    """Whether it is about one item or one handover."""
    return report.item is not None or report.handover is not None


def title(report: Report, voice: Voice) -> str:
    if report.handover is not None:
        if report.handover.step.annulled:
            return voice(("DIBATALKAN: Berita Acara Serah Terima", "ANNULLED: Record of Handover"))
        return voice(("Berita Acara Serah Terima", "Record of Handover"))
    if report.item is not None:
        return voice(("Riwayat Serah Terima Barang", "Handovers of an Item"))
    return voice(("Laporan Integritas Logistik Pemilu", "Election Logistics Integrity Report"))


def covers(cover: Cover, voice: Voice) -> str:
    """What it is about, in one line."""
    if cover.handover is not None:
        what = voice(
            ("Serah terima yang tercatat di entri {index}", "The handover that is recorded in entry {index}"),
            index=voice.number(cover.handover),
        )
    elif cover.item is not None:
        what = voice(("Barang {item}", "Item {item}"), item=legible(cover.item))
    elif cover.site is not None:
        what = voice(
            ("{site} dan semua lokasi di bawahnya", "{site} and all sites under it"), site=voice.site(cover.site)
        )
    else:
        what = voice(("Seluruh logistik yang tercatat", "All logistics on record"))
    if cover.begins is not None:
        what += voice((", sejak {at}", ", from {at}"), at=voice.bound(cover.begins))
    if cover.ends is not None:
        what += voice((", sebelum {at}", ", before {at}"), at=voice.bound(cover.ends))
    return what


def open_roots(figures: Figures) -> list[FindingRow]:
    """What is wrong now and is no consequence of another: the gravest first, then the oldest."""
    roots = [one for one in figures.findings if one.root and one.open]
    return sorted(roots, key=lambda one: (GRAVITY[one.severity], one.since, one.id))


def _figures(figures: Figures, voice: Voice) -> list[Figure]:
    roots = open_roots(figures)
    grades = [(severity, sum(one.severity == severity for one in roots)) for severity in Severity]
    changes = figures.handovers.by_manner
    all_changes = sum(one.handovers for one in changes.values())
    signed = Share(
        sum(one.handovers for manner, one in changes.items() if manner in ("one-device", "two-devices")), all_changes
    )
    seals = figures.seals
    delivery: Noun = ("pengiriman", "delivery", "deliveries")
    handover: Noun = ("serah terima", "handover", "handovers")
    return [
        Figure(
            voice(("Rantai penguasaan utuh", "Unbroken custody")),
            voice.percent(figures.custody.complete),
            voice.share(figures.custody.complete, ITEM),
        ),
        Figure(
            voice(("Sampai tepat waktu", "Delivered on time")),
            voice.percent(figures.deliveries.punctual),
            voice.share(figures.deliveries.punctual, delivery),
        ),
        Figure(
            voice(("Ketidaksesuaian terbuka", "Open findings")),
            voice.number(len(roots)),
            " · ".join(f"{voice.number(count)} {voice(SEVERITIES[severity])}" for severity, count in grades),
        ),
        Figure(
            voice(("Barang dengan segel tak cocok", "Items whose seals differ")),
            voice.number(seals.items_differing),
            voice(
                ("segel diperiksa pada {items}", "seals inspected on {items}"),
                items=voice.count(seals.items_inspected, ITEM),
            ),
        ),
        Figure(
            voice(("Ditandatangani kedua pihak", "Signed by both parties")),
            voice.percent(signed),
            voice.share(signed, handover),
        ),
    ]


def _alarms(report: Report, voice: Voice) -> list[Alarm]:
    if report.verification.fault_count or report.figures is None:
        grave = voice(SEVERITIES["critical"])
        return [
            Alarm("critical", grave, "1", fault_said(fault, message(fault), voice), _entry(fault.index, voice))
            for fault in report.verification.faults[:_ALARMS]
        ]
    groups: dict[str, list[FindingRow]] = defaultdict(list)
    for one in open_roots(report.figures):
        groups[one.code].append(one)
    return [
        Alarm(
            found[0].severity,
            voice(SEVERITIES[found[0].severity]),
            voice.number(len(found)),
            voice(TITLES[code]),
            _where(found, voice),
        )
        for code, found in list(groups.items())[:_ALARMS]
    ]


def fault_said(fault: Fault, found: Pair, voice: Voice) -> str:
    """What kind of fault it is, and what exactly was `found`."""
    return f"{capital(voice.word(FAULTS, fault.kind))}: {legible(voice(found))}"


def _alarms_note(report: Report, voice: Voice) -> str:
    """What is said beneath the alarms: that there are none, or where the rest is."""
    if report.verification.fault_count or report.figures is None:
        hidden = report.verification.fault_count - len(report.verification.faults[:_ALARMS])
        return (
            "" if hidden <= 0 else voice(("dan {count} kesalahan lagi", "and {count} more"), count=voice.number(hidden))
        )
    roots = open_roots(report.figures)
    if not roots:
        return voice(("Tidak ada ketidaksesuaian yang terbuka.", "No finding is open."))
    hidden = len({one.code for one in roots}) - _ALARMS
    if hidden <= 0:
        return voice(("Rinciannya ada di bagian Ketidaksesuaian.", "Details are in the part Findings."))
    return voice(
        ("dan {count} jenis lagi; rinciannya ada di bagian Ketidaksesuaian.", "and {count} more kinds; see Findings."),
        count=voice.number(hidden),
    )


def _where(found: list[FindingRow], voice: Voice) -> str:
    sites = list(dict.fromkeys(site for one in found for site in one.sites))
    named = ", ".join(voice.site(site) for site in sites[:_SITES])
    if len(sites) <= _SITES:
        return named
    return voice(("{named}, dan {count} lagi", "{named}, and {count} more"), named=named, count=len(sites) - _SITES)


def _entry(index: int | None, voice: Voice) -> str:
    return "" if index is None else voice(("entri {index}", "entry {index}"), index=voice.number(index))
