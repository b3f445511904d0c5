"""One's own passkeys: add, rename, remove."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answered

from custody.accounts import ceremony
from custody.accounts import passkeys as kept
from custody.accounts.accounts import Account
from custody.accounts.roles import NAMES
from custody.accounts.sessions import browser_of
from custody.core.errors import BadSignature, Malformed
from custody.web.access import roles
from custody.web.admin import ceremonies
from custody.web.admin.forms import hex_field
from custody.web.identity import gate, me, store
from custody.web.portal.pages import area

passkeys = area("passkeys", "/desk/passkeys")


@passkeys.get("")
@roles(*NAMES)
def show() -> str:
    """The list."""
    with store().reading() as work:
        own = kept.of_account(work.db, me().account.id)
    label = browser_of(request.user_agent.string)
    return render_template("passkeys.html", own=own, label=label, url=gate().party.origin, longest=kept.LONGEST_LABEL)


@passkeys.post("/options")
@roles(*NAMES)
def ask() -> Response:
    """What the browser needs to make another one."""
    account = me().account
    with store().reading() as work:
        own = kept.of_account(work.db, account.id)
    return ceremonies.ask(
        _purpose(account), lambda challenge: ceremony.registration(gate().party, account, own, challenge)
    )


@passkeys.post("")
@roles(*NAMES)
def add() -> Response:
    """The browser has made one."""
    account = me().account
    challenge, answer = ceremonies.answered(_purpose(account))
    label = kept.check_label(answer.label)
    try:
        made = ceremony.registered(gate().party, account, challenge, bytes(answer.credential), label)
    except BadSignature as error:
        raise ceremonies.refuse(error) from error
    with store().writing() as work:
        kept.add(work, made)
    flash(_("Kunci sandi ditambahkan."), "good")
    return ceremonies.went_well(answer)


@passkeys.post("/rename")
@roles(*NAMES)
def rename() -> Answered:
    """Another label for one of them."""
    with store().writing() as work:
        kept.rename(work, me().account.id, hex_field("passkey"), request.form.get("label", "").strip())
    flash(_("Nama kunci sandi diganti."), "good")
    return redirect(url_for("passkeys.show"), 303)


@passkeys.post("/remove")
@roles(*NAMES)
def remove() -> Answered:
    """Not the last one: nobody could sign in with the account."""
    try:
        with store().writing() as work:
            kept.remove(work, me().account.id, hex_field("passkey"))
    except Malformed:
        flash(_("Kunci sandi itu tidak dihapus: itu satu-satunya yang tersisa."), "wrong")
    else:
        flash(_("Kunci sandi dihapus."), "good")
    return redirect(url_for("passkeys.show"), 303)


def _purpose(account: Account) -> str:
    return f"add {account.id}"
