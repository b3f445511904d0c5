"""Bahasa Indonesia, in which the pages are written, and English, from `translations/en/*.po` as they stand there.

The language is chosen by a link and kept in a cookie; a browser's own is no sign of its reader's.
"""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, redirect, request
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as WerkzeugResponse

from custody.core.findings import Language
from custody.web.identity import gate

TRANSLATIONS = Path(__file__).with_name("translations")
LANGUAGES: tuple[Language, ...] = ("id", "en")
COOKIE = "language"
YEAR_S = 365 * 24 * 3600


class _Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel's own types are partial
    """One file an area, compiled in memory: nothing that could be older than its source."""

    def get_translations(self) -> NullTranslations:
        return _translations(str(get_locale()))


@cache
def _translations(language: str) -> NullTranslations:
    merged: Translations | None = None
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        one = Translations(compiled)
        merged = one if merged is None else merged.add(one)
    return merged if merged is not None else NullTranslations()


def configure(app: Flask) -> None:
    """Every page is in the visitor's language."""
    babel = Babel(app, default_locale="id", locale_selector=language)
    babel.domain_instance = _Catalogues()
    # Jinja's own and Flask-Babel's take several times as long, and a page has hundreds of texts.
    app.jinja_env.globals.update(_=_text, gettext=_text, ngettext=_text_of)

    @app.before_request
    def choose() -> Response | None:
        chosen = request.args.get("lang")
        if chosen not in LANGUAGES or request.method != "GET" or request.path.startswith("/api/"):
            return None
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
        response = redirect(request.path + (f"?{urlencode(kept)}" if kept else ""), 303)
        keep(response, chosen)
        return response  # type: ignore[return-value]  # Flask's own class, by what Werkzeug declares


def _text(text: str, /, **places: object) -> Markup:
    return _filled(_translations(language()).ugettext(text), places)


def _text_of(one: str, many: str, num: int, /, **places: object) -> Markup:
    return _filled(_translations(language()).ungettext(one, many, num), {"num": num, **places})


def _filled(text: str, places: Mapping[str, object]) -> Markup:
    """A text of ours; what is not, and stands in its places, is escaped."""
    shown = {name: value if isinstance(value, int) else escape(value) for name, value in places.items()}
    return Markup(text % shown)  # noqa: S704  # see above


def in_language(chosen: Language) -> str:
    """The address of this request's page in a language; of what answers a form, that of the page with the form."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{'' if request.method == 'GET' else _can_be_read()}?{urlencode([*kept, ('lang', chosen)])}"


def _can_be_read() -> str:
    """This request's path, or the nearest above it that answers who only asks."""
    routes, path = current_app.create_url_adapter(request), request.path
    while path and routes is not None and not routes.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def keep(response: WerkzeugResponse, chosen: str) -> None:
    """The visitor's pages are in this language from now on."""
    response.set_cookie(COOKIE, chosen, max_age=YEAR_S, httponly=True, samesite="Lax", secure=gate().is_behind_tls)


def language() -> Language:
    """The language of this request's page."""
    found: Language = g.get("language") or _choose()  # a page asks hundreds of times
    return found


def _choose() -> Language:
    chosen: Language = "en" if request.cookies.get(COOKIE) == "en" else "id"
    g.language = chosen
    return chosen
