"""What the rules ask of a log that is being verified: received times in memory, statements in a temporary file."""

import os
from array import array
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile

import msgspec

from custody.audit.id_table import IdTable
from custody.audit.tree import Tree
from custody.core import entry, statement
from custody.core.event import Event
from custody.core.history import Logged
from custody.core.keys import verifies
from custody.core.memory import as_logged
from custody.core.trusted import State

_ID_BYTES = 32
_PIECE = 64 * 1024
_TOGETHER = 64
"""So many statements are read at a time where all are wanted: of some 40 KiB each at most."""
_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(Event).decode


class JudgedLog:
    """A `custody.core.memory.Log` of the entries that it was given.

    `reread` gives an entry that was verified before, once more, and raises what `EntryReader.entry` does.
    """

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes]) -> None:
        self._state = state
        self._tree = tree
        self._reread = reread
        self._received = array("Q")
        self._statements = TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `close`
        self._waiting = bytearray()
        """What comes after the file's end, until it is worth a write."""
        self._written = 0
        self._offsets = array("Q", [0])
        """Entry i's statement lies in the file from offset i to offset i + 1: its id and, of an event, the event."""
        self._table = IdTable(self._id)

    def add(self, index: int, received: int, statement_id: bytes, event: Event | None) -> None:
        """Entry `index`, above all that were added before; those between are no statements."""
        for _ in range(index - len(self._received)):
            self._received.append(self._received[-1] if self._received else 0)
            self._offsets.append(self._offsets[-1])
        data = statement_id if event is None else statement_id + _encode(event)
        self._waiting += data
        if len(self._waiting) >= _PIECE:
            written = self._statements.write(self._waiting)
            self._written += written
            del self._waiting[:written]
        self._received.append(received)
        self._offsets.append(self._offsets[-1] + len(data))
        if event is not None:
            self._table.add(statement_id, index)

    def event(self, index: int) -> Logged:
        begins = self._offsets[index]
        return self._logged(index, self._bytes(begins, self._offsets[index + 1] - begins))

    def is_event(self, index: int) -> bool:
        """Whether the entry is an event: no roster statement, and nothing that was not admissible."""
        return index < len(self._received) and self._offsets[index + 1] - self._offsets[index] > _ID_BYTES

    def events(self, end: int) -> Iterator[Logged]:
        end = min(end, len(self._received))
        for first in range(0, end, _TOGETHER):
            last = min(first + _TOGETHER, end)
            begins = self._offsets[first]
            data = self._bytes(begins, self._offsets[last] - begins)
            for index in range(first, last):
                if self.is_event(index):
                    yield self._logged(index, data[self._offsets[index] - begins : self._offsets[index + 1] - begins])

    def received(self, index: int) -> int:
        return self._received[index]

    def root(self, size: int) -> str:
        return self._tree.root(size).hex()

    def find(self, statement_id: str) -> int | None:
        return self._table.find(bytes.fromhex(statement_id))

    def signature_holds(self, index: int, key: str) -> bool:
        envelope, _ = entry.decode(self._reread(index))
        found = statement.parse(envelope)
        return verifies(self._state.keys[key].public, found.message, found.signatures[key])

    def close(self) -> None:
        self._statements.close()

    def _logged(self, index: int, data: bytes) -> Logged:
        return as_logged(self, index, self._received[index], data[:_ID_BYTES].hex(), _decode(data[_ID_BYTES:]))

    def _id(self, index: int) -> bytes:
        return self._bytes(self._offsets[index], _ID_BYTES)

    def _bytes(self, first: int, count: int) -> bytes:
        end, written = first + count, self._written
        if first >= written:
            return bytes(self._waiting[first - written : end - written])
        data = os.pread(self._statements.fileno(), count, first)
        return data + self._waiting[: end - written] if end > written else data
