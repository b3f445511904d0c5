"""Read tokens, for programs that read a log which is not public, or not at once: agents, auditors' commands, services.

Of a token there is the SHA-256 only: it is shown once, when it is issued.
"""

import secrets
from hashlib import sha256

from msgspec import Struct

from custody.accounts.store import Store, Work
from custody.core import read_token
from custody.core.errors import ConfigFault, Malformed

USED_MS = 3_600_000
"""When a token was used last is known to the hour: it is no diary of who read what."""
LONGEST_LABEL = 80


class Token(Struct, frozen=True):
    """An issued token; times in Unix ms, None: never."""

    label: str
    issued: int
    used: int | None
    revoked: int | None


def issue(work: Work, label: str, by: str | None = None) -> str:
    """A new token, `by` an account (None: the command line).

    Raises Malformed for a label that is none, ConfigFault for one that a token has which is good still.
    """
    _check_label(label)
    if work.db.execute("SELECT 1 FROM tokens WHERE label = ? AND revoked IS NULL", (label,)).fetchone():
        raise ConfigFault(
            "a token with this label is good still",
            expected="another label",
            got=label,
            remedy="Revoke it first: custody token revoke LABEL",
        )
    token = read_token.BEGINS + secrets.token_urlsafe(read_token.RANDOM_BYTES)
    work.db.execute("INSERT INTO tokens VALUES (?, ?, ?, NULL, NULL)", (_hash(token), label, work.now))
    work.record(by, "token-issued", label)
    return token


def revoke(work: Work, label: str, by: str | None = None) -> None:
    """Of now on the token with this label is good no more. Raises ConfigFault if there is none that is."""
    found = work.db.execute("UPDATE tokens SET revoked = ? WHERE label = ? AND revoked IS NULL", (work.now, label))
    if not found.rowcount:
        raise ConfigFault("no token with this label is good", expected="one of custody token list", got=label)
    work.record(by, "token-revoked", label)


def issued(work: Work) -> list[Token]:
    """All that ever were, in the order in which they were issued."""
    rows = work.db.execute("SELECT label, issued, used, revoked FROM tokens ORDER BY issued, label")
    return [Token(*row) for row in rows]


def recognise(store: Store, text: str) -> str | None:
    """The label of a token that is good; None for any other text. Notes that it was used."""
    with store.reading() as work:
        query = "SELECT label, used FROM tokens WHERE hash = ? AND revoked IS NULL"
        row = work.db.execute(query, (_hash(text),)).fetchone()
        hour = work.now - work.now % USED_MS
    if row is None:
        return None
    if row[1] is None or row[1] < hour:
        with store.writing() as work:
            work.db.execute("UPDATE tokens SET used = ? WHERE hash = ?", (hour, _hash(text)))
    return str(row[0])


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _check_label(label: str) -> None:
    if not (label.isprintable() and label.strip() == label and 1 <= len(label) <= LONGEST_LABEL):
        raise Malformed("that is no label", expected=f"1 to {LONGEST_LABEL} printable characters", got=repr(label))
