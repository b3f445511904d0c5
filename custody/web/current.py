"""What the views of one app share."""

from contextlib import AbstractContextManager

from flask import Flask, current_app

from custody.ledger.ledger import Ledger
from custody.ledger.lookups import Looking

_KEY = "custody.ledger"


def set_ledger(app: Flask, ledger: Ledger) -> None:
    """Gives an app the open log from which it answers."""
    app.extensions[_KEY] = ledger


def ledger() -> Ledger:
    """The open log of the app that answers this request."""
    found: Ledger = current_app.extensions[_KEY]
    return found


def looking() -> AbstractContextManager[Looking]:
    """The tables as who asks may see them. Raises Unavailable."""
    return ledger().looking()
