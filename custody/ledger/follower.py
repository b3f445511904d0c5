"""The follower: tables that reading wants, filled from the log behind the sequencer. They can be rebuilt any time.

They live in a database of their own, so that filling them never holds up the log, and deleting it loses nothing.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, delete, insert, select, update

from custody.ledger.engine import DAMAGE, insert_rows, open_reader, open_writer
from custody.ledger.glance import glance
from custody.ledger.store import Store

FILE = "views.db"
CHUNK = 2048
RETRY_S = 1.0

metadata = MetaData()
item_events = Table(
    "item_events",
    metadata,
    Column("item", Text, primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
progress = Table("progress", metadata, Column("version", Integer, primary_key=True), Column("followed", Integer))
VERSION = 1
"""Of these tables and how they are filled: another one is rebuilt."""

_log = structlog.get_logger(__name__)


class Follower:
    """Follows the log up to what `published` says; `followed` is how many entries the tables hold."""

    def __init__(self, folder: Path, store: Store, published: Callable[[], int], readers: int) -> None:
        self._path = folder / FILE
        self._store = store
        self._published = published
        self._engines: list[Engine] = []
        self._readers = readers
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self.followed = 0

    def start(self) -> None:
        """Opens the tables, or makes them anew if they are damaged or of another version; then begins."""
        try:
            self._open()
        except DAMAGE as error:
            _log.warning("the follower's tables are made anew", reason=str(error))
            self._remove()
            self._open()
        self._thread.start()

    def wake(self) -> None:
        """There is more to follow."""
        self._wake.set()

    def item(self, item: str, after: int, limit: int) -> list[int]:
        """Indexes above `after` of the entries that name an item, ascending."""
        query = select(item_events.c.index).where(item_events.c.item == item, item_events.c.index > after)
        with self._reader.connect() as connection:
            return list(connection.execute(query.order_by(item_events.c.index).limit(limit)).scalars())

    def stop(self) -> None:
        """Idempotent."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._dispose()

    def _open(self) -> None:
        self._writer = open_writer(self._path, synchronous="NORMAL")
        self._reader = open_reader(self._path, self._readers)
        self._engines = [self._writer, self._reader]
        metadata.create_all(self._writer)
        with self._writer.begin() as connection:
            followed = connection.execute(
                select(progress.c.followed).where(progress.c.version == VERSION)
            ).scalar_one_or_none()
            if followed is None or followed > self._published():
                followed = 0
                connection.execute(delete(item_events))
                connection.execute(delete(progress))
                connection.execute(insert(progress), {"version": VERSION, "followed": followed})
            self.followed = followed

    def _dispose(self) -> None:
        for engine in self._engines:
            engine.dispose()

    def _remove(self) -> None:
        self._dispose()
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(FILE + suffix).unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._stopping:
            try:
                while not self._stopping and self.followed < self._published():
                    self._follow()
            except Exception:
                _log.exception("the follower has to try again", followed=self.followed)
            self._wake.wait(RETRY_S)
            self._wake.clear()

    def _follow(self) -> None:
        end = min(self.followed + CHUNK, self._published())
        with self._store.reading() as reading:
            entries = reading.entries(self.followed, end)
        rows = [(item, index) for index, entry in enumerate(entries, self.followed) for item in glance(entry)[0].items]
        with self._writer.begin() as connection:
            insert_rows(connection, item_events, rows)
            connection.execute(update(progress).values(followed=end))
        self.followed = end
