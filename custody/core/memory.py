"""What the rules ask the log, and what they keep: in memory here, in tables in a ledger's follower."""

from array import array
from collections.abc import Iterable, MutableMapping
from typing import Protocol

from msgspec import Struct

from custody.core.draft import Draft, Resolution
from custody.core.event import Event
from custody.core.history import Logged
from custody.core.issuers import Issuer
from custody.core.item import Track


class Events(Protocol):
    """What items' histories ask of the events that they were given before."""

    def event(self, index: int) -> Logged:
        """The event at an index."""

    def find(self, statement_id: str) -> int | None:
        """The index of an event, by its statement id; None also of a roster statement."""


class Log(Events, Protocol):
    """What the rules ask the log, of entries that they were given before."""

    def events(self, end: int) -> Iterable[Logged]:
        """The events below an index, in the log's order."""

    def received(self, index: int) -> int:
        """When an entry was received, Unix ms."""

    def root(self, size: int) -> str:
        """The root (hex) of the tree of the first `size` entries."""

    def signature_holds(self, index: int, key: str) -> bool:
        """Whether the signature under an enrolled key of the statement at an index verifies."""


def as_logged(log: Log, index: int, received: int, statement_id: str, event: Event) -> Logged:
    """An event as the log has it. What the device had seen of the log says before when it was not signed."""
    size, root = event.clock.size, event.clock.root
    earliest = None
    if size <= index and log.root(size) == root:
        earliest = log.received(size - 1) if size else 0
    return Logged(index, received, statement_id, event, earliest, len(event.items))


class Noted(Struct, omit_defaults=True):
    """What is wrong with one statement: by itself, and beside the one before it. It was signed by `latest`, Unix ms."""

    latest: int
    own: list[Draft] = []
    beside: list[Draft] = []


def signature_name(index: int, key: str) -> str:
    """How `Memory.spoiled` names a signature."""
    return f"{index}/{key}"


class Memory(Protocol):
    """What the rules keep. What is taken out of a mapping and changed is put back."""

    @property
    def tracks(self) -> MutableMapping[str, Track]:
        """By item."""

    @property
    def issuers(self) -> MutableMapping[str, Issuer]:
        """By keyid."""

    @property
    def noted(self) -> MutableMapping[int, Noted]:
        """By entry."""

    @property
    def awaited(self) -> MutableMapping[str, int]:
        """Statements that others name and that have not arrived: by when they were signed."""

    @property
    def strangers(self) -> MutableMapping[str, int]:
        """Sites that events name and no statement has stated: the first entry."""

    @property
    def spoiled(self) -> MutableMapping[str, int]:
        """`<index>/<keyid>` of signatures that were logged before their key was enrolled, and are not the key's."""

    @property
    def resolutions(self) -> MutableMapping[str, list[Resolution]]:
        """By finding id, in the log's order."""

    @property
    def seals(self) -> MutableMapping[str, list[str]]:
        """By a seal's number: the items that it was on, ascending; no more than `reuse` asks for."""

    @property
    def reused(self) -> MutableMapping[str, list[Draft]]:
        """By a seal's number: what is found of it on more than one item."""

    def sign(self, index: int, keys: Iterable[str]) -> None:
        """The entry is signed by these keys; or it names these handlers, whose badges did not sign."""

    def signed_by(self, key: str) -> Iterable[int]:
        """The entries that a key has signed, or that name a handler without his badge, ascending."""


class InMemory:
    """A `Memory` of dictionaries."""

    def __init__(self) -> None:
        self.tracks: dict[str, Track] = {}
        self.issuers: dict[str, Issuer] = {}
        self.noted: dict[int, Noted] = {}
        self.awaited: dict[str, int] = {}
        self.strangers: dict[str, int] = {}
        self.spoiled: dict[str, int] = {}
        self.resolutions: dict[str, list[Resolution]] = {}
        self.seals: dict[str, list[str]] = {}
        self.reused: dict[str, list[Draft]] = {}
        self.signed: dict[str, array[int]] = {}
        """What `signed_by` tells."""

    def sign(self, index: int, keys: Iterable[str]) -> None:
        for key in keys:
            entries = self.signed.get(key)
            if entries is None:
                entries = self.signed[key] = array("Q")
            entries.append(index)

    def signed_by(self, key: str) -> Iterable[int]:
        return list(self.signed.get(key, ()))
