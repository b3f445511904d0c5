"""One round of the sequencer: statements judged and placed in the log's order, inside its transaction."""

from msgspec import Struct

from custody.core import entry
from custody.core.admission import State, admit
from custody.core.chain import Link
from custody.core.errors import CustodyError
from custody.core.event import Event
from custody.core.merkle import leaf_hash
from custody.core.statement import Statement
from custody.ledger.chains import Chains
from custody.ledger.glance import glance
from custody.ledger.intake import Checked
from custody.ledger.store import EntryRow, HashRow, Writing
from custody.ledger.views import Ranges


class Placed(Struct, frozen=True):
    """Where a statement stands in the log; `missing` is of its issuer's chain by then."""

    id: str
    index: int
    received: int
    duplicate: bool
    link: Link
    missing: Ranges
    effect: str | None
    entry: bytes


class Round:
    """Judges statements one after the other; `state` and `chains` run ahead of the store until it is committed."""

    def __init__(self, writing: Writing, state: State, chains: Chains, size: int, received: int) -> None:
        self._writing = writing
        self._state = state
        self._chains = chains
        self._size = size
        self._received = received
        self._known: dict[bytes, int] = {}
        self._rows: list[EntryRow] = []
        self._roster: list[tuple[int, str | None]] = []

    def place(self, batch: list[Checked]) -> list[Placed | CustodyError]:
        """Where each statement stands, or why it is refused. Nothing is written yet."""
        issuers = self._chains.unknown(one.statement.body.issuer for one in batch)
        if issuers:
            self._chains.load(issuers, self._writing.heads(issuers))
        for issuer, seqs in self._may_be_logged(batch).items():
            self._known |= self._writing.known(bytes.fromhex(issuer), seqs)
        return [self._place_again(one.statement) or self._place_new(one) for one in batch]

    def write(self, hash_rows: list[HashRow]) -> None:
        """Puts what is placed, and the tree's new hashes, into the transaction."""
        self._writing.append(self._rows, hash_rows, self._roster)
        self._writing.replace_heads(self._chains.take_changed())

    def leaves(self) -> list[bytes]:
        """The leaf hashes of the new entries."""
        return [leaf_hash(row.entry) for row in self._rows]

    def _may_be_logged(self, batch: list[Checked]) -> dict[str, list[int]]:
        """Seqs by issuer that do not lie beyond its head: what does is new, and the store is not asked."""
        found: dict[str, list[int]] = {}
        for body in (one.statement.body for one in batch):
            if body.seq <= self._chains.head(body.issuer).seq:
                found.setdefault(body.issuer, []).append(body.seq)
        return found

    def _place_new(self, checked: Checked) -> Placed | CustodyError:
        new, index = checked.statement, self._size + len(self._rows)
        try:
            self._chains.head(new.body.issuer).check_room(new.body.seq)
            verdict = admit(self._state, new, index, checked.verified)
        except CustodyError as error:
            return error
        link = self._chains.add(index, new, self._at)
        statement_id, issuer = bytes.fromhex(new.id), bytes.fromhex(new.body.issuer)
        data = entry.encode(new.envelope, self._received)
        self._rows.append(EntryRow(index, statement_id, issuer, new.body.seq, data))
        self._known[statement_id] = index
        if not isinstance(new.body, Event):
            self._roster.append((index, verdict.effect))
        missing = self._chains.head(new.body.issuer).missing()
        return Placed(new.id, index, self._received, False, link, missing, verdict.effect, data)

    def _place_again(self, new: Statement) -> Placed | None:
        index = self._known.get(bytes.fromhex(new.id))
        if index is None:
            return None
        if index < self._size:
            [data] = self._writing.entries(index, index + 1)
            effect = self._writing.effect(index)
        else:
            data = self._rows[index - self._size].entry
            effect = dict(self._roster).get(index)
        link = self._chains.link(new, self._at)
        missing = self._chains.head(new.body.issuer).missing()
        return Placed(new.id, index, glance(data)[1], True, link, missing, effect, data)

    def _at(self, issuer: bytes, first: int, last: int) -> list[EntryRow]:
        return self._writing.at(issuer, first, last, before=self._size)
