"""The one place that turns errors into answers: RFC 9457 problem documents, or pages for who browses.

Never a stack trace.
"""

import re

import msgspec
import structlog
from flask import Flask, Response, render_template, request
from msgspec import structs
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from custody.core.errors import CustodyError, NotPublicYet, Unavailable
from custody.core.words import Pair
from custody.web.fault_words import told, told_of_http
from custody.web.models import Problem

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

STATUS = {
    "malformed": 400,
    "cut-short": 400,
    "bad-proof": 400,
    "token-needed": 401,
    "not-public-yet": 403,
    "unknown-issuer": 403,
    "wrong-role": 403,
    "unknown-code": 403,
    "out-of-reach": 403,
    "own-account": 403,
    "no-effect": 409,
    "used-code": 409,
    "roster-gap": 409,
    "unnamed": 409,
    "erased": 410,
    "expired-code": 410,
    "oversize": 413,
    "bad-key": 422,
    "bad-signature": 422,
    "newer-format": 422,
    "wrong-log": 422,
    "quota-exceeded": 429,
    "unavailable": 503,
}
"""The status of each kind of error; any other kind is a fault of ours, 500."""

_RETRIED = {408, 429}
_PAGE = "text/html"
_FAILED = "the ledger failed; its log says why"
_log = structlog.get_logger()


def problem_of(error: CustodyError) -> Problem:
    """The problem that an error is. A fault of ours may pass, and says nothing against what was sent."""
    status = STATUS.get(error.kind, 500)
    return Problem(
        type=f"urn:custody:error:{error.kind}",
        title=error.kind.replace("-", " ").capitalize(),
        status=status,
        detail=error.message,
        retry=error.retry or status >= 500,
        expected=error.expected,
        got=error.got,
        remedy=error.remedy,
    )


def problem_of_status(status: int, detail: str) -> Problem:
    """The problem that an HTTP status is, where none of our errors says more."""
    title = HTTP_STATUS_CODES[status]
    return Problem(
        type=f"urn:custody:error:{re.sub('[^a-z]+', '-', title.lower())}",
        title=title,
        status=status,
        detail=detail,
        retry=status >= 500 or status in _RETRIED,
    )


def respond(problem: Problem, words: Pair | None = None) -> Response:
    """The problem document, or the page for who browses, where `words` say more than the status does."""
    if is_browsing():
        response = Response(render_template("problem.html", problem=problem, words=words), problem.status)
    else:
        response = Response(msgspec.json.encode(problem), problem.status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if problem.status in (429, 503):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def is_browsing() -> bool:
    """Browsers ask for HTML by its name; programs, and whoever asks the API, are given the document."""
    accepted = request.accept_mimetypes
    return not request.path.startswith("/api/") and accepted.best_match((MEDIA_TYPE, _PAGE)) == _PAGE


def configure(app: Flask) -> None:
    """Every error that leaves a view becomes a problem document."""
    app.register_error_handler(CustodyError, _ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: CustodyError) -> Response:
    problem = problem_of(error)
    if problem.status >= 500 and not isinstance(error, Unavailable):
        _log.error("fault", kind=error.kind, message=str(error))
        # It may name files of this machine, which are nobody else's to know.
        problem = structs.replace(problem, detail=_FAILED, expected=None, got=None, remedy=None)
    response = respond(problem, told(error))
    if isinstance(error, NotPublicYet):
        response.headers["Retry-After"] = str(error.wait_s)
    return response


def _of_http(error: HTTPException) -> Response:
    response = respond(problem_of_status(error.code or 500, error.description or error.name), told_of_http(error))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _unforeseen(_error: Exception) -> Response:
    _log.exception("unforeseen")
    return respond(problem_of_status(500, _FAILED))
