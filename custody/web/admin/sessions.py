"""Where one is signed in: each session is ended by itself, or all at once."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from custody.accounts import sessions as kept
from custody.accounts.roles import NAMES
from custody.web.access import roles
from custody.web.admin.forms import hex_field
from custody.web.identity import end_session, me, store
from custody.web.portal.pages import area

sessions = area("sessions", "/desk/sessions")


@sessions.get("")
@roles(*NAMES)
def show() -> str:
    """The list."""
    with store().reading() as work:
        own = kept.of_account(work.db, me().account.id, work.now)
    return render_template("sessions.html", own=own, this=me().session.hash)


@sessions.post("/end")
@roles(*NAMES)
def end() -> Response:
    """Ends one of them, this one too."""
    account, hash_ = me().account, hex_field("session")
    if hash_ == me().session.hash:
        return _leave()
    with store().writing() as work:
        kept.end(work, account.id, account.id, hash_)
    flash(_("Sesi itu sudah berakhir."), "good")
    return redirect(url_for("sessions.show"), 303)


@sessions.post("/end-all")
@roles(*NAMES)
def end_all() -> Response:
    """Ends all of them, this one too."""
    account = me().account
    with store().writing() as work:
        kept.end_all(work, account.id, account.id, account.handle)
    end_session()
    return redirect("/sign-in", 303)


def _leave() -> Response:
    with store().writing() as work:
        kept.sign_out(work, me().session)
    end_session()
    return redirect("/sign-in", 303)
