"""What is in an item, against what that is said to hold: its type, and how many (FORMAT.md, "State")."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from custody.core.event import Event
from custody.core.history import Logged
from custody.core.item import Track

MOVES = frozenset({"handover", "release", "accept", "depart", "arrive", "store"})
TYPE = ("ballot_type", "district")
MOST = 2**53 - 1
"""A count is no more than a canonical integer can be."""
_COUNTED = frozenset({"inspect", "open", "close", "discrepancy"})
_NO_MORE_THAN_THERE_ARE = frozenset({"missing", "damaged", "swapped"})
_NOT_WHAT_IT_IS = frozenset({"swapped", "wrong-data"})


def looks_inside(event: Event) -> bool:
    """Whether what is in the event's items has a part in it."""
    return event.action in MOVES or event.action in ("pack", "unpack", "commission", "retire") or _is_count(event)


def check_type(tracks: Mapping[str, Track], track: Track, outward: Sequence[Track], logged: Logged) -> None:
    """An item is of the type that the nearest around it says; if it does not say its own, then what is in it."""
    for name in TYPE:
        outer = next((outer for outer in outward if outer.said(name) is not None), None)
        if outer is not None:
            _compare(_saying(tracks, [track], name), name, outer, logged)


def check_type_inside(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    """What is in an item is of the type that the event says of it."""
    inner = [tracks[one] for one in track.item.contents if one in tracks]
    for name in TYPE:
        if getattr(logged.event, name) is not None:
            _compare(_saying(tracks, inner, name), name, track, logged)


def mend_type(track: Track, outward: Collection[Track], logged: Logged) -> None:
    """Of another type than a container an item is no more once it is out of that one."""
    around = {outer.id for outer in outward}
    for draft in track.drafts:
        container = draft.facts.get("container")
        if draft.code == "district-differs" and draft.closed_by is None and container not in (None, *around):
            draft.close(logged.index, logged.when)


def check_count(tracks: Mapping[str, Track], track: Track, logged: Logged) -> bool:
    """Whether the event's count was of what is recorded in an item, for nobody says how many that should be."""
    if not _is_count(logged.event) or track.said("quantity") is not None or not track.item.contents:
        return False
    compare_count(track, logged, _counts(tracks, track))
    return True


def compare_count(track: Track, logged: Logged, counts: Sequence[int]) -> None:
    """The event's count against what is recorded in an item; a right one closes what wrong ones before it left."""
    got = logged.event.quantity
    if got not in counts:
        if counts:
            track.note("count-differs", logged, wanted=counts[0], got=got or 0, what="contents")
        return
    for draft in track.drafts:
        if draft.facts.get("what") == "contents" and draft.closed_by is None:
            draft.close(logged.index, logged.when)


def recount(outward: Iterable[Track]) -> None:
    """What these are said to hold is known to be wrong: as if nobody had said it."""
    for outer in outward:
        outer.item.quantity, outer.item.unloaded = None, True


def unload(outward: Iterable[Track], logged: Logged) -> None:
    """Something comes out of these on record; elsewhere than where they set out it ends what they are said to hold."""
    recount(outer for outer in outward if outer.item.left not in (None, logged.event.site))


def load(outward: Iterable[Track], logged: Logged) -> None:
    """Something more goes into these; elsewhere than where they set out it ends what they are said to hold as well.

    Not where something was missing when they left: that may be what comes now.
    """
    unload((one for one in outward if one.standing("contents-differ") is None), logged)


def check_planned_count(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    """What is recorded in an item that leaves, against how many it is said to hold, until any seal is taken off."""
    wanted = track.said("quantity")
    counts = _counts(tracks, track)
    if wanted is None or not counts:
        return
    if wanted in counts:
        track.close("contents-differ", logged)
    elif not track.item.was_unsealed and track.standing("contents-differ") is None:
        track.note("contents-differ", logged, wanted=wanted, got=counts[-1])


def check_report(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    """What a discrepancy says that was found, against what was said before; it changes nothing of that."""
    event = logged.event
    for name in TYPE if event.kind in _NOT_WHAT_IT_IS else ():
        wanted, got = track.said(name), getattr(event, name)
        if wanted is not None and got is not None and wanted != got:
            track.note("district-differs", logged, wanted=wanted, got=got)
    if event.quantity is not None and event.kind in _NO_MORE_THAN_THERE_ARE:
        said = track.said("quantity")
        most = max(_counts(tracks, track), default=None) if said is None else int(said)
        if most is not None and event.quantity > most:
            track.note("count-differs", logged, wanted=most, got=event.quantity)


def _is_count(event: Event) -> bool:
    return event.quantity is not None and event.action in _COUNTED


def _counts(tracks: Mapping[str, Track], track: Track) -> list[int]:
    """How many items are in it, and how many pieces these are: of what does not say its quantity, one."""
    contents = track.item.contents
    inner = [tracks[one] for one in contents if one in tracks]
    if not inner or len(inner) < len(contents):
        return []
    said = (one.said("quantity") for one in inner)
    return [len(inner), min(MOST, sum(1 if quantity is None else int(quantity) for quantity in said))]


def _saying(tracks: Mapping[str, Track], items: Iterable[Track], name: str) -> Iterator[Track]:
    """Those of the items that say it; of each other what is in it and says it first, on each way inward."""
    waiting = list(items)
    while waiting:
        one = waiting.pop()
        if one.said(name) is not None:
            yield one
        else:
            waiting += [tracks[inner] for inner in one.item.contents if inner in tracks]


def _compare(items: Iterable[Track], name: str, outer: Track, logged: Logged) -> None:
    wanted = outer.said(name)
    for one in items:
        got = one.said(name)
        if wanted is not None and got is not None and got != wanted:
            one.note("district-differs", logged, wanted=wanted, got=got, container=outer.id)
