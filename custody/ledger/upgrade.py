"""Brings a database's tables to what this software expects (Alembic, run from here and not from its command line)."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from custody.core.errors import NewerFormat, StorageFault
from custody.ledger.engine import definitions, open_memory


def upgrade(engine: Engine) -> None:
    """Runs the migrations that the database lacks. Raises NewerFormat (later software wrote it), StorageFault."""
    with engine.begin() as connection:
        if is_behind(connection):
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def is_behind(connection: Connection) -> bool:
    """Whether the database lacks a migration. Raises NewerFormat, StorageFault."""
    found = MigrationContext.configure(connection).get_current_heads()
    known = _revisions()
    if len(found) > 1:
        raise StorageFault(
            "the ledger's database says twice what wrote it",
            expected=f"revision {known[0]}",
            got=found,
            remedy="Put it back from a copy.",
        )
    current = found[0] if found else None
    if current is not None and current not in known:
        raise NewerFormat(
            "the ledger's database was written by newer software",
            expected=f"revision {known[0]}",
            got=current,
            remedy="Update this software.",
        )
    return current != known[0]


@cache
def expected_definitions() -> dict[str, str]:
    """What `definitions` of a database gives that no one has tampered with."""
    engine = open_memory()
    upgrade(engine)
    with engine.connect() as connection:
        return definitions(connection)


@cache
def _revisions() -> list[str]:
    """Newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "custody.ledger:migrations")
    return config
