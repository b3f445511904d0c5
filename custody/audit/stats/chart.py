"""An answer as a chart: an SVG that can be read in black and white."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from custody.audit.report.faces.charts import Bar, stacked_bars
from custody.audit.stats.questions import Answer
from custody.audit.stats.wording import cell, short, spoken
from custody.core.findings import Language

_LABELS = 4.2
"""Inches."""
_LONGEST_END = 26
"""Characters of a site's name: both ends of a way are to be seen."""
_NARROW = 8
"""A part of a bar has no room for a duration if the longest bar is more than so many times as long."""
Row = Mapping[str, Any]
Parts = Sequence[tuple[str, str]]
"""What a bar is made of: (Bahasa Indonesia, English)."""


def chart(name: str, answer: Answer, language: Language, limit: int, doubts: Sequence[tuple[str, str]]) -> str:
    """The first rows of the answer to the question of this name, and what is to be doubted."""
    say = spoken(language)
    parts, draw = _CHARTS[name]
    columns = answer.question.columns
    bars = []
    for row in answer.rows[:limit]:
        ends = [cell(answer, column, value, language) for column, value in zip(columns[:2], row[:2], strict=True)]
        counts, numbers, said = draw(dict(zip((column.name for column in columns), row, strict=True)), language)
        bars.append(Bar(" → ".join(map(_end, ends)), counts, numbers, said))
    if parts is _TIMES:
        bars = list(_with_room(bars))
    heading = [say((answer.question.id, answer.question.en)), *map(say, doubts)]
    return stacked_bars(name, list(map(say, parts)), bars, share=name == "routes", heading=heading, labels=_LABELS)


def _with_room(bars: Sequence[Bar]) -> Iterator[Bar]:
    longest = max((sum(bar.counts) for bar in bars), default=0)
    for bar in bars:
        pairs = zip(bar.counts, bar.numbers, strict=True)
        yield replace(bar, numbers=tuple(number if count * _NARROW > longest else "" for count, number in pairs))


def _end(name: str) -> str:
    return name if len(name) <= _LONGEST_END else f"{name[: _LONGEST_END - 1]}…"


_Drawn = tuple[tuple[int, ...], tuple[str, ...], str]


def _times(row: Row, language: Language) -> _Drawn:
    median, p90 = row["median_ms"] or 0, row["p90_ms"] or 0
    longest = "–" if row["longest_ms"] is None else short(row["longest_ms"], language)
    return (median, p90 - median), (short(median, language), short(p90, language)), f"≤ {longest} ({row['count']})"


def _deliveries(row: Row, _language: Language) -> _Drawn:
    ahead = row["planned"] - row["in_time"] - row["late"] - row["overdue"]
    counts = row["in_time"], row["late"], row["overdue"], ahead
    return counts, tuple(map(str, counts)), f"{row['late'] + row['overdue']} / {row['planned']}"


def _failures(row: Row, _language: Language) -> _Drawn:
    counts = tuple(row[name] for name in ("broken", "missing", "differing", "opened", "lacking"))
    return counts, tuple(map(str, counts)), f"{row['failed']} / {row['read']}"


_TIMES: Parts = (("Median", "Median"), ("sampai P90; lalu terlama (jumlah)", "up to P90; then longest (count)"))
_DELIVERED: Parts = (
    ("Tepat waktu", "In time"),
    ("Terlambat", "Late"),
    ("Belum tiba", "Overdue"),
    ("Belum jatuh tempo", "Not yet due"),
)
_FAILED: Parts = (
    ("Rusak", "Broken"),
    ("Hilang", "Missing"),
    ("Beda", "Differing"),
    ("Dibuka", "Opened"),
    ("Kurang", "Lacking"),
)
_CHARTS: dict[str, tuple[Parts, Callable[[Row, Language], _Drawn]]] = {
    "legs": (_TIMES, _times),
    "releases": (_TIMES, _times),
    "routes": (_DELIVERED, _deliveries),
    "seals": (_FAILED, _failures),
}
"""By question: the parts of its bars, and what a row comes to."""
