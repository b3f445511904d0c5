"""The audit trail, a page at a time."""

from flask import render_template, request

from custody.accounts import accounts
from custody.accounts import trail as kept
from custody.core.checkpoint import parse_decimal
from custody.web.access import roles
from custody.web.identity import store
from custody.web.portal.pages import area

PAGE = 50

trail = area("trail", "/desk/trail")


@trail.get("")
@roles("supervisor", "auditor", "authority")
def show() -> str:
    """The newest lines, or those before one. Raises Malformed for a place that is no number."""
    before = request.args.get("before")
    with store().reading() as work:
        lines = kept.lines(work.db, parse_decimal(before) if before else None, PAGE + 1)
        handles = {account.id: account.handle for account in accounts.everyone(work.db)}
    return render_template(
        "trail.html",
        lines=lines[:PAGE],
        handles=handles,
        acts=kept.ACTS,
        before=before,
        older=lines[PAGE - 1].seq if len(lines) > PAGE else None,
    )
