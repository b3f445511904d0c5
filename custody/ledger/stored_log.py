"""The log as the rules ask it (`memory.Log`), from what is stored."""

from collections.abc import Callable, Iterator
from functools import lru_cache

import msgspec

from custody.core import entry, memory, merkle, statement
from custody.core.event import Event
from custody.core.history import Logged
from custody.core.keys import is_valid
from custody.core.tiles import node_reader
from custody.ledger.glance import glance, look_into
from custody.ledger.store import EntryRow, StoreReader
from custody.ledger.tree import stored_tile

EVENTS = 8192
"""So many events are kept in memory: late ones are asked for again and again."""
REMEMBERED = 65_536
"""Sizes of which root and time are kept: devices name the same ones."""
PAGE = 1024

PublicKey = Callable[[str], bytes]


_event = msgspec.json.Decoder(Event)


class StoredLog:
    """Answers about the entries below `position`, which moves on as they are judged."""

    def __init__(self, store: StoreReader, public_key: PublicKey) -> None:
        self._store = store
        self._public_key = public_key
        self._events: dict[int, Logged] = {}
        self.position = 0
        self.root = lru_cache(REMEMBERED)(self._root)
        self.received = lru_cache(REMEMBERED)(self._received)

    def logged(self, row: EntryRow) -> Logged:
        """The event in a row. It was parsed strictly before it was stored. Raises StorageFault."""
        event, received = look_into(row.entry, _event)
        return memory.as_logged(self, row.entry_index, received, row.id.hex(), event)

    def remember(self, one: Logged) -> None:
        """An event that has just been read."""
        if len(self._events) >= EVENTS:
            self._events.clear()
        self._events[one.index] = one

    def event(self, index: int) -> Logged:
        found = self._events.get(index)
        if found is None:
            with self._store.reading() as reading:
                [row] = reading.rows(index, index + 1)
            found = self.logged(row)
            self.remember(found)
        return found

    def events(self, end: int) -> Iterator[Logged]:
        for start in range(0, end, PAGE):
            with self._store.reading() as reading:
                rows = reading.rows(start, min(start + PAGE, end))
                roster = {index for index, _ in reading.roster(start - 1, PAGE)}
            yield from (self.logged(row) for row in rows if row.entry_index not in roster)

    def find(self, statement_id: str) -> int | None:
        with self._store.reading() as reading:
            index = reading.index(bytes.fromhex(statement_id))
            if index is None or index >= self.position:
                return None
            is_roster = index in [one for one, _ in reading.roster(index - 1, 1)]
        return None if is_roster else index

    def signature_holds(self, index: int, key: str) -> bool:
        with self._store.reading() as reading:
            [data] = reading.entries(index, index + 1)
        found = statement.parse(entry.decode(data)[0])
        return is_valid(self._public_key(key), found.message, found.signatures[key])

    def _root(self, size: int) -> str:
        return merkle.root(size, node_reader(size, stored_tile(self._store))).hex()

    def _received(self, index: int) -> int:
        with self._store.reading() as reading:
            [data] = reading.entries(index, index + 1)
        return glance(data)[1]
