"""Passkeys: the public keys by which accounts sign in (W3C Web Authentication)."""

import sqlite3
from typing import Any

from msgspec import Struct, structs

from custody.accounts import sessions
from custody.accounts.accounts import Account
from custody.accounts.store import Work
from custody.core.errors import Malformed

LONGEST_LABEL = 60
MOST = 20
"""How many one account may have."""


class Passkey(Struct, frozen=True):
    """Times are Unix ms. `public_key` is a COSE key; `backed_up`: its maker keeps copies of it, on other devices too.

    `failures`: answers in its name since it was last used that were refused; `failed`: when the last one was.
    """

    id: bytes
    account: str
    public_key: bytes
    sign_count: int
    label: str
    backed_up: bool
    created: int
    used: int | None = None
    failures: int = 0
    failed: int | None = None


def of_account(db: sqlite3.Connection, account: str) -> list[Passkey]:
    """An account's passkeys, the oldest first."""
    return [
        _passkey(row) for row in db.execute("SELECT * FROM passkeys WHERE account = ? ORDER BY created, id", (account,))
    ]


def find(db: sqlite3.Connection, id_: bytes) -> Passkey | None:
    """The passkey of a credential id."""
    row = db.execute("SELECT * FROM passkeys WHERE id = ?", (id_,)).fetchone()
    return None if row is None else _passkey(row)


def add(work: Work, passkey: Passkey) -> None:
    """Keeps a new passkey. Raises Malformed for a label that is none, and for one passkey too many or known already."""
    if find(work.db, passkey.id):
        raise Malformed("this passkey is known already", expected="a new passkey")
    if len(of_account(work.db, passkey.account)) >= MOST:
        raise Malformed("the account has too many passkeys", expected=f"at most {MOST}", remedy="Remove one first.")
    label = check_label(passkey.label)
    row = (passkey.id, passkey.account, passkey.public_key, passkey.sign_count, label, passkey.backed_up, work.now)
    work.db.execute("INSERT INTO passkeys VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 0, NULL)", row)
    work.record(passkey.account, "passkey-added", label)


def replace_all(work: Work, account: Account, passkey: Passkey) -> None:
    """The account's only passkey from now on; whoever was signed in with an earlier one is no longer. As `add`."""
    earlier = of_account(work.db, account.id)
    for one in earlier:
        _delete(work, one)
    if earlier:
        sessions.end_all(work, account.id, account.id, account.handle)
    add(work, passkey)


def rename(work: Work, account: str, id_: bytes, label: str) -> None:
    """Gives one of the account's passkeys another label. Raises Malformed."""
    own(work.db, account, id_)
    work.db.execute("UPDATE passkeys SET label = ? WHERE id = ?", (check_label(label), id_))
    work.record(account, "passkey-renamed", label)


def remove(work: Work, account: str, id_: bytes) -> None:
    """Takes one of the account's passkeys away. Raises Malformed, also for the last one."""
    passkey = own(work.db, account, id_)
    if len(of_account(work.db, account)) == 1:
        raise Malformed("the last passkey of an account stays", remedy="Add another one first.")
    _delete(work, passkey)


def note_use(work: Work, passkey: Passkey, sign_count: int, *, backed_up: bool) -> None:
    """It was used now, and what was refused before is forgotten."""
    work.db.execute(
        "UPDATE passkeys SET sign_count = ?, backed_up = ?, used = ?, failures = 0, failed = NULL WHERE id = ?",
        (sign_count, backed_up, work.now, passkey.id),
    )


def note_failure(work: Work, id_: bytes) -> None:
    """An answer in its name was refused; nothing, if there is no such passkey."""
    work.db.execute("UPDATE passkeys SET failures = failures + 1, failed = ? WHERE id = ?", (work.now, id_))


def own(db: sqlite3.Connection, account: str, id_: bytes) -> Passkey:
    """The account's passkey of that id. Raises Malformed if it has none."""
    found = find(db, id_)
    if found is None or found.account != account:
        raise Malformed("the account has no such passkey", expected="one of its own")
    return found


def check_label(label: str) -> str:
    """`label` if a passkey can have it. Raises Malformed."""
    if not (label.isprintable() and label.strip() == label and 1 <= len(label) <= LONGEST_LABEL):
        raise Malformed("that is no name of a passkey", expected=f"1 to {LONGEST_LABEL} characters", got=label)
    return label


def _delete(work: Work, passkey: Passkey) -> None:
    work.db.execute("DELETE FROM passkeys WHERE id = ?", (passkey.id,))
    work.record(passkey.account, "passkey-removed", passkey.label)


def _passkey(row: tuple[Any, ...]) -> Passkey:
    found = Passkey(*row)
    return structs.replace(found, backed_up=bool(found.backed_up))
