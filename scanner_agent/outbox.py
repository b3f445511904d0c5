"""The outbox: drafts, statements, receipts, checkpoints and the roster in one SQLite file that survives a power cut.

One connection, used by one thread at a time under a lock. Each method that writes is one transaction, durable when it
returns.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from custody.core.checkpoint import Checkpoint
from custody.core.errors import ConfigFault, StorageFault
from custody.core.statement import Statement
from scanner_agent import schema
from scanner_agent.advice_tables import AdviceTables
from scanner_agent.carried_tables import CarriedTables, Pending
from scanner_agent.private import Private
from scanner_agent.private_tables import PrivateTables

_SENT = ("statement", "carried")
"""The tables with what is sent: a statement is in one of them."""


class Held(Struct, frozen=True):
    """A checkpoint that was verified, and its signed note."""

    checkpoint: Checkpoint
    note: bytes


class Incident(Struct, frozen=True):
    """What an operator has to look at. `time` and `reviewed` are Unix ms, `evidence` JSON."""

    id: int
    kind: str
    issuer: str | None
    statement: str | None
    time: int
    detail: str
    evidence: str
    reviewed: int | None


class Counts(Struct, frozen=True):
    """Statements by state."""

    pending: int
    receipted: int
    quarantined: int

    def __str__(self) -> str:
        return (
            f"{self.pending} menunggu / pending, {self.receipted} berbukti / receipted, "
            f"{self.quarantined} karantina / quarantined"
        )


class Outbox(PrivateTables, CarriedTables, AdviceTables):
    """An open outbox. Raises StorageFault where the file cannot be read or written."""

    def __init__(self, path: Path, oldest: int = schema.VERSION) -> None:
        """Brings a file from version `oldest` on up to date; of another version, raises ConfigFault.

        As it does if the file is not there: a lost outbox must not quietly begin a second chain.
        """
        if not path.is_file():
            raise ConfigFault(
                f"the outbox {path} is not there",
                expected="the file that scanner-agent init made",
                remedy="If it is lost, do not go on with this device key: make a new key with scanner-agent init in "
                "another folder, have it enrolled, and have the old key revoked.",
            )
        super().__init__(path, oldest)

    # The open session

    def draft(self) -> list[bytes]:
        """The inputs of the session that was neither signed nor cancelled, oldest first."""
        session, _ = self._open_session()
        return [row[0] for row in self._rows("SELECT input FROM draft WHERE session = ? ORDER BY n", session)]

    def add_draft(self, kept: bytes, private: Private | None = None) -> None:
        """One more input of the open session, and the private thing whose hash it is."""
        with self._transaction() as db:
            session, n = self._open_session()
            db.execute("INSERT INTO draft VALUES (?, ?, ?)", (session, n, kept))
            if private is not None:
                self._add_private(db, private)

    def cancel_draft(self) -> None:
        """Ends the open session unsigned; its notes and photographs are erased, since no statement names them."""
        with self._transaction():
            erased = self._end_session("cancelled", b"")
        self._cut_journal(erased)

    def wrong_pins(self) -> dict[str, int]:
        """How often in a row a wrong PIN was entered, by handler."""
        return dict(self._rows("SELECT handler, count FROM wrong_pin"))

    def keep_wrong_pins(self, handler: str, count: int) -> None:
        """That number of a handler's, 0 once a PIN was right."""
        with self._transaction() as db:
            if count:
                db.execute("REPLACE INTO wrong_pin VALUES (?, ?)", (handler, count))
            else:
                db.execute("DELETE FROM wrong_pin WHERE handler = ?", (handler,))

    # Statements

    def next_link(self, issuer: str) -> tuple[int, str | None]:
        """(seq, prev) of the next statement in `issuer`'s chain."""
        row = self._row("SELECT seq, id FROM statement WHERE issuer = ? ORDER BY seq DESC LIMIT 1", issuer)
        return (row[0] + 1, row[1]) if row else (1, None)

    def commit(self, statements: Sequence[Statement], *, documented: bool = False) -> None:
        """The open session ends signed; `documented`: a document of it is due. Raises StorageFault if one is not the
        next of its issuer's chain.
        """
        with self._transaction() as db:
            for statement in statements:
                body = statement.body
                if (body.seq, body.prev) != self.next_link(body.issuer):
                    raise StorageFault("a statement is not the next of its chain", got=f"seq {body.seq}")
                db.execute(
                    "INSERT INTO statement (issuer, seq, id, envelope) VALUES (?, ?, ?, ?)",
                    (body.issuer, body.seq, statement.id, statement.envelope),
                )
                self._add_photographs(db, statement)
            if documented:
                db.execute("INSERT INTO document_due VALUES (?)", (statements[0].id,))
            erased = self._end_session("signed", b"".join(one.message for one in statements))
        self._cut_journal(erased)

    def last_id(self, issuer: str) -> str | None:
        """The id of the last statement signed here."""
        return self.next_link(issuer)[1]

    def id_at(self, issuer: str, seq: int) -> str | None:
        """The id of the statement at `seq` of an issuer's chain."""
        row = self._row("SELECT id FROM statement WHERE issuer = ? AND seq = ?", issuer, seq)
        return row[0] if row else None

    def envelope(self, id_: str) -> bytes | None:
        """A statement that was signed here."""
        row = self._row("SELECT envelope FROM statement WHERE id = ?", id_)
        return row[0] if row else None

    def documents_due(self) -> list[str]:
        """The statements whose document was not written yet, as they were signed."""
        sql = "SELECT id FROM document_due JOIN statement ON id = statement ORDER BY issuer, seq"
        return [row[0] for row in self._rows(sql)]

    def note_document(self, statement: str) -> None:
        """The document of a session was written; `statement`: its first part."""
        with self._transaction() as db:
            db.execute("DELETE FROM document_due WHERE statement = ?", (statement,))

    def pending(self, most: int, max_bytes: int) -> list[Pending]:
        """The oldest statements without a receipt: at least one if there is any, at most `most` and `max_bytes`."""
        sql = "SELECT id, envelope FROM statement WHERE state = 'pending' ORDER BY seq LIMIT ?"
        batch: list[Pending] = []
        for id_, envelope in self._rows(sql, most):
            max_bytes -= len(envelope) + 1
            if batch and max_bytes < 0:
                break
            batch.append(Pending(id_, envelope))
        return batch

    def keep_receipts(self, receipts: Iterable[tuple[str, int, bytes]]) -> None:
        """(statement id, index, receipt), each verified."""
        with self._transaction() as db:
            kept = list(receipts)
            for table in _SENT:
                sql = f"UPDATE {table} SET state = 'receipted', entry_index = ?2, receipt = ?3 WHERE id = ?1"  # noqa: S608
                db.executemany(sql, kept)

    def receipts(self) -> Iterator[tuple[int, bytes]]:
        """(index, receipt) of all statements that have one, by index."""
        yield from self._rows(
            "SELECT entry_index, receipt FROM statement WHERE state = 'receipted' ORDER BY entry_index"
        )

    def counts(self) -> Counts:
        found = dict(self._rows("SELECT state, count(*) FROM statement GROUP BY state"))
        return Counts(*(found.get(state, 0) for state in Counts.__struct_fields__))

    # Incidents

    def quarantine(self, statement: str, issuer: str, time: int, detail: str, evidence: str) -> None:
        """The ledger refuses a statement for good: it is kept, and an incident stands until someone has looked."""
        with self._transaction() as db:
            for table in _SENT:
                db.execute(f"UPDATE {table} SET state = 'quarantined' WHERE id = ?", (statement,))  # noqa: S608
            self._add_incident("refused", issuer, statement, time, detail, evidence)

    def report(self, kind: str, issuer: str | None, time: int, detail: str, evidence: str) -> None:
        """An incident that is of no one statement, unless the same stands open already."""
        with self._transaction():
            if not any(open_.kind == kind and open_.issuer == issuer for open_ in self.incidents()):
                self._add_incident(kind, issuer, None, time, detail, evidence)

    def incidents(self, *, reviewed: bool = False) -> list[Incident]:
        """Those that nobody has looked at; with `reviewed`, all. Oldest first."""
        rows = self._rows("SELECT * FROM incident WHERE reviewed IS NULL OR ? ORDER BY id", reviewed)
        return [Incident(*row) for row in rows]

    def is_halted(self, issuer: str) -> bool:
        """Whether someone has to look before this issuer signs again: one more link would make it worse."""
        return any(incident.issuer == issuer for incident in self.incidents())

    def review(self, incident: int, time: int, *, resend: bool) -> None:
        """An operator has looked. The refused statement stays in quarantine, or is to be sent again."""
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE incident SET reviewed = ? WHERE id = ? AND reviewed IS NULL", (time, incident)
            ).rowcount
            if not changed:
                raise ConfigFault("there is no such incident to look at", got=incident)
            if resend:
                for table in _SENT:
                    sql = (
                        f"UPDATE {table} SET state = 'pending' WHERE state = 'quarantined' "  # noqa: S608
                        "AND id = (SELECT statement FROM incident WHERE id = ?)"
                    )
                    db.execute(sql, (incident,))

    # The log, as far as this agent has seen it

    def last_checkpoint(self) -> Held | None:
        """The largest checkpoint held; its origin is left to the note."""
        row = self._row("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1")
        return Held(Checkpoint(row[2].split(b"\n", 1)[0].decode(), row[0], row[1]), row[2]) if row else None

    def keep_checkpoint(self, held: Held) -> None:
        """A verified checkpoint; one of each size is kept."""
        with self._transaction() as db:
            values = (held.checkpoint.size, held.checkpoint.root, held.note)
            db.execute("INSERT INTO checkpoint VALUES (?, ?, ?) ON CONFLICT DO NOTHING", values)

    def roster(self) -> Iterator[tuple[int, bytes]]:
        """(index, entry) of the roster statements synced, by index."""
        yield from self._rows("SELECT entry_index, entry FROM roster ORDER BY entry_index")

    def last_roster_index(self) -> int | None:
        row = self._row("SELECT max(entry_index) FROM roster")
        return row[0] if row else None

    def last_roster_entry(self) -> bytes | None:
        row = self._row("SELECT entry FROM roster ORDER BY entry_index DESC LIMIT 1")
        return row[0] if row else None

    def keep_roster(self, entries: Iterable[tuple[int, bytes]]) -> None:
        """(index, entry), each verified."""
        with self._transaction() as db:
            db.executemany("INSERT INTO roster VALUES (?, ?) ON CONFLICT DO NOTHING", list(entries))

    def note_sync(self, time: int, received: int) -> None:
        """A whole exchange ended at `time`; the newest entry seen in it was `received` (Unix ms; 0: none was seen)."""
        with self._transaction() as db:
            sql = "REPLACE INTO synced SELECT 1, ?, max(?, ifnull(max(received), 0)) FROM synced"
            db.execute(sql, (time, received))

    def synced(self) -> tuple[int, int] | None:
        """When the last whole exchange ended, by this clock; the newest `received` ever seen in one, by the log's."""
        row = self._row("SELECT time, received FROM synced")
        return (row[0], row[1]) if row else None

    # How it is done

    def _open_session(self) -> tuple[int, int]:
        """(session, number of its next input)."""
        row = self._row("SELECT session, n FROM draft ORDER BY session DESC, n DESC LIMIT 1")
        session, n = row or (0, 0)
        ended = self._row("SELECT max(session) FROM session_end")
        last_ended = (ended and ended[0]) or 0
        return (session, n + 1) if session > last_ended else (last_ended + 1, 1)

    def _end_session(self, outcome: str, named: bytes) -> bool:
        """Keeps no private thing but those in `named`; whether any was erased."""
        session, _ = self._open_session()
        erased = self._forget(self._db, self.draft(), named)
        self._db.execute("INSERT INTO session_end VALUES (?, ?)", (session, outcome))
        return erased

    def _add_incident(self, *values: Any) -> None:
        self._db.execute(
            "INSERT INTO incident (kind, issuer, statement, time, detail, evidence) VALUES (?, ?, ?, ?, ?, ?)", values
        )
