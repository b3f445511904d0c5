"""The CSV files of a log, read strictly and in bounded memory: what has another form is refused by file and line."""

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from custody.audit.archive import layout
from custody.audit.archive.source import ArchiveSource
from custody.audit.csv_cells import original
from custody.audit.csv_tables import TABLES, VERSION, columns
from custody.core.errors import CutShort, Malformed, NewerFormat, StorageFault

PIECE = 1 << 16
MAX_LINE = 1 << 17
"""Characters. The longest that we write is far shorter."""
Row = tuple[Any, ...]
Readers = Mapping[str, Callable[[str], Any]]
"""By column, what makes a value of a cell, or raises ValueError."""


class Tables(Protocol):
    """Where the CSV files of one log are read."""

    @property
    def name(self) -> str:
        """What people call it."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file. Raises StorageFault if there is none."""


class FolderTables:
    """A folder as `custody export csv` writes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = str(folder)

    def pieces(self, name: str) -> Iterator[bytes]:
        path = self._folder / name
        try:
            with path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
        except OSError as error:
            raise StorageFault(
                f"{path} cannot be read", expected=f"one of {', '.join(TABLES)}", got=error.strerror
            ) from None


class ArchiveTables:
    """An archive's."""

    def __init__(self, name: str, archive: ArchiveSource) -> None:
        self.name = name
        self._members = archive.members

    def pieces(self, name: str) -> Iterator[bytes]:
        return self._members.pieces(layout.CSV + name)


class Described(Struct, frozen=True):
    """What `log.csv` says. `last` in Unix ms; `site`: None if nothing bounds what is told."""

    log: str
    size: int
    root: str
    last: int
    site: str | None


def whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise ValueError("a whole number")
    return int(text)


def unix_ms(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time with its zone")
    return round(moment.timestamp() * 1000)


def text(cell: str) -> str | None:
    """None for an empty cell."""
    return cell or None


def described(tables: Tables) -> Described:
    """Raises Malformed, CutShort, NewerFormat, StorageFault."""
    wanted = {"version": whole, "log": text, "size": whole, "root": text, "last": unix_ms, "site": text}
    found = list(islice(rows(tables, "log.csv", wanted), 2))
    if len(found) != 1 or None in found[0][1:3]:
        raise Malformed(f"{tables.name}: log.csv does not say of what log it is", expected="one line", got=len(found))
    version, *said = found[0]
    if version != VERSION:
        raise NewerFormat(
            f"{tables.name} is of another version",
            expected=VERSION,
            got=version,
            remedy="Take the software of its time.",
        )
    return Described(*said)


def rows(tables: Tables, name: str, wanted: Readers) -> Iterator[Row]:
    """The `wanted` columns of a file. Raises Malformed, CutShort, StorageFault."""
    expected = columns(TABLES[name])
    lines = csv.reader(_lines(tables, name), strict=True)
    places = [(expected.index(column), read) for column, read in wanted.items()]
    try:
        if (head := next(lines, None)) != expected:
            raise Malformed(f"{tables.name}: {name} has other columns", expected=",".join(expected), got=head)
        for row in lines:
            if len(row) != len(expected):
                raise Malformed(
                    f"{tables.name}: line {lines.line_num} of {name} has other cells",
                    expected=len(expected),
                    got=len(row),
                )
            yield tuple(read(original(row[place])) for place, read in places)
    except (csv.Error, ValueError, OverflowError) as error:
        raise Malformed(f"{tables.name}: line {lines.line_num} of {name} is not as it is written", got=error) from None


def batches(rows: Iterable[Row], size: int = 16_384) -> Iterator[Sequence[Row]]:
    """The rows, many at a time."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _lines(tables: Tables, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    held = ""
    for piece in tables.pieces(name):
        *whole_lines, held = (held + decoder.decode(piece)).split("\n")
        for line in whole_lines:
            yield f"{line}\n"
        if len(held) > MAX_LINE:
            raise ValueError(f"a line of at most {MAX_LINE} characters")
    decoder.decode(b"", final=True)
    if held:
        raise CutShort(f"{tables.name}: {name} is cut short", expected="a line feed at its end", got=repr(held[-40:]))
