"""What every page is made by: its area's blueprint, its answer with an ETag, the addresses of static files."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from flask import Blueprint, Response, current_app, render_template, request, url_for

from custody.ledger.lookups import Looking
from custody.web.access import viewer
from custody.web.compression import FORM, squeeze, squeezed
from custody.web.current import as_of, looking
from custody.web.portal.kept_pages import KeptPages, Made
from custody.web.portal.language import language
from custody.web.portal.static_files import fingerprint

HTML = "text/html; charset=utf-8"
MINUTE_MS = 60_000


def page(
    template: str,
    look: Callable[[Looking], Mapping[str, object]],
    *also: object,
    marks: Callable[[Looking], object] | None = None,
) -> Response:
    """The template, filled with what `look` gives of the tables; or 304 for who has it.

    It is good for a minute at most, while neither the log grows nor what `also` names changes; the public's, however
    the log grows, while its `marks` stay the same: they cost little, and the page follows from them. What the public
    sees is kept for the next who asks; a page with a form of its visitor's is not. Raises Unavailable while there are
    no tables, and what `look` and `marks` raise.
    """
    has, is_public, kept = request.if_none_match, viewer().account is None, _kept()
    key = (request.host, request.full_path, language(), viewer().sees_now)
    marks = marks if is_public else None
    state = _state(*as_of(), *also)
    if marks is None and has.contains_weak(tag := _tag(state)):
        return _answer(tag, Response(status=304))
    if is_public and (made := kept.find(key, state, recent=bool(has))) is not None:
        return _kept_answer(made)
    begun = kept.clock()
    with looking() as tables:
        at = tables.followed, tables.now
        state = _state(*at, *also)
        tag = _tag(state if marks is None else (*state[1:], marks(tables)))
        if marks is not None:
            if has.contains_weak(tag):
                return _answer(tag, Response(status=304))
            if (made := kept.find(key, tag, recent=False)) is not None:
                return _kept_answer(made)
        text = render_template(template, tag=tag, now=tables.now, followed=tables.followed, **look(tables))
    if not is_public or FORM in text:
        return _answer(tag, Response(text, content_type=HTML))
    made = Made(tag, squeeze(text.encode()), state, at, begun)
    kept.keep(key, made)
    return _answer(tag, squeezed(made.short, HTML))


def _state(followed: int, now: int, *also: object) -> tuple[object, ...]:
    """Each page's minute begins at a second of its own, so that not all are made anew at once."""
    minute = (now + crc32(request.full_path.encode()) % MINUTE_MS) // MINUTE_MS
    return (followed, minute, *also)


def _tag(good_for: tuple[object, ...]) -> str:
    parts = (good_for, language(), _release(), viewer().account or "")
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _kept_answer(made: Made) -> Response:
    has_it = request.if_none_match.contains_weak(made.tag)
    return _answer(made.tag, Response(status=304) if has_it else squeezed(made.short, HTML))


def _answer(tag: str, response: Response) -> Response:
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
