"""What the outbox holds beside what was signed: private texts and photographs, and what became of the latter."""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Literal

import msgspec
from msgspec import Struct

from custody.core.errors import StorageFault
from custody.core.statement import Statement
from scanner_agent import database
from scanner_agent.private import PHOTOGRAPHS, TEXTS, Private
from scanner_agent.tables import Tables


class Photographs(Struct, frozen=True):
    """Photographs of signed statements, by state."""

    waiting: int
    sent: int
    refused: int

    def __str__(self) -> str:
        return f"{self.waiting} menunggu / waiting, {self.sent} terkirim / sent, {self.refused} ditolak / refused"


class _Brought(Struct, frozen=True):
    """Where an input has the hash of a private thing: a field's value, an archived photograph, a typed id's reason."""

    field: str = ""
    value: str = ""
    photo: str = ""
    reason: str | None = None


_brought_by = msgspec.json.Decoder(_Brought)


def _brought(kept: bytes) -> set[str]:
    """The hashes of the private things that an input brought; none of one that cannot be read."""
    try:
        one = _brought_by.decode(kept)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return set()
    return {one.value if one.field in TEXTS | PHOTOGRAPHS else "", one.photo, one.reason or ""} - {""}


class PrivateTables(Tables):
    """A photograph waits until a statement that names it has a receipt; then it is sent, once, and stays here."""

    def private(self, hash_: str) -> bytes | None:
        """16 random bytes and the content that a statement names by this hash; None if it was erased."""
        row = self._row("SELECT salted FROM private WHERE hash = ?", hash_)
        return row[0] if row else None

    def erase(self, hash_: str) -> bool:
        """Erases a text or photograph for good; False if it is not here. For an outbox that nothing else uses.

        The row is overwritten and the file written anew, since SQLite may leave copies of a row in the unused parts of
        pages; the journal, which holds pages as they were, is cut to nothing.
        """
        with self._lock, database.translated(self._path):
            self._db.execute("PRAGMA journal_mode = TRUNCATE")
            with self._transaction() as db:
                found: bool = db.execute("DELETE FROM private WHERE hash = ?", (hash_,)).rowcount > 0
            if found:
                self._db.execute("VACUUM")
            return found

    def _forget(self, db: Any, inputs: Iterable[bytes], named: bytes) -> bool:
        """Erases what the inputs of a session brought and `named` does not name; whether there was any."""
        hashes = {hash_ for one in inputs for hash_ in _brought(one) if hash_.encode() not in named}
        rows = [db.execute("DELETE FROM private WHERE hash = ?", (hash_,)).rowcount for hash_ in hashes]
        return any(rows)

    def _cut_journal(self, erased: bool) -> None:
        """The journal holds pages as they were before the last transaction. If it cannot be cut, the next writes over
        it: what was done is done."""
        if erased:
            with self._lock, suppress(StorageFault), database.translated(self._path):
                self._db.execute("PRAGMA journal_mode = DELETE")
                self._db.execute("PRAGMA journal_mode = PERSIST")

    def next_photograph(self, besides: Iterable[str] = ()) -> tuple[str, bytes] | None:
        """(hash, salted bytes) of the oldest one that can be sent, `besides` those of these hashes."""
        row: tuple[str, bytes] | None = self._row(
            "SELECT hash, salted FROM private JOIN photograph USING (hash) JOIN statement ON statement.id = statement "
            "WHERE state = 'receipted' AND hash NOT IN (SELECT hash FROM upload) "
            "AND hash NOT IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT 1",
            json.dumps(list(besides)),
        )
        return row

    def end_photograph(self, hash_: str, outcome: Literal["sent", "refused"], time: int, detail: str = "") -> None:
        """The ledger has it, or refuses it for good."""
        with self._transaction() as db:
            db.execute("INSERT INTO upload VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", (hash_, outcome, time, detail))

    def photographs(self) -> Photographs:
        counts = self._row(
            "SELECT count(*) FILTER (WHERE outcome IS NULL AND hash IN (SELECT hash FROM private) AND hash IN "
            "(SELECT hash FROM photograph JOIN statement ON id = statement WHERE state <> 'quarantined')), "
            "count(*) FILTER (WHERE outcome = 'sent'), count(*) FILTER (WHERE outcome = 'refused') "
            "FROM (SELECT DISTINCT hash FROM photograph) LEFT JOIN upload USING (hash)"
        )
        return Photographs(*counts)

    def refused_photographs(self) -> list[tuple[str, str]]:
        """(hash, why) of those that the ledger refused for good."""
        return self._rows("SELECT hash, detail FROM upload WHERE outcome = 'refused' ORDER BY time")

    def _add_private(self, db: Any, private: Private) -> None:
        db.execute("INSERT INTO private VALUES (?, ?, ?)", (private.hash, private.kind, private.salted))

    def _add_photographs(self, db: Any, statement: Statement) -> None:
        named = [(hash_, statement.id) for hash_ in statement.photographs]
        db.executemany("INSERT INTO photograph VALUES (?, ?) ON CONFLICT DO NOTHING", named)
