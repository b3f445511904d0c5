"""What every page is made by: its area's blueprint, its answer with an ETag, the addresses of static files."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for

from custody.ledger.lookups import Looking
from custody.web.access import viewer
from custody.web.current import looking
from custody.web.portal.language import language

HERE = Path(__file__).parent
MINUTE_MS = 60_000


def page(template: str, look: Callable[[Looking], Mapping[str, object]], *also: object) -> Response:
    """The template, filled with what `look` gives of the tables; or 304 for who has it.

    It is good for as long as neither the log grows nor the minute changes, nor what `also` names. Raises Unavailable
    while there are no tables, and what `look` raises.
    """
    with looking() as tables:
        parts = (tables.followed, tables.now // MINUTE_MS, language(), _release(), viewer().account or "", *also)
        tag = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            found = look(tables)
            response = Response(
                render_template(template, tag=tag, now=tables.now, followed=tables.followed, **found),
                content_type="text/html; charset=utf-8",
            )
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Authorization"
    return response


def area(name: str, prefix: str | None = None) -> Blueprint:
    """A blueprint for the pages of one area."""
    return Blueprint(name, f"custody.web.{name}", url_prefix=prefix)


def asset(name: str) -> str:
    """The address of a file in `static/`, which changes with its content, so that browsers may keep it for good."""
    return url_for("portal.static", filename=name, v=_fingerprint(name))


def address(id_: str) -> str:
    """The path of an item's or site's page: that of its Digital Link, as its label has it."""
    return "/" + "/".join(quote(part, safe="") for part in id_.split("/"))


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]


@cache
def _release() -> str:
    return version("custody-ledger") + "".join(
        _digest(path) for path in sorted(HERE.parent.rglob("*")) if path.suffix in (".html", ".po", ".js", ".css")
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
