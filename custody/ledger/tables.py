"""The tables that reading wants, filled from the log behind the sequencer: what the rules keep, and what it comes to.

They live in a database of their own, so that filling them never holds up the log, and deleting it loses nothing.
Instants are Unix ms. What depends on the clock is kept as the instant from which it holds.
"""

from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Boolean, Column, Engine, Index, Integer, MetaData, Table, Text, insert, select

from custody.core.errors import StorageFault
from custody.ledger.engine import DAMAGE, is_damaged, open_writer
from custody.ledger.schema import Bytes, Position

FILE = "views.db"
VERSION = 90
"""Of these tables and of the rules that fill them: those of another version are filled anew."""

metadata = MetaData()
# A strict table of SQLite knows no other.
Flag = Boolean().with_variant(Integer, "sqlite")
_log = structlog.get_logger(__name__)


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    # Without a row number: whatever the order in which rows came, the tables are the same.
    return Table(name, metadata, *columns, sqlite_with_rowid=False, sqlite_strict=True)


def _position(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    return Column(name, Position, primary_key=key, nullable=optional, autoincrement=False)


progress = _table("progress", _position("version", key=True), _position("followed"))

# What the rules keep (custody.core.memory), as MessagePack.
tracks = _table("tracks", Column("item", Text, primary_key=True), Column("value", Bytes, nullable=False))
issuers = _table("issuers", Column("key", Text, primary_key=True), Column("value", Bytes, nullable=False))
noted = _table("noted", _position("index", key=True), Column("value", Bytes, nullable=False))
awaited = _table("awaited", Column("id", Text, primary_key=True), Column("value", Bytes, nullable=False))
strangers = _table("strangers", Column("site", Text, primary_key=True), Column("value", Bytes, nullable=False))
spoiled = _table("spoiled", Column("signature", Text, primary_key=True), Column("value", Bytes, nullable=False))
resolutions = _table("resolutions", Column("finding", Text, primary_key=True), Column("value", Bytes, nullable=False))
seals = _table("seals", Column("number", Text, primary_key=True), Column("value", Bytes, nullable=False))
reused = _table("reused", Column("number", Text, primary_key=True), Column("value", Bytes, nullable=False))
signed = _table("signed", Column("key", Text, primary_key=True), _position("index", key=True))

# What it comes to.
sites = _table(
    "sites",
    Column("site", Text, primary_key=True),
    Column("parent", Text, index=True),
    Column("category", Text, nullable=False),
    Column("name", Text, nullable=False),
    _position("lat", optional=True),
    _position("lon", optional=True),
)
"""As stated; `lat` and `lon` in millionths of a degree."""
within = _table("within", Column("site", Text, primary_key=True), Column("below", Text, primary_key=True))
"""Each site, and those in its subtree: itself, and all below it."""
item_events = _table("item_events", Column("item", Text, primary_key=True), _position("index", key=True))
photographs = _table("photographs", Column("hash", Text, primary_key=True))
"""The hashes that events name as a photograph or as a signed paper's."""
items = _table(
    "items",
    Column("item", Text, primary_key=True),
    Column("kind", Text),
    Column("planned", Flag, nullable=False),
    Column("retired", Flag, nullable=False),
    Column("container", Text),
    Column("site", Text),
    Column("custodian", Text),
    Column("to", Text),
    Column("on_the_way", Flag, nullable=False),
    _position("uncertain_from", optional=True),
    Column("device", Text),
)
"""`standing.Place`, by item. `device`: the one that recorded its last event, if the item is still there."""
# Of those alone that have what is asked for: the fewer indexes a row stands in, the sooner it is written.
for _name in ("site", "to", "device"):
    Index(f"items_by_{_name}", items.c[_name], sqlite_where=items.c[_name].is_not(None))
Index("items_by_custodian", items.c.custodian, items.c.retired, sqlite_where=items.c.custodian.is_not(None))
deliveries = _table(
    "deliveries",
    Column("item", Text, primary_key=True),
    _position("way", key=True),
    Column("to", Text, nullable=False),
    _position("due"),
    Column("delivered", Flag, nullable=False),
    _position("risk_from", optional=True),
    _position("latest", optional=True),
    _position("arrives", optional=True),
    Index("deliveries_by_destination", "to", "delivered", "due"),
)
"""`standing.Delivery`."""
counts = _table(
    "counts",
    Column("own", Flag, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    _position("since", key=True),
    Column("n", Position, nullable=False),
)
"""See `custody.ledger.counts`."""
# What has come to nothing is found at once, and dropped.
Index("counts_of_none", counts.c.site, sqlite_where=counts.c.n == 0)
drafts = _table(
    "drafts",
    Column("holder", Text, primary_key=True),
    _position("number", key=True),
    Column("code", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("item", Text),
    _position("cause"),
    Column("sites", Text, nullable=False),
    _position("since"),
    _position("closed_by", optional=True),
    Column("value", Bytes, nullable=False),
    Index("drafts_by_finding", "code", "subject"),
    Index("drafts_by_item", "item", "code"),
    Index("drafts_by_cause", "cause", "code"),
)
"""Drafts in the order in which their holder has them: an item, an issuer (keyid), an entry (`#<index>`), a seal.

`cause`: the first entry of the evidence; `sites`: where it was found, with spaces between, the cause's first."""
findings = _table(
    "findings",
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("site", Text, nullable=False),
    _position("since"),
    _position("open_from", optional=True),
    # With all that is asked for: a page that few findings fit is found without reading the others' rows.
    Index("findings_by_since", "since", "id", "code", "severity", "site", "open_from", "subject"),
    Index("findings_by_severity", "severity", "since", "id", "code", "site", "open_from", "subject"),
    Index("findings_by_site", "site", "id"),
    Index("findings_by_subject", "subject", "code"),
)
"""One row for all drafts of one code and subject; it is open from `open_from` on (None: never)."""
elsewhere = _table(
    "elsewhere",
    Column("finding", Text, primary_key=True),
    Column("site", Text, primary_key=True),
    Index("elsewhere_by_site", "site", "finding"),
)
"""Where findings were found, beside their own `site`."""


def prepare_tables(folder: Path, size: int) -> int:
    """How many entries the tables hold. Makes them if there are none, and anew if they are damaged, of another version,
    or ahead of a log of `size` entries."""
    if not (folder / FILE).exists():
        renew_tables(folder)
        return 0
    try:
        engine, followed = open_tables(folder)
    except (*DAMAGE, StorageFault) as error:
        if not isinstance(error, StorageFault) and not is_damaged(error):
            raise
        _log.warning("the follower's tables are made anew", reason=str(error))
    else:
        engine.dispose()
        if followed <= size:
            return followed
    renew_tables(folder)
    return 0


def open_tables(folder: Path) -> tuple[Engine, int]:
    """(the connection that writes, how many entries the tables hold).

    Raises StorageFault for tables of another version, and what the driver says of damaged ones.
    """
    engine = open_writer(folder / FILE, synchronous="NORMAL")
    try:
        return engine, _followed(engine)
    except BaseException:
        engine.dispose()
        raise


def renew_tables(folder: Path) -> None:
    """Empty tables. Nobody may go on using a connection to the old ones."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        (folder / (FILE + suffix)).unlink(missing_ok=True)
    engine = open_writer(folder / FILE, synchronous="NORMAL")
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(progress), {"version": VERSION, "followed": 0})
    engine.dispose()


def _followed(engine: Engine) -> int:
    with engine.begin() as connection:
        query = select(progress.c.followed).where(progress.c.version == VERSION)
        followed: int | None = connection.execute(query).scalar_one_or_none()
    if followed is None:
        raise StorageFault("the follower's tables are of another version", expected=VERSION)
    return followed
