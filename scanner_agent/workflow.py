"""The workflow: scans, choices and badges become a draft event. Pure; every step is a value.

`step` takes a state and an input and gives the next state and what to tell. The inputs that are worth keeping (`Kept`)
are journalled before the next state counts, and folding them through `step` after a restart gives the same draft;
badges and PINs are not among them, so the badges are shown again.
"""

from collections.abc import Iterable, Sequence

import msgspec

from custody.core import choices
from custody.core.event import MAX_PHOTOS
from scanner_agent import badges, spelling, texts
from scanner_agent.asking import missing
from scanner_agent.inputs import (
    Archived,
    BadgeShown,
    Caution,
    Chosen,
    Confirm,
    Expected,
    Given,
    Input,
    Kept,
    Letter,
    Listed,
    Locked,
    Spell,
    Undo,
    Unlocked,
    Vehicle,
)
from scanner_agent.items import counted, read_item
from scanner_agent.manifest import cautions as of_manifest
from scanner_agent.manifest import tally
from scanner_agent.members import FIELDS, PARTIES, misfit, takes
from scanner_agent.reading import Found
from scanner_agent.sealing import add_compartment, at_vehicle, count_seals, mark_seal, read_seal, seal_vehicle, unsealed
from scanner_agent.sealing import cautions as of_seals
from scanner_agent.state import Line, Say, State, Step, refuse
from scanner_agent.undoing import undone

SIGNED_DOCUMENT = "signed-document"
"""The kind of item that a paper is which was signed by hand and photographed."""
_SHORT = 16
_SHOWN_ITEMS = 3


def step(state: State, given: Input) -> Step:
    """What an input makes of a session."""
    result = _step(state, given)
    if not result.changed:
        return result
    after = result.state
    if isinstance(given, Kept) and not isinstance(given, Undo):
        after = after.with_(past=(*after.past, given))
    if not isinstance(given, Confirm):
        after = after.with_(shown=())  # what was shown was of another draft
    return _with_right_parts(state, msgspec.structs.replace(result, state=after))


def fold(journal: Iterable[Kept]) -> State:
    """What the inputs of a journal make, badges aside; what was undone is left out."""
    past: list[Kept] = []
    for given in journal:
        if isinstance(given, Undo):
            past.pop()
        else:
            past.append(given)
    state = State()
    for given in past:
        state = step(state, given).state
    return state


def _step(state: State, given: Input) -> Step:
    match given:
        case Chosen(action):
            return _choose(state, action)
        case Given(field, value):
            return _set(state, field, value)
        case Found():
            return _find(state, given)
        case Expected(statement, items):
            return _expect(state, statement, items)
        case Archived(photo):
            return _archive(state, photo)
        case Listed(items):
            return _list(state, items)
        case Vehicle():
            return seal_vehicle(state)
        case Spell() | Letter():
            return spelling.step(state, given)
        case Undo():
            return _undo(state)
        case BadgeShown() | Unlocked() | Locked():
            return badges.step(state, given)
        case Confirm(cautions):
            return _confirm(state, (*cautions, *of_manifest(state), *of_seals(state)))


def _with_right_parts(before: State, result: Step) -> Step:
    """Nobody signs as another party than the one as which they showed their badge."""
    after = result.state
    stayed = [one for one in before.handlers if one in after.handlers]
    if before.action is None or all(before.part(one) == after.part(one) for one in stayed):
        return result
    said = Say("warned", texts.PARTS_CHANGED, result.say.detail)
    return msgspec.structs.replace(result, state=after.with_(handlers={}, pin_of=None), say=said)


def _find(state: State, found: Found) -> Step:
    result = _find_as(state, found)
    if found.reason is None or not result.changed:
        return result
    noted = result.state.fields | {"note": found.reason, "reason": found.reason}
    return msgspec.structs.replace(result, state=result.state.with_(fields=noted))


def _find_as(state: State, found: Found) -> Step:
    match found.what:
        case "site":
            return _set(state, "to", found.id)
        case "statement":
            return _refer(state, found.id)
        case "seal":
            return read_seal(state, found)
        case "item":
            return read_item(state, found)


def _refer(state: State, statement: str) -> Step:
    """A statement of which nobody here knows what it says there is; what is corrected needs no list."""
    result = _set(state, "ref", statement)
    if not result.changed or state.action == "correct":
        return result
    return msgspec.structs.replace(result, say=Say("warned", texts.LIST_NOT_HELD, statement))


def _choose(state: State, action: str) -> Step:
    if action not in PARTIES:
        return refuse(state, texts.UNKNOWN_ACTION, action)
    after = state.with_(
        action=action,
        fields={
            field: value
            for field, value in state.fields.items()
            if takes(action, field) and misfit(action, field, value) is None
        },
        lines={id_: line for id_, line in state.lines.items() if line.use is None or takes(action, line.use)},
        at=at_vehicle(state, action),
        spelling=state.spelling if state.spelling and takes(action, state.spelling.field) else None,
    )
    if action == "correct" and state.refs:
        after = after.referring_to(state.refs[-1])
    return Step(after, Say("good", texts.CHOSEN, choices.ACTIONS[action][0]))


def _set(state: State, field: str, value: str) -> Step:
    if field not in FIELDS:
        return refuse(state, texts.UNKNOWN_FIELD, field)
    if state.action and not takes(state.action, field):
        return refuse(state, texts.NOT_OF_ACTION, f"{field}: {state.action}")
    if fault := misfit(state.action, field, value):
        return refuse(state, texts.WRONG_VALUE, (f"{field}: {fault[0]}", f"{field}: {fault[1]}"))
    match field:
        case "ref":
            after = state.referring_to(value)
        case "photo":
            if len(state.photos) >= MAX_PHOTOS:
                return refuse(state, texts.TOO_MANY_PHOTOS, str(MAX_PHOTOS))
            after = state.with_(photos=(*state.photos, value))
        case "compartment":
            return add_compartment(state, value)
        case "seals":
            return count_seals(state, int(value))
        case "state" | "expected":
            return mark_seal(state, field, value)
        case "container" if value in state.items:
            return refuse(state, texts.OWN_CONTAINER, value)
        case "note" | "reason":
            # The event has one note: one that says why ids were typed is both, and one that does not is no reason.
            others = {known: of for known, of in state.fields.items() if known != "reason"}
            after = state.with_(fields=others | {"note": value, field: value})
        case _:
            after = state.with_(fields=state.fields | {field: value}, spelling=spelling.after(state, field))
    return Step(after, Say("good", texts.SET, f"{field} {value}"))


def _expect(state: State, statement: str, items: tuple[str, ...]) -> Step:
    referring = _set(state, "ref", statement)
    after = state.referring_to(statement, items)
    if tally(after) is None or not referring.changed:
        return referring
    return Step(after, Say("good", counted(texts.EXPECTED, after), statement))


def _list(state: State, items: tuple[str, ...]) -> Step:
    """Items that nobody can read, as they are not there."""
    if state.action != "discrepancy":
        return refuse(state, texts.NOT_OF_ACTION)
    line = Line("manual", None, "unsigned", listed=True)
    after = state.with_(lines=dict.fromkeys(items, line) | state.lines, at=None)
    return Step(after, Say("good", texts.LISTED, str(len(items))))


def _archive(state: State, photo: str) -> Step:
    """The signed paper becomes an item of its own: what it was signed for may be far away by now."""
    if not state.refs or state.action or state.items:
        return refuse(state, texts.ARCHIVE_WHAT)
    if len(state.photos) >= MAX_PHOTOS:
        return refuse(state, texts.TOO_MANY_PHOTOS, str(MAX_PHOTOS))
    paper = f"plain/dokumen/{state.refs[0][:_SHORT]}-{photo[:_SHORT]}"
    chosen = _choose(state, "commission").state
    after = chosen.with_(
        fields=chosen.fields | {"kind": SIGNED_DOCUMENT},
        documents=dict.fromkeys(state.documents, ()),
        photos=(*state.photos, photo),
        lines={paper: Line("camera", None, "unsigned")},
        at=paper,
    )
    return Step(after, Say("good", texts.ARCHIVED, paper))


def _undo(state: State) -> Step:
    """What came last. No journal has badges, and so none has that one was taken back."""
    if state.pin_of:
        return Step(state.with_(pin_of=None, shown=()), Say("plain", texts.BADGE_ASIDE, state.pin_of), changed=False)
    if state.spelling:
        return spelling.back(state, state.spelling)
    if state.handlers:
        *_, (handler, signer) = state.handlers.items()
        if signer.after >= len(state.past):
            others = {one: state.handlers[one] for one in state.handlers if one != handler}
            return Step(state.with_(handlers=others, shown=()), Say("good", texts.BADGE_UNDONE, handler), changed=False)
    if not state.past:
        return refuse(state, texts.NOTHING_TO_UNDO)
    *earlier, last = state.past
    after = fold(earlier).with_(handlers=state.handlers)
    return Step(after, undone(last, state, after))


def _confirm(state: State, cautions: Sequence[Caution]) -> Step:
    """What looks wrong is shown once; who confirms again wants it recorded as it is."""
    if wanted := missing(state):
        said = [
            " / ".join(words) + (f": {_named(unsealed(state))}" if words == texts.SEALS else "") for words in wanted
        ]
        return refuse(state, texts.NOT_YET, "; ".join(said))
    if not set(cautions) <= set(state.shown):
        detail = "".join(f"\n    {_shown(caution)}" for caution in cautions)
        return Step(state.with_(shown=tuple(cautions)), Say("warned", texts.LOOK, detail))
    codes = dict.fromkeys(caution.code for caution in cautions)
    return Step(state.with_(overridden=tuple(codes)), Say("plain", texts.SIGNED), sign=True)


def _shown(caution: Caution) -> str:
    items = f": {_named(caution.items)}" if caution.items else ""
    return f"[{caution.code}] {' / '.join(caution.words)}{items}"


def _named(items: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(items) - _SHOWN_ITEMS
    return ", ".join(items[:_SHOWN_ITEMS]) + (f" (+{more})" if more > 0 else "")
