"""What the outbox holds as advice, item by item: what the newest snapshot says, and what was recorded here since."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import astuple, replace

from scanner_agent.tables import Tables

_BATCH = 1000


class Basis(Struct, frozen=True):
    """What is known follows from the first `size` entries of the log, as `advisor` (keyid) says (0, None: no snapshot),
    and from those of this device's statements up to `seq` that are not among them. `tag`: the ledger's, of it.
    """

    size: int
    advisor: str | None
    seq: int
    tag: str | None = None


class Unadvised(Struct, frozen=True):
    """A statement of this device, the first that the advice on this `basis` does not have."""

    basis: Basis
    seq: int
    envelope: bytes


class AdviceTables(Tables):
    """One thread adds what is recorded here, another may bring a snapshot: whoever comes second begins again."""

    def basis(self) -> Basis:
        return Basis(*self._row("SELECT size, advisor, seq, tag FROM advice"))

    def known(self, items: Iterable[str]) -> dict[str, bytes]:
        """What is kept of those of the items that are known, in the order asked."""
        asked = list(items)
        sql = "SELECT item, state FROM json_each(?) JOIN known ON item = value"
        found = dict(self._rows(sql, json.dumps(asked)))
        return {item: found[item] for item in asked if item in found}

    def naming(self, text: str) -> dict[str, bytes]:
        """What is kept of those of which it holds a text, by id. Looks at all of it: some milliseconds for 10,000."""
        return dict(self._rows("SELECT item, state FROM known WHERE instr(state, ?) ORDER BY item", text.encode()))

    def unadvised(self, issuer: str) -> Unadvised | None:
        """The next to be added to what is known; None where there is none."""
        row = self._row(
            "SELECT size, advisor, advice.seq, tag, statement.seq, envelope FROM advice, statement "
            "WHERE issuer = ?1 AND statement.seq = (SELECT min(statement.seq) FROM statement "
            "WHERE issuer = ?1 AND statement.seq > advice.seq AND ifnull(entry_index, size) >= size)",
            issuer,
        )
        return Unadvised(Basis(*row[:4]), *row[4:]) if row else None

    def add_known(self, unadvised: Unadvised, changes: Mapping[str, bytes | None]) -> None:
        """What a statement makes of items (None: not known any more), if the advice is on the same basis still."""
        held = self.known(changes)
        differing = [(item, state) for item, state in changes.items() if held.get(item) != state]
        self._keep(unadvised.basis, replace(unadvised.basis, seq=unadvised.seq), differing)

    def keep_snapshot(self, before: Basis, basis: Basis, known: Iterable[tuple[str, bytes]]) -> bool:
        """What a verified snapshot says of each item, ascending by id, in place of all that was known.

        False, and nothing is kept, if the advice is not on the basis of `before` any more. Only what differs is
        written: a ledger may give a snapshot each minute, and few items move in one.
        """
        return self._keep(before, basis, list(self._differing(known)))

    def _differing(self, known: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes | None]]:
        rows, after = iter(known), ""
        while batch := list(islice(rows, _BATCH)):
            last = batch[-1][0]
            held = dict(self._rows("SELECT item, state FROM known WHERE item > ? AND item <= ?", after, last))
            yield from ((item, state) for item, state in batch if held.pop(item, None) != state)
            yield from ((item, None) for item in held)
            after = last
        yield from ((item, None) for (item,) in self._rows("SELECT item FROM known WHERE item > ?", after))

    def _keep(self, before: Basis, after: Basis, changes: Sequence[tuple[str, bytes | None]]) -> bool:
        with self._transaction() as db:
            if self.basis() != before:
                return False
            db.execute("UPDATE advice SET size = ?, advisor = ?, seq = ?, tag = ?", astuple(after))
            db.executemany("DELETE FROM known WHERE item = ?", [(item,) for item, state in changes if state is None])
            db.executemany("REPLACE INTO known VALUES (?, ?)", (change for change in changes if change[1] is not None))
        return True
