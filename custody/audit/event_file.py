"""Events one after the other in a temporary file: of each some bytes are in memory, however long the log."""

import os
from array import array
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import NamedTuple

import msgspec

from custody.audit.id_table import IdTable
from custody.core.event import Event
from custody.core.history import Logged

_ID_BYTES = 32
_PIECE = 64 * 1024
_TOGETHER = 64
"""So many events are read at a time where all are wanted: of some 40 KiB each at most."""
_COPIED = 1 << 20
_NOT_KNOWN = -1
_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(Event).decode


class Packed(NamedTuple):
    """What is in memory of an `EventFile`: eight bytes an entry, in the order of this machine."""

    received: bytes
    earliest: bytes
    offsets: bytes


class EventFile:
    """A `custody.core.memory.Events` of those that it was given, in the log's order."""

    def __init__(self) -> None:
        self._received = array("Q")
        self._earliest = array("q")
        """Before when the event was not signed, or `_NOT_KNOWN`."""
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `close`
        self._waiting = bytearray()
        """What comes after the file's end, until it is worth a write."""
        self._written = 0
        self._offsets = array("Q", [0])
        """Entry i's event, after its id, lies in the file from offset i to offset i + 1; of others there is nothing."""
        self._table = IdTable(self._id)

    def add(self, logged: Logged) -> None:
        """An event above all entries that were added before."""
        self.skip(logged.index)
        statement_id = bytes.fromhex(logged.id)
        data = statement_id + _encode(logged.event)
        self._waiting += data
        if len(self._waiting) >= _PIECE:
            self._write()
        self._add(logged.received, _NOT_KNOWN if logged.earliest is None else logged.earliest, len(data))
        self._table.add(statement_id, logged.index)

    def add_other(self, index: int, received: int) -> None:
        """An entry that is no event."""
        self.skip(index)
        self._add(received, 0, 0)

    def skip(self, index: int) -> None:
        """What is between the entries that were added and this one is no statement."""
        for _ in range(index - len(self._received)):
            self._add(self._received[-1] if self._received else 0, 0, 0)

    def event(self, index: int) -> Logged:
        begins = self._offsets[index]
        return self._logged(index, self._bytes(begins, self._offsets[index + 1] - begins))

    def is_event(self, index: int) -> bool:
        """Whether the entry is an event: no roster statement, and nothing that was not admissible."""
        return index < len(self._received) and self._offsets[index + 1] > self._offsets[index]

    def events(self, end: int) -> Iterator[Logged]:
        return (self._logged(index, data) for index, data in self._each(end))

    def received(self, index: int) -> int:
        return self._received[index]

    def find(self, statement_id: str) -> int | None:
        return self._table.find(bytes.fromhex(statement_id))

    def packed(self) -> Packed:
        """What `restore` asks for beside the `pieces`."""
        return Packed(self._received.tobytes(), self._earliest.tobytes(), self._offsets.tobytes())

    def pieces(self) -> Iterator[bytes]:
        """The events as they lie in the file."""
        for first in range(0, self._offsets[-1], _COPIED):
            yield self._bytes(first, min(_COPIED, self._offsets[-1] - first))

    def restore(self, packed: Packed, pieces: Iterable[bytes]) -> None:
        """Takes the place of the file that was packed; nothing may have been added.

        Raises ValueError, and LookupError where there are no offsets, for what does not fit together.
        """
        del self._offsets[:]
        for mine, data in zip((self._received, self._earliest, self._offsets), packed, strict=True):
            mine.frombytes(data)
        for piece in pieces:
            self._waiting += piece
            self._write()
        if (entries := len(self._received)) != len(self._earliest) or entries != len(self._offsets) - 1:
            raise ValueError("lists of one log's entries differ in length")
        if self._offsets[-1] != self._written + len(self._waiting):
            raise ValueError("events end elsewhere than their offsets say")
        for index, event in self._each(len(self._received)):
            self._table.add(event[:_ID_BYTES], index)

    def close(self) -> None:
        self._file.close()

    def _each(self, end: int) -> Iterator[tuple[int, bytes]]:
        """What the file has of each event below an index, in their order."""
        end, offsets = min(end, len(self._received)), self._offsets
        for first in range(0, end, _TOGETHER):
            last = min(first + _TOGETHER, end)
            begins = offsets[first]
            data = self._bytes(begins, offsets[last] - begins)
            for index in range(first, last):
                if self.is_event(index):
                    yield index, data[offsets[index] - begins : offsets[index + 1] - begins]

    def _write(self) -> None:
        """As much of what waits as the disk takes at once."""
        written = self._file.write(self._waiting)
        self._written += written
        del self._waiting[:written]

    def _add(self, received: int, earliest: int, length: int) -> None:
        self._received.append(received)
        self._earliest.append(earliest)
        self._offsets.append(self._offsets[-1] + length)

    def _logged(self, index: int, data: bytes) -> Logged:
        event, earliest = _decode(data[_ID_BYTES:]), self._earliest[index]
        return Logged(
            index,
            self._received[index],
            data[:_ID_BYTES].hex(),
            event,
            None if earliest == _NOT_KNOWN else earliest,
            len(event.items),
        )

    def _id(self, index: int) -> bytes:
        return self._bytes(self._offsets[index], _ID_BYTES)

    def _bytes(self, first: int, count: int) -> bytes:
        end, written = first + count, self._written
        if first >= written:
            return bytes(self._waiting[first - written : end - written])
        data = os.pread(self._file.fileno(), count, first)
        return data + self._waiting[: end - written] if end > written else data
