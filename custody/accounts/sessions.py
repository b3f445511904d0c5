"""Sessions: who is signed in, where. A session is known by the SHA-256 of its secret, which only its browser has."""

import secrets
import sqlite3
from hashlib import sha256

from msgspec import Struct

from custody.accounts.store import Work

MINUTE_MS = 60_000
IDLE_MS = 30 * MINUTE_MS
"""A session that is not used for so long has ended."""
LONGEST_MS = 12 * 60 * MINUTE_MS
"""And so has one that began so long ago."""
KEPT_MS = 30 * 24 * 60 * MINUTE_MS
"""How long one that has ended can be seen."""
FAMILIES = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What stands in a User-Agent, and what is kept of it; the first that is found counts."""


class Session(Struct, frozen=True):
    """Times are Unix ms. `browser`: its family and system, nothing finer."""

    hash: bytes
    account: str
    created: int
    seen: int
    browser: str
    ended: int | None

    def is_open(self, now: int) -> bool:
        """Whether it is good at `now`."""
        return self.ended is None and now - self.seen < IDLE_MS and now - self.created < LONGEST_MS


def browser_of(user_agent: str) -> str:
    """The family and system that a User-Agent header names: all that is kept of it."""
    family = next((name for mark, name in FAMILIES if mark in user_agent), "?")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "?")
    return f"{family} / {system}"


def begin(work: Work, account: str, browser: str) -> str:
    """A new session's secret, for the browser's cookie."""
    secret = secrets.token_urlsafe(32)
    work.db.execute("DELETE FROM sessions WHERE seen < ?", (work.now - KEPT_MS,))
    work.db.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, NULL)", (hash_of(secret), account, work.now, work.now, browser)
    )
    work.record(account, "signed-in", browser)
    return secret


def find(db: sqlite3.Connection, secret: str, now: int) -> Session | None:
    """The open session of a secret."""
    row = db.execute("SELECT * FROM sessions WHERE hash = ?", (hash_of(secret),)).fetchone()
    session = None if row is None else Session(*row)
    return session if session is not None and session.is_open(now) else None


def see(work: Work, session: Session) -> None:
    """The session was used now."""
    work.db.execute("UPDATE sessions SET seen = ? WHERE hash = ?", (work.now, session.hash))


def of_account(db: sqlite3.Connection, account: str, now: int) -> list[Session]:
    """Its open sessions, the one used last first."""
    rows = db.execute("SELECT * FROM sessions WHERE account = ? ORDER BY seen DESC, created DESC", (account,))
    return [session for row in rows if (session := Session(*row)).is_open(now)]


def sign_out(work: Work, session: Session) -> None:
    """Ends a session from within."""
    _end(work, session)
    work.record(session.account, "signed-out", session.browser)


def end(work: Work, by: str | None, account: str, hash_: bytes) -> bool:
    """Ends one session of an account from elsewhere; False if it has no such open session."""
    for session in of_account(work.db, account, work.now):
        if session.hash == hash_:
            _end(work, session)
            work.record(by, "session-ended", session.browser)
            return True
    return False


def end_all(work: Work, by: str | None, account: str, handle: str) -> int:
    """Ends every session of an account; how many there were."""
    there = of_account(work.db, account, work.now)
    for session in there:
        _end(work, session)
    work.record(by, "sessions-ended", f"{handle}: {len(there)}")
    return len(there)


def hash_of(secret: str) -> bytes:
    """By what a secret of enough random bytes is known here."""
    return sha256(secret.encode()).digest()


def _end(work: Work, session: Session) -> None:
    work.db.execute("UPDATE sessions SET ended = ? WHERE hash = ?", (work.now, session.hash))
