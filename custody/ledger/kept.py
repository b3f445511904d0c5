"""What the rules keep (`memory.Memory`), in tables: read ahead for many entries, and written once for all of them."""

from collections import UserDict
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, Generic, TypeVar, overload

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, select

from custody.core.draft import Draft, Resolution
from custody.core.issuers import Issuer
from custody.core.item import Track
from custody.core.memory import Noted
from custody.ledger import tables
from custody.ledger.engine import insert_rows, listed

K = TypeVar("K", str, int)
V = TypeVar("V")
D = TypeVar("D")

HELD = 8192
"""So many values of a table are held in memory from one chunk of entries to the next; then none is."""

_encode = msgspec.msgpack.Encoder().encode
_SIGNED_BY = (
    select(tables.signed.c.index).where(tables.signed.c.key == bindparam("signer")).order_by(tables.signed.c.index)
)


class Blobs(MutableMapping[K, V], Generic[K, V]):
    """A table of keys and values. What was read or changed is held; None stands for what is not there."""

    connection: Connection

    def __init__(self, table: Table, type_: type[V]) -> None:
        self._table = table
        self._key, self._value = table.columns.values()
        self._decode = msgspec.msgpack.Decoder(type_).decode
        self._held: dict[K, V | None] = {}
        self.changed: set[K] = set()

    def read(self, keys: Iterable[K]) -> None:
        """Reads ahead."""
        wanted = [key for key in set(keys) if key not in self._held]
        self.assume_absent(wanted)
        if wanted:
            query = select(self._key, self._value).where(self._key.in_(listed(wanted)))
            self._held.update((key, self._decode(value)) for key, value in self.connection.execute(query).all())

    def assume_absent(self, keys: Iterable[K]) -> None:
        """These cannot be there yet."""
        self._held.update(dict.fromkeys(keys))

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | D) -> V | D: ...
    def get(self, key: K, /, default: Any = None) -> Any:
        if key not in self._held:
            self.read([key])
        found = self._held[key]
        return default if found is None else found

    def __getitem__(self, key: K) -> V:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: K, value: V) -> None:
        self._held[key] = value
        self.changed.add(key)

    def __delitem__(self, key: K) -> None:
        self[key]
        self._held[key] = None
        self.changed.add(key)

    def __iter__(self) -> Iterator[K]:
        stored = self.connection.execute(select(self._key)).scalars()
        held = {key for key, value in self._held.items() if value is not None}
        yield from held.union(key for key in stored if key not in self._held)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def write(self) -> None:
        """Writes what was changed, and forgets what is too much to hold."""
        # In their order: neighbours share a page.
        values = [(key, self._held[key]) for key in sorted(self.changed)]
        insert_rows(
            self.connection,
            self._table,
            [(key, _encode(value)) for key, value in values if value is not None],
            replace=True,
        )
        gone = [key for key, value in values if value is None]
        if gone:
            self.connection.execute(delete(self._table).where(self._key.in_(listed(gone))))
        self.changed.clear()
        if len(self._held) > HELD:
            self._held.clear()


class Whole(UserDict[str, V]):
    """A table that is small: all of it is held, and nothing is ever taken out."""

    connection: Connection

    def __init__(self, table: Table, type_: type[V]) -> None:
        super().__init__()
        self._table = table
        self._decode = msgspec.msgpack.Decoder(type_).decode
        self.changed: set[str] = set()

    def load(self, connection: Connection) -> None:
        self.data = {key: self._decode(value) for key, value in connection.execute(select(self._table))}

    def __setitem__(self, key: str, value: V) -> None:
        super().__setitem__(key, value)
        self.changed.add(key)

    def write(self) -> None:
        """Writes what was changed."""
        rows = [(key, _encode(self.data[key])) for key in self.changed]
        insert_rows(self.connection, self._table, rows, replace=True)
        self.changed.clear()


class Kept:
    """A `Memory` in the follower's tables, while a transaction is open."""

    def __init__(self, connection: Connection) -> None:
        """Loads the small tables."""
        self.tracks: Blobs[str, Track] = Blobs(tables.tracks, Track)
        self.issuers: Blobs[str, Issuer] = Blobs(tables.issuers, Issuer)
        self.noted: Blobs[int, Noted] = Blobs(tables.noted, Noted)
        self.awaited: Blobs[str, int] = Blobs(tables.awaited, int)
        self.strangers: Whole[int] = Whole(tables.strangers, int)
        self.spoiled: Whole[int] = Whole(tables.spoiled, int)
        self.resolutions: Whole[list[Resolution]] = Whole(tables.resolutions, list[Resolution])
        self.seals: Blobs[str, list[str]] = Blobs(tables.seals, list[str])
        self.reused: Blobs[str, list[Draft]] = Blobs(tables.reused, list[Draft])
        self._signed: list[tuple[str, int]] = []
        for whole in (self.strangers, self.spoiled, self.resolutions):
            whole.load(connection)

    def begin(self, connection: Connection) -> None:
        """What follows is in this transaction."""
        self._connection = connection
        for part in self._parts():
            part.connection = connection

    def sign(self, index: int, keys: Iterable[str]) -> None:
        self._signed += [(key, index) for key in keys]

    def signed_by(self, key: str) -> list[int]:
        stored = self._connection.execute(_SIGNED_BY, {"signer": key}).scalars()
        return [*stored, *(index for signer, index in self._signed if signer == key)]

    def write(self) -> None:
        """Writes what was changed."""
        insert_rows(self._connection, tables.signed, sorted(self._signed))
        self._signed.clear()
        for part in self._parts():
            part.write()

    def _parts(self) -> Iterable[Blobs[str, Any] | Blobs[int, Any] | Whole[Any]]:
        return (
            self.tracks,
            self.issuers,
            self.noted,
            self.awaited,
            self.strangers,
            self.spoiled,
            self.resolutions,
            self.seals,
            self.reused,
        )
