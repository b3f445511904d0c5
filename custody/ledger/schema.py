"""The log's tables. All but `heads` are append-only, which triggers enforce; `heads` follows from the entries.

Hashes, ids and keyids are their 32 raw bytes. What the tables hold is checked by `fsck`.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, Table, Text

metadata = MetaData()

# In SQLite only INTEGER makes the primary key the row's own number, without a second index.
Position = BigInteger().with_variant(Integer, "sqlite")

entries = Table(
    "entries",
    metadata,
    # Not AUTOINCREMENT: the sequencer gives the indexes, from 0, without a gap.
    Column("index", Position, primary_key=True, autoincrement=False),
    Column("id", LargeBinary(32), nullable=False, unique=True),
    Column("issuer", LargeBinary(32), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    Index("entries_by_issuer", "issuer", "seq"),
)
"""What the leaves hash. `id`, `issuer` and `seq` repeat what the entry says, to be found by it."""

hashes = Table(
    "hashes",
    metadata,
    Column("level", SmallInteger, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)
"""The hashes that make up the tiles of each level, from the left: level 0 has the leaf hashes."""

roster = Table(
    "roster",
    metadata,
    Column("index", Position, primary_key=True, autoincrement=False),
    Column("effect", Text),
)
"""The entries that are roster statements; `effect` says why one has none."""

heads = Table(
    "heads",
    metadata,
    Column("issuer", LargeBinary(32), primary_key=True),
    Column("head", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Each issuer's chain so far, as `chains.Head` in canonical JSON."""

APPEND_ONLY = ("entries", "hashes", "roster")
