"""Files that people hand in: read within bounds, and kept between a preview and what is done after it.

They are kept in memory alone, for there may be names in them, and one for an account at a time.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import Flask, current_app, request
from msgspec import Struct

from custody.core.errors import Malformed, legible
from custody.ledger.clock import Clock
from custody.web.access import viewer

MAX_TEXT = 2 * 2**20
"""Of the fields of a form beside its file."""
GOOD_MS = 3_600_000
MOST = 16
"""Of more accounts at once, the file that was handed in first goes."""
_KEY = "custody.uploads"


class Upload(Struct, frozen=True):
    """A file as it came; `name` is what it was called there, for people."""

    name: str
    data: bytes


class Staged:
    """The last file of each account; `monotonic` gives ms."""

    def __init__(self, monotonic: Callable[[], int]) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._files: OrderedDict[str, tuple[str, int, Upload]] = OrderedDict()

    def keep(self, account: str, upload: Upload) -> str:
        """In place of its earlier one; by what the next request names it."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._files.pop(account, None)
            self._files[account] = (token, self._monotonic(), upload)
            while len(self._files) > MOST:
                self._files.popitem(last=False)
        return token

    def find(self, account: str, token: str) -> Upload | None:
        """The file, if it is still here."""
        with self._lock:
            kept, at, upload = self._files.get(account, ("", 0, None))
            good = kept == token and self._monotonic() - at < GOOD_MS
            return upload if good else None

    def drop(self, account: str) -> None:
        """What it was for is done."""
        with self._lock:
            self._files.pop(account, None)


def configure(app: Flask) -> None:
    """Makes room for them."""
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_TEXT
    app.extensions[_KEY] = Staged(Clock().monotonic)


def staged() -> Staged:
    """The files of the app that answers this request."""
    found: Staged = current_app.extensions[_KEY]
    return found


def read_upload(field: str) -> Upload:
    """The file of a form's field. Raises Malformed where there is none."""
    file = request.files.get(field)
    data = file.read() if file is not None else b""
    if file is None or not (data or file.filename):
        raise Malformed("no file was chosen", expected="a file")
    return Upload(legible((file.filename or "")[:100]), data)


def keep(upload: Upload) -> str:
    """Keeps a file for who hands it in; by what the next request names it."""
    return staged().keep(viewer().account or "", upload)


def find() -> Upload | None:
    """The file that this request names, and its sender handed in before."""
    return staged().find(viewer().account or "", request.form.get("upload", ""))


def drop() -> None:
    """The sender's file has done its work."""
    staged().drop(viewer().account or "")
