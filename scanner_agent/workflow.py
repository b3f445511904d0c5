"""The workflow: what was scanned and said becomes a draft event. Pure; every step is a value.

`step` takes a state and an input and gives the next state and what to tell. The inputs that are worth keeping (`Kept`)
are journalled before the next state counts, and folding them through `step` after a restart gives the same draft;
badges and PINs are not among them, so the badges are shown again.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from custody.core import ids
from custody.core.errors import CustodyError
from custody.core.event import ACTIONS, LabelVerdict, Source
from custody.core.head import MAX_SIGNERS, HandlerId, Hash, Token
from scanner_agent import texts
from scanner_agent.reading import Found
from scanner_agent.texts import Words

Digits = Annotated[str, Meta(pattern=r"\A(?:0|[1-9][0-9]{0,14})\Z")]
"""A count as it is typed: digits that `int` takes, below 2^53."""
MAX_SEALS = 64
"""Seals on one item: so that any one item fits into a statement."""

PARTIES: dict[str, tuple[str, ...]] = {
    "commission": (),
    "pack": (),
    "unpack": (),
    "seal": (),
    "unseal": (),
    "inspect": (),
    "handover": ("releaser", "receiver"),
    "release": ("releaser",),
    "accept": ("receiver",),
    "depart": (),
    "arrive": (),
    "store": ("receiver",),
    "open": (),
    "close": (),
    "discrepancy": (),
    "correct": (),
    "retire": (),
}
"""The members that badges fill, in the order in which they are shown. At least one badge signs; further ones attest."""


class Chosen(Struct, frozen=True, tag_field="input", tag="action"):
    action: str


class Given(Struct, frozen=True, tag_field="input", tag="field"):
    """A member of the event, as typed or scanned."""

    field: str
    value: str


class Undo(Struct, frozen=True, tag_field="input", tag="undo"):
    """Takes the last read back."""


Kept = Found | Chosen | Given | Undo


class BadgeShown(Struct, frozen=True):
    handler: str


class Unlocked(Struct, frozen=True):
    """Badge and PIN gave the handler's key; `warning` is what the roster has against the badge."""

    handler: str
    warning: str | None = None


class Locked(Struct, frozen=True):
    """The keys were dropped."""


class Confirm(Struct, frozen=True):
    """Sign the draft."""


Input = Kept | BadgeShown | Unlocked | Locked | Confirm


class Line(Struct, frozen=True):
    """An item or seal that was read; `on` is the item that a seal is on."""

    source: Source
    symbology: str | None
    verdict: LabelVerdict
    on: str | None = None


class State(Struct, frozen=True):
    """A session so far. `lines` by id, in the order read; `handlers` in the order unlocked, with their warnings."""

    action: str | None = None
    handlers: dict[str, str | None] = {}
    pin_of: str | None = None
    fields: dict[str, str] = {}
    refs: tuple[str, ...] = ()
    lines: dict[str, Line] = {}

    @property
    def items(self) -> list[str]:
        return [id_ for id_, line in self.lines.items() if line.on is None]

    @property
    def badges_wanted(self) -> int:
        return max(1, len(PARTIES[self.action])) if self.action else 1


class Say(Struct, frozen=True):
    """Words for the handler. Only what is `wrong` was not taken."""

    tone: Literal["good", "warned", "wrong", "plain"]
    words: Words
    detail: str = ""


class Step(Struct, frozen=True):
    """`changed`: the input counts, and is to be journalled if it is `Kept`. `sign`: the draft is complete."""

    state: State
    say: Say
    changed: bool = True
    sign: bool = False


def step(state: State, given: Input) -> Step:
    """What an input makes of a session."""
    match given:
        case Chosen(action):
            return _choose(state, action)
        case Given(field, value):
            return _set(state, field, value)
        case Found(what="site", id=site):
            return _set(state, "to", site)
        case Found(what="seal"):
            return _read_seal(state, given)
        case Found():
            return _read_item(state, given)
        case Undo():
            return _undo(state)
        case BadgeShown(handler):
            return _show_badge(state, handler)
        case Unlocked(handler, warning):
            return _unlock(state, handler, warning)
        case Locked():
            return Step(_with(state, handlers={}, pin_of=None), Say("plain", texts.LOCKED))
        case Confirm():
            return _confirm(state)


def missing(state: State) -> list[Words]:
    """What a draft still needs, in the order in which it is asked for."""
    wanted: list[Words] = []
    parties = PARTIES.get(state.action or "", ())
    if not state.handlers:
        wanted.append(texts.PARTIES["releaser"] if "releaser" in parties else texts.BADGE)
    if state.action is None:
        wanted.append(texts.ACTION)
    else:
        needed = sorted(ACTIONS[state.action].must - set(parties) - state.fields.keys() - {"refs", "seals"})
        wanted += [texts.FIELDS[field] for field in needed]
        if "refs" in ACTIONS[state.action].must and not state.refs:
            wanted.append(texts.FIELDS["ref"])
    if not state.items:
        wanted.append(texts.ITEMS)
    elif state.action and "seals" in ACTIONS[state.action].must and not _all_sealed(state):
        wanted.append(texts.SEALS)
    if 0 < len(state.handlers) < state.badges_wanted:
        wanted.append(texts.PARTIES[parties[len(state.handlers)]])
    return wanted


def _all_sealed(state: State) -> bool:
    """Whether a seal was read on every item: so that each part of a session that is split has seals."""
    return {line.on for line in state.lines.values()}.issuperset(state.items)


def prompt(state: State) -> Words:
    """What the handler does next."""
    if state.pin_of:
        return texts.PIN
    return next(iter(missing(state)), texts.CONFIRM)


def warnings(state: State) -> list[str]:
    """The warnings that were shown, as an event names them."""
    labels = {f"label-{line.verdict}" for line in state.lines.values() if line.verdict in texts.VERDICTS}
    return sorted(labels | {warning for warning in state.handlers.values() if warning})


def _choose(state: State, action: str) -> Step:
    if action not in PARTIES:
        return _refuse(state, texts.UNKNOWN_ACTION, action)
    fields = {field: value for field, value in state.fields.items() if _takes(action, field)}
    return Step(_with(state, action=action, fields=fields), Say("good", texts.CHOSEN, texts.ACTIONS[action][0]))


def _set(state: State, field: str, value: str) -> Step:
    if field not in FIELDS:
        return _refuse(state, texts.UNKNOWN_FIELD, field)
    if state.action and not _takes(state.action, field):
        return _refuse(state, texts.NOT_OF_ACTION, f"{field}: {state.action}")
    try:
        FIELDS[field](value)
    except (CustodyError, msgspec.ValidationError) as error:
        return _refuse(state, texts.WRONG_VALUE, f"{field}: {error}")
    if field == "ref":
        changed = _with(state, refs=(*(ref for ref in state.refs if ref != value), value))
    else:
        changed = _with(state, fields=state.fields | {field: value})
    return Step(changed, Say("good", texts.SET, f"{field} {value}"))


def _read_item(state: State, found: Found) -> Step:
    line = Line(found.source, found.symbology, found.verdict)
    return _read(state, found, line, texts.ITEM)


def _read_seal(state: State, found: Found) -> Step:
    """A seal is on the item that was read last."""
    if not state.items:
        return _refuse(state, texts.NO_ITEM_FOR_SEAL, found.id)
    item = state.items[-1]
    if sum(line.on == item for line in state.lines.values()) >= MAX_SEALS:
        return _refuse(state, texts.TOO_MANY_SEALS, item)
    return _read(state, found, Line(found.source, found.symbology, found.verdict, item), texts.SEAL)


def _read(state: State, found: Found, line: Line, words: Words) -> Step:
    if found.id in state.lines:
        return Step(state, Say("good", texts.AGAIN, found.id), changed=False)
    after = _with(state, lines=state.lines | {found.id: line})
    if found.verdict in texts.VERDICTS:
        return Step(after, Say("warned", texts.VERDICTS[found.verdict], found.id))
    return Step(after, Say("good", words, f"{found.id} ({len(after.items)})"))


def _undo(state: State) -> Step:
    if not state.lines:
        return _refuse(state, texts.NOTHING_TO_UNDO)
    last = next(reversed(state.lines))
    lines = {id_: line for id_, line in state.lines.items() if id_ != last}
    return Step(_with(state, lines=lines), Say("good", texts.UNDONE, last))


def _show_badge(state: State, handler: str) -> Step:
    if handler in state.handlers:
        return _refuse(state, texts.SAME_BADGE, handler)
    if len(state.handlers) >= MAX_SIGNERS - 1:
        return _refuse(state, texts.TOO_MANY_BADGES, handler)
    return Step(_with(state, pin_of=handler), Say("plain", texts.BADGE_READ, handler))


def _unlock(state: State, handler: str, warning: str | None) -> Step:
    after = _with(state, handlers=state.handlers | {handler: warning}, pin_of=None)
    if warning:
        return Step(after, Say("warned", texts.BADGES[warning], handler))
    return Step(after, Say("good", texts.UNLOCKED, handler))


def _confirm(state: State) -> Step:
    if wanted := missing(state):
        return _refuse(state, texts.NOT_YET, "; ".join(" / ".join(words) for words in wanted))
    return Step(state, Say("plain", texts.SIGNED), sign=True)


def _refuse(state: State, words: Words, detail: str = "") -> Step:
    return Step(state, Say("wrong", words, detail), changed=False)


def _takes(action: str, field: str) -> bool:
    return field in ALWAYS or field in ACTIONS[action].may


def _with(state: State, **changes: Any) -> State:
    return msgspec.structs.replace(state, **changes)


def _of(type_: Any) -> Callable[[str], object]:
    return lambda text: msgspec.convert(text, type_)


ALWAYS = frozenset({"condition", "ref"})
"""Fields that every action takes."""

FIELDS: dict[str, Callable[[str], object]] = {
    "to": ids.check_site,
    "container": ids.check_item,
    "carrier": _of(HandlerId),
    "kind": _of(Token),
    "quantity": _of(Digits),
    "ballot_type": _of(Token),
    "district": _of(Token),
    "purpose": _of(Token),
    "condition": _of(Token),
    "ref": _of(Hash),
}
"""Raises CustodyError or ValidationError for a value that an event cannot hold."""
