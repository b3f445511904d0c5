"""What is being prepared for an authority to sign: statements, and devices that ask to be enrolled. Private.

A statement stays here, prepared, until the log has one that says the same; the log is what tells so, by whatever way
it was signed and sent.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from custody.core import prepared, roster
from custody.core.prepared import Prepared
from custody.core.roster import EnrolmentRequest
from custody.erasable import open_private

PREPARATIONS = "preparations.sqlite"
_TABLES = (
    """prepared (
        id INTEGER PRIMARY KEY, said BLOB NOT NULL, digest TEXT NOT NULL, account TEXT, time INTEGER NOT NULL,
        after INTEGER NOT NULL, withdrawn INTEGER, entry INTEGER, effect TEXT
    )""",
    """requests (
        keyid TEXT PRIMARY KEY, request BLOB NOT NULL, site TEXT NOT NULL, account TEXT, time INTEGER NOT NULL,
        set_aside INTEGER
    ) WITHOUT ROWID""",
)
_OPEN = "withdrawn IS NULL AND entry IS NULL"


class Preparation(Struct, frozen=True):
    """A prepared statement: by which account, and when (Unix ms), after how many entries of the log.

    It is open until it was `withdrawn` (Unix ms), or is in the log as `entry`; `effect`: why it has none there.
    """

    id: int
    said: Prepared
    digest: str
    account: str | None
    time: int
    after: int
    withdrawn: int | None = None
    entry: int | None = None
    effect: str | None = None


class Waiting(Struct, frozen=True):
    """A device that asks to be enrolled at `site`, by a code that `account` had shown."""

    keyid: str
    request: EnrolmentRequest
    site: str
    account: str | None
    time: int


class Preparations:
    """An open store; make one with `open_preparations`. `now` is Unix ms."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, statements: Sequence[Prepared], account: str | None, now: int, after: int) -> None:
        """Keeps them in this order, all or, after a power cut, none."""
        rows = [(prepared.encode(one), prepared.digest(one), account, now, after) for one in statements]
        with self._connection:
            self._connection.executemany(
                "INSERT INTO prepared (said, digest, account, time, after) VALUES (?, ?, ?, ?, ?)", rows
            )

    def open(self) -> list[Preparation]:
        """What is to be signed, the oldest first."""
        return self._prepared(f"WHERE {_OPEN} ORDER BY id")

    def closed(self, most: int) -> list[Preparation]:
        """What is in the log or was withdrawn, the newest first."""
        return self._prepared(f"WHERE NOT ({_OPEN}) ORDER BY id DESC LIMIT ?", most)

    def withdraw(self, id_: int, now: int) -> Preparation | None:
        """Takes an open one out; None if there is none of that id."""
        found = self._prepared(f"WHERE id = ? AND {_OPEN}", id_)
        with self._connection:
            self._connection.execute(f"UPDATE prepared SET withdrawn = ? WHERE id = ? AND {_OPEN}", (now, id_))  # noqa: S608
        return found[0] if found else None

    def unseen(self) -> int | None:
        """The index from which on the log may have what is open; None where nothing is."""
        found: int | None = self._connection.execute(f"SELECT min(after) FROM prepared WHERE {_OPEN}").fetchone()[0]  # noqa: S608
        return found

    def note(self, logged: Iterable[tuple[str, int, str | None]], size: int) -> None:
        """The roster statements (digest, index, effect) that the log has before `size`."""
        with self._connection:
            for digest, index, effect in logged:
                self._connection.execute(
                    f"UPDATE prepared SET entry = ?, effect = ? WHERE digest = ? AND after <= ? AND {_OPEN}",  # noqa: S608
                    (index, effect, digest, index),
                )
            self._connection.execute(f"UPDATE prepared SET after = max(after, ?) WHERE {_OPEN}", (size,))  # noqa: S608

    def ask(self, waiting: Waiting) -> None:
        """Keeps a device's request, in place of an earlier one of the same key."""
        row = (
            waiting.keyid,
            roster.request_codec.encode(waiting.request),
            waiting.site,
            waiting.account,
            waiting.time,
        )
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?, ?, NULL)", row)

    def waiting(self) -> list[Waiting]:
        """The devices that ask and were not set aside, the newest first."""
        rows = self._connection.execute(
            "SELECT keyid, request, site, account, time FROM requests WHERE set_aside IS NULL ORDER BY time DESC, keyid"
        )
        return [
            Waiting(keyid, roster.request_codec.decode(request), site, account, time)
            for keyid, request, site, account, time in rows
        ]

    def set_aside(self, keyid: str, now: int) -> bool:
        """The device's request is answered, or not to be; False if there is none."""
        with self._connection:
            changed = self._connection.execute(
                "UPDATE requests SET set_aside = ? WHERE keyid = ? AND set_aside IS NULL", (now, keyid)
            )
        return changed.rowcount > 0

    def _prepared(self, where: str, *values: int) -> list[Preparation]:
        rows = self._connection.execute(
            f"SELECT id, said, digest, account, time, after, withdrawn, entry, effect FROM prepared {where}",  # noqa: S608
            values,
        )
        return [Preparation(row[0], prepared.decode(row[1]), *row[2:]) for row in rows]


@contextmanager
def open_preparations(path: Path) -> Iterator[Preparations]:
    """The store in a file, made if it is not there. Raises ConfigFault, StorageFault."""
    with open_private(path) as connection:
        for table in _TABLES:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        yield Preparations(connection)
