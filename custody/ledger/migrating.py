"""Runs migrations by Alembic, from here and not from its command line."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def migrate(connection: Connection) -> None:
    """Runs those that the database lacks, in the open transaction."""
    config = settings()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def settings() -> Config:
    """Where the migrations are."""
    config = Config()
    config.set_main_option("script_location", "custody.ledger:migrations")
    return config
