"""What an event does to the items that it names, one after the other (FORMAT.md, "State").

`happen` is given every track that the event touches. An event is recorded whatever it says: what contradicts the state
before it is noted, and the state then follows the event.
"""

from collections.abc import Mapping, Sequence

from custody.core import seals
from custody.core.acts import ACTS, end_release, passes_on_inside, reports_missing
from custody.core.containers import all_inside, around, brings_along, outermost, take_out
from custody.core.contents import (
    MOVES,
    check_count,
    check_planned_count,
    check_report,
    check_type,
    check_type_inside,
    compare_count,
    looks_inside,
    mend_type,
    unload,
)
from custody.core.event import Seal
from custody.core.history import Logged
from custody.core.item import Item, Last, Track
from custody.core.reuse import note_numbers
from custody.core.scene import Scene
from custody.core.second_records import says_again
from custody.core.signing import overridden
from custody.core.skew import learn, mend
from custody.core.way import (
    ARRIVALS,
    LEAVES,
    begin_plan,
    come_to_rest,
    drops,
    follow_plan,
    look_ahead,
    ride_in,
    set_out,
)

FILLS = frozenset({"commission", "store", "pack", "unpack", "discrepancy"})
"""Actions at which the container that the event names is there as well."""
SAYS = frozenset({"commission", "inspect", "open", "close"})
"""Actions whose members say what an item is."""


def happen(scene: Scene, logged: Logged) -> None:
    """Lets an event happen to those it touches whose tracks the scene has."""
    event, tracks = logged.event, scene.tracks
    by_item: dict[int, list[Seal]] = {}
    for seal in event.seals:
        by_item.setdefault(seal.item, []).append(seal)
    container = tracks.get(event.container) if event.container is not None and event.action in FILLS else None
    before = 0
    if container is not None:
        before = sum(tracks[item].item.container == event.container for item in event.items if item in tracks)
        _check_known(scene, container, logged)
        _place(scene, container, logged)
    for number, item in enumerate(event.items):
        track = tracks.get(item)
        if track is not None:
            _happen_to(scene, track, logged, by_item.get(number, ()))
    if container is not None:
        _count_contents(container, logged, before)
        _note_last(container.item, logged)


def _happen_to(scene: Scene, track: Track, logged: Logged, on_it: Sequence[Seal]) -> None:
    event, item = logged.event, track.item
    learn(scene, track, logged)
    _check_known(scene, track, logged)
    if says_again(scene, track, logged):
        return
    _compare_said(scene.tracks, track, logged)
    if not reports_missing(event) and event.action != "retire":
        track.close("discrepancy-missing", logged)
    begin_plan(track, outermost(scene.tracks, track).item.site, logged)
    before, held_by = (item.moved, item.to, item.on_the_way, item.way), item.container
    if event.action in MOVES:
        _move(scene, track, logged)
    else:
        if not reports_missing(event):
            _place(scene, track, logged)
        _act(scene, track, logged)
    if held_by not in (None, item.container):
        _mend_types(scene.tracks, track, logged)
    if on_it or event.action == "unseal":
        _look_at_seals(scene, track, logged, on_it)
    if event.condition is not None:
        item.condition = event.condition
    _check_sealed(scene, track, logged)
    seals.check_planned(scene, track, logged)
    if event.action in LEAVES:
        check_planned_count(scene.tracks, track, logged)
    if track.plan and (item.moved, item.to, item.on_the_way, item.way) != before:
        look_ahead(track, outermost(scene.tracks, track).item, logged, scene.grounds.leg_time(scene.policy))
    if event.warnings:
        _note_overridden(track, logged)
    _note_last(item, logged)


def _look_at_seals(scene: Scene, track: Track, logged: Logged, on_it: Sequence[Seal]) -> None:
    before = track.item.seals
    if logged.event.action == "seal":
        seals.put_on(scene, track, logged, on_it)
    elif logged.event.action == "unseal":
        seals.take_off(scene, track, logged, on_it)
    else:
        seals.read(track, logged, on_it)
    note_numbers(scene, track, logged, on_it, before)


def _mend_types(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    """The item came out of its container, and what is in it with it, as far as the event looks there."""
    looks = looks_inside(logged.event) and brings_along(track, logged)
    for one in [track, *((all_inside(tracks, track) if looks else None) or [])]:
        mend_type(one, list(around(tracks, one)), logged)


def _note_overridden(track: Track, logged: Logged) -> None:
    """The warnings that were shown, and rightly: what they warned of is what the event did to the item."""
    found = {draft.code for draft in track.drafts if logged.index in draft.evidence}
    track.drafts += [overridden(logged, one, track.id) for one in logged.event.warnings if one in found]


def _move(scene: Scene, track: Track, logged: Logged) -> None:
    """The event moves the item: out of its container, unless that moves too, and with all that is in it."""
    item, tracks = track.item, scene.tracks
    if item.container is not None:
        if any(_goes_too(one, logged) for one in around(tracks, track)):
            return
        seals.check_opened(around(tracks, track), logged)
        unload(around(tracks, track), logged)
        take_out(tracks, track)
    left, item.sealed = item.site, None
    _be_at(scene, track, logged)
    action = logged.event.action
    along = all_inside(tracks, track) if brings_along(track, logged) else None
    if action in LEAVES:
        set_out(track, along or (), logged)
    stops = action == "arrive" and bool(along) and logged.event.site in drops(track, along or ())
    _act(scene, track, logged)
    at_rest = action in ARRIVALS and bool(track.plan or item.contents) and not item.on_the_way and not stops
    if at_rest:
        come_to_rest(track, logged)
    if along is not None:
        leg_time = scene.grounds.leg_time(scene.policy)
        passes_on = passes_on_inside(scene, item, logged)
        for inner in along:
            learn(scene, inner, logged)
            if passes_on:
                end_release(inner, logged)
            if action in LEAVES:
                _check_sealed(scene, inner, logged)
                seals.check_planned(scene, inner, logged)
            begin_plan(inner, left, logged)
            follow_plan(inner, item, logged)
            if at_rest:
                inner.item.to = None
                come_to_rest(inner, logged)
            ride_in(inner, [outer.id for outer in around(tracks, inner)])
            look_ahead(inner, item, logged, leg_time)
    elif item.contents:
        track.note("moved-too-many", logged, container=track.id)


def _goes_too(container: Track, logged: Logged) -> bool:
    """The event names the container as well, or an earlier part of the same session did."""
    return container.id in logged.event.items or container.item.session == logged.session != ""


def _place(scene: Scene, track: Track, logged: Logged) -> None:
    """The event finds the item where it is: in its container, unless that is known to be elsewhere."""
    if track.item.container is not None:
        outer = outermost(scene.tracks, track).item
        if outer.site in (None, logged.event.site) or _is_on_the_way(scene, outer, logged):
            return
        take_out(scene.tracks, track)
    _be_at(scene, track, logged)


def _note_last(item: Item, logged: Logged) -> None:
    event = logged.event
    item.last = Last(logged.index, logged.when, logged.id, event.action, event.site)
    item.session = logged.session


def _check_known(scene: Scene, track: Track, logged: Logged) -> None:
    """An item begins when it is commissioned; a planned one is known before."""
    item = track.item
    if logged.event.action == "commission" and track.id in logged.event.items:
        mend(scene, track, "unknown-item", logged)
        if item.begun is None:
            item.begun = logged.index
        elif item.begun != logged.index:
            track.note("commissioned-twice", logged, item.begun)
    elif item.begun is None and track.plan is None and track.standing("unknown-item") is None:
        track.note("unknown-item", logged)
    if item.retired:
        track.note("after-retirement", logged)


def _compare_said(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    event = logged.event
    if event.action in SAYS:
        for name in ("kind", "ballot_type", "district"):
            said = getattr(event, name)
            if said is not None:
                _compare(track, logged, name, said)
        if event.quantity is not None and not check_count(tracks, track, logged):
            _compare(track, logged, "quantity", event.quantity)
    if event.action == "commission":
        check_type_inside(tracks, track, logged)
        if event.container is None:  # else when it goes in there
            check_type(tracks, track, list(around(tracks, track)), logged)
    elif event.action == "discrepancy":
        check_report(tracks, track, logged)


_DIFFERS = {
    "kind": "kind-differs",
    "ballot_type": "district-differs",
    "district": "district-differs",
    "quantity": "count-differs",
}


def _compare(track: Track, logged: Logged, name: str, said: str | int) -> None:
    """What an event says an item is, against what was said before it differed, else planned; to agree mends it."""
    differing = [one for one in track.drafts if one.closed_by is None and one.facts.get("what") == name]
    wanted = differing[0].facts["wanted"] if differing else track.said(name)
    if wanted == said:
        for draft in differing:
            draft.close(logged.index, logged.when)
    elif wanted is not None and all(draft.facts["got"] != said for draft in differing):
        track.note(_DIFFERS[name], logged, wanted=wanted, got=said, what=name)
    setattr(track.item, name, said)


def _be_at(scene: Scene, track: Track, logged: Logged) -> None:
    """The item is where the event is. If it was elsewhere, and nobody had moved it, control was lost in between."""
    item, event = track.item, logged.event
    if item.site is None:
        item.moved = logged.when
    elif event.site != item.site:
        if not _is_on_the_way(scene, item, logged) and item.last is not None:
            _jump(track, logged, item.last)
        else:
            item.strayed_from = item.strayed = None
        item.moved = logged.when
    item.site = event.site


def _act(scene: Scene, track: Track, logged: Logged) -> None:
    act = ACTS.get(logged.event.action)
    if act is not None:
        act(scene, track, logged)


def _is_on_the_way(scene: Scene, item: Item, logged: Logged) -> bool:
    """What his badge at the time says decides whether its custodian is a carrier."""
    item.carried = item.custodian is not None and scene.grounds.carries(item.custodian, logged.moment)
    return item.on_the_way


def _jump(track: Track, logged: Logged, last: Last) -> None:
    item, event = track.item, logged.event
    begins, ends = sorted((last.time, logged.when))  # by a clock that was ahead the last event may be the later one
    track.note("custody-break", logged, last.index, **{"from": begins, "to": ends})
    is_back = item.strayed is not None and item.strayed_from == event.site
    strayed = item.strayed if is_back and item.strayed else logged.id
    if is_back or track.has_noted("commissioned-twice", logged):
        draft = track.note("two-places", logged, last.index, site=event.site, other=item.site or "")
        draft.subject = strayed
    item.strayed, item.strayed_from = strayed, item.site


def _check_sealed(scene: Scene, track: Track, logged: Logged) -> None:
    """Policy asks for seals on some kinds of items whenever they change hands or leave."""
    item, event = track.item, logged.event
    least = scene.policy.least_seals.get(str(track.said("kind")), 0)
    if not least:
        return
    got = len(item.seals) + item.unnumbered
    if got >= least:
        mend(scene, track, "unsealed", logged)
    elif event.action in LEAVES and track.standing("unsealed") is None:
        track.note("unsealed", logged, wanted=least, got=got)


def _count_contents(container: Track, logged: Logged, before: int) -> None:
    """`quantity` says how many are in the container after it; what comes out should have been in it `before`."""
    event, inside = logged.event, len(container.item.contents)
    if event.action == "unpack" and before < len(event.items):
        container.note("count-differs", logged, wanted=before, got=len(event.items))
    elif event.action in ("pack", "unpack") and event.quantity is not None:
        compare_count(container, logged, [inside])
