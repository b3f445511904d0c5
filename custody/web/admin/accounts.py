"""Accounts, for the authority: invite people, set their roles, end their access."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from msgspec import Struct
from werkzeug.wrappers import Response

from custody.accounts import accounts as kept
from custody.accounts import links, passkeys, sessions
from custody.accounts.accounts import Account
from custody.accounts.roles import ROLES, Role
from custody.accounts.store import Work
from custody.core.errors import CustodyError, OutOfReach, OwnAccount
from custody.web.access import roles, viewer
from custody.web.identity import gate, me, store
from custody.web.portal.pages import area

accounts = area("accounts", "/desk/accounts")


class Row(Struct, frozen=True):
    """An account as the page shows it: how many passkeys it has, and where it is signed in."""

    account: Account
    passkeys: int
    sessions: list[sessions.Session]


@accounts.before_request
def for_everywhere() -> None:
    """Who is there for one site and those under it gives nobody access, since that could be to more."""
    if viewer().site is not None:
        raise OutOfReach("accounts are managed by an authority that is not limited to a site")


@accounts.get("")
@roles("authority")
def show() -> str:
    """All of them, and the form for a new one."""
    with store().reading() as work:
        rows = [_row(work, account) for account in kept.everyone(work.db)]
    return render_template("accounts.html", rows=rows, roles=ROLES, fault=None, said={})


@accounts.post("")
@roles("authority")
def invite() -> Response | tuple[str, int]:
    """A new account, and its one-time link, which is shown this once."""
    form = request.form
    try:
        with store().writing() as work:
            account = kept.create(
                work,
                me().account.id,
                form.get("handle", "").strip(),
                _roles(),
                language="en" if form.get("language") == "en" else "id",
                site=form.get("site", "").strip() or None,
            )
            secret = links.make(work, me().account.id, account)
    except CustodyError as error:
        with store().reading() as work:
            rows = [_row(work, account) for account in kept.everyone(work.db)]
        return render_template("accounts.html", rows=rows, roles=ROLES, fault=error, said=form), 400
    return _link(account, secret)


@accounts.get("/<handle>")
@roles("authority")
def one(handle: str) -> str:
    """One account, and what can be done with it."""
    with store().reading() as work:
        row = _row(work, _get(work, handle))
    return render_template("account.html", row=row, roles=ROLES, own=row.account.id == viewer().account)


@accounts.post("/<handle>/link")
@roles("authority")
def link(handle: str) -> Response | tuple[str, int]:
    """A one-time link for an account whose passkeys were lost, or whose first link is too old."""
    with store().writing() as work:
        account = _get(work, handle)
        secret = links.make(work, me().account.id, account)
    return _link(account, secret)


@accounts.post("/<handle>/roles")
@roles("authority")
def set_roles(handle: str) -> Response:
    """These roles and no others; nobody takes their own authority away."""
    with store().writing() as work:
        account, wanted = _get(work, handle), _roles()
        if account.id == viewer().account and "authority" not in wanted:
            raise OwnAccount("nobody takes their own authority away: another one does")
        kept.set_roles(work, me().account.id, account, wanted)
    return _back(handle, _("Peran disimpan."))


@accounts.post("/<handle>/disable")
@roles("authority")
def disable(handle: str) -> Response:
    """Ends its sessions, and lets nobody sign in with it."""
    with store().writing() as work:
        account = _get(work, handle)
        if account.id == viewer().account:
            raise OwnAccount("nobody disables their own account: another authority does")
        kept.disable(work, me().account.id, account)
    return _back(handle, _("Akun dinonaktifkan; semua sesinya berakhir."))


@accounts.post("/<handle>/enable")
@roles("authority")
def enable(handle: str) -> Response:
    """Lets it sign in again."""
    with store().writing() as work:
        kept.enable(work, me().account.id, _get(work, handle))
    return _back(handle, _("Akun diaktifkan lagi."))


@accounts.post("/<handle>/end-sessions")
@roles("authority")
def end_sessions(handle: str) -> Response:
    """Wherever it is signed in, it is no longer."""
    with store().writing() as work:
        account = _get(work, handle)
        sessions.end_all(work, me().account.id, account.id, account.handle)
    return _back(handle, _("Semua sesi akun ini berakhir."))


def _row(work: Work, account: Account) -> Row:
    return Row(
        account, len(passkeys.of_account(work.db, account.id)), sessions.of_account(work.db, account.id, work.now)
    )


def _get(work: Work, handle: str) -> Account:
    found = kept.find_handle(work.db, handle)
    if found is None:
        abort(404, "there is no such account")
    return found


def _roles() -> list[Role]:
    # What is no role is refused by what takes them.
    return request.form.getlist("role")  # type: ignore[return-value]


def _link(account: Account, secret: str) -> tuple[str, int]:
    return render_template("account_link.html", account=account, link=f"{gate().party.origin}/sign-up/{secret}"), 201


def _back(handle: str, told: str) -> Response:
    flash(told, "good")
    return redirect(url_for("accounts.one", handle=handle), 303)
