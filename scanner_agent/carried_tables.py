"""What the outbox holds of other devices: releases that were carried here without a network."""

from msgspec import Struct

from custody.core.statement import Statement
from scanner_agent.tables import Tables


class Pending(Struct, frozen=True):
    """A statement that has no receipt yet."""

    id: str
    envelope: bytes


class CarriedTables(Tables):
    """A carried statement is as a statement of this device's own, but for its chain."""

    def keep_carried(self, statement: Statement, time: int) -> None:
        """One that was checked, read at `time` (Unix ms). It takes the place of another copy in quarantine."""
        body = statement.body
        with self._transaction() as db:
            db.execute(
                "INSERT INTO carried (id, issuer, seq, envelope, time) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET envelope = excluded.envelope, state = 'pending' "
                "WHERE state = 'quarantined' AND envelope <> excluded.envelope",
                (statement.id, body.issuer, body.seq, statement.envelope, time),
            )

    def carried(self, beginning: str) -> bytes | None:
        """The envelope of the one whose id begins with these hex digits."""
        row = self._row("SELECT envelope FROM carried WHERE id BETWEEN ? AND ? || 'g'", beginning, beginning)
        return row[0] if row else None

    def envelopes(self, issuer: str, first: int, last: int) -> list[bytes]:
        """An issuer's statements from seq `first` to `last`, carried here or signed here, ascending."""
        sql = (
            "SELECT seq, envelope FROM carried WHERE issuer = ?1 AND seq BETWEEN ?2 AND ?3 "
            "UNION SELECT seq, envelope FROM statement WHERE issuer = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq"
        )
        return [row[1] for row in self._rows(sql, issuer, first, last)]

    def carried_pending(self) -> list[Pending]:
        """Those without a receipt, as they came."""
        sql = "SELECT id, envelope FROM carried WHERE state = 'pending' ORDER BY time, id"
        return [Pending(*row) for row in self._rows(sql)]
