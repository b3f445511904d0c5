"""Brings a database's tables to what this software expects (Alembic, run from here and not from its command line)."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from custody.core.errors import NewerFormat


def upgrade(engine: Engine) -> None:
    """Runs the migrations that the database lacks. Raises NewerFormat for one that later software wrote."""
    config = Config()
    config.set_main_option("script_location", "custody.ledger:migrations")
    with engine.begin() as connection:
        if _is_behind(connection, ScriptDirectory.from_config(config)):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _is_behind(connection: Connection, scripts: ScriptDirectory) -> bool:
    current = MigrationContext.configure(connection).get_current_revision()
    known = [script.revision for script in scripts.walk_revisions()]
    if current is not None and current not in known:
        raise NewerFormat(
            "the ledger's database was written by newer software",
            expected=f"revision {known[0]}",
            got=current,
            remedy="Update this software.",
        )
    return current != known[0]
