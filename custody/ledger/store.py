"""The log in its database: the only SQL of the ledger's evidence. Positions are indexes of entries, from 0.

Everything raises StorageFault for a damaged database and Unavailable for one that does not answer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from custody.core.errors import ConfigFault, StorageFault
from custody.core.tiles import WIDTH
from custody.files import sync_folder
from custody.ledger.engine import insert_rows, open_reader, open_writer, storage_errors
from custody.ledger.schema import SEGMENT, SEGMENT_BITS, entries, hashes, heads, roster
from custody.ledger.upgrade import upgrade

FILE = "ledger.db"


class EntryRow(NamedTuple):
    """A row of `entries`."""

    entry_index: int
    id: bytes
    issuer: bytes
    seq: int
    entry: bytes


class HashRow(NamedTuple):
    """A row of `hashes`."""

    level: int
    number: int
    hash: bytes


_SIZE = select(func.coalesce(func.max(entries.c.index) + 1, 0))
_ROWS = (
    select(entries)
    .where(entries.c.index >= bindparam("start"), entries.c.index < bindparam("end"))
    .order_by(entries.c.index)
)
_ENTRIES = _ROWS.with_only_columns(entries.c.entry)
_HASH_ROWS = (
    select(hashes)
    .where(
        hashes.c.level == bindparam("level"),
        hashes.c.number >= bindparam("start"),
        hashes.c.number < bindparam("end"),
    )
    .order_by(hashes.c.number)
)
_TILE = _HASH_ROWS.with_only_columns(hashes.c.hash)
_INDEX = select(entries.c.index).where(
    SEGMENT.in_(bindparam("segments", expanding=True)), entries.c.id == bindparam("id")
)
_KNOWN = select(entries.c.id, entries.c.index).where(
    entries.c.issuer == bindparam("issuer"), entries.c.seq.in_(bindparam("seqs", expanding=True))
)
_AT = (
    select(entries)
    .where(
        entries.c.issuer == bindparam("issuer"),
        entries.c.seq.between(bindparam("first"), bindparam("last")),
        entries.c.index < bindparam("before"),
    )
    .order_by(entries.c.index)
)
_LAST_OF = (
    select(entries.c.seq, entries.c.id)
    .where(entries.c.issuer == bindparam("issuer"), entries.c.index < bindparam("below"))
    .order_by(entries.c.seq.desc(), entries.c.index)
    .limit(1)
)
_HEADS = select(heads.c.issuer, heads.c.head).where(heads.c.issuer.in_(bindparam("issuers", expanding=True)))
_DROP_HEADS = delete(heads).where(heads.c.issuer.in_(bindparam("issuers", expanding=True)))
_ROSTER = select(roster.c.index, roster.c.effect).where(roster.c.index > bindparam("after")).order_by(roster.c.index)
_ROSTER_ENTRIES = _ROSTER.add_columns(entries.c.entry).join(entries, entries.c.index == roster.c.index)
_LAST_ROSTER = select(func.max(roster.c.index)).where(roster.c.index < bindparam("below"))
_EFFECT = select(roster.c.effect).where(roster.c.index == bindparam("index"))


class Reading:
    """What can be read in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def size(self) -> int:
        """The number of entries."""
        return int(self._connection.execute(_SIZE).scalar_one())

    def entries(self, start: int, end: int) -> list[bytes]:
        """The exact bytes of the entries from `start` to below `end`. Raises StorageFault if one is missing."""
        found = self._connection.execute(_ENTRIES, {"start": start, "end": end}).scalars().all()
        _check_count(f"entries {start} to {end - 1}", end - start, len(found))
        return list(found)

    def rows(self, start: int, end: int) -> list[EntryRow]:
        """The rows of `entries` from `start` to below `end`, as many as there are."""
        return [EntryRow(*row) for row in self._connection.execute(_ROWS, {"start": start, "end": end}).all()]

    def tile(self, level: int, n: int, width: int) -> bytes:
        """The first `width` hashes of a tile. Raises StorageFault if one is missing."""
        start = n * WIDTH
        found = self._connection.execute(_TILE, {"level": level, "start": start, "end": start + width}).scalars().all()
        _check_count(f"the hashes of tile {level}/{n}", width, len(found))
        return b"".join(found)

    def hash_rows(self, level: int, start: int, end: int) -> list[HashRow]:
        """The rows of `hashes` of a level from number `start` to below `end`, as many as there are."""
        found = self._connection.execute(_HASH_ROWS, {"level": level, "start": start, "end": end})
        return [HashRow(*row) for row in found]

    def count(self, table: Table) -> int:
        """The number of rows."""
        return int(self._connection.execute(select(func.count()).select_from(table)).scalar_one())

    def index(self, statement_id: bytes) -> int | None:
        """The index of a statement."""
        segments = range((self.size() - 1 >> SEGMENT_BITS) + 1)
        return self._connection.execute(_INDEX, {"segments": segments, "id": statement_id}).scalar_one_or_none()

    def known(self, issuer: bytes, seqs: Sequence[int]) -> dict[bytes, int]:
        """The indexes, by id, of what is logged at these seqs of an issuer."""
        return {row[0]: row[1] for row in self._connection.execute(_KNOWN, {"issuer": issuer, "seqs": seqs})}

    def at(self, issuer: bytes, first: int, last: int, before: int) -> list[EntryRow]:
        """An issuer's entries at seqs `first` to `last` and indexes below `before`, in the log's order."""
        found = self._connection.execute(_AT, {"issuer": issuer, "first": first, "last": last, "before": before})
        return [EntryRow(*row) for row in found]

    def last_of(self, issuer: bytes, below: int) -> tuple[int, str | None]:
        """(seq, id) of an issuer's last statement at indexes below one; (0, None) if it has none there."""
        row = self._connection.execute(_LAST_OF, {"issuer": issuer, "below": below}).one_or_none()
        return (row[0], row[1].hex()) if row is not None else (0, None)

    def heads(self, issuers: Sequence[bytes]) -> dict[bytes, bytes]:
        """The heads of those of the issuers that have a chain."""
        return {row[0]: row[1] for row in self._connection.execute(_HEADS, {"issuers": issuers})}

    def all_heads(self) -> Iterator[tuple[bytes, bytes]]:
        """(issuer, head) of every issuer."""
        return ((row[0], row[1]) for row in self._connection.execute(select(heads.c.issuer, heads.c.head)))

    def roster(self, after: int, limit: int | None = None) -> list[tuple[int, str | None]]:
        """(index, effect) of the roster statements above `after`, at most `limit`."""
        return [(row[0], row[1]) for row in self._connection.execute(_ROSTER.limit(limit), {"after": after})]

    def roster_entries(self, after: int, limit: int) -> list[tuple[int, str | None, bytes]]:
        """The same, each with the exact bytes of its entry."""
        found = self._connection.execute(_ROSTER_ENTRIES.limit(limit), {"after": after})
        return [(row[0], row[1], row[2]) for row in found]

    def last_roster(self, below: int) -> int:
        """The index of the last roster statement below one, which there is."""
        return int(self._connection.execute(_LAST_ROSTER, {"below": below}).scalar_one())

    def effect(self, index: int) -> str | None:
        """Why the roster statement at `index` has no effect; None for one that has, and for an event."""
        return self._connection.execute(_EFFECT, {"index": index}).scalar_one_or_none()


class Writing(Reading):
    """A transaction that holds the write lock; what it appends is durable once it ends without an error."""

    def append(
        self, rows: Sequence[EntryRow], tree: Sequence[HashRow], roster_rows: Sequence[tuple[int, str | None]]
    ) -> None:
        """Adds entries, hashes and the indexes of roster statements."""
        insert_rows(self._connection, entries, rows)
        insert_rows(self._connection, hashes, tree)
        insert_rows(self._connection, roster, roster_rows)

    def replace_heads(self, changed: dict[bytes, bytes]) -> None:
        """Sets the heads of these issuers."""
        if changed:
            self._connection.execute(_DROP_HEADS, {"issuers": list(changed)})
            insert_rows(self._connection, heads, list(changed.items()))


class StoreReader:
    """The database of one log, to read only."""

    def __init__(self, folder: Path, readers: int) -> None:
        """Raises ConfigFault if there is no database in `folder`."""
        self._path = folder / FILE
        if not self._path.is_file():
            raise ConfigFault(
                f"{self._path} does not exist", expected="a ledger's database", remedy="Run custody init."
            )
        self._reader = open_reader(self._path, readers)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A transaction that sees one state of the log."""
        with storage_errors(FILE), self._reader.connect() as connection:
            yield Reading(connection)

    def close(self) -> None:
        self._reader.dispose()


class Store(StoreReader):
    """The database of one log: one connection that writes and a few that read."""

    def __init__(self, folder: Path, readers: int) -> None:
        """Raises ConfigFault if there is no database in `folder`, NewerFormat, StorageFault."""
        super().__init__(folder, readers)
        self._writer = open_writer(self._path)
        with storage_errors(FILE):
            upgrade(self._writer)

    @classmethod
    def create(cls, folder: Path) -> "Store":
        """A new, empty database. Raises ConfigFault if there is one, or none can be."""
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
        except OSError as error:
            raise ConfigFault(
                f"{path} cannot be created", expected="a new file", got=error.strerror, remedy="Name another folder."
            ) from None
        sync_folder(folder.parent)
        return cls(folder, readers=1)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction that is committed, durably, if the block ends without an error."""
        with storage_errors(FILE), self._writer.begin() as connection:
            yield Writing(connection)

    def close(self) -> None:
        super().close()
        self._writer.dispose()

    def remove(self) -> None:
        """Undoes `create`, for a log that never published anything."""
        self.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(FILE + suffix).unlink(missing_ok=True)


def _check_count(what: str, expected: int, got: int) -> None:
    if expected != got:
        raise StorageFault(f"{what} are not all stored", expected=expected, got=got, remedy="Run custody fsck.")
