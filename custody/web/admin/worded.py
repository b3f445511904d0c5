"""What is kept in code words (a prepared statement's line, a subject of the audit trail), in the page's language."""

from flask import Flask

from custody.accounts import subjects
from custody.accounts.trail import Line
from custody.web.portal.showing import said


def worded(line: str, kind: str | None) -> str:
    """A line of `preparing.line`; `kind`: of the statement, None where it is none."""
    return subjects.statement(line, kind, said)


def subject(line: Line) -> str:
    """What an act was about."""
    return subjects.subject(line, said)


def configure(app: Flask) -> None:
    """Lets templates say it."""
    app.jinja_env.filters.update(worded=worded, subject=subject)
