"""Where a scanned label, an id, an official code, a finding or an entry's number leads."""

import re
from urllib.parse import urlsplit

from flask import Response, redirect, render_template, request

from custody.core import ids
from custody.core.errors import Malformed
from custody.ledger import lookup_sites
from custody.web.access import readers
from custody.web.current import ledger, looking
from custody.web.portal.pages import address, area

MOST = 400
"""Characters: as long as a label's text can be."""
_CODE = re.compile(r"[0-9]{2}(?:\.[0-9]{2,4}){0,3}(?:-[0-9A-Za-z]{1,6})?")
_FINDING = re.compile(r"f-[a-z2-7]{26}")
_STATEMENT = re.compile(r"[0-9a-f]{64}")
_INDEX = re.compile(r"0|[1-9][0-9]{0,14}")

find = area("find")


@find.get("/find")
@readers
def sought() -> Response:
    """Leads on to the page of what is sought, or says that nothing was found."""
    text = request.args.get("q", "").strip()[:MOST]
    path = _path(text) if text else None
    if path is not None:
        return redirect(path, 303)  # type: ignore[return-value]  # Flask's own class, by what Werkzeug declares
    return Response(render_template("find.html", sought=text), 404 if text else 200)


def _path(text: str) -> str | None:
    if text.startswith("https://"):
        return _of_label(text)
    if _FINDING.fullmatch(text):
        return f"/findings/{text}"
    if _STATEMENT.fullmatch(text):
        index = ledger().statement(text)
        return None if index is None else f"/log/entries/{index}"
    if _INDEX.fullmatch(text) and int(text) < ledger().status().size:
        return f"/log/entries/{text}"
    if _CODE.fullmatch(text):
        with looking() as tables:
            site = lookup_sites.with_code(tables, text)
        return None if site is None else address(site)
    try:
        return address(ids.check(text))
    except Malformed:
        return None


def _of_label(text: str) -> str | None:
    """With the signature, so that the item's page judges the label."""
    try:
        _, id_ = ids.from_digital_link(text)
    except Malformed:
        return None
    query = urlsplit(text).query
    return address(id_) + (f"?{query}" if query else "")
