"""What an event says of an item's seals, against what was recorded (Appel 2011: expected, read, and by whom)."""

from collections.abc import Iterable, Sequence

from custody.core.draft import Draft
from custody.core.event import MAX_SEALS, Seal
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.scene import Scene
from custody.core.skew import may_be_later, mend, take_back
from custody.core.way import LEAVES

LOST = ("missing", "broken")
MISREAD = ("seal-changed", "seal-differs")
"""Codes of a number that was read in place of a recorded one: to read that one again closes them."""


def put_on(scene: Scene, track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    """`seal`: the seals are on the item from now on."""
    item = track.item
    item.sealed = logged.index
    _take_back_read(scene, track, logged, seals)
    planned = track.plan.planned.seals if track.plan else []
    on = dict.fromkeys(item.seals)
    for seal in seals:
        if seal.id is None:
            item.unnumbered += seal.count or 0
        elif seal.id not in on:
            if planned and not item.was_unsealed and seal.id not in planned:
                track.note("seal-differs", logged, recorded=_named(planned), read=seal.id)
            on[seal.id] = None
    item.seals = list(on)


def take_off(scene: Scene, track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    """`unseal`: they are read, judged, and off."""
    item, off = track.item, sum(seal.count or 0 for seal in seals)
    numbers = {seal.id for seal in seals if seal.state not in LOST}
    take_back(scene, track, "opened-sealed", logged, lambda one: {*numbers, str(off)}.issuperset(_recorded(one)))
    for seal in seals:
        if seal.id is None and seal.state in LOST:
            track.note(f"seal-{seal.state}", logged, seal=seal.count or 0)
    if off > item.unnumbered:
        _note_count(track, logged, off)
    item.unnumbered = max(0, item.unnumbered - off)
    _read_numbers(track, logged, [seal for seal in seals if seal.id is not None])
    gone = {seal.id for seal in seals}
    item.seals = [number for number in item.seals if number not in gone]
    item.was_unsealed = True


def read(track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    """Any other event: what is read is held against what was recorded, and takes its place."""
    item = track.item
    counted = [seal for seal in seals if seal.id is None]
    lost = [seal for seal in counted if seal.state in LOST]
    for seal in lost:
        track.note(f"seal-{seal.state}", logged, seal=seal.count or 0)
    there = sum(seal.count or 0 for seal in counted if seal not in lost)
    expected = item.unnumbered - sum(seal.count or 0 for seal in lost)
    if len(counted) > len(lost):
        if there != expected:
            _note_count(track, logged, there + item.unnumbered - expected)
        expected = there
    item.unnumbered = max(0, expected)
    before, numbered = item.seals, [seal for seal in seals if seal.id is not None]
    _read_numbers(track, logged, numbered)
    seen = {seal.id for seal in numbered if seal.state not in LOST}
    unseen = {number for number in item.seals if number not in seen} if seen else set[str]()
    for number in before:
        if number in unseen:  # whoever reads some reads all
            track.note("seal-missing", logged, seal=number)
    item.seals = [number for number in item.seals if number not in unseen]


def check_planned(scene: Scene, track: Track, logged: Logged) -> None:
    """The seals that the plan gives an item, until any is taken off: all when it leaves, the counted when sealed."""
    item, planned = track.item, track.plan.planned if track.plan else None
    if planned is None or not (planned.seals or planned.unnumbered):
        return
    numbered, unnumbered = len(planned.seals), planned.unnumbered or 0
    there, counted = min(len(item.seals), numbered), min(item.unnumbered, unnumbered)
    if there == numbered and counted == unnumbered:
        mend(scene, track, "too-few-seals", logged)
        return
    action = logged.event.action
    due = action in LEAVES or (action == "seal" and counted < unnumbered)
    if due and not item.was_unsealed and track.standing("too-few-seals") is None:
        track.note("too-few-seals", logged, wanted=numbered + unnumbered, got=there + counted)


def check_filled(scene: Scene, tracks: Iterable[Track], logged: Logged) -> None:
    """Something goes into these: before they were sealed, if it may."""
    late = [one for one in tracks if one.item.sealed is None or not may_be_later(scene, logged, one.item.sealed)]
    check_opened(late, logged)


def check_opened(tracks: Iterable[Track], logged: Logged) -> None:
    """Something comes out of these, or a lid is opened: whatever seals were on are off."""
    for track in tracks:
        item = track.item
        if item.seals or item.unnumbered:
            recorded = _named(item.seals) or item.unnumbered
            track.note("opened-sealed", logged, recorded=recorded)
            item.seals, item.unnumbered, item.was_unsealed = [], 0, True


def _read_numbers(track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    item = track.item
    before = list(item.seals)
    seen = {seal.id for seal in seals}
    readable = {*before, *seen}
    # Looked for once, and not for each seal among all that was ever found of the item.
    misread = [one for one in track.drafts if one.code in MISREAD and one.facts["read"] in readable]
    for seal in seals:
        if seal.state in LOST:
            number = seal.expected or seal.id
            _note_lost(track, logged, f"seal-{seal.state}", str(number))
            item.was_unsealed = True  # what is put on in its place cannot be as planned
            item.seals = [known for known in item.seals if known != number]
        elif seal.id not in item.seals and not _read_rightly_now(track, logged, str(seal.id), misread):
            noted = len(track.drafts)
            _compare(track, logged, seal, before, seen)
            misread += track.drafts[noted:]


def _compare(track: Track, logged: Logged, seal: Seal, before: Sequence[str], seen: set[str | None]) -> None:
    """A number that is not recorded: the first on this item, or another in place of one that is not there any more."""
    item = track.item
    assert seal.id is not None  # noqa: S101  # the caller looked
    planned = track.plan.planned.seals if track.plan and not before and not item.was_unsealed else []
    unseen = [number for number in item.seals if number not in seen]
    if seal.expected is not None and seal.expected != seal.id:
        track.note("seal-differs", logged, recorded=seal.expected, read=seal.id)
        item.seals = [number for number in item.seals if number != seal.expected]
    elif planned and seal.id not in planned:
        track.note("seal-differs", logged, recorded=_named(planned), read=seal.id)
    elif before:
        track.note("seal-changed", logged, recorded=_named(before), read=seal.id)
        item.seals = [number for number in item.seals if number not in unseen[:1]]
    item.seals = [*item.seals, seal.id]


def _take_back_read(scene: Scene, track: Track, logged: Logged, seals: Sequence[Seal]) -> None:
    """What was read before it was put on, in place of nothing that has gone since without being read again."""
    numbers, on = {seal.id for seal in seals}, set(track.item.seals)

    def fits(one: Draft) -> bool:
        return one.facts["read"] in numbers and (one.closed_by is not None or on.issuperset(_recorded(one)))

    for code in MISREAD:
        take_back(scene, track, code, logged, fits)


def _named(numbers: Sequence[str]) -> str:
    """Those of recorded numbers that a finding names: else each of many would repeat all of many."""
    return ", ".join(numbers[:MAX_SEALS])


def _recorded(draft: Draft) -> list[str]:
    return str(draft.facts["recorded"]).split(", ")


def _read_rightly_now(track: Track, logged: Logged, number: str, misread: Iterable[Draft]) -> bool:
    """What was recorded before another number was read in its place is read again: that closes what was found then."""
    item = track.item
    for draft in misread:
        wrong = draft.facts["read"]
        if draft.closed_by is None and wrong in item.seals and number in _recorded(draft):
            draft.close(logged.index, logged.when)
            item.seals = [number if one == wrong else one for one in item.seals]
            return True
    return False


def _note_lost(track: Track, logged: Logged, code: str, number: str) -> None:
    """Once of each seal: who says it again bears it out."""
    for draft in track.drafts:
        if draft.code == code and draft.closed_by is None and draft.facts["seal"] == number:
            draft.evidence = [*draft.evidence, logged.index]
            return
    track.note(code, logged, seal=number)


def _note_count(track: Track, logged: Logged, count: int) -> None:
    """Another count of seals without a number than is recorded: the first on this item is no change."""
    if track.item.unnumbered:
        track.note("seal-changed", logged, recorded=track.item.unnumbered, read=count)
