"""CSV as RFC 4180 has it, in UTF-8, with cells that no spreadsheet runs (docs/csv.md).

A text that a spreadsheet could take for a formula gets an apostrophe in front, as does one that begins so by itself, so
that `original` gives back what was written. Some spreadsheets part lines at other signs than commas, and do not know
then where our quotes begin: what follows such a sign is treated like the beginning of a cell.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO

Cell = str | int | Decimal | None
"""Numbers are written as they are, also negative ones; None is an empty cell."""

_PARTS = r"[,;|\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]"
"""Signs at which a spreadsheet may begin a cell."""
_SKIPPED = r"[\s\"\u200b-\u200f\u2060\ufeff]*"
"""What may stand before a formula."""
_FORMULA = rf"\t|\r|{_SKIPPED}['=+\-@＝＋－＠]"
_RISKY = re.compile(rf"(?:\A|(?<={_PARTS}))(?={_FORMULA})")
_RISKY_ROW = re.compile(rf"{_PARTS}(?:{_FORMULA})")
"""What a row has that needs an apostrophe: of its texts, each after a line feed. Most have nothing."""
_MARKED = re.compile(rf"(?:\A|(?<={_PARTS}))'")
_ROWS = 256
"""So many are encoded at a time."""


def neutral(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it."""
    return _RISKY.sub("'", text)


def original(text: str) -> str:
    """The text of which `neutral` made this."""
    return _MARKED.sub("", text)


def encode(rows: Iterable[Iterable[Cell]]) -> Iterator[bytes]:
    """The rows in pieces, each of whole lines."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, row in enumerate(rows, 1):
        writer.writerow(_neutral_row(tuple(row)))
        if number % _ROWS == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _neutral_row(row: Sequence[Cell]) -> Sequence[Cell]:
    if not _RISKY_ROW.search("\n".join(["", *(cell for cell in row if isinstance(cell, str))])):
        return row
    return [neutral(cell) if isinstance(cell, str) else cell for cell in row]


def _taken(buffer: StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data
