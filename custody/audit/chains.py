"""Issuer chains, link by link, over a whole log: eight bytes of memory a statement, the ids in a temporary file."""

import os
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from tempfile import TemporaryFile

from custody.audit.result import Gap
from custody.audit.verified import IssuerLinks, indexes
from custody.core import chain
from custody.core.chain import Link, SeqSet
from custody.core.errors import BadHistory

_ID_BYTES = 32
_RECORD_BYTES = 2 * _ID_BYTES
Named = tuple[bytes, bytes | None]
"""A statement's id, and the `prev` that it names."""
_NO_ID = bytes(_ID_BYTES)
"""Where there is no `prev`, or no statement that parses."""


class _Issuer:
    """Entry indexes by seq: those of 1, 2, 3… in `order`; in `strays` what is above a gap, or second at its seq."""

    __slots__ = ("head", "order", "strays")

    def __init__(self) -> None:
        self.order = array("Q")
        self.head: bytes | None = None
        self.strays: dict[int, list[int]] = {}

    @classmethod
    def of(cls, links: IssuerLinks) -> "_Issuer":
        issuer = cls()
        issuer.order, issuer.head, issuer.strays = indexes(links.order), links.head, links.strays
        return issuer

    def links(self) -> IssuerLinks:
        return IssuerLinks(self.order.tobytes(), self.head, self.strays)

    def at(self, seq: int) -> list[int]:
        first = [self.order[seq - 1]] if 0 < seq <= len(self.order) else []
        return first + self.strays.get(seq, [])

    def place(self, seq: int, index: int) -> None:
        if seq != len(self.order) + 1:
            self.strays.setdefault(seq, []).append(index)
            return
        self.order.append(index)
        while here := self.strays.pop(len(self.order) + 1, None):
            self.order.append(here[0])
            if here[1:]:
                self.strays[len(self.order)] = here[1:]


class Chains:
    """The chains of every issuer as the entries so far leave them."""

    def __init__(
        self, start: int = 0, links: Mapping[str, IssuerLinks] | None = None, old: Callable[[int], Named] | None = None
    ) -> None:
        """After `start` entries that left these `links`; `old` gives what is asked again of one of them."""
        self._issuers = {issuer: _Issuer.of(one) for issuer, one in (links or {}).items()}
        self._start = start
        self._old = old
        self._ids = TemporaryFile(buffering=0)  # noqa: SIM115  # closed by `close`

    def __len__(self) -> int:
        return len(self._issuers)

    def record(self, ids: Sequence[tuple[bytes, bytes | None] | None]) -> None:
        """Takes (id, prev) of the next entries, before `add` is called for any of them; None for no statement."""
        self._ids.write(b"".join([one[0] + (one[1] or _NO_ID) if one else _NO_ID * 2 for one in ids]))

    def add(self, index: int, issuer: str, seq: int, statement_id: bytes, prev: bytes | None) -> Link:
        """How entry `index` stands in its issuer's chain. Raises BadHistory for a statement that is there already."""
        mine = self._issuers.get(issuer)
        if mine is None:
            mine = self._issuers[issuer] = _Issuer()
        if seq == len(mine.order) + 1 and prev == mine.head and not mine.strays:
            mine.order.append(index)
            mine.head = statement_id
            return Link.OK
        same = mine.at(seq)
        for other in same:
            if self._id(other) == statement_id:
                raise BadHistory("a statement is logged twice", expected=f"once, as entry {other}", got=index)
        link = chain.link(
            statement_id.hex(),
            prev.hex() if prev else None,
            same=[self._id(other).hex() for other in same],
            before=[self._id(other).hex() for other in mine.at(seq - 1)],
            after_prevs=[self._prev(other).hex() for other in mine.at(seq + 1)],
        )
        mine.place(seq, index)
        mine.head = self._id(mine.order[-1]) if mine.order else None
        return link

    def gaps(self) -> Iterable[Gap]:
        """What is missing of each chain below its last seq."""
        for issuer, mine in self._issuers.items():
            arrived = SeqSet([(1, len(mine.order))] if mine.order else [])
            for seq in mine.strays:
                arrived.add(seq)
            yield from (Gap(issuer, first, last) for first, last in arrived.missing())

    def links(self) -> dict[str, IssuerLinks]:
        """What these chains can go on from."""
        return {issuer: mine.links() for issuer, mine in self._issuers.items()}

    def close(self) -> None:
        self._ids.close()

    def _id(self, index: int) -> bytes:
        return self._named(index)[:_ID_BYTES]

    def _prev(self, index: int) -> bytes:
        return self._named(index)[_ID_BYTES:]

    def _named(self, index: int) -> bytes:
        """Id and prev of an entry's statement."""
        if index < self._start and self._old is not None:
            statement_id, prev = self._old(index)
            return statement_id + (prev or _NO_ID)
        return os.pread(self._ids.fileno(), _RECORD_BYTES, (index - self._start) * _RECORD_BYTES)
