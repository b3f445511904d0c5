"""Opens databases; all that is peculiar to SQLite stands here and in the migrations.

SQLite below 3.51.3, and 3.52.0, can corrupt a database when a write-ahead log is reset: those run in rollback-journal
mode. `pysqlite3` bundles a newer SQLite; where it has no wheel the standard library's serves.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
from sqlalchemy import Connection, Dialect, Engine, Insert, Select, Table, create_engine, event, func, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql import TableValuedAlias

from custody.core.errors import StorageFault, Unavailable

BUSY_MS = 10_000
# The operating system caches the file as well: ours holds what one round touches, and stays small however long the log.
READER_CACHE_KIB = 1024
WRITER_CACHE_KIB = 8192
# A long log is better served by fewer, larger transfers from the write-ahead log into the database.
AUTOCHECKPOINT_PAGES = 8192
# A statement for each row would give up the interpreter's lock, and wait for it again, with each row.
ROWS_AT_ONCE = (256, 64, 16, 4, 1)


def _driver() -> ModuleType:
    try:
        import pysqlite3  # noqa: PLC0415  # there is no wheel for every machine
    except ImportError:
        return sqlite3
    return pysqlite3 if _wal_is_sound(pysqlite3) else sqlite3


def _wal_is_sound(driver: ModuleType) -> bool:
    version: tuple[int, ...] = driver.sqlite_version_info
    return version >= (3, 51, 3) and version != (3, 52, 0)


DRIVER = _driver()
# Not DELETE, which commits by an unlink that synchronous=FULL does not make durable: after a power cut the journal
# could be back, and roll back what was signed and answered.
ROLLBACK = "PERSIST"
JOURNAL = "WAL" if _wal_is_sound(DRIVER) else ROLLBACK


def open_writer(path: Path, *, synchronous: str = "FULL") -> Engine:
    """The one connection that writes: each transaction holds the write lock from its beginning."""
    pragmas = (
        f"journal_mode={JOURNAL}",
        f"synchronous={synchronous}",
        f"wal_autocheckpoint={AUTOCHECKPOINT_PAGES}",
        f"cache_size=-{WRITER_CACHE_KIB}",
    )
    return _open(path, "BEGIN IMMEDIATE", pragmas, pool_size=1)


def open_reader(path: Path, connections: int) -> Engine:
    """Up to `connections` connections that cannot write."""
    return _open(path, "BEGIN", ("query_only=ON", f"cache_size=-{READER_CACHE_KIB}"), pool_size=connections)


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], *, replace: bool = False
) -> None:
    """Adds rows, each with a value for every column of `table`, in order; or puts them in place of those there are."""
    if not connection.dialect.positional:
        names = table.columns.keys()
        parameters = [dict(zip(names, row, strict=True)) for row in rows]
        if parameters:
            connection.execute(_insert(table, replace), parameters)
        return
    at = 0
    for size in ROWS_AT_ONCE:
        while len(rows) - at >= size:
            values = tuple(chain.from_iterable(rows[at : at + size]))
            connection.exec_driver_sql(_insert_sql(table, connection.dialect, size, replace), values)
            at += size


def listed(values: Iterable[str | int]) -> Select[Any]:
    """These values as the rows of a query, for `in_`: one parameter, and one question, however many they are."""
    return select(_each(list(values)).c.value)


def listed_pairs(values: Iterable[tuple[str, str | int]]) -> Select[Any]:
    """The same of pairs, for `tuple_(…).in_`."""
    value = _each(list(values)).c.value
    return select(func.json_extract(value, "$[0]"), func.json_extract(value, "$[1]"))


def _each(values: Sequence[Any]) -> TableValuedAlias:
    return func.json_each(msgspec.json.encode(values).decode()).table_valued("value")


def _insert(table: Table, replace: bool) -> Insert:
    return insert(table).prefix_with("OR REPLACE") if replace else insert(table)


@cache
def _insert_sql(table: Table, dialect: Dialect, rows: int, replace: bool) -> str:
    start, values, row = str(_insert(table, replace).compile(dialect=dialect)).partition(" VALUES ")
    return f"{start}{values}{', '.join([row] * rows)}"


DAMAGE = (DatabaseError, DRIVER.DatabaseError)
"""What the driver raises, through SQLAlchemy or while a connection is set up."""


def is_damaged(error: Exception) -> bool:
    """Whether one of `DAMAGE` says that the file is not sound, and not only that it does not answer now."""
    text = str(getattr(error, "orig", error))
    return any(word in text for word in ("malformed", "not a database", "no such table", "UTF-8"))


@contextmanager
def storage_errors(what: str) -> Iterator[None]:
    """Turns the driver's errors into ours: a lock or a full disk may pass, a damaged file does not."""
    try:
        yield
    except DAMAGE as error:
        text = str(getattr(error, "orig", error))
        if is_damaged(error):
            raise StorageFault(
                f"{what} is damaged", expected="a sound database", got=text, remedy="Run custody fsck."
            ) from error
        raise Unavailable(f"{what} does not answer", got=text, remedy="Try again in a moment.") from error


def structure_faults(connection: Connection) -> list[str]:
    """What SQLite itself finds wrong with the file: pages, indexes, types."""
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return [str(line) for line in found if line != "ok"]


def definitions(connection: Connection) -> dict[str, str]:
    """The SQL of every table, index and trigger, by kind and name."""
    rows = connection.exec_driver_sql("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {str(name): str(sql) for name, sql in rows}


def open_memory() -> Engine:
    """An empty database that is gone with its engine."""
    return create_engine("sqlite://", module=DRIVER, poolclass=StaticPool)


def _open(path: Path, begin: str, pragmas: tuple[str, ...], pool_size: int) -> Engine:
    engine = create_engine(f"sqlite:///{path}", module=DRIVER, pool_size=pool_size, max_overflow=0)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # The driver begins no transactions of its own: `begin` does.
        connection.isolation_level = None
        for pragma in (f"busy_timeout={BUSY_MS}", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
