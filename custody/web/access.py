"""Who may see what. Each view says so by a mark; an app with a view that says nothing does not start."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, redirect, request
from msgspec import Struct
from werkzeug.wrappers import Response

from custody.accounts.accounts import Account
from custody.accounts.roles import Role
from custody.core.errors import TokenNeeded
from custody.ledger.config import ReadAccess
from custody.web import identity, problems

View = TypeVar("View", bound=Callable[..., Any])
_KEY = "custody.access"


class Access(Struct, frozen=True):
    """To a view: of `anyone`, of those who may read the log, or of who is signed in and has one of `roles`."""

    anyone: bool = False
    roles: tuple[Role, ...] = ()


class Viewer(Struct, frozen=True):
    """Who asks. `account` is an account's id, None for the public and for who has a read `token`: its label.

    `site`: of what subtree the account is, None for all.
    """

    account: str | None = None
    roles: tuple[Role, ...] = ()
    handle: str = ""
    site: str | None = None
    token: str | None = None

    @property
    def sees_people(self) -> bool:
        """Handlers, photographs and notes; the public sees roles and sites."""
        return self.account is not None

    @property
    def sees_now(self) -> bool:
        """What has just happened; the public sees it once the policy's `public_delay_ms` has passed."""
        return self.account is not None or self.token is not None


PUBLIC = Viewer()


def viewer() -> Viewer:
    """Who makes this request."""
    if "viewer" not in g:
        one = identity.signed_in()
        g.viewer = PUBLIC if one is None else _viewer(one.account)
    found: Viewer = g.viewer
    return found


def may_read() -> bool:
    """Whether who asks may read what is in the log: of what is not kept back for a while, the public too where the
    settings' `read_access` lets it.
    """
    return viewer().sees_now or current_app.extensions[_KEY] == "public"


def anyone(view: View) -> View:
    """Nothing that it shows is for readers only."""
    return _mark(view, Access(anyone=True))


def readers(view: View) -> View:
    """It shows what is in the log."""
    return _mark(view, Access())


def roles(*wanted: Role) -> Callable[[View], View]:
    """For who is signed in with one of these."""
    return lambda view: _mark(view, Access(roles=wanted))


def configure(app: Flask, read_access: ReadAccess = "public") -> None:
    """Checks each request against the mark of its view. Raises LookupError for a view without one."""
    app.extensions[_KEY] = read_access
    for rule in app.url_map.iter_rules():
        access_of(app, rule.endpoint)

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None
        access = access_of(app, request.endpoint)
        if access.roles:
            return _check_roles(access.roles)
        if not access.anyone:
            _check_reader()
        return None


def _check_roles(wanted: tuple[Role, ...]) -> Response | None:
    """Who browses and is not signed in is led there."""
    if set(wanted) & set(viewer().roles):
        return None
    if viewer().account is None and request.method == "GET" and problems.is_browsing():
        return redirect(f"/sign-in?{urlencode({'next': request.full_path.removesuffix('?')})}", 303)
    return abort(401 if viewer().account is None else 403, f"this is for {', '.join(wanted)}")


def _check_reader() -> None:
    """Who shows a token that is not good is told so, whatever the public may see."""
    if g.get("refused_token", False):
        raise TokenNeeded(
            "this read token is not known here, or was revoked",
            expected="a token of custody token issue",
            remedy="Ask the ledger's operator for another one.",
        )
    if not may_read():
        raise TokenNeeded(
            "only readers with a token, and who signs in, may see this",
            expected="Authorization: Bearer ct_…",
            remedy="Ask the ledger's operator for a read token (custody token issue), or sign in.",
        )


def access_of(app: Flask, endpoint: str) -> Access:
    """The mark of an endpoint's view. Raises LookupError."""
    if endpoint.endswith(".static"):
        return Access(anyone=True)
    found: Access | None = getattr(app.view_functions[endpoint], "access", None)
    if found is None:
        raise LookupError(f"the view {endpoint} does not say who may see it")
    return found


def _viewer(account: Account) -> Viewer:
    return Viewer(account.id, account.roles, account.handle, account.site)


def _mark(view: View, access: Access) -> View:
    vars(view)["access"] = access
    return view
