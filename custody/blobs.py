"""Salted blobs: notes, drivers, plates and photographs, of which only SHA-256(16 random bytes ‖ content) is signed.

Without its salt nobody can guess a short content, such as a plate, from its hash. To forget a blob breaks no proof: the
hash in the log stays, and says nothing more.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from custody.core.errors import StorageFault
from custody.erasable import erase, open_erasable

BLOBS = "blobs.sqlite"
_TABLE = "blobs (hash TEXT PRIMARY KEY, salt BLOB NOT NULL, content BLOB NOT NULL) WITHOUT ROWID"


class Blobs:
    """An open store; make one with `open_blobs`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, content: bytes) -> str:
        """Keeps the content, durably; its salted hash (hex)."""
        salt = secrets.token_bytes(16)
        hash_ = sha256(salt + content).hexdigest()
        with self._connection:
            self._connection.execute("INSERT INTO blobs VALUES (?, ?, ?)", (hash_, salt, content))
        return hash_

    def get(self, hash_: str) -> bytes | None:
        """The content; None if it was never here or is forgotten. Raises StorageFault if it is not what was put."""
        row = self._connection.execute("SELECT salt, content FROM blobs WHERE hash = ?", (hash_,)).fetchone()
        if row is None:
            return None
        salt, content = row
        if (found := sha256(salt + content).hexdigest()) != hash_:
            raise StorageFault("a blob is not what was put", expected=hash_, got=found)
        return bytes(content)

    def forget(self, hash_: str) -> bool:
        """Erases content and salt for good; False if they are not here."""
        return erase(self._connection, "DELETE FROM blobs WHERE hash = ?", hash_)


@contextmanager
def open_blobs(path: Path) -> Iterator[Blobs]:
    """The store in a file, made if it is not there. Raises ConfigFault, StorageFault."""
    with open_erasable(path, _TABLE) as connection:
        yield Blobs(connection)
