"""The log: entries, the tree's hashes, the roster's indexes, issuer chains."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Position = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "entries",
        sa.Column("index", Position, primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("issuer", sa.LargeBinary(32), nullable=False),
        sa.Column("seq", Position, nullable=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("entries_by_issuer", "entries", ["issuer", "seq", "id"], unique=True)
    op.create_index("entries_by_id", "entries", [sa.text('"index" >> 14'), "id"])
    op.create_table(
        "hashes",
        sa.Column("level", Position, primary_key=True, autoincrement=False),
        sa.Column("number", Position, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_table(
        "roster",
        sa.Column("index", Position, primary_key=True, autoincrement=False),
        sa.Column("effect", sa.Text),
        sqlite_strict=True,
    )
    op.create_table(
        "heads",
        sa.Column("issuer", sa.LargeBinary(32), primary_key=True),
        sa.Column("head", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    for table in ("entries", "hashes", "roster"):
        _make_append_only(table)


def _make_append_only(table: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
