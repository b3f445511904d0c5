"""How far a log is public: the entries that were received long enough ago for its policies (FORMAT.md)."""

import threading
from collections.abc import Callable

import msgspec
from msgspec import Struct

from custody.core import entry, statement
from custody.core.disclosure import Disclosure
from custody.core.planning import Policy
from custody.core.policy import Policies, Stated
from custody.ledger.arrivals import first_after, received_at
from custody.ledger.clock import Clock
from custody.ledger.glance import look_into
from custody.ledger.store import Reading, StoreReader

PAGE = 5000
"""So many roster statements are looked at in one transaction."""


class _Kind(Struct, frozen=True):
    kind: str | None = None


_kind = msgspec.json.Decoder(_Kind)


class Disclosed:
    """Thread-safe. `published` is the size of the log. Everything raises StorageFault, Unavailable as the store does.

    Roster statements are public at once: what decides trust is nobody's whereabouts.
    """

    def __init__(self, store: StoreReader, published: Callable[[], int], clock: Clock) -> None:
        self._store = store
        self._published = published
        self._clock = clock
        self._disclosure = Disclosure()
        self._policies = Policies()
        self._lock = threading.Lock()
        self._looked_at = 0
        """So many entries were looked at for policies."""
        self._size = 0
        self._next: int | None = None
        """When entry `_size` was received, if it was there already."""

    def until(self) -> int | None:
        """What was received up to then (Unix ms) is public; None while nothing is kept back."""
        with self._lock:
            return self._until(self._published())

    def delay(self) -> int:
        """How long what is logged is kept back now, in ms."""
        with self._lock:
            self._look_for_policies(self._published())
            return self._disclosure.delay(self._clock.now())

    def policies(self) -> tuple[list[Stated], list[Stated]]:
        """(the policies in force now, those that are to be), of each site that has one of its own."""
        with self._lock:
            self._look_for_policies(self._published())
            return self._policies.stated(self._clock.now())

    def size(self) -> int:
        """The first so many entries are public. Never decreases while anything is kept back."""
        with self._lock:
            published = self._published()
            until = self._until(published)
            if until is None:
                return published
            if self._next is None or self._next <= until:
                with self._store.reading() as reading:
                    self._advance(reading, until, published)
            return self._size

    def shows(self, start: int, end: int) -> bool:
        """Whether the entries from `start` to below `end` are public, each of them."""
        start = max(start, self.size())
        if start >= end:
            return True
        with self._store.reading() as reading:
            found = reading.roster(start - 1, end - start)
        return [index for index, _ in found] == list(range(start, end))

    def opens(self, index: int) -> tuple[int, int]:
        """(when the entry at an index becomes public, as the policies stand: Unix ms; in how many ms that is)."""
        with self._store.reading() as reading:
            received = received_at(reading, index)
        with self._lock:
            now = self._clock.now()
            opens = self._disclosure.opens(received, now)
        return opens, opens - now

    def _until(self, published: int) -> int | None:
        self._look_for_policies(published)
        now = self._clock.now()
        return self._disclosure.until(now) if self._disclosure.delay(now) else None

    def _look_for_policies(self, published: int) -> None:
        if published <= self._looked_at:
            return
        with self._store.reading() as reading:
            while rows := reading.roster_entries(self._looked_at - 1, PAGE):
                for index, effect, data in rows:
                    if index >= published:
                        break
                    if effect is None and look_into(data, _kind)[0].kind == "policy":
                        envelope, received = entry.decode(data)
                        policy = statement.parse(envelope).body
                        assert isinstance(policy, Policy)  # noqa: S101  # its kind says so
                        self._disclosure.add(index, received, policy)
                        self._policies.add(index, received, policy)
                if len(rows) < PAGE or rows[-1][0] >= published:
                    break
                self._looked_at = rows[-1][0] + 1
        self._looked_at = published

    def _advance(self, reading: Reading, until: int, published: int) -> None:
        self._size = first_after(reading, self._size, published, until)
        self._next = received_at(reading, self._size) if self._size < published else None
