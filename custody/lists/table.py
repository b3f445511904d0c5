"""Tables as spreadsheets save them: CSV in UTF-8, with or without a byte order mark, by comma or semicolon."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import msgspec

from custody.core.errors import ConfigFault, CustodyError, Malformed

SHOWN_FAULTS = 100
_MOST_FAULTS = 10_000
"""With so many it is another file than was meant, and is read no further."""


class Row(msgspec.Struct):
    """A line of a table: every column that may be there, without the space around; "" for what is absent."""

    line: int
    cells: dict[str, str]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong in a line of a table; `column` is None for what the whole line has."""

    line: int
    column: str | None
    error: CustodyError

    def __str__(self) -> str:
        return f"line {self.line}{f', {self.column}' if self.column else ''}: {self.error}"


class Faults:
    """What is wrong with a file, by line and column: all is told at once, and then nothing of the file is taken."""

    def __init__(self, name: object) -> None:
        """`name`: of the file, for the message."""
        self._name = name
        self._found: list[Fault] = []

    def __len__(self) -> int:
        return len(self._found)

    @property
    def all(self) -> Sequence[Fault]:
        """In the order in which they were found."""
        return self._found

    @property
    def shown(self) -> list[Fault]:
        """The first of them, by line."""
        return sorted(self._found, key=lambda fault: fault.line)[:SHOWN_FAULTS]

    @property
    def lines(self) -> int:
        """How many lines have one."""
        return len({fault.line for fault in self._found})

    def add(self, line: int, error: CustodyError, column: str | None = None) -> None:
        """`column` is None for what the whole line has. Raises Malformed once there are too many to read on."""
        self._found.append(Fault(line, column, error))
        if len(self._found) == _MOST_FAULTS:
            self.refuse("This seems to be another file than was meant.")

    def ended(self, line: int, error: CustodyError) -> Malformed:
        """What to raise for a fault behind which nothing can be read, with all of them."""
        self._found.append(Fault(line, None, error))
        return self._refusal(error.remedy or "Mend the table, then hand in the whole file again.")

    def refuse(self, remedy: str) -> None:
        """Raises Malformed with every fault, if there is one."""
        if self._found:
            raise self._refusal(remedy)

    def _refusal(self, remedy: str) -> Malformed:
        details = [str(fault) for fault in self.shown]
        if len(self) > len(details):
            details.append(f"… and {len(self) - len(details)} more")
        head = f"{self._name}: {self.lines} line{'s' * (self.lines != 1)} cannot be taken, so none is"
        return Malformed(head, details=details, remedy=remedy)


def read_file(path: Path) -> bytes:
    """The bytes of a table. Raises ConfigFault for a file that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a CSV file", got=error.strerror) from None


def read_table(data: bytes, required: Sequence[str], optional: Sequence[str], faults: Faults) -> Iterator[Row]:
    """Each line that is not empty; one with too few or too many cells goes to `faults`.

    Columns stand in any order. Raises Malformed, by `faults`, for what is no such table.
    """
    text = _text(data, faults)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip() for name in next(lines, [])]
        _check_columns(columns, required, optional, faults)
        for cells in lines:
            if len(cells) == len(columns):
                row = dict.fromkeys((*required, *optional), "") | dict(zip(columns, map(str.strip, cells), strict=True))
                if any(row.values()):
                    yield Row(lines.line_num, row)
            elif any(cells):
                faults.add(
                    lines.line_num,
                    Malformed("the row has another number of cells", expected=len(columns), got=len(cells)),
                )
    except csv.Error as error:
        raise faults.ended(lines.line_num, Malformed("the row is not CSV", got=error)) from None


def _text(data: bytes, faults: Faults) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = Malformed("the row is not UTF-8", got=error.reason, remedy="Save the table as CSV in UTF-8.")
        raise faults.ended(line, fault) from None


def _check_columns(columns: list[str], required: Sequence[str], optional: Sequence[str], faults: Faults) -> None:
    if set(required) <= set(columns) <= {*required, *optional} and len(set(columns)) == len(columns):
        return
    expected = ",".join(required) + (f" and perhaps {','.join(optional)}" if optional else "")
    raise faults.ended(1, Malformed("the table has other columns", expected=expected, got=",".join(columns)))
