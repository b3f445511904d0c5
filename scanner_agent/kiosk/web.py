"""The screen's pages: rendered here, kept up to date by server-sent events (WHATWG HTML, section 9.2)."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import structlog
from flask import Flask, abort, render_template, request, stream_with_context
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException, InternalServerError

from custody.core.errors import Malformed, Unavailable
from scanner_agent.kiosk import words
from scanner_agent.kiosk.board import Board, Shown
from scanner_agent.kiosk.gate import Gate, harden
from scanner_agent.kiosk.lines import Lines
from scanner_agent.kiosk.view import View
from scanner_agent.shown import code
from scanner_agent.texts import Words

HEARTBEAT_S = 2.0
"""The page takes three of them missed for a lost connection."""
_log = structlog.get_logger(__name__)
_MOST_BODY = 16 * 1024
REGIONS = ("head", "state", "alarms", "eye", "work", "foot")
PANELS = ("actions", "cancel", "fields", "help", "manual", "missing", "sound", "unsealed")


def create_app(
    board: Board,
    lines: Lines,
    gate: Gate,
    previews: Callable[[str], bytes | None],
    release: Callable[[], list[str]],
) -> Flask:
    """The pages of one agent; `previews` are JPEGs by the name of a camera, `release` the texts of codes to show."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _MOST_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(lambda: gate.check(request))
    app.after_request(harden)
    app.register_error_handler(Exception, _fault)
    app.register_error_handler(HTTPException, _plain)

    @app.post("/start")
    def start() -> Response:
        response = Response(render_template("start.html"))
        gate.enter(request.form.get("code", ""), response)
        return response

    @app.get("/")
    def page() -> str:
        shown = board.newest
        return render_template("page.html", regions=regions(shown.view), **_context(shown.view))

    @app.get("/events")
    def events() -> Response:
        return Response(stream_with_context(_events(board)), mimetype="text/event-stream")

    @app.get("/panel/<name>")
    def panel(name: str) -> str:
        view = board.newest.view
        if name in PANELS:
            return render_template(f"panel_{name}.html", **_context(view))
        key = name.removeprefix("field-")
        field = next((field for field in view.fields if field.key == key), None)
        return render_template("panel_field.html", field=field, **_context(view)) if field else abort(404)

    @app.get("/panel/release-<int:number>")
    def release_panel(number: int) -> str:
        texts = release()
        if number > max(len(texts), 1):
            abort(404)
        picture = code(texts[number - 1]).svg_inline(omitsize=True, border=4, light="#fff") if texts else ""
        following = number % len(texts) + 1 if texts else 1
        return render_template(
            "panel_release.html",
            picture=picture,
            number=number,
            count=len(texts),
            following=following,
            **_context(board.newest.view),
        )

    @app.get("/preview/<path:name>")
    def preview(name: str) -> Response:
        if (picture := previews(name)) is None:
            abort(404)
        return Response(picture, mimetype="image/jpeg")

    @app.post("/line")
    def line() -> tuple[str, int]:
        try:
            lines.put(request.form.get("line", ""))
        except Malformed as error:
            return str(error), 400
        except Unavailable as error:
            return str(error), 503
        return "", 202

    return app


def regions(view: View) -> dict[str, str]:
    """The parts of the page that change, as HTML by the id of the element that holds each."""
    return {name: render_template(f"{name}.html", **_context(view)) for name in REGIONS}


def _context(view: View) -> dict[str, Any]:
    def spoken(table: Mapping[Any, Words]) -> dict[Any, str]:
        return {key: words.say(text, view.language) for key, text in table.items()}

    steps = [words.say(step, view.language) for step in words.STEPS]
    return {"view": view, "t": spoken(words.LABELS), "levels": spoken(words.LEVELS), "steps": steps}


def _events(board: Board) -> Iterator[str]:
    """The present view whole, then each change; a sign of life, while there is one, where nothing changes."""
    shown: Shown | None = board.newest
    serial = 0
    while not board.closed:
        if shown is None:
            # A comment only finds out whether the browser is there; the page waits for what the agent itself does.
            yield "event: alive\ndata:\n\n" if board.alive else ":\n\n"
        else:
            serial = shown.serial
            yield f"data: {_message(shown)}\n\n"
        shown = board.after(serial, HEARTBEAT_S)


def _message(shown: Shown) -> str:
    view = shown.view
    return json.dumps(
        {"tone": shown.tone, "language": view.language, "level": view.headline.level, "regions": regions(view)}
    )


def _fault(error: Exception) -> tuple[str, int, dict[str, str]]:
    _log.error("kiosk", exc_info=error)
    return _plain(InternalServerError("a fault of the screen; it is in agent.log"))


def _plain(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    return f"{error.code}: {error.description}\n", error.code or 500, {"Content-Type": "text/plain; charset=utf-8"}
