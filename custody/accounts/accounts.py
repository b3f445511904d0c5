"""Accounts: who may sign in, and as what. None is ever deleted, since the trail names them."""

import re
import secrets
import sqlite3
from collections.abc import Collection

from msgspec import Struct

from custody.accounts import sessions
from custody.accounts.roles import NAMES, Role
from custody.accounts.store import Work
from custody.core.errors import Malformed
from custody.core.findings import Language
from custody.core.ids import check_site

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?\Z")


class Account(Struct, frozen=True):
    """Times are Unix ms. `site`: the account is for this site and all under it; None: everywhere."""

    id: str
    handle: str
    language: Language
    roles: tuple[Role, ...]
    site: str | None
    created: int
    disabled: int | None


def create(
    work: Work, by: str | None, handle: str, roles: Collection[Role], *, language: Language, site: str | None = None
) -> Account:
    """A new account, with which nobody can sign in before a link is made for it. Raises Malformed."""
    if not _HANDLE.match(handle):
        raise Malformed(
            "that is no handle", expected="1 to 32 of a-z, 0-9, '.', '_' and '-', none of these at an end", got=handle
        )
    if find_handle(work.db, handle):
        raise Malformed("there is an account of that handle", expected="a new handle", got=handle)
    if site is not None:
        check_site(site)
    account = Account(f"a-{secrets.token_hex(16)}", handle, language, _in_order(roles), site, work.now, None)
    work.db.execute(
        "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, NULL)",
        (account.id, handle, language, " ".join(account.roles), site, work.now),
    )
    work.record(by, "account-created", f"{handle}: {', '.join(account.roles)}")
    return account


def find(db: sqlite3.Connection, id_: str) -> Account | None:
    """The account of an id."""
    return _one(db, "id = ?", id_)


def find_handle(db: sqlite3.Connection, handle: str) -> Account | None:
    """The account of a handle."""
    return _one(db, "handle = ?", handle)


def get_handle(db: sqlite3.Connection, handle: str) -> Account:
    """The account of a handle. Raises Malformed if there is none."""
    found = find_handle(db, handle)
    if found is None:
        raise Malformed("there is no such account", expected="the handle of an account", got=handle)
    return found


def everyone(db: sqlite3.Connection) -> list[Account]:
    """All accounts, by handle."""
    return [_account(row) for row in db.execute("SELECT * FROM accounts ORDER BY handle")]


def set_roles(work: Work, by: str | None, account: Account, roles: Collection[Role]) -> None:
    """Gives an account these roles in place of those it has; they hold from its next click. Raises Malformed."""
    wanted = _in_order(roles)
    work.db.execute("UPDATE accounts SET roles = ? WHERE id = ?", (" ".join(wanted), account.id))
    work.record(by, "roles-changed", f"{account.handle}: {', '.join(wanted)}")


def disable(work: Work, by: str | None, account: Account) -> None:
    """Ends its sessions, and lets nobody sign in with it; its passkeys stay."""
    work.db.execute("UPDATE accounts SET disabled = ? WHERE id = ?", (work.now, account.id))
    work.db.execute("DELETE FROM links WHERE account = ?", (account.id,))
    work.record(by, "account-disabled", account.handle)
    sessions.end_all(work, by, account.id, account.handle)


def enable(work: Work, by: str | None, account: Account) -> None:
    """Lets it sign in again."""
    work.db.execute("UPDATE accounts SET disabled = NULL WHERE id = ?", (account.id,))
    work.record(by, "account-enabled", account.handle)


def _in_order(roles: Collection[Role]) -> tuple[Role, ...]:
    if not roles or not set(roles) <= set(NAMES):
        raise Malformed("an account has roles", expected=f"one or more of {', '.join(NAMES)}", got=", ".join(roles))
    return tuple(role for role in NAMES if role in roles)


def _one(db: sqlite3.Connection, where: str, value: str) -> Account | None:
    row = db.execute(f"SELECT * FROM accounts WHERE {where}", (value,)).fetchone()  # noqa: S608  # `where` is ours
    return None if row is None else _account(row)


def _account(row: tuple[str, str, Language, str, str | None, int, int | None]) -> Account:
    id_, handle, language, roles, site, created, disabled = row
    return Account(
        id_, handle, language, tuple(role for role in NAMES if role in roles.split()), site, created, disabled
    )
