"""The directory: names for ids, which are not in the log. Private, and erasable name by name."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from custody.core.errors import Malformed
from custody.erasable import erase, open_erasable

NAMES = "directory.sqlite"
_TABLE = "names (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID"
_LITERALLY = str.maketrans({sign: f"!{sign}" for sign in "!%_"})
_ID = re.compile(r"(?:h-[a-z2-7]{16}|[0-9a-f]{64})\Z")


class Directory:
    """An open directory; make one with `open_directory`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def set(self, names: Mapping[str, str]) -> None:
        """Gives each id its name, in place of an earlier one: all of them or, after a power cut, none."""
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO names VALUES (?, ?)", names.items())

    def name(self, id_: str) -> str | None:
        """The name of an id, if there is one."""
        row = self._connection.execute("SELECT name FROM names WHERE id = ?", (id_,)).fetchone()
        return None if row is None else str(row[0])

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of those of many ids that have one."""
        query = "SELECT id, name FROM names WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._connection.execute(query, (json.dumps(list(ids)),)).fetchall())

    def find(self, text: str, after: str, limit: int) -> list[tuple[str, str]]:
        """(id, name) of those whose name holds a text, in whatever case of a to z, or whose id begins so; by id, above
        `after`.
        """
        literally = text.translate(_LITERALLY)
        query = """SELECT id, name FROM names WHERE id > ? AND (name LIKE ? ESCAPE '!' OR id LIKE ? ESCAPE '!')
            ORDER BY id LIMIT ?"""
        return list(self._connection.execute(query, (after, f"%{literally}%", f"{literally}%", limit)))

    def count(self) -> int:
        """How many names there are."""
        return int(self._connection.execute("SELECT count(*) FROM names").fetchone()[0])

    def forget(self, id_: str) -> bool:
        """Erases id and name for good; False if they are not here."""
        return erase(self._connection, "DELETE FROM names WHERE id = ?", id_)


@contextmanager
def open_directory(path: Path) -> Iterator[Directory]:
    """The directory in a file, made if it is not there. Raises ConfigFault, StorageFault."""
    with open_erasable(path, _TABLE) as connection:
        yield Directory(connection)


def check_id(text: str) -> str:
    """`text` if it is a handler id or a keyid. Raises Malformed."""
    if not _ID.match(text):
        raise Malformed("that is no id of a person or key", expected="h-… or the 64 digits of a keyid", got=repr(text))
    return text


def check_name(text: str) -> str:
    """`text` if it can be a name. Raises Malformed."""
    if not (text.isprintable() and 1 <= len(text) <= 200):
        raise Malformed("that is no name", expected="1 to 200 printable characters", got=repr(text))
    return text
