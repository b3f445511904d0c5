"""One round of the sequencer: statements judged and placed in the log's order, inside its transaction."""

from msgspec import Struct

from custody.core import entry, statement
from custody.core.admission import State, admit, check_event_issuer
from custody.core.chain import Link
from custody.core.errors import CustodyError
from custody.core.merkle import leaf_hash
from custody.ledger.chains import Chains
from custody.ledger.glance import glance
from custody.ledger.intake import Checked
from custody.ledger.seen import Seen
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
        issuers = self._chains.unknown(one.seen.issuer for one in batch)
        if issuers:
            self._chains.load(issuers, self._writing.heads(issuers))
        for issuer, seqs in self._may_be_logged(batch).items():
            self._known |= self._writing.known(bytes.fromhex(issuer), seqs)
        return [self._place_again(one.seen) or self._place_new(one) for one in batch]

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
        for seen in (one.seen for one in batch):
            if seen.seq <= self._chains.head(seen.issuer).seq:
                found.setdefault(seen.issuer, []).append(seen.seq)
        return found

    def _place_new(self, checked: Checked) -> Placed | CustodyError:
        new, index = checked.seen, self._size + len(self._rows)
        head = self._chains.head(new.issuer)
        try:
            head.check_room(new.seq)
            effect = self._admit(checked, index)
        except CustodyError as error:
            return error.with_traceback(None)
        link = self._chains.add(index, new, self._at)
        statement_id = bytes.fromhex(new.id)
        data = entry.encode(checked.envelope, self._received)
        self._rows.append(EntryRow(index, statement_id, bytes.fromhex(new.issuer), new.seq, data))
        self._known[statement_id] = index
        if not new.is_event:
            self._roster.append((index, effect))
        return Placed(new.id, index, self._received, False, link, head.missing(), effect, data)

    def _admit(self, checked: Checked, index: int) -> str | None:
        """Why a statement has no effect. Raises what refuses it."""
        seen = checked.seen
        if seen.is_event and not seen.unverified:
            check_event_issuer(self._state, seen.log, seen.issuer)
            return None
        found = statement.parse(checked.envelope)
        return admit(self._state, found, index, found.signatures.keys() - seen.unverified).effect

    def _place_again(self, new: Seen) -> Placed | None:
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
        missing = self._chains.head(new.issuer).missing()
        return Placed(new.id, index, glance(data)[1], True, link, missing, effect, data)

    def _at(self, issuer: bytes, first: int, last: int) -> list[EntryRow]:
        return self._writing.at(issuer, first, last, before=self._size)
