"""Notes on findings, by those who sign in: private, no part of the log, and erasable one by one.

A note is never changed: who thinks better of it writes another.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from custody.core.errors import Malformed
from custody.erasable import erase, open_erasable

NOTES = "notes.sqlite"
LONGEST = 2_000
"""Characters of a note."""
MOST = 500
"""Notes on one finding."""
_TABLE = """notes (id TEXT PRIMARY KEY, finding TEXT NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL,
    text TEXT NOT NULL) WITHOUT ROWID"""


class Note(Struct, frozen=True):
    """`id` is ascending with `time` (Unix ms). `author`: the handle of the account that wrote it."""

    id: str
    finding: str
    author: str
    time: int
    text: str


class Notes:
    """An open store; make one with `open_notes`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def write(self, finding: str, author: str, time: int, text: str) -> Note:
        """Keeps a note, durably. Raises Malformed for a text that is none, and for one note too many."""
        note = Note(f"n-{time:012x}-{secrets.token_hex(4)}", finding, author, time, check_text(text))
        with self._connection:
            if self.count(finding) >= MOST:
                raise Malformed("a finding has no room for more notes", expected=f"at most {MOST}", got=MOST + 1)
            self._connection.execute(
                "INSERT INTO notes VALUES (?, ?, ?, ?, ?)", (note.id, finding, author, time, note.text)
            )
        return note

    def on(self, finding: str, limit: int, before: str | None = None) -> list[Note]:
        """The last notes on a finding, the newest first; or the last of those before the note `before`."""
        query = "SELECT * FROM notes WHERE finding = ? AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?"
        return [Note(*row) for row in self._connection.execute(query, (finding, before, before, limit))]

    def count(self, finding: str) -> int:
        """How many there are on a finding."""
        query = "SELECT count(*) FROM notes WHERE finding = ?"
        return int(self._connection.execute(query, (finding,)).fetchone()[0])

    def erase(self, id_: str) -> bool:
        """Erases a note for good; False if it is not here."""
        return erase(self._connection, "DELETE FROM notes WHERE id = ?", id_)


@contextmanager
def open_notes(path: Path) -> Iterator[Notes]:
    """The store in a file, made if it is not there. Raises ConfigFault, StorageFault."""
    with open_erasable(path, _TABLE) as connection:
        yield Notes(connection)


def check_text(text: str) -> str:
    """The text of a note as it is kept, with line feeds alone and no space around. Raises Malformed."""
    kept = "\n".join(text.splitlines()).strip()
    if not (1 <= len(kept) <= LONGEST and kept.replace("\n", "").replace("\t", "").isprintable()):
        raise Malformed(
            "that is no note", expected=f"1 to {LONGEST} printable characters", got=f"{len(kept)} characters"
        )
    return kept
