"""What the screen shows, of what the agent knows. Pure."""

import re
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from custody.core import choices
from custody.core.event import LabelVerdict
from custody.core.findings import Language
from scanner_agent import texts
from scanner_agent.asking import missing, must_seal, prompt
from scanner_agent.kiosk import words
from scanner_agent.kiosk.alarms import Alarm, alarms, outbox_line
from scanner_agent.kiosk.around import Around
from scanner_agent.kiosk.fields import Choice, Field, actions, fields, reasons
from scanner_agent.kiosk.words import Level, say
from scanner_agent.manifest import tally
from scanner_agent.members import takes
from scanner_agent.private import PHOTOGRAPHS, TEXTS
from scanner_agent.sealing import unsealed
from scanner_agent.state import VEHICLE, Say, State
from scanner_agent.texts import Words

MOST_LARGE = 60
"""Characters that stand in two lines which can be read from two metres."""
MOST_ROWS = 100
"""More than anyone looks at; a session may have thousands."""
_STOP = re.compile(r"[;.:] |(?<=\?) ")
_LEVEL: dict[str, Level] = {"good": "good", "heard": "calm", "warned": "look", "wrong": "wrong", "plain": "calm"}
_OUTCOMES = frozenset(
    {texts.BADGE_READ, texts.BADGE_ASIDE, texts.LOCKED, texts.CANCELLED, texts.RESTORED, texts.STOPPED}
)
"""Of what is told without a tone, this is of the session; the rest is news from elsewhere."""


class Headline(Struct, frozen=True):
    """The one state: a level, its word, and words that are read from two metres; `detail` for whoever stands there."""

    level: Level
    mark: str
    words: str
    detail: str = ""


class Row(Struct, frozen=True):
    """An item; `note` is what is wrong with its label, `at` whether the next seals go on it."""

    number: int
    id: str
    note: str = ""
    seals: str = ""
    at: bool = False


class Party(Struct, frozen=True):
    """Somebody who signs, or is to; `handler` None: has not shown a badge yet."""

    role: str
    handler: str | None
    warning: str = ""


class Caution(Struct, frozen=True):
    words: str
    items: str


class Reader(Struct, frozen=True):
    name: str
    live: bool | None


class View(Struct, frozen=True):
    """The whole screen in one language. Rows newest first, after the one that seals go on; `more` says how many are not
    shown.

    Where a document says what to expect, `count` are those of the `of` that were read; `missing` are the first others.
    `unsealed` are the first items that still need a seal, `unsealed_count` how many there are; `vehicle` are its
    compartment's, `at_vehicle` whether the next ones go there. `cameras` are the names of those that have a picture.
    """

    language: Language
    place: str
    headline: Headline
    next: str
    news: str
    action: str | None
    pin_of: str | None
    digits: int
    parties: tuple[Party, ...]
    count: int
    of: int | None
    missing: tuple[str, ...]
    unsealed: tuple[str, ...]
    unsealed_count: int
    vehicle: tuple[str, ...]
    at_vehicle: bool
    takes_vehicle: bool
    rows: tuple[Row, ...]
    more: int
    cautions: tuple[Caution, ...]
    reasons: tuple[Choice, ...]
    begun: bool
    complete: bool
    actions: tuple[Choice, ...]
    fields: tuple[Field, ...]
    outbox: str
    alarms: tuple[Alarm, ...]
    readers: tuple[Reader, ...]
    cameras: tuple[str, ...]
    takes_paper: bool


class Told(Struct, frozen=True):
    """The last outcome, and the last news."""

    outcome: Say | None = None
    news: Say | None = None

    def then(self, said: Say) -> "Told":
        """What stands on the screen after something more was said."""
        back = said.words == texts.READER_LIVE and self.outcome and self.outcome.words == texts.READER_GONE
        if said.tone == "plain" and said.words not in _OUTCOMES and not back:
            return Told(self.outcome, said)
        return Told(said, None)


class Place(Struct, frozen=True):
    """This site's name, and those of the sites near it by id."""

    name: str
    near: Mapping[str, str] = {}


def view(state: State, told: Told, around: Around, place: Place, language: Language = "id", *, digits: int = 0) -> View:
    """The screen of a session; `digits` of a PIN were entered by scans or on a keypad."""
    items = state.items
    counted = tally(state)
    open_ = [item for item in unsealed(state) if item != state.at] if must_seal(state) else []
    rows = _rows(state, frozenset(counted.extra if counted else ()), language)
    action = say(choices.ACTIONS[state.action], language) if state.action else None
    return View(
        language=language,
        place=place.name,
        headline=headline(_named(told.outcome, state, place, language), language, action),
        next=_next(state, language),
        news=_on_screen(told.news.words, language) if told.news else "",
        action=action,
        pin_of=state.pin_of,
        digits=digits,
        parties=_parties(state, language),
        count=counted.have if counted else len(items),
        of=counted.of if counted else None,
        missing=counted.missing[:MOST_ROWS] if counted else (),
        unsealed=tuple(open_[:MOST_ROWS]),
        unsealed_count=len(open_),
        vehicle=tuple(state.compartment),
        at_vehicle=state.at == VEHICLE,
        takes_vehicle=state.action is not None and takes(state.action, "compartment"),
        rows=rows,
        more=len(items) - len(rows),
        cautions=tuple(Caution(say(one.words, language), ", ".join(one.items)) for one in state.shown),
        reasons=reasons(language),
        begun=state != State(),
        complete=not missing(state),
        actions=actions(language),
        fields=fields(state, place.near, language),
        outbox=outbox_line(around, language),
        alarms=alarms(around, language),
        readers=tuple(Reader(name.partition(":")[2] or name, live) for name, live in around.readers),
        takes_paper=state.action is not None and takes(state.action, "paper"),
        cameras=tuple(name for name, live in around.readers if live and name.startswith("camera:")),
    )


def _named(said: Say | None, state: State, place: Place, language: Language) -> Say | None:
    """What is missing as a screen asks for it; a field that was filled, by its own name and its value's.

    Not by the hash of what is kept private.
    """
    if said and said.words == texts.NOT_YET:
        return Say(said.tone, said.words, "; ".join(_on_screen(wanted, language) for wanted in missing(state)))
    if said is None or said.words not in (texts.SET, texts.UNDONE) or not isinstance(said.detail, str):
        return said
    key, _, value = said.detail.partition(" ")
    if key not in texts.FIELDS:
        return said
    name = say(words.FIELDS.get(key, texts.FIELDS[key]), language).partition(" (")[0]
    if key in TEXTS | PHOTOGRAPHS:
        return Say(said.tone, said.words, name)
    usual = words.CHOICES.get(key, {})
    shown = say(usual[value], language) if value in usual else place.near.get(value, value)
    return Say(said.tone, said.words, f"{name}: {shown}")


def headline(said: Say | None, language: Language, action: str | None = None) -> Headline:
    """The state, shortened to what can be large: what follows a semicolon or a full stop is detail."""
    if said is None:
        return Headline("calm", say(words.LEVELS["calm"], language), say(words.READY, language))
    level = _LEVEL[said.tone]
    if said.words == texts.CHOSEN and action:
        return Headline(level, say(words.LEVELS[level], language), action, say(texts.CHOSEN, language))
    whole = _on_screen(said.words, language)
    head, *rest = _STOP.split(whole, maxsplit=1)
    if len(head) > MOST_LARGE:
        at = head.rindex(" ", 0, MOST_LARGE)
        head, rest = f"{head[:at]} …", [f"… {head[at + 1 :]}", *rest]
    # The cautions stand in a list of their own.
    detail = "" if said.words == texts.LOOK else say(said.detail, language)
    return Headline(
        level, say(words.LEVELS[level], language), head, " · ".join(part for part in (*rest, detail) if part)
    )


def _next(state: State, language: Language) -> str:
    if state.shown and not missing(state):
        return say(words.CONFIRM_AGAIN, language)
    return _on_screen(prompt(state), language)


def _on_screen(said: Words, language: Language) -> str:
    return say(words.ON_SCREEN.get(said, said), language)


def _rows(state: State, extra: frozenset[str], language: Language) -> tuple[Row, ...]:
    seals: Counter[str | None] = Counter()
    for line in state.lines.values():
        seals[line.on] += line.count or 1
    everything = list(enumerate(state.items, 1))
    # What is being sealed stands first, however long ago it was read.
    sealed = [row for row in everything if row[1] == state.at]
    numbered = [row for row in everything[-MOST_ROWS:] if row[1] != state.at] + sealed
    return tuple(
        Row(
            number,
            item,
            note=_note(state.lines[item].verdict, item in extra, language),
            seals=say(words.SEAL_COUNT, language).format(seals[item]) if seals[item] else "",
            at=item == state.at,
        )
        for number, item in reversed(numbered)
    )


def _note(verdict: LabelVerdict, extra: bool, language: Language) -> str:
    if verdict in texts.VERDICTS:
        return say(texts.VERDICTS[verdict], language).partition(";")[0]
    return say(words.NOT_LISTED, language) if extra else ""


def _parties(state: State, language: Language) -> tuple[Party, ...]:
    parties = tuple(
        _party(say(texts.FIELDS[party], language), state, state.filled.get(party), language) for party in state.parties
    )
    others = [handler for handler in state.handlers if state.part(handler) is None]
    further = say(words.ATTESTER if parties else words.HANDLER, language)
    if not parties and not others:
        return (Party(further, None),)
    return (*parties, *(_party(further, state, handler, language) for handler in others))


def _party(role: str, state: State, handler: str | None, language: Language) -> Party:
    if handler is None:
        return Party(role, None)
    warning = state.handlers[handler].warning
    return Party(role, handler, say(texts.BADGES[warning], language).partition(";")[0] if warning else "")
