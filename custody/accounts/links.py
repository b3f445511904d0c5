"""One-time links, by which an account gets its first passkey, or a new one in place of those that were lost."""

import secrets
import sqlite3

from custody.accounts import accounts
from custody.accounts.accounts import Account
from custody.accounts.sessions import hash_of
from custody.accounts.store import Work
from custody.core.errors import Malformed

GOOD_MS = 24 * 60 * 60 * 1000


def make(work: Work, by: str | None, account: Account) -> str:
    """The secret of a new link, good for 24 hours and once; an earlier one of the account is void.

    Raises Malformed for a disabled account.
    """
    if account.disabled is not None:
        raise Malformed("the account is disabled", expected="one that is enabled", got=account.handle)
    secret = secrets.token_urlsafe(32)
    work.db.execute("DELETE FROM links WHERE account = ? OR expires <= ?", (account.id, work.now))
    work.db.execute("INSERT INTO links VALUES (?, ?, ?)", (hash_of(secret), account.id, work.now + GOOD_MS))
    work.record(by, "link-made", account.handle)
    return secret


def holder(db: sqlite3.Connection, secret: str, now: int) -> Account | None:
    """Whose link it is; None if it was used, is too old or never was."""
    row = db.execute("SELECT account, expires FROM links WHERE hash = ?", (hash_of(secret),)).fetchone()
    return accounts.find(db, row[0]) if row is not None and now < row[1] else None


def use_up(work: Work, secret: str) -> None:
    """The link is good no longer."""
    work.db.execute("DELETE FROM links WHERE hash = ?", (hash_of(secret),))
