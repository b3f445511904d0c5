"""What is kept in code words (a prepared statement's line, a subject of the audit trail), in the page's language."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from custody.accounts.roles import ROLES as ACCOUNT_ROLES
from custody.accounts.trail import Line
from custody.core.roster_words import KINDS, REVOKED
from custody.core.words import ROLES, Pair
from custody.web.portal.showing import said

_OF_KIND: dict[str, Mapping[Any, Pair]] = {"handler": ROLES, "revoke": REVOKED}
_OF_STATEMENTS = {"statement-prepared", "statement-withdrawn"}
_OF_ROLES = {"account-created", "roles-changed"}


def worded(line: str, kind: str | None) -> str:
    """A line of `preparing.line`; `kind`: of the statement, None where it is none."""
    return _said(line, " ", _OF_KIND.get(kind or "", {}))


def subject(line: Line) -> str:
    """What an act was about."""
    if line.act in _OF_ROLES:
        handle, colon, roles = line.subject.partition(": ")
        return f"{handle}{colon}{_said(roles, ', ', ACCOUNT_ROLES)}"
    if line.act in _OF_STATEMENTS:
        kind, _, rest = line.subject.partition(" ")
        return f"{_said(kind, ' ', KINDS)}: {worded(rest, kind)}"
    return line.subject


def _said(text: str, between: str, words: Mapping[Any, Pair]) -> str:
    """Each word of it by its name; what is no code word stays."""
    return between.join(said(words[word]) if word in words else word for word in text.split(between))


def configure(app: Flask) -> None:
    """Lets templates say it."""
    app.jinja_env.filters.update(worded=worded, subject=subject)
