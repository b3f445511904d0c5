"""Follows the log: judges its entries by the rules, in order, and fills the tables with what that gives."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Self

from msgspec import Struct
from sqlalchemy import Connection, Engine, select, update

from custody.core.contents import looks_inside
from custody.core.errors import StorageFault
from custody.core.history import Logged
from custody.core.planning import Plan
from custody.core.roster import RosterStatement, Site
from custody.core.rules import Rules
from custody.core.trusted import State
from custody.ledger import tables
from custody.ledger.engine import insert_rows
from custody.ledger.kept import Kept
from custody.ledger.outcome import write_outcome
from custody.ledger.places import Tree
from custody.ledger.state import replay
from custody.ledger.store import Reading, StoreReader
from custody.ledger.stored_log import StoredLog

CHUNK = 2048
"""So many entries at most are judged in one transaction."""
ITEMS = 16_384
"""Once an entry has brought those that are changed to so many, the transaction ends: a move changes all that is in what
it moves, a plan all that it names."""


class Judged(Struct, frozen=True):
    """A roster statement that has taken effect."""

    index: int
    id: str
    received: int
    body: RosterStatement


class Following:
    """Opens the databases by itself; `followed` is how many entries the tables hold.

    After an error it is of no use any more: what it holds in memory is ahead of the tables. Another goes on from them.
    """

    @classmethod
    def open(cls, log: Path, folder: Path, origin: str) -> Self:
        """From the log in one folder into the tables in another, which must be there.

        Raises ConfigFault, StorageFault, and as it is what the driver says of the tables.
        """
        engine, followed = tables.open_tables(folder)
        return cls(StoreReader(log, readers=2), engine, followed, origin)

    def __init__(self, store: StoreReader, engine: Engine, followed: int, origin: str) -> None:
        """Use `open`."""
        self._store = store
        self._engine = engine
        self.followed = followed
        self._roster = State(origin)
        self._log = StoredLog(store, lambda key: self._roster.keys[key].public)
        with engine.begin() as connection:
            self._kept = Kept(connection)
        self._rules = Rules(self._roster, self._log, self._kept)
        self._stated: list[Site] = []
        self._chunk = CHUNK
        self._resume()

    def follow(self, size: int) -> int:
        """Judges the next entries below `size`, a chunk of them at most; returns how many the tables hold then."""
        end = min(self.followed + self._chunk, size)
        if end <= self.followed:
            return self.followed
        with self._store.reading() as reading:
            roster = {one: effect for one, effect in reading.roster(self.followed - 1, CHUNK) if one < end}
            rows = reading.rows(self.followed, end)
        if len(rows) != end - self.followed:
            raise StorageFault("entries are missing", expected=end - self.followed, got=len(rows))
        events = {row.entry_index: self._log.logged(row) for row in rows if row.entry_index not in roster}
        with self._engine.begin() as connection:
            self._check_alone(connection)
            self._kept.begin(connection)
            self._read_ahead(list(events.values()), end)
            for index in range(self.followed, end):
                self._log.position = index + 1
                if index in events:
                    self._log.remember(events[index])
                    self._rules.event(events[index])
                else:
                    self._judge_roster(index, roster[index])
                if len(self._kept.tracks.changed) >= ITEMS:
                    end = index + 1
                    # What is read ahead of what comes next is read again then.
                    self._chunk = end - self.followed
                    break
            self._chunk = min(CHUNK, 2 * self._chunk)
            self._rules.settle()
            self._write(connection, [one for index, one in events.items() if index < end], end)
        self.followed = end
        return end

    def close(self) -> None:
        self._engine.dispose()
        self._store.close()

    def _resume(self) -> None:
        """The roster as it was, and what the rules drew from it that they do not keep."""
        with self._store.reading() as reading:
            for index, effect in reading.roster(after=-1):
                if index >= self.followed:
                    return
                found = self._replay(reading, index, effect)
                self._log.position = index + 1
                if found is not None:
                    self._rules.resume(index, found.received, found.body)

    def _replay(self, reading: Reading, index: int, effect: str | None) -> Judged | None:
        found, received = replay(reading, self._roster, index, effect)
        body: RosterStatement = found.body  # type: ignore[assignment]  # events are no roster statements
        return Judged(index, found.id, received, body) if effect is None else None

    def _judge_roster(self, index: int, effect: str | None) -> None:
        with self._store.reading() as reading:
            found = self._replay(reading, index, effect)
        if found is None:
            return
        if isinstance(found.body, Site):
            self._stated.append(found.body)
        elif isinstance(found.body, Plan):
            self._kept.tracks.read(planned.item for planned in found.body.items)
        self._rules.roster(index, found.id, found.received, found.body)

    def _check_alone(self, connection: Connection) -> None:
        followed = connection.execute(select(tables.progress.c.followed)).scalar_one()
        if followed != self.followed:
            raise StorageFault(
                "another process fills the tables",
                expected=f"{self.followed} entries",
                got=followed,
                remedy="It ends by itself when its ledger has; this one tries again.",
            )

    def _read_ahead(self, events: Sequence[Logged], end: int) -> None:
        kept = self._kept
        kept.noted.assume_absent(range(self.followed, end))
        kept.awaited.read(one.id for one in events)
        kept.issuers.read(one.event.issuer for one in events)
        kept.seals.read(seal.id for one in events for seal in one.event.seals if seal.id is not None)
        items = {item for one in events for item in one.touches()}
        while items:
            kept.tracks.read(items)
            around = (track.item.container for item in items if (track := kept.tracks.get(item)) is not None)
            items = {container for container in around if container is not None} - items
        moved = {item for one in events if looks_inside(one.event) for item in one.event.items}
        room = ITEMS
        while moved:
            kept.tracks.read(moved)
            room -= len(moved)
            tracks = [track for item in moved if (track := kept.tracks.get(item))]
            moved = set(islice((inner for track in tracks for inner in track.item.contents), max(room, 0)))

    def _write(self, connection: Connection, events: Sequence[Logged], end: int) -> None:
        rows = [(item, one.index) for one in events for item in one.touches()]
        insert_rows(connection, tables.item_events, rows)
        named = {(hash_,) for one in events for hash_ in one.event.photographs}
        insert_rows(connection, tables.photographs, sorted(named), replace=True)
        path = self._rules.grounds.path
        stated = [(one.site, one.parent, one.category, one.name, one.lat, one.lon) for one in self._stated]
        insert_rows(connection, tables.sites, stated)
        insert_rows(connection, tables.within, [(above, row[0]) for row in stated for above in path(row[0])])
        tree = Tree(path, {row[0] for row in stated})
        write_outcome(
            connection, self._kept, lambda index: self._log.event(index).event, tree, self._rules.with_resolution
        )
        self._stated.clear()
        self._kept.write()
        connection.execute(update(tables.progress).values(followed=end))
