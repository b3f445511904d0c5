"""Who asks: Flask-Login over the accounts' store, the cookie by which a browser is known, and forms from our own pages
only (Flask-WTF).
"""

import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf import CSRFProtect
from msgspec import Struct

from custody.accounts import accounts, sessions
from custody.accounts.accounts import Account
from custody.accounts.ceremony import GOOD_MS, RelyingParty
from custody.accounts.restraint import Backoff, Challenges
from custody.accounts.sessions import MINUTE_MS, Session
from custody.accounts.store import ACCOUNTS, Store
from custody.files import create_durably, read_private
from custody.ledger.clock import Clock
from custody.ledger.config import LedgerConfig
from custody.ledger.quota import Quota

COOKIE_KEY = "session.key"
HSTS = "max-age=31536000"
_KEY = "custody.identity"


class Gate(Struct, frozen=True):
    """What signing in needs beside the store: whom passkeys are for, and what keeps guessers off."""

    store: Store
    party: RelyingParty
    challenges: Challenges
    backoff: Backoff
    of_peer: Quota
    """What one address may begin and have refused."""

    @property
    def is_behind_tls(self) -> bool:
        """Whether browsers come over TLS; where that ended before a proxy, the request does not say."""
        return self.party.origin.startswith("https:")


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Who is signed in, and by which session; the cookie holds the session's secret."""

    def __init__(self, account: Account, session: Session, secret: str) -> None:
        self.account, self.session, self._secret = account, session, secret

    def get_id(self) -> str:
        """What Flask-Login puts into the cookie."""
        return self._secret


def configure(app: Flask, config: LedgerConfig, programs: tuple[Blueprint, ...], url: str) -> None:
    """Knows who asks from now on, by browsers at `url`. To `programs`, what no form sends is sent too.

    Raises ConfigFault.
    """
    clock = Clock().monotonic
    host = urlsplit(url).hostname or ""
    app.extensions[_KEY] = gate_ = Gate(
        Store(config.private / ACCOUNTS),
        RelyingParty(host, url, f"Lacak Logistik Pemilu ({config.origin})"),
        Challenges(GOOD_MS, clock),
        Backoff(clock),
        Quota(config.limits.sign_in_rate, config.limits.sign_in_burst, clock),
    )
    app.secret_key = _secret(config.private)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if gate_.is_behind_tls else "session",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        # Strict would sign out who comes by a link (docs/decisions/0007-the-session-cookie-is-lax.md).
        SESSION_COOKIE_SAMESITE="Lax",
        # A form is good for as long as its session.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # a phone's address changes on its way
    manager.user_loader(_load)
    csrf = CSRFProtect(app)
    for blueprint in programs:
        csrf.exempt(blueprint)
    if gate_.is_behind_tls:

        @app.after_request
        def insist_on_tls(response: Response) -> Response:
            response.headers["Strict-Transport-Security"] = HSTS
            return response


def gate() -> Gate:
    """The gate of the app that answers this request."""
    found: Gate = current_app.extensions[_KEY]
    return found


def store() -> Store:
    """The accounts of the app that answers this request."""
    return gate().store


def signed_in() -> SignedIn | None:
    """Who makes this request; None for the public."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def me() -> SignedIn:
    """Who makes this request, of a view that is for who is signed in."""
    found = signed_in()
    if found is None:
        abort(401, "sign in first")
    return found


def begin_session(secret: str) -> None:
    """This browser is signed in from now on; nothing of its cookie from before stays."""
    session.clear()
    login_user(_load(secret))


def end_session() -> None:
    """This browser is signed in no longer."""
    logout_user()
    session.clear()


def own_path(text: str) -> str:
    """Where to go on to: `text` if it is a path on this host, else the desk. A browser reads `\\` as `/`."""
    well = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isascii() and text.isprintable()
    return text if well else "/desk"


def _load(secret: str) -> SignedIn | None:
    with store().reading() as work:
        found = sessions.find(work.db, secret, work.now)
        account = accounts.find(work.db, found.account) if found else None
        now = work.now
    if found is None or account is None or account.disabled is not None:
        return None
    if now - found.seen >= MINUTE_MS:
        with store().writing() as work:
            sessions.see(work, found)
    return SignedIn(account, found, secret)


def _secret(private: Path) -> bytes:
    """What signs the cookies; made when the ledger starts for the first time. Raises ConfigFault."""
    path = private / COOKIE_KEY
    with suppress(FileExistsError):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_durably(path, secrets.token_bytes(32))
    return read_private(path)
