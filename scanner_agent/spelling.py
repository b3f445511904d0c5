"""A field that is filled card by card: digits and letters of the command sheet, one after another. Pure.

What was spelled so far is not kept over a restart, nor is it in the event before `done`: a plate is salted as a whole.
"""

from string import ascii_lowercase, digits

from custody.core.command import CLEAR
from scanner_agent import sheet_texts, texts
from scanner_agent.inputs import Letter, Spell
from scanner_agent.members import takes
from scanner_agent.state import Say, Spelling, State, Step, refuse
from scanner_agent.texts import Words

MOST: dict[str, int] = {"quantity": 15, "vehicle": 20}
"""The fields that can be spelled, and how many characters each takes."""
_LETTERS = frozenset(ascii_lowercase + digits)
_NUMBERS = frozenset({"quantity"})


def step(state: State, given: Spell | Letter) -> Step:
    return _begin(state, given.field) if isinstance(given, Spell) else _add(state, given.key)


def _begin(state: State, field: str) -> Step:
    if state.pin_of:
        return refuse(state, sheet_texts.PIN_FIRST)
    if state.action and not takes(state.action, field):
        return refuse(state, texts.NOT_OF_ACTION, texts.FIELDS[field])
    return _heard(state, Spelling(field))


def _add(state: State, key: str) -> Step:
    """A digit or letter; `clear`; or `done` where there is nothing yet. Refused while a PIN is wanted: it is no key of
    that, and would stand on the screen.
    """
    spelling = state.spelling
    if state.pin_of:
        return refuse(state, sheet_texts.PIN_FIRST)
    if spelling is None:
        return refuse(state, sheet_texts.SPELL_WHAT)
    if key == CLEAR:
        return _heard(state, Spelling(spelling.field))
    if key not in _LETTERS or (spelling.field in _NUMBERS and not key.isdecimal()):
        return refuse(state, sheet_texts.SPELL_DIGITS if spelling.field in _NUMBERS else sheet_texts.SPELL_LETTERS)
    if len(spelling.text) == MOST[spelling.field]:
        return refuse(state, sheet_texts.SPELLED_TOO_LONG)
    return _heard(state, Spelling(spelling.field, spelling.text + key.upper()))


def back(state: State, spelling: Spelling) -> Step:
    """Takes the last character away; where there is none, nothing is being spelled any more."""
    if not spelling.text:
        return Step(state.with_(spelling=None), Say("good", texts.UNDONE, texts.FIELDS[spelling.field]), changed=False)
    return _heard(state, Spelling(spelling.field, spelling.text[:-1]))


def after(state: State, field: str) -> Spelling | None:
    """What is being spelled once a field was filled, in whatever way."""
    return None if state.spelling and state.spelling.field == field else state.spelling


def asked(spelling: Spelling) -> Words:
    """What the handler does next, without what was spelled: what is not complete is logged."""
    name, words = texts.FIELDS[spelling.field], sheet_texts.SPELL
    return words[0].format(name[0]), words[1].format(name[1])


def _heard(state: State, spelling: Spelling) -> Step:
    indonesian, english = (f"{name} {spelling.text or '…'}" for name in texts.FIELDS[spelling.field])
    return Step(state.with_(spelling=spelling), Say("heard", (indonesian, english)), changed=False)
