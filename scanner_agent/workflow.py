"""The workflow: scans, choices and badges become a draft event. Pure; every step is a value.

`step` takes a state and an input and gives the next state and what to tell. The inputs that are worth keeping (`Kept`)
are journalled before the next state counts, and folding them through `step` after a restart gives the same draft;
badges and PINs are not among them, so the badges are shown again.
"""

from collections.abc import Sequence

import msgspec

from custody.core.event import MAX_PHOTOS
from custody.core.head import MAX_SIGNERS, HandlerRole
from scanner_agent import texts
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
    Locked,
    Undo,
    Unlocked,
)
from scanner_agent.manifest import cautions as of_manifest
from scanner_agent.manifest import tally
from scanner_agent.members import CONTAINER_FIRST, FIELDS, PARTIES, WATCHERS, misfit, takes
from scanner_agent.reading import Found
from scanner_agent.sealing import add_compartment, count_seals, mark_seal, read_seal
from scanner_agent.state import Document, Line, Say, State, Step, refuse
from scanner_agent.texts import Words

SEALING = frozenset({"seal", "unseal", "inspect"})
"""Here an item that is read again is the one that seals go on."""
SIGNED_DOCUMENT = "signed-document"
"""The kind of item that a paper is which was signed by hand and photographed."""
_SHORT = 16
_SHOWN_ITEMS = 3


def step(state: State, given: Input) -> Step:
    """What an input makes of a session."""
    match given:
        case Chosen(action):
            return _choose(state, action)
        case Given(field, value):
            return _set(state, field, value)
        case Found(what="site", id=site):
            return _set(state, "to", site)
        case Found(what="statement", id=statement):
            return _set(state, "ref", statement)
        case Expected(statement, items):
            return _expect(state, statement, items)
        case Found():
            return read_seal(state, given) if given.what == "seal" else _read_item(state, given)
        case Archived(photo):
            return _archive(state, photo)
        case Undo():
            return _undo(state)
        case BadgeShown(handler, known):
            return _show_badge(state, handler, known=known)
        case Unlocked(handler, warning, role):
            return _unlock(state, handler, warning, role)
        case Locked():
            return _lock(state)
        case Confirm(cautions):
            return _confirm(state, (*cautions, *of_manifest(state)))


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
    )
    if action == "correct" and state.refs:
        after = after.referring_to(state.refs[-1])
    return Step(after, Say("good", texts.CHOSEN, texts.ACTIONS[action][0]))


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
            after = state.photographed(value)
        case "compartment":
            return add_compartment(state, value, Line("manual", None, "unsigned"))
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
            after = state.with_(fields=state.fields | {field: value})
    return Step(after, Say("good", texts.SET, f"{field} {value}"))


def _expect(state: State, statement: str, items: tuple[str, ...]) -> Step:
    referring = _set(state, "ref", statement)
    after = state.referring_to(statement, items)
    counted = tally(after)
    if counted is None or not referring.changed:
        return referring
    return Step(after, Say("good", _counted(texts.EXPECTED, after), statement))


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
        documents={ref: Document((), document.before) for ref, document in state.documents.items()},
        photos=state.photographed(photo).photos,
        lines={paper: Line("camera", None, "unsigned")},
        at=paper,
    )
    return Step(after, Say("good", texts.ARCHIVED, paper))


def _read_item(state: State, found: Found) -> Step:
    line = Line(found.source, found.symbology, found.verdict)
    if state.action in CONTAINER_FIRST and state.container is None:
        if found.id in state.lines:
            return refuse(state, texts.OWN_CONTAINER, found.id)
        return _read(state, found, msgspec.structs.replace(line, use="container"))
    if found.id == state.container:
        return refuse(state, texts.OWN_CONTAINER, found.id)
    if found.id in state.lines:
        if state.action in SEALING and found.id != state.at:
            return Step(state.with_(at=found.id), Say("good", texts.SEALS_GO_ON, found.id))
        return Step(state, Say("good", _counted(texts.AGAIN, state), found.id), changed=False)
    return _read(state.with_(at=found.id), found, line)


def _read(state: State, found: Found, line: Line) -> Step:
    after = state.with_(lines=state.lines | {found.id: line})
    if found.verdict in texts.VERDICTS:
        return Step(after, Say("warned", _counted(texts.VERDICTS[found.verdict], after), found.id))
    if line.use == "container":
        return Step(after, Say("good", texts.CONTAINER, found.id))
    counted = tally(after)
    if counted is None:
        return Step(after, Say("good", texts.ITEM, f"{found.id} ({len(after.items)})"))
    if found.id in counted.extra:
        return Step(after, Say("warned", _counted(texts.EXTRA, after), found.id))
    return Step(after, Say("good", _counted(texts.ITEM, after), found.id))


def _counted(words: Words, state: State) -> Words:
    """With how many of the expected items were read, where any are expected."""
    counted = tally(state)
    return words if counted is None else (f"{words[0]}, {counted.words[0]}", f"{words[1]}, {counted.words[1]}")


def _undo(state: State) -> Step:
    """What came last: a photograph, a document or a read. Where something before it is gone, it is still the last.

    A badge that waits for its PIN was not journalled, and so its being put aside is not.
    """
    if state.pin_of:
        return Step(state.with_(pin_of=None), Say("plain", texts.BADGE_ASIDE, state.pin_of), changed=False)
    if state.photos and state.photos[-1].before >= len(state.lines) + len(state.documents):
        *earlier, photo = state.photos
        return Step(state.with_(photos=tuple(earlier)), Say("good", texts.UNDONE, photo.hash))
    if state.documents and next(reversed(state.documents.values())).before >= len(state.lines) + len(state.photos):
        *others, document = state.documents
        without = state.with_(documents={id_: state.documents[id_] for id_ in others})
        return Step(without, Say("good", texts.UNDONE, document))
    if not state.lines:
        return refuse(state, texts.NOTHING_TO_UNDO)
    last = next(reversed(state.lines))
    after = state.with_(lines={id_: line for id_, line in state.lines.items() if id_ != last})
    if last == state.at:
        after = after.with_(at=after.items[-1] if after.items else None)
    return Step(after, Say("good", _counted(texts.UNDONE, after), last))


def _show_badge(state: State, handler: str, *, known: bool) -> Step:
    if handler in state.handlers:
        return refuse(state, texts.SAME_BADGE, handler)
    if len(state.handlers) >= MAX_SIGNERS - 1:
        return refuse(state, texts.TOO_MANY_BADGES, handler)
    say = Say("plain", texts.BADGE_READ, handler) if known else Say("warned", texts.FOREIGN_BADGE, handler)
    return Step(state.with_(pin_of=handler), say)


def _unlock(state: State, handler: str, warning: str | None, role: HandlerRole | None) -> Step:
    after = state.with_(handlers=state.handlers | {handler: warning}, pin_of=None)
    if role == "carrier" and state.carrier is None:
        after = after.with_(carrier=handler)
    if role in WATCHERS:
        after = after.with_(watching=after.watching | {handler})
    if warning:
        return Step(after, Say("warned", texts.BADGES[warning], handler))
    return Step(after, Say("good", texts.UNLOCKED, handler))


def _lock(state: State) -> Step:
    """What the handlers had unlocked and what they had seen: who comes next may be another."""
    after = state.with_(handlers={}, carrier=None, watching=frozenset(), pin_of=None, shown=())
    return Step(after, Say("plain", texts.LOCKED))


def _confirm(state: State, cautions: Sequence[Caution]) -> Step:
    """What looks wrong is shown once; who confirms again wants it recorded as it is."""
    if wanted := missing(state):
        return refuse(state, texts.NOT_YET, "; ".join(" / ".join(words) for words in wanted))
    if not set(cautions) <= set(state.shown):
        detail = "".join(f"\n    {_shown(caution)}" for caution in cautions)
        return Step(state.with_(shown=tuple(cautions)), Say("warned", texts.LOOK, detail))
    codes = dict.fromkeys(caution.code for caution in cautions)
    return Step(state.with_(overridden=tuple(codes)), Say("plain", texts.SIGNED), sign=True)


def _shown(caution: Caution) -> str:
    more = len(caution.items) - _SHOWN_ITEMS
    items = ", ".join(caution.items[:_SHOWN_ITEMS]) + (f" (+{more})" if more > 0 else "")
    return f"[{caution.code}] {' / '.join(caution.words)}: {items}"
