"""The outbox's open database: one connection, used by one thread at a time under a lock."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scanner_agent import database, schema


class Tables:
    """What reads and writes them, for the classes that know what is in them. Raises StorageFault."""

    def __init__(self, path: Path, oldest: int = schema.VERSION) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._db = database.connect(path, oldest)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _row(self, sql: str, *values: Any) -> Any:
        with self._lock, database.translated(self._path):
            return self._db.execute(sql, values).fetchone()

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        with self._lock, database.translated(self._path):
            return list(self._db.execute(sql, values).fetchall())

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._lock, database.translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
