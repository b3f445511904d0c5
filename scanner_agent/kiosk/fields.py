"""What can be touched in a session: actions, and the fields of the chosen one with what is usual in them. Pure."""

from collections.abc import Mapping

from msgspec import Struct

from custody.core.choices import ACTIONS, DISCREPANCIES
from custody.core.findings import Language
from scanner_agent.asking import wanted_fields
from scanner_agent.kiosk import words
from scanner_agent.kiosk.words import say
from scanner_agent.members import takes
from scanner_agent.private import TEXTS
from scanner_agent.state import State


class Choice(Struct, frozen=True):
    """`line` is the command that it gives."""

    line: str
    words: str


class Field(Struct, frozen=True):
    """`value`: as filled, "" where it is not. `wanted`: not complete without it. `typed`: whether anything fits."""

    key: str
    words: str
    value: str
    wanted: bool
    choices: tuple[Choice, ...]
    typed: bool
    number: bool


def actions(language: Language) -> tuple[Choice, ...]:
    """All of them, those that are done most first."""
    rest = [action for action in ACTIONS if action not in words.FIRST_ACTIONS]
    return tuple(Choice(f"action {action}", say(ACTIONS[action], language)) for action in (*words.FIRST_ACTIONS, *rest))


def reasons(language: Language) -> tuple[Choice, ...]:
    """Why an id is typed and not scanned."""
    return tuple(Choice(f"reason {text}", say(shown, language)) for text, shown in words.CHOICES["reason"].items())


def fields(state: State, sites: Mapping[str, str], language: Language) -> tuple[Field, ...]:
    """Of the chosen action, what is still wanted first; none before one is chosen. `sites`: names by id."""
    if state.action is None:
        return ()
    wanted = wanted_fields(state)
    takable = [key for key in words.FIELDS if takes(state.action, key)]
    return tuple(
        _field(state, key, sites, language, wanted=key in wanted)
        for key in sorted(takable, key=lambda key: key not in wanted)
    )


def _field(state: State, key: str, sites: Mapping[str, str], language: Language, *, wanted: bool) -> Field:
    named = _named(state, key, sites, language)
    return Field(
        key,
        say(words.FIELDS[key], language),
        _value(state, key, named, language),
        wanted,
        tuple(Choice(f"{key} {value}", name) for value, name in named.items()),
        typed=not (key == "state" or (key == "kind" and state.action == "discrepancy")),
        number=key in words.NUMBERS,
    )


def _named(state: State, key: str, sites: Mapping[str, str], language: Language) -> dict[str, str]:
    if key == "to":
        return dict(sites)
    if key == "kind" and state.action == "discrepancy":
        return {value: say(name, language) for value, name in DISCREPANCIES.items()}
    return {value: say(name, language) for value, name in words.CHOICES.get(key, {}).items()}


def _value(state: State, key: str, named: Mapping[str, str], language: Language) -> str:
    value = state.refs[-1][:16] if key == "ref" and state.refs else state.fields.get(key, "")
    if key in TEXTS and value:  # the hash of what was typed
        return say(words.GIVEN, language)
    return named.get(value, value)
