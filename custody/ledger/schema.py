"""The log's tables. All but `heads` are append-only, which triggers enforce; `heads` follows from the entries.

Hashes, ids and keyids are their 32 raw bytes. What the tables hold is checked by `fsck`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    literal_column,
)

metadata = MetaData()


class Bytes(LargeBinary):
    """Bytes as the driver gives them: SQLAlchemy's own conversion would make zeros of a damaged row's integer."""

    cache_ok = True

    def result_processor(self, dialect: object, coltype: object) -> None:  # noqa: ARG002
        return None


# In SQLite INTEGER holds 64 bits, is what a strict table knows, and makes a primary key the row's own number.
Position = BigInteger().with_variant(Integer, "sqlite")

entries = Table(
    "entries",
    metadata,
    # Not AUTOINCREMENT: the sequencer gives the indexes, from 0, without a gap.
    Column("index", Position, primary_key=True, autoincrement=False),
    Column("id", Bytes, nullable=False),
    Column("issuer", Bytes, nullable=False),
    Column("seq", Position, nullable=False),
    Column("entry", Bytes, nullable=False),
    # An id stands for one issuer and seq: no statement is logged twice.
    Index("entries_by_issuer", "issuer", "seq", "id", unique=True),
    sqlite_strict=True,
)
"""What the leaves hash. `id`, `issuer` and `seq` repeat what the entry says, to be found by it."""

SEGMENT_BITS = 14
SEGMENT: ColumnElement[int] = entries.c.index.op(">>")(literal_column(str(SEGMENT_BITS)))
"""Which 16,384 entries one belongs to. Ids are random: an index over all would be written all over, and the slower
the longer the log; one for each segment is not."""

Index("entries_by_id", SEGMENT, entries.c.id)

hashes = Table(
    "hashes",
    metadata,
    Column("level", Position, primary_key=True, autoincrement=False),
    Column("number", Position, primary_key=True, autoincrement=False),
    Column("hash", Bytes, nullable=False),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""The hashes that make up the tiles of each level, from the left: level 0 has the leaf hashes."""

roster = Table(
    "roster",
    metadata,
    Column("index", Position, primary_key=True, autoincrement=False),
    Column("effect", Text),
    sqlite_strict=True,
)
"""The entries that are roster statements; `effect` says why one has none."""

heads = Table(
    "heads",
    metadata,
    Column("issuer", Bytes, primary_key=True),
    Column("head", Bytes, nullable=False),
    sqlite_with_rowid=False,
    sqlite_strict=True,
)
"""Each issuer's chain so far, as `chains.Head` in canonical JSON."""
