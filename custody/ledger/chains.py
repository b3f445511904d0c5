"""Issuer chains as the sequencer extends them: a bounded cache of heads before the store.

A statement at the end of its chain needs nothing but the head; only one that fills a gap or forks asks for others.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Annotated

from msgspec import Meta

from custody.core import chain
from custody.core.canonical import Codec
from custody.core.chain import Link, SeqSet
from custody.core.errors import QuotaExceeded
from custody.core.head import Count, Hash, Record
from custody.ledger.glance import glance
from custody.ledger.seen import Seen
from custody.ledger.store import EntryRow
from custody.ledger.views import Ranges

SHOWN = 100
"""How many missing ranges and forks an answer names."""
MOST_RANGES = 10_000
"""Of seqs that have arrived, in one chain: a head is read and stored whole, each time that it changes."""

At = Callable[[bytes, int, int], Iterable[EntryRow]]
"""(issuer, first seq, last seq) -> the issuer's entries there that are logged before."""


class StoredHead(Record, frozen=True, kw_only=True):
    """A row of `heads`: the last seq, the id logged there first, the seqs that have arrived, the first forks."""

    seq: Count
    id: Hash
    arrived: list[tuple[Count, Count]]
    forks: Annotated[list[Count], Meta(max_length=SHOWN)] = []


codec = Codec[StoredHead](StoredHead, 64 * 1024 * 1024, "a chain head")


class Head:
    """One issuer's chain so far."""

    def __init__(self, stored: StoredHead | None = None) -> None:
        self.seq = stored.seq if stored else 0
        self.id = stored.id if stored else None
        self.arrived = SeqSet(stored.arrived if stored else ())
        self.forks = list(stored.forks) if stored else []

    @classmethod
    def decode(cls, data: bytes) -> "Head":
        """Raises Malformed."""
        return cls(codec.decode(data))

    def encode(self) -> bytes:
        """As it is stored, once anything has arrived."""
        assert self.id is not None  # noqa: S101  # a head without a statement is not stored
        return codec.encode(StoredHead(seq=self.seq, id=self.id, arrived=self.arrived.ranges(), forks=self.forks))

    def missing(self) -> Ranges:
        """The first ranges that have not arrived."""
        return self.arrived.missing(SHOWN)

    def check_room(self, seq: int) -> None:
        """Raises QuotaExceeded for a seq that stands alone, in a chain that is in too many pieces already."""
        if len(self.arrived) >= MOST_RANGES and not any(near in self.arrived for near in (seq - 1, seq, seq + 1)):
            raise QuotaExceeded(
                "a chain has too many gaps",
                expected=f"at most {MOST_RANGES} pieces",
                got=f"one more, at seq {seq}",
                remedy="Send the statements before it first.",
            )

    def add(self, index: int, new: Seen, link: Link) -> None:
        """Entry `index` is this issuer's."""
        self.arrived.add(new.seq)
        if new.seq > self.seq:
            self.seq, self.id = new.seq, new.id
        if link is Link.FORK and len(self.forks) < SHOWN:
            self.forks.append(index)


class Chains:
    """Heads of issuers, the least recently used forgotten beyond `capacity`. For one thread."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._changed: dict[str, Head] = {}
        self._pending: dict[tuple[str, int], list[Seen]] = {}

    def unknown(self, issuers: Iterable[str]) -> list[bytes]:
        """Those of the issuers whose heads have to be loaded; the others count as used."""
        wanted = set(issuers)
        for issuer in wanted & self._heads.keys():
            self._heads.move_to_end(issuer)
        return [bytes.fromhex(issuer) for issuer in wanted - self._heads.keys()]

    def load(self, issuers: Iterable[bytes], stored: dict[bytes, bytes]) -> None:
        """Takes the stored heads of issuers; those without one begin. Raises Malformed."""
        for issuer in issuers:
            data = stored.get(issuer)
            self._heads[issuer.hex()] = Head.decode(data) if data is not None else Head()

    def head(self, issuer: str) -> Head:
        """The head of a loaded issuer."""
        return self._heads[issuer]

    def heads(self) -> dict[bytes, bytes]:
        """The heads that are in memory, as they are to be stored."""
        return {bytes.fromhex(issuer): head.encode() for issuer, head in self._heads.items() if head.id is not None}

    def add(self, index: int, new: Seen, at: At) -> Link:
        """Appends entry `index` to its issuer's chain, and says how it stands there."""
        head = self._heads[new.issuer]
        link = self.link(new, at)
        head.add(index, new, link)
        self._changed[new.issuer] = head
        self._pending.setdefault((new.issuer, new.seq), []).append(new)
        return link

    def link(self, new: Seen, at: At) -> Link:
        """How a statement stands in its issuer's chain now, logged or not."""
        head = self._heads[new.issuer]
        if new.seq == head.seq + 1 and new.prev == head.id:
            return Link.OK
        if new.seq > head.seq + 1:
            return Link.GAP
        logged = self._logged(new.issuer, new.seq, at)
        return chain.link(
            new.id,
            new.prev,
            same=[other for seq, other, _ in logged if seq == new.seq and other != new.id],
            before=[other for seq, other, _ in logged if seq == new.seq - 1],
            after_prevs=[prev for seq, _, prev in logged if seq == new.seq + 1],
        )

    def take_changed(self) -> dict[bytes, bytes]:
        """The heads that `add` has changed since the last time, as they are to be stored."""
        changed = {bytes.fromhex(issuer): head.encode() for issuer, head in self._changed.items()}
        self._changed.clear()
        self._pending.clear()
        return changed

    def trim(self) -> None:
        """Forgets what is beyond the capacity."""
        while len(self._heads) > self._capacity:
            self._heads.popitem(last=False)

    def _logged(self, issuer: str, seq: int, at: At) -> list[tuple[int, str, str | None]]:
        """(seq, id, prev) of an issuer's statements around a seq: stored ones, and those of this round."""
        rows = at(bytes.fromhex(issuer), seq - 1, seq + 1)
        pending = [other for near in range(seq - 1, seq + 2) for other in self._pending.get((issuer, near), ())]
        return [(row.seq, row.id.hex(), glance(row.entry)[0].prev) for row in rows] + [
            (other.seq, other.id, other.prev) for other in pending
        ]
