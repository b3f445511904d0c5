"""The accounts' store: who signs in to the portal and what they did there. Private, and apart from the log."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from custody.accounts import trail
from custody.accounts.schema import bring_up_to_date
from custody.erasable import open_private

ACCOUNTS = "accounts.sqlite"


def unix_ms() -> int:
    """The machine's time."""
    return time.time_ns() // 1_000_000


class Work(Struct, frozen=True):
    """One transaction: what is read and written at one instant, all of it or nothing."""

    db: sqlite3.Connection
    now: int
    """Unix ms."""

    def record(self, account: str | None, act: str, subject: str) -> None:
        """The one way into the audit trail: `account` (an id; None: the command line) did `act` to `subject`.

        What is done stands in the trail or is not done: record it in the transaction that does it. Raises Malformed
        for a subject of more than 200 characters, or with one that cannot be seen.
        """
        trail.append(self.db, self.now, account, act, subject)


class Store:
    """The store in a file. Any number of threads and processes may use it at once: each piece of work opens it."""

    def __init__(self, path: Path, now: Callable[[], int] = unix_ms) -> None:
        self._path, self._now = path, now

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """For queries. Raises ConfigFault, NewerFormat, StorageFault."""
        with open_private(self._path) as db:
            bring_up_to_date(db)
            yield Work(db, self._now())

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A transaction that holds the write lock from its beginning; what is raised in it undoes it. As `reading`."""
        with self.reading() as work, work.db:
            work.db.execute("BEGIN IMMEDIATE")
            yield work

    def record(self, account: str | None, act: str, subject: str) -> None:
        """`Work.record` as a transaction of its own, for an act that changes nothing in this store."""
        with self.writing() as work:
            work.record(account, act, subject)
