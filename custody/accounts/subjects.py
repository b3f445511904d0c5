"""What acts are about, as people read it: the trail keeps code words."""

from collections.abc import Callable, Mapping
from typing import Any

from custody.accounts.roles import ROLES as ACCOUNT_ROLES
from custody.accounts.trail import Line
from custody.core.roster_words import KINDS, REVOKED
from custody.core.words import ROLES, Pair

Say = Callable[[Pair], str]
"""A pair in the language of who reads it, or in both."""
_OF_KIND: dict[str, Mapping[Any, Pair]] = {"handler": ROLES, "revoke": REVOKED}
_OF_STATEMENTS = {"statement-prepared", "statement-withdrawn"}
_OF_ROLES = {"account-created", "roles-changed"}


def subject(line: Line, say: Say) -> str:
    """What an act was about."""
    if line.act in _OF_ROLES:
        handle, colon, roles = line.subject.partition(": ")
        return f"{handle}{colon}{_said(roles, ', ', ACCOUNT_ROLES, say)}"
    if line.act in _OF_STATEMENTS:
        kind, _, rest = line.subject.partition(" ")
        return f"{_said(kind, ' ', KINDS, say)}: {statement(rest, kind, say)}"
    return line.subject


def statement(line: str, kind: str | None, say: Say) -> str:
    """What tells a statement of a `kind` from others, which is kept in ids, names and code words."""
    return _said(line, " ", _OF_KIND.get(kind or "", {}), say)


def _said(text: str, between: str, words: Mapping[Any, Pair], say: Say) -> str:
    """Each word of it by its name; what is no code word stays."""
    return between.join(say(words[word]) if word in words else word for word in text.split(between))
