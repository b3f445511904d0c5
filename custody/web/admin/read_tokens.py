"""Read tokens, for who runs programs that read the log: made here and shown once, listed, ended."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from custody.accounts import tokens as kept
from custody.core.errors import CustodyError, OutOfReach
from custody.web.access import roles, viewer
from custody.web.fault_words import told
from custody.web.identity import me, store
from custody.web.portal.pages import area

read_tokens = area("read_tokens", "/desk/tokens")


@read_tokens.before_request
def for_everywhere() -> None:
    """A token reads all of the log."""
    if viewer().site is not None:
        raise OutOfReach("read tokens are made by an account that is not limited to a site")


@read_tokens.get("")
@roles("supervisor", "operator")
def show() -> str:
    """All that were ever made, those that are good first, and the form for a new one."""
    return _page()


@read_tokens.post("")
@roles("supervisor", "operator")
def issue() -> tuple[str, int]:
    """A new token, which is shown this once."""
    label = request.form.get("label", "").strip()
    try:
        with store().writing() as work:
            token = kept.issue(work, label, me().account.id)
    except CustodyError as error:
        return _page(error, label), 400
    return render_template("read_token.html", label=label, token=token), 201


@read_tokens.post("/revoke")
@roles("supervisor", "operator")
def revoke() -> Response | tuple[str, int]:
    """Of now on the token with that label is good no more."""
    label = request.form.get("label", "")
    try:
        with store().writing() as work:
            kept.revoke(work, label, me().account.id)
    except CustodyError:
        abort(404, "no token with this label is good")
    flash(_("Token %(label)s tidak berlaku lagi.", label=label), "good")
    return redirect(url_for("read_tokens.show"), 303)


def _page(fault: CustodyError | None = None, label: str = "") -> str:
    with store().reading() as work:
        found = kept.issued(work)
    return render_template(
        "read_tokens.html",
        good=[one for one in found if one.revoked is None][::-1],
        ended=[one for one in found if one.revoked is not None][::-1],
        longest=kept.LONGEST_LABEL,
        faults={"label": told(fault)} if fault else {},
        label=label,
    )
