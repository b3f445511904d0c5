"""How `custody audit stats` shows an answer: as a table, or as CSV."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from custody.audit.csv_cells import Cell, encode
from custody.audit.stats.database import Laid
from custody.audit.stats.questions import Answer, Column
from custody.audit.stats.wording import cell, spoken
from custody.core.findings import Language

UNVERIFIED = (
    "TIDAK DIVERIFIKASI: siapa pun dapat menulis angka-angka ini",
    "NOT VERIFIED: anybody can have written these figures",
)
_OF_PARTS = (
    "Sebagian arsip hanya memuat bagian log: terbukti peristiwanya saja; rencana, ketidaksesuaian dan nama lokasi"
    " menurut pembuat arsip; perjalanan dan penyerahan ke lokasi di luar bagian-bagian itu tidak dihitung",
    "Some archives hold a part of the log: proved are its events alone; plans, findings and names of sites are as"
    " whoever made them says; legs and releases to sites outside those parts do not count",
)
_NOTHING = ("Tidak ada yang dapat dijawab dari arsip ini.", "There is nothing in these archives to answer this from.")
_WAY = ("Dari → ke", "From → to")
_LEAST = 20
"""Characters of a way that stay readable."""
_MORE = ("… dan {} baris lagi (--limit)", "… and {} more rows (--limit)")


def doubts(laid: Laid, *, verified: bool) -> list[tuple[str, str]]:
    """What a reader of figures from these archives has to know: (Bahasa Indonesia, English)."""
    if not verified:
        return [UNVERIFIED]
    return [_OF_PARTS] if any(one.site is not None for one in laid.described) else []


def table(answer: Answer, language: Language, limit: int, doubts: Sequence[tuple[str, str]]) -> Table:
    """The first rows of an answer, and beneath them what is to be doubted."""
    say = spoken(language)
    title = say((answer.question.id, answer.question.en))
    left = len(answer.rows) - limit
    notes = list(map(say, doubts))
    if not answer.rows:
        notes.append(say(_NOTHING))
    elif left > 0:
        notes.append(say(_MORE).format(left))
    shown = Table(title=Text(title), caption=Text("\n".join(notes)), title_justify="left", caption_justify="left")
    shown.box, shown.padding, shown.pad_edge = box.SIMPLE_HEAD, (0, 1, 0, 0), False
    shown.add_column(Text(say(_WAY)), min_width=_LEAST)
    columns = [(at, column) for at, column in enumerate(answer.question.columns) if column.id]
    for _, column in columns[2:]:
        shown.add_column(Text(say((column.id, column.en)).replace(" ", "\n")), justify="right", vertical="bottom")
    for row in answer.rows[:limit]:
        start, end, *figures = (cell(answer, column, row[at], language) for at, column in columns)
        shown.add_row(
            Text(f"{start} →\n{end}" if start != end else start), *(one.replace(" ", "\xa0") for one in figures)
        )
    return shown


def csv(answer: Answer, language: Language) -> Iterator[bytes]:
    """All rows; a place has its id and its name; durations are milliseconds."""
    head = [name for column in answer.question.columns for name in _csv_columns(column)]
    return encode([head, *(list(_csv_cells(answer, row, language)) for row in answer.rows)])


def _csv_columns(column: Column) -> list[str]:
    return [column.name, f"{column.name}_name"] if column.kind == "place" else [column.name]


def _csv_cells(answer: Answer, row: Sequence[Any], language: Language) -> Iterator[Cell]:
    for column, value in zip(answer.question.columns, row, strict=True):
        yield value
        if column.kind == "place":
            yield spoken(language)(answer.names.get(value, ("", "")))
