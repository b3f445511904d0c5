"""What the codes of an agent's command sheet ask of the agent. Pure."""

import msgspec
from msgspec import Struct

from custody.core import command
from custody.core.choices import ACTIONS
from custody.core.command import BEFORE, PHOTOGRAPHS, REASON_TEXTS
from scanner_agent.inputs import Chosen, Given, Letter, Spell, Undo, Vehicle
from scanner_agent.sources.source import Key


class Do(Struct, frozen=True):
    """A command that is no input to the session: `confirm` `cancel` `language` `help` `done`, and those of `BEFORE`."""

    command: str


class Press(Struct, frozen=True):
    """A key of the PIN."""

    key: Key


class Photograph(Struct, frozen=True):
    """What the agent's camera sees now, as a `photo`, a `paper`, or one to `archive`."""

    field: str


class Noted(Struct, frozen=True):
    """A text of which the event has the hash."""

    field: str
    text: str


Order = Chosen | Given | Vehicle | Undo | Spell | Letter | Noted | Do | Press | Photograph

INPUTS: dict[str, Undo | Vehicle] = {"undo": Undo(), "vehicle-seals": Vehicle()}


class Code(Struct, frozen=True):
    """What a code says; `device` are the first 8 hex digits of a keyid."""

    device: str
    order: Order


def parse(text: str) -> Code:
    """Raises Malformed, NewerFormat."""
    found = command.parse(text)
    return Code(found.device, _ORDERS[found.word])


def _order(word: str) -> Order:
    if word in ACTIONS:
        return Chosen(word)
    if word in PHOTOGRAPHS:
        return Photograph(word)
    if word in INPUTS:
        return INPUTS[word]
    if word in REASON_TEXTS:
        return Noted("reason", REASON_TEXTS[word])
    field, assigned, value = word.partition("=")
    if not assigned or word in BEFORE:
        return Do(word)
    match field:
        case "pin":
            return Press(msgspec.convert(value, Key))
        case "spell":
            return Spell(value)
        case "letter":
            return Letter(value)
        case _:
            return Given(field, value)


_ORDERS: dict[str, Order] = {word: _order(word) for word in command.WORDS}
