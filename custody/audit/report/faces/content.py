"""A report in words: the page that its faces set."""

from collections.abc import Iterator
from datetime import UTC, datetime

from custody.audit.report.faces.aspects import aspects
from custody.audit.report.faces.checking import checking
from custody.audit.report.faces.document import handover_record
from custody.audit.report.faces.findings import findings
from custody.audit.report.faces.opening import is_record, opening, title
from custody.audit.report.faces.page import Page, Section, Words
from custody.audit.report.faces.proof import evidence, verification
from custody.audit.report.faces.records import item_record
from custody.audit.report.faces.voice import LAST_MS, SHORT_HASH, Voice
from custody.audit.report.model import Report
from custody.audit.report.stated import Stated, keyword
from custody.core.findings import Language


def page(report: Report, language: Language) -> Page:
    """The same for the same report."""
    voice, on = Voice(report, language), report.checkpoint
    made = datetime.fromtimestamp(min(report.cover.as_of, LAST_MS) / 1000, UTC)
    return Page(
        language=language,
        title=title(report, voice),
        short=on.root[:SHORT_HASH] if on else "",
        keywords=[keyword(Stated(on.origin, on.size, on.root))] if on else [],
        made=(made.year, made.month, made.day, made.hour, made.minute, made.second),
        words=Words(
            contents=voice(("Isi laporan", "Contents")),
            page=voice(("Halaman {page} dari {pages}", "Page {page} of {pages}")),
            checkpoint=voice(("checkpoint", "checkpoint")),
            see_check=voice(
                ("Cara memeriksanya sendiri ada di bagian terakhir.", "The last part says how to check it.")
            ),
        ),
        opening=opening(report, voice),
        sections=list(_sections(report, voice)),
    )


def _sections(report: Report, voice: Voice) -> Iterator[Section]:
    """What the reader came for first; how to check it last. Of one item or handover there is nothing to count."""
    figures = report.figures
    if report.handover is not None:
        yield handover_record(report.handover, voice)
    elif report.item is not None:
        yield item_record(report.item, voice)
    elif figures is not None:
        yield from aspects(figures, voice)
    if figures is not None:
        yield findings(figures, voice)
        if not is_record(report):
            yield evidence(figures, voice)
    yield verification(report, voice)
    yield checking(report, voice)
