"""Brings a database's tables to what this software expects."""

from functools import cache

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, inspect, select

from custody.core.errors import NewerFormat, StorageFault
from custody.ledger.engine import definitions, open_memory

REVISIONS = ["0001"]
"""Of the migrations there are, newest first."""
_written_by = Table("alembic_version", MetaData(), Column("version_num", Text))
"""Where Alembic keeps the revision of a database."""


def upgrade(engine: Engine) -> None:
    """Runs the migrations that the database lacks. Raises NewerFormat (later software wrote it), StorageFault."""
    with engine.begin() as connection:
        if is_behind(connection):
            # A ledger whose database lacks nothing starts sooner, and in less memory, without Alembic.
            from custody.ledger.migrating import migrate  # noqa: PLC0415

            migrate(connection)


def is_behind(connection: Connection) -> bool:
    """Whether the database lacks a migration. Raises NewerFormat, StorageFault."""
    is_new = not inspect(connection).has_table(_written_by.name)
    found = [] if is_new else connection.execute(select(_written_by)).scalars().all()
    if len(found) > 1:
        raise StorageFault(
            "the ledger's database says twice what wrote it",
            expected=f"revision {REVISIONS[0]}",
            got=found,
            remedy="Put it back from a copy.",
        )
    current = found[0] if found else None
    if current is not None and current not in REVISIONS:
        raise NewerFormat(
            "the ledger's database was written by newer software",
            expected=f"revision {REVISIONS[0]}",
            got=current,
            remedy="Update this software.",
        )
    return current != REVISIONS[0]


@cache
def expected_definitions() -> dict[str, str]:
    """What `definitions` of a database gives that no one has tampered with."""
    engine = open_memory()
    upgrade(engine)
    with engine.connect() as connection:
        return definitions(connection)
