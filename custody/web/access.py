"""Who may see what. Each view says so by a mark; an app with a view that says nothing does not start."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar, get_args

from flask import Flask, abort, current_app, g, request
from msgspec import Struct

from custody.core.errors import TokenNeeded
from custody.ledger.config import ReadAccess

Role = Literal["supervisor", "auditor", "operator", "authority"]
ROLES: tuple[Role, ...] = get_args(Role)

View = TypeVar("View", bound=Callable[..., Any])
_KEY = "custody.access"


class Access(Struct, frozen=True):
    """To a view: of `anyone`, of those who may read the log, or of who is signed in and has one of `roles`."""

    anyone: bool = False
    roles: tuple[Role, ...] = ()


class Viewer(Struct, frozen=True):
    """Who asks. `account` is None for the public and for who has a read `token`: its label."""

    account: str | None = None
    roles: tuple[Role, ...] = ()
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
    found: Viewer = g.get("viewer", PUBLIC)
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
    def check() -> None:
        if request.endpoint is None:
            return
        access = access_of(app, request.endpoint)
        if access.roles and not set(access.roles) & set(viewer().roles):
            abort(403, "this is for people with another role")
        if not access.anyone and not access.roles:
            _check_reader()


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


def _mark(view: View, access: Access) -> View:
    vars(view)["access"] = access
    return view
