"""The statements that a judgement is told of once more when it goes on: those of the roster, and some events.

Everything else that they say is in what the rules keep. They lie in a temporary file, in the log's order.
"""

from collections.abc import Iterable, Iterator
from os import SEEK_END
from tempfile import TemporaryFile

import msgspec
from msgspec import Struct

from custody.audit.frames import framed, frames
from custody.core.event import Event
from custody.core.plan import Itinerary, itineraries
from custody.core.planning import Plan
from custody.core.roster import RosterStatement

_TOGETHER = 256


class Recalled(Struct, frozen=True, array_like=True, gc=False):
    """Entry `index`, received at `received` (Unix ms). `body`: a roster statement that took effect.

    `is_event`: an event, of which there is nothing else; else, without a body, a roster statement without effect.
    """

    index: int
    received: int
    id: str
    body: RosterStatement | None = None
    is_event: bool = False


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Recalled]).decode


def is_recalled(event: Event) -> bool:
    """Of which events those are told again who write what the rules do not keep."""
    return event.action == "correct" or bool(event.photographs)


class RecalledFile:
    """What is to be told again, as far as it has come."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed by `close`
        self._waiting: list[Recalled] = []

    def add(self, one: Recalled) -> None:
        self._waiting.append(one)
        if len(self._waiting) >= _TOGETHER:
            self._write()

    def plans(self) -> dict[str, list[Itinerary]]:
        """By item, in the log's order: items of one plan share its ways."""
        found: dict[str, list[Itinerary]] = {}
        for one in told(self.pieces()):
            if isinstance(one.body, Plan):
                for item, itinerary in itineraries(one.index, one.id, one.received, one.body).items():
                    found.setdefault(item, []).append(itinerary)
        return found

    def pieces(self) -> Iterator[bytes]:
        """All of it, some together, for `told`."""
        self._write()
        self._file.seek(0)
        yield from frames(self._file)

    def close(self) -> None:
        self._file.close()

    def _write(self) -> None:
        data, self._waiting = _encode(self._waiting), []
        self._file.seek(0, SEEK_END)
        self._file.write(framed(data))


def told(pieces: Iterable[bytes]) -> Iterator[Recalled]:
    """What `pieces` gave, one by one."""
    for piece in pieces:
        yield from _decode(piece)
