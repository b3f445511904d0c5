"""What the views of one app share: the log, and how much of it who asks may see."""

from contextlib import AbstractContextManager

from flask import Flask, current_app

from custody.core.errors import NotPublicYet
from custody.ledger.ledger import Ledger
from custody.ledger.lookups import Looking
from custody.readable import instant
from custody.web.access import may_read, viewer
from custody.web.headers import IMMUTABLE, KEPT_PRIVATELY

_KEY = "custody.ledger"


def set_ledger(app: Flask, ledger: Ledger) -> None:
    """Gives an app the open log from which it answers."""
    app.extensions[_KEY] = ledger


def ledger() -> Ledger:
    """The open log of the app that answers this request."""
    found: Ledger = current_app.extensions[_KEY]
    return found


def looking() -> AbstractContextManager[Looking]:
    """The tables as who asks may see them, `now` being the instant as of which they speak. Raises Unavailable."""
    return ledger().looking() if viewer().sees_now else ledger().looking_as_public()


def as_of() -> tuple[int, int]:
    """(how many entries `looking` would show, its `now`), without asking the tables: they may be ahead by then. Raises
    Unavailable.
    """
    return ledger().as_of(public=not viewer().sees_now)


def public_size() -> int:
    """How many entries, from the first, who asks may see. Of those after them the roster's too: `entry_visible`."""
    return ledger().status().size if viewer().sees_now else ledger().disclosed.size()


def kept_back() -> int:
    """How long who asks does not learn of what is logged, in ms."""
    return 0 if viewer().sees_now else ledger().disclosed.delay()


def entry_visible(index: int) -> bool:
    """Whether who asks may see the entry at an index of the log."""
    return may_read() and (viewer().sees_now or ledger().disclosed.shows(index, index + 1))


def check_visible(start: int, end: int) -> None:
    """Raises NotPublicYet unless a reader who asks may see the entries from `start` to below `end`, which there are."""
    if viewer().sees_now or ledger().disclosed.shows(start, end):
        return
    opens, wait_ms = ledger().disclosed.opens(end - 1)
    error = NotPublicYet(
        "the policy keeps this from the public for a while",
        expected=f"a read token, or {instant(opens)}",
        remedy="Wait until then, or ask the ledger's operator for a read token (custody token issue).",
    )
    error.wait_s = -(-wait_ms // 1000)
    raise error


def kept_for_good() -> str:
    """The Cache-Control of what never changes: no cache that others share keeps what the public may not see."""
    return KEPT_PRIVATELY if viewer().sees_now else IMMUTABLE
