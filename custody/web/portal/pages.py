"""What every page is made by: its area's blueprint, its answer with an ETag, the addresses of static files."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, current_app, render_template, request, url_for

from custody.ledger.lookups import Looking
from custody.web.access import viewer
from custody.web.compression import FORM
from custody.web.current import as_of, looking
from custody.web.portal.kept_pages import KeptPages, Made
from custody.web.portal.language import language
from custody.web.portal.static_files import fingerprint

MINUTE_MS = 60_000


def page(template: str, look: Callable[[Looking], Mapping[str, object]], *also: object) -> Response:
    """The template, filled with what `look` gives of the tables; or 304 for who has it.

    It is good for as long as neither the log grows nor the minute changes, nor what `also` names. What the public sees
    is kept for the next who asks; a page with a form of its visitor's is not. Raises Unavailable while there are no
    tables, and what `look` raises.
    """
    has, is_public, kept = request.if_none_match, viewer().account is None, _kept()
    key = (request.host, request.full_path, language(), viewer().sees_now)
    tag = _tag(*as_of(), *also)
    if has.contains_weak(tag):
        return _answer(tag, None)
    if is_public and (made := kept.find(key, tag, recent=bool(has))) is not None:
        return _answer(made.tag, None if has.contains_weak(made.tag) else made.text)
    begun = kept.clock()
    with looking() as tables:
        at = tables.followed, tables.now
        tag = _tag(*at, *also)
        text = render_template(template, tag=tag, now=tables.now, followed=tables.followed, **look(tables))
    if is_public and FORM not in text:
        kept.keep(key, Made(tag, text, at, begun))
    return _answer(tag, text)


def _tag(followed: int, now: int, *also: object) -> str:
    parts = (followed, now // MINUTE_MS, language(), _release(), viewer().account or "", *also)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _answer(tag: str, text: str | None) -> Response:
    response = Response(status=304) if text is None else Response(text, content_type="text/html; charset=utf-8")
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Authorization"
    return response


def _kept() -> KeptPages:
    found: KeptPages = current_app.extensions.setdefault("custody.pages", KeptPages())
    return found


def area(name: str, prefix: str | None = None) -> Blueprint:
    """A blueprint for the pages of one area."""
    return Blueprint(name, f"custody.web.{name}", url_prefix=prefix)


def asset(name: str) -> str:
    """The address of a file in `static/`, which changes with its content, so that browsers may keep it for good."""
    return url_for("portal.static", filename=name, v=fingerprint(name))


def address(id_: str) -> str:
    """The path of an item's or site's page: that of its Digital Link, as its label has it."""
    return "/" + "/".join(quote(part, safe="") for part in id_.split("/"))


@cache
def _release() -> str:
    return version("custody-ledger") + "".join(
        _digest(path)
        for path in sorted(Path(__file__).parents[1].rglob("*"))
        if path.suffix in (".html", ".po", ".js", ".css")
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
