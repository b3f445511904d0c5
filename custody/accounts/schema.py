"""The accounts' tables, by version: each version is the statements that make it of the one before."""

import sqlite3

from custody.core.errors import NewerFormat

VERSIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE accounts (
            id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, language TEXT NOT NULL, roles TEXT NOT NULL, site TEXT,
            created INTEGER NOT NULL, disabled INTEGER
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE passkeys (
            id BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts, public_key BLOB NOT NULL,
            sign_count INTEGER NOT NULL, label TEXT NOT NULL, backed_up INTEGER NOT NULL, created INTEGER NOT NULL,
            used INTEGER, failures INTEGER NOT NULL, failed INTEGER
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE links (
            hash BLOB PRIMARY KEY, account TEXT NOT NULL UNIQUE REFERENCES accounts, expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE sessions (
            hash BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts, created INTEGER NOT NULL,
            seen INTEGER NOT NULL, browser TEXT NOT NULL, ended INTEGER
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE trail (
            seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, account TEXT, act TEXT NOT NULL, subject TEXT NOT NULL,
            hash BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX passkeys_by_account ON passkeys (account)",
        "CREATE INDEX sessions_by_account ON sessions (account)",
        """CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail
            BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
        """CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail
            BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
        # REPLACE deletes without that trigger.
        """CREATE TRIGGER trail_no_replace BEFORE INSERT ON trail
            WHEN NEW.seq <= (SELECT max(seq) FROM trail)
            BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    ),
    (
        """CREATE TABLE tokens (
            hash BLOB PRIMARY KEY, label TEXT NOT NULL, issued INTEGER NOT NULL, used INTEGER, revoked INTEGER
        ) STRICT, WITHOUT ROWID""",
    ),
)
"""Times are Unix ms. Of a link's, a session's and a token's secret there is the SHA-256 only."""


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Makes what is missing of the tables. Raises NewerFormat for those of newer software."""
    if _version(connection) == len(VERSIONS):
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have made them meanwhile.
        for statements in VERSIONS[_version(connection) :]:
            for statement in statements:
                connection.execute(statement)
        if (found := _version(connection)) > len(VERSIONS):
            raise NewerFormat("the accounts were kept by newer software", expected=len(VERSIONS), got=found)
        connection.execute(f"PRAGMA user_version = {len(VERSIONS)}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
