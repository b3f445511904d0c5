"""The outbox's file: an SQLite database that survives a power cut, made once, brought up to date by an agent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from custody.core import statement
from custody.core.errors import ConfigFault, StorageFault
from scanner_agent import schema

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:
    import sqlite3 as sqlite

sqlite_version: str = sqlite.sqlite_version
_BUSY_S = 5.0


def create(path: Path) -> None:
    """Makes an empty outbox. Raises ConfigFault rather than replace a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.touch(0o600, exist_ok=False)
    except FileExistsError:
        raise ConfigFault(f"{path} exists", expected="a new file", remedy="An outbox is never written over.") from None
    connect(path, oldest=0).close()


def connect(path: Path, oldest: int = schema.VERSION) -> Any:
    """The open database, brought up from `oldest` or a later version. Raises ConfigFault for another, StorageFault."""
    with translated(path):
        db = sqlite.connect(
            f"file:{path.absolute()}?mode=rw", uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        # PERSIST, because DELETE commits by an unlink that synchronous=FULL does not make durable: after a power cut
        # the journal could be back, and roll a commit back that was already beeped.
        db.execute("PRAGMA journal_mode = PERSIST")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA secure_delete = ON")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if not oldest <= version <= schema.VERSION:
            raise ConfigFault(
                f"{path} is no outbox of this version",
                expected=schema.VERSION,
                got=version,
                remedy="Of an older one: start the agent once, or scanner-agent sync. Of a newer: update the agent.",
            )
        if version < schema.VERSION:
            db.create_function("photographs", 1, _photographs, deterministic=True)
            added = "".join(schema.STEPS[version:])
            db.executescript(f"BEGIN IMMEDIATE; {added} PRAGMA user_version = {schema.VERSION}; COMMIT;")
    return db


def _photographs(envelope: bytes) -> str:
    """The hashes of the photographs that a statement names, as a JSON array."""
    return json.dumps(statement.parse(envelope).photographs)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises StorageFault for what SQLite raises."""
    try:
        yield
    except sqlite.Error as error:
        raise StorageFault(
            f"the outbox {path} cannot be used",
            got=error,
            remedy="Check that the disk is whole, not full and not mounted read-only. Do not delete the file.",
        ) from None
