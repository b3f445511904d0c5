"""Private SQLite files, mode 0600, apart from the log and its database; and those of what must be erasable for good.

What is deleted is overwritten (secure_delete), and the file is written anew (VACUUM), since SQLite may leave copies of
a row in the unused parts of pages when it balances them. The rollback journal is cut to nothing after each
transaction. What a disk, a file system or a backup keeps beneath is beyond this file's reach.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from custody.core.errors import ConfigFault, StorageFault
from custody.files import check_private

_PRAGMAS = ("journal_mode = TRUNCATE", "synchronous = FULL", "secure_delete = ON")


@contextmanager
def open_private(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, made if it is not there; each transaction has the write lock from its beginning.

    Raises ConfigFault, StorageFault.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise ConfigFault(f"{path} cannot be opened", expected="a private file", got=error.strerror) from None
    check_private(path)
    try:
        with closing(sqlite3.connect(path, isolation_level="IMMEDIATE")) as connection:
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            yield connection
    except sqlite3.Error as error:
        raise StorageFault(f"{path} does not answer as a database", got=error) from None


@contextmanager
def open_erasable(path: Path, table: str) -> Iterator[sqlite3.Connection]:
    """The file, as `open_private` gives it, with a `table` (SQL). Raises ConfigFault, StorageFault."""
    with open_private(path) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table}")
        yield connection


def erase(connection: sqlite3.Connection, delete: str, key: str) -> bool:
    """Runs `delete` for `key` so that nothing of the rows stays in the file; False if there were none."""
    with connection:
        found = connection.execute(delete, (key,)).rowcount > 0
    if found:
        connection.execute("VACUUM")
    return found
