"""Tables as spreadsheets save them: CSV in UTF-8, with or without a byte order mark, by comma or semicolon."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import msgspec

from custody.core.errors import ConfigFault, Malformed

SHOWN_FAULTS = 100


class Row(msgspec.Struct):
    """A line of a table: every column that may be there, without the space around; "" for what is absent."""

    line: int
    cells: dict[str, str]


class Faults:
    """What is wrong with a file, by line and column: all is told at once, and then nothing of the file is taken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, what: object, column: str | None = None) -> None:
        """`column` is None for what the whole line has."""
        self._found.append((line, f"line {line}{f', {column}' if column else ''}: {what}"))

    def refuse(self, remedy: str) -> None:
        """Raises Malformed with every fault, if there is one."""
        if not self._found:
            return
        lines = len({line for line, _ in self._found})
        shown = [text for _, text in sorted(self._found, key=lambda fault: fault[0])[:SHOWN_FAULTS]]
        if len(self._found) > len(shown):
            shown.append(f"… and {len(self._found) - len(shown)} more")
        raise Malformed(
            f"{self._path}: {lines} line{'s' * (lines != 1)} cannot be taken, so none is", details=shown, remedy=remedy
        )


def read_table(path: Path, required: Sequence[str], optional: Sequence[str], faults: Faults) -> Iterator[Row]:
    """Each line that is not empty; one with too few or too many cells goes to `faults`.

    Columns stand in any order. Raises ConfigFault for a file that cannot be read, Malformed for one that is no such
    table.
    """
    text = _text(path)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip() for name in next(lines, [])]
        _check_columns(path, columns, required, optional)
        for cells in lines:
            if len(cells) == len(columns):
                row = dict.fromkeys((*required, *optional), "") | dict(zip(columns, map(str.strip, cells), strict=True))
                if any(row.values()):
                    yield Row(lines.line_num, row)
            elif any(cells):
                faults.add(lines.line_num, f"not {len(columns)} columns but {len(cells)}")
    except csv.Error as error:
        raise Malformed(f"{path}, line {lines.line_num}, is not CSV", got=error) from None


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a CSV file", got=error.strerror) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Malformed(
            f"{path}, line {line}, is not UTF-8", got=error.reason, remedy="Save the table as CSV in UTF-8."
        ) from None


def _check_columns(path: Path, columns: list[str], required: Sequence[str], optional: Sequence[str]) -> None:
    if set(required) <= set(columns) <= {*required, *optional} and len(set(columns)) == len(columns):
        return
    expected = ",".join(required) + (f" and perhaps {','.join(optional)}" if optional else "")
    raise Malformed(f"{path} has other columns", expected=expected, got=",".join(columns))
