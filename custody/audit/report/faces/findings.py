"""What a report says of findings: how many of each kind, a chart, and a sheet for each that is no consequence."""

from collections import Counter
from collections.abc import Iterator, Sequence

from custody.audit.report.faces.charts import Bar, stacked_bars
from custody.audit.report.faces.opening import GRAVITY, open_roots
from custody.audit.report.faces.page import Block, Cell, Chart, Column, Heading, Paragraph, Section, Sheet, Table
from custody.audit.report.faces.tables import facts, left_out
from custody.audit.report.faces.voice import Voice
from custody.audit.report.figures import Figures, FindingRow
from custody.audit.report.figures import Section as Aspect
from custody.core.errors import legible
from custody.core.finding_titles import TITLES
from custody.core.findings import Severity
from custody.core.words import SEVERITIES, Pair

MOST_SHEETS = 150
_NAMED = 5
_CHARTED = 5
ASPECTS: dict[Aspect, Pair] = {
    "quantity": ("Tepat jumlah", "Right quantity"),
    "kind": ("Tepat jenis", "Right kind"),
    "quality": ("Tepat mutu", "Right condition"),
    "destination": ("Tepat sasaran", "Right destination"),
    "time": ("Tepat waktu", "Right time"),
    "evidence": ("Bukti dan kunci", "Evidence and keys"),
}


def findings(figures: Figures, voice: Voice) -> Section:
    """All of them in figures, then the sheets: what is open first, the gravest first."""
    roots = [*open_roots(figures), *_closed_roots(figures)]
    blocks: list[Block] = [*_chart(figures, voice)]
    shown = roots[:MOST_SHEETS]
    by_id = {one.id: one for one in figures.findings}
    for is_open, title in (
        (True, ("Yang masih terbuka", "What is open")),
        (False, ("Yang sudah selesai", "What is closed")),
    ):
        sheets = [_sheet(one, by_id, voice) for one in shown if one.open == is_open]
        if sheets:
            blocks += [Heading(voice(title)), *sheets]
    if not roots:
        blocks.append(Paragraph(voice(("Tidak ada ketidaksesuaian.", "There are no findings."))))
    if more := left_out(len(shown), len(roots), voice):
        blocks.append(Paragraph(more))
    return Section(
        "findings",
        voice(("Ketidaksesuaian", "Findings")),
        voice(
            (
                "Penilaian aturan atas yang tercatat: {roots} pokok, di antaranya {open} masih terbuka. Akibat dari"
                " yang lain disebut pada sebabnya.",
                "What the rules say of the record: {roots} that no other explains, {open} of them open. What follows"
                " from another is named with it.",
            ),
            roots=voice.number(len(roots)),
            open=voice.number(sum(one.open for one in roots)),
        ),
        blocks,
    )


def counts_of(aspect: Aspect, figures: Figures, voice: Voice) -> Iterator[Table]:
    """How many findings of each kind stand under a heading; no table where there are none."""
    counts = sorted(
        (one for one in figures.counts if one.section == aspect), key=lambda one: (GRAVITY[one.severity], one.code)
    )
    if counts:
        yield Table(
            voice(("Ketidaksesuaian di bagian ini", "Findings in this part")),
            [
                Column(voice(("Ketidaksesuaian", "Finding")), share=2),
                Column(voice(("Tingkat", "Severity"))),
                Column(voice(("Pokok", "Roots")), numeric=True),
                Column(voice(("Akibat", "Consequences")), numeric=True),
                Column(voice(("Terbuka", "Open")), numeric=True),
            ],
            [
                [
                    Cell(voice(TITLES[one.code])),
                    Cell(voice(SEVERITIES[one.severity])),
                    *(Cell(voice.number(count)) for count in (one.roots, one.consequences, one.open)),
                ]
                for one in counts
            ],
        )


def _chart(figures: Figures, voice: Voice) -> Iterator[Chart]:
    """Open roots by aspect and severity, where there are so many that a chart says more than a list."""
    counted = Counter((one.section, one.severity) for one in open_roots(figures))
    if counted.total() < _CHARTED:
        return
    bars = []
    for aspect, pair in ASPECTS.items():
        counts = tuple(counted[aspect, severity] for severity in Severity)
        bars.append(Bar(voice(pair), counts, tuple(map(voice.number, counts)), voice.number(sum(counts))))
    yield Chart(
        voice(("Ketidaksesuaian terbuka menurut bagian dan tingkat", "Open findings by part and severity")),
        stacked_bars("findings", [voice(SEVERITIES[severity]) for severity in Severity], bars, share=False),
        "; ".join(f"{bar.label}: {bar.said}" for bar in bars),
    )


def _closed_roots(figures: Figures) -> list[FindingRow]:
    closed = [one for one in figures.findings if one.root and not one.open]
    return sorted(closed, key=lambda one: (GRAVITY[one.severity], one.since, one.id))


def _sheet(one: FindingRow, by_id: dict[str, FindingRow], voice: Voice) -> Sheet:
    site = one.sites[0] if one.sites else None
    followed = Counter(by_id[other].code for other in one.consequences if other in by_id)
    said: dict[Pair, Cell | str] = {
        ("Sejak", "Since"): voice.instant(one.since, site),
        ("Lokasi", "Sites"): _some([voice.site(each) for each in one.sites], voice),
        ("Barang", "Items"): _some([legible(each) for each in one.items], voice),
        ("Bukti", "Evidence"): _entries(one.evidence, voice),
        ("Ditutup", "Closed"): _closed(one, site, voice),
        ("Penyelesaian tanpa hak", "Resolved without a right"): _entries(one.void, voice),
        ("Akibatnya", "Consequences"): "; ".join(
            f"{voice(TITLES[code])} ({voice.number(count)})" for code, count in sorted(followed.items())
        ),
    }
    return Sheet(
        severity=one.severity,
        grade=voice(SEVERITIES[one.severity]),
        state=voice(("terbuka", "open")) if one.open else voice(("selesai", "closed")),
        open=one.open,
        title=voice(TITLES[one.code]),
        code=one.id,
        text=voice.finding(one.code, one.facts, site),
        facts=facts(said, voice).facts,
    )


def _closed(one: FindingRow, site: str | None, voice: Voice) -> str:
    if one.open:
        return ""
    parts = [voice.instant(one.closed_at, site)] if one.closed_at is not None else []
    if one.resolved:
        parts.append(voice(("alasan: {reason}", "reason: {reason}"), reason=legible(one.resolved)))
    if one.closed_by:
        parts.append(_entries(one.closed_by, voice))
    return " · ".join(parts)


def _entries(indexes: Sequence[int], voice: Voice) -> str:
    if not indexes:
        return ""
    noun = voice(("entri", "entry")) if len(indexes) == 1 else voice(("entri", "entries"))
    return f"{noun} {_some([voice.number(index) for index in indexes], voice)}"


def _some(texts: Sequence[str], voice: Voice) -> str:
    """The first of them, and how many more there are."""
    if len(texts) <= _NAMED:
        return ", ".join(texts)
    more = voice(("{count} lagi", "{count} more"), count=voice.number(len(texts) - _NAMED))
    return f"{', '.join(texts[:_NAMED])}, {voice(('dan', 'and'))} {more}"
