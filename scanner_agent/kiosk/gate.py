"""Who is let in to the screen: the browser that was handed the start page's code, asking this address, from our pages.

Other programs and users of the machine reach the loopback interface too, and so does any web page that is open in its
browser: by guessing the port (refused by `Origin`), or by a name that it points at 127.0.0.1 (refused by `Host`).
"""

import hmac
import secrets
import threading
from pathlib import Path

from flask import Request, abort
from flask.wrappers import Response

from custody.files import write_durably

_PAGE = """<!doctype html>
<html lang="id">
<meta charset="utf-8">
<title>Agen pemindai / Scanner agent</title>
<form method="post" action="{origin}/start">
<input type="hidden" name="code" value="{code}">
<button>Mulai / Start</button>
</form>
<script>document.forms[0].submit()</script>
"""
"""Opened as a file: that it can be read is the proof that this is the agent's own user."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Gate:
    """The code on the start page is good once; the page then holds the next, for a browser that is started again.

    What the browser has from then on is a cookie that no script reads and no other site's page sends.
    """

    def __init__(self, port: int, start_page: Path) -> None:
        """Writes the start page, mode 0600. Raises OSError."""
        self._host = f"127.0.0.1:{port}"
        self._cookie = f"kiosk-{port}"  # a browser's cookies for one host are the same at all its ports
        self._origin = f"http://{self._host}"
        self._start_page = start_page
        self._token = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._code = ""
        self._renew()

    def check(self, request: Request) -> None:
        """Before each request but static files of the start: aborts with 403 what is not from our own page."""
        starting = request.endpoint == "start"
        if request.headers.get("Host") != self._host:
            abort(403, "unknown host")
        # A file's origin is opaque: browsers say `null`. Only the code speaks for the start page.
        allowed = {self._origin, "null"} if starting else {self._origin}
        origin = request.headers.get("Origin")
        if origin not in allowed and (origin is not None or request.method != "GET"):
            abort(403, "unknown origin")
        if not starting and not _same(request.cookies.get(self._cookie, ""), self._token):
            abort(403, "open the start page")

    def enter(self, code: str, response: Response) -> None:
        """Lets the browser of this request in; aborts with 403 unless the code is the one on the page."""
        with self._lock:
            if not _same(code, self._code):
                abort(403, "open the start page again")
            self._renew()
        response.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict", path="/")

    def close(self) -> None:
        """Removes the start page."""
        self._start_page.unlink(missing_ok=True)

    def _renew(self) -> None:
        self._code = secrets.token_urlsafe(32)
        page = _PAGE.format(origin=self._origin, code=self._code)
        write_durably(self._start_page, page.encode(), mode=0o600)


def harden(response: Response) -> Response:
    """The headers of every answer."""
    response.headers.update(_HEADERS)
    return response


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
