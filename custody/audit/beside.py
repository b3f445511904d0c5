"""Items' histories in a process of their own, beside the one that judges statements: it is told what that one tells.

Nothing comes back until all is settled; then what the rules keep of items comes home, and they go on here.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from sys import intern
from tempfile import NamedTemporaryFile

import msgspec
from msgspec import Struct

from custody.audit.event_file import EventFile
from custody.audit.frames import END, frame, framed, frames
from custody.audit.pool import beside
from custody.core import effect
from custody.core.draft import Draft
from custody.core.errors import Unavailable
from custody.core.event import Event
from custody.core.grounds import Grounds
from custody.core.histories import Histories, ItemHistories
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.memory import InMemory
from custody.core.plan import Itinerary
from custody.core.policy import Effective
from custody.core.roster import RosterStatement
from custody.core.trusted import State

_TOGETHER = 256
"""So many tellings, or tracks, are sent at a time."""
_END = b""
"""Tells the other process that there is no more."""
_LEFT = b"left"
"""It has left what it had."""


class _Happened(Struct, frozen=True, array_like=True, tag=0, gc=False):
    index: int
    received: int
    id: str
    event: Event
    earliest: int | None
    late: bool


class _Stated(Struct, frozen=True, array_like=True, tag=1, gc=False):
    index: int
    received: int
    id: str
    body: RosterStatement


class _Spoilt(Struct, frozen=True, array_like=True, tag=2, gc=False):
    index: int
    key: str


class _Again(Struct, frozen=True, array_like=True, tag=3, gc=False):
    items: list[str]


class _Numbers(Struct, frozen=True, array_like=True, gc=False):
    """What `Memory` keeps of seals."""

    seals: dict[str, list[str]]
    reused: dict[str, list[Draft]]


_Told = _Happened | _Stated | _Spoilt | _Again
_encode = msgspec.msgpack.Encoder().encode
_decode_told = msgspec.msgpack.Decoder(list[_Told]).decode
_decode_tracks = msgspec.msgpack.Decoder(list[Track]).decode
_decode_numbers = msgspec.msgpack.Decoder(_Numbers).decode


class HistoriesBeside:
    """As `Histories`, of which `here` are those that go on once they have come home into `memory`, which is empty."""

    def __init__(
        self, here: ItemHistories, memory: InMemory, origin: str, plans: Callable[[], dict[str, list[Itinerary]]]
    ) -> None:
        """`plans`: by item, those that have taken effect by the time when all is settled; they come home without."""
        self._here = here
        self._plans_of_items = plans
        self._memory = memory
        self._home = NamedTemporaryFile(prefix="custody-audit-")  # noqa: SIM115  # closed by `close`
        """Where the other process leaves what it has when it ends: at no time do both have all of it in memory."""
        self._process: Connection | None = beside(_follow, origin, self._home.name)
        self._telling: list[_Told] = []

    def add(self, logged: Logged, policy: Effective, *, late: bool) -> None:
        if self._process is None:
            self._here.add(logged, policy, late=late)
            return
        self._tell(_Happened(logged.index, logged.received, logged.id, logged.event, logged.earliest, late))

    def roster(self, index: int, statement_id: str, received: int, body: RosterStatement) -> None:
        if self._process is None:
            self._here.roster(index, statement_id, received, body)
            return
        self._tell(_Stated(index, received, statement_id, body))

    def is_released_by(self, item: str, statement_id: str) -> bool:
        return self._process is None and self._here.is_released_by(item, statement_id)

    def spoil(self, index: int, key: str) -> None:
        self._here.spoil(index, key)
        if self._process is not None:
            self._tell(_Spoilt(index, key))

    def again(self, items: Iterable[str]) -> None:
        if self._process is None:
            self._here.again(items)
        else:
            self._tell(_Again(list(items)))

    def settle(self) -> None:
        if self._process is not None:
            self._come_home(self._process)
        self._here.settle()

    def close(self) -> None:
        self._home.close()
        if self._process is not None:
            self._process.close()
            self._process = None

    def _tell(self, telling: _Told) -> None:
        self._telling.append(telling)
        if len(self._telling) >= _TOGETHER:
            self._send()

    def _send(self) -> None:
        assert self._process is not None  # noqa: S101  # else nothing is told
        telling, self._telling = self._telling, []
        try:
            self._process.send_bytes(_encode(telling))
        except OSError:
            raise _ended() from None

    def _come_home(self, process: Connection) -> None:
        self._send()
        try:
            process.send_bytes(_END)
            process.recv_bytes()
            _wait_for_end(process)
        except (OSError, EOFError):
            raise _ended() from None
        plans = self._plans_of_items()
        for data in frames(self._home):
            take_home(self._memory, _decode_tracks(data), plans)
        numbers = _decode_numbers(frame(self._home))
        self._memory.seals, self._memory.reused = numbers.seals, numbers.reused
        self.close()


def take_home(memory: InMemory, tracks: Iterable[Track], plans: dict[str, list[Itinerary]]) -> None:
    """Tracks that were sent without their plans: these are taken out of `plans`, where items share what they are of."""
    for track in tracks:
        track.plans = plans.pop(track.id, [])
        _share(track)
        memory.tracks[track.id] = track


def _share(track: Track) -> None:
    """What many items say alike is in memory once, though it came by itself with each."""
    item = track.item
    item.kind, item.site, item.left, item.custodian = (
        None if text is None else intern(text) for text in (item.kind, item.site, item.left, item.custodian)
    )
    if item.last is not None and item.last.id == track.reach[1]:
        track.reach = track.reach[0], item.last.id


class _Follower:
    """What the other process keeps: the roster as it stood, the events, and the items."""

    def __init__(self, origin: str) -> None:
        self._state = State(origin)
        self._grounds = Grounds(self._state)
        self._log = EventFile()
        self._memory = InMemory()
        self._histories = Histories(self._grounds, self._log, self._memory)

    def hear(self, told: _Told) -> None:
        match told:
            case _Happened(index, received, statement_id, event, earliest, late):
                logged = Logged(index, received, statement_id, event, earliest, len(event.items))
                self._log.add(logged)
                self._histories.add(logged, self._grounds.policy_of(logged), late=late)
                for item in logged.touches():
                    if (track := self._memory.tracks.get(item)) is not None:
                        _share(track)
            case _Stated(index, received, statement_id, body):
                effect.apply(self._state, body, index)
                self._grounds.take(index, received, body)
                self._histories.roster(index, statement_id, received, body)
            case _Spoilt(index, key):
                self._histories.spoil(index, key)
            case _Again(items):
                self._histories.again(items)

    def settled(self) -> Iterator[bytes]:
        """What goes home; what was given is forgotten."""
        self._histories.settle()
        tracks = self._memory.tracks
        items = iter(list(tracks))
        while sent := [tracks.pop(item) for item in islice(items, _TOGETHER)]:
            for track in sent:
                track.plans = []
            yield _encode(sent)
        yield END
        yield _encode(_Numbers(self._memory.seals, self._memory.reused))


def _follow(home: Connection, origin: str, file: str) -> None:
    """Runs in the other process until all is settled and in the file, home is there no more, or the disk is full."""
    follower = _Follower(origin)
    try:
        while data := home.recv_bytes():
            for told in _decode_told(data):
                follower.hear(told)
        with Path(file).open("wb") as left:
            left.writelines(map(framed, follower.settled()))
        home.send_bytes(_LEFT)
    except (EOFError, OSError):
        pass  # that it has ended is said at home


def _wait_for_end(process: Connection) -> None:
    """Until what it has in memory is free."""
    with suppress(EOFError):
        process.recv_bytes()


def _ended() -> Unavailable:
    return Unavailable(
        "a process that judges items has ended",
        remedy="Try again with --workers 0 if memory is short, or with another TMPDIR if the disk is full.",
    )
