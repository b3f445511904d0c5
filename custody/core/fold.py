"""What an event does to the items that it names, one after the other (FORMAT.md, "State").

`happen` is given every track that the event touches. An event is recorded whatever it says: what contradicts the state
before it is noted, and the state then follows the event.
"""

from collections.abc import Sequence

from custody.core import seals
from custody.core.acts import ACTS, Scene
from custody.core.containers import outermost, put_in, take_out
from custody.core.event import Seal
from custody.core.history import Logged
from custody.core.item import Item, Last, Track
from custody.core.policy import Effective
from custody.core.way import look_ahead

MOVES = frozenset({"handover", "release", "accept", "depart", "arrive", "store"})


def happen(scene: Scene, logged: Logged) -> None:
    """Lets an event happen to those it touches whose tracks the scene has."""
    event = logged.event
    by_item: dict[int, list[Seal]] = {}
    for seal in event.seals:
        by_item.setdefault(seal.item, []).append(seal)
    absent = 0
    if event.action == "unpack":
        named = [scene.tracks[item] for item in event.items if item in scene.tracks]
        absent = sum(track.item.container != event.container for track in named)
    for number, item in enumerate(event.items):
        track = scene.tracks.get(item)
        if track is not None:
            _happen_to(scene, track, logged, by_item.get(number, ()))
    container = scene.tracks.get(event.container) if event.container is not None else None
    if container is not None and event.action in ("pack", "unpack"):
        _count_contents(container, logged, absent)


def _happen_to(scene: Scene, track: Track, logged: Logged, on_it: Sequence[Seal]) -> None:
    event, item = logged.event, track.item
    _begin(track, logged)
    before = (item.moved, item.to, item.way)
    if item.retired:
        track.note("after-retirement", logged)
    within = outermost(scene.tracks, track)
    if within is not track and event.action in MOVES:
        if within.id in event.items:  # it goes where the container goes, which the event names as well
            _note_last(item, logged)
            return
        take_out(scene.tracks, track)
        within = track
    if within is track:
        _be_at(scene, track, logged)
        act = ACTS.get(event.action)
        if act is not None:
            act(scene, track, logged)
    elif event.action == "pack":
        put_in(scene.tracks, track, logged)
    elif event.action == "unpack":
        take_out(scene.tracks, track)
        _be_at(scene, track, logged)
    if event.action == "seal":
        seals.put_on(track, logged, on_it)
    elif event.action == "unseal":
        seals.take_off(track, logged, on_it)
    elif on_it:
        seals.read(track, logged, on_it)
    if event.condition is not None:
        item.condition = event.condition
    _check_sealed(scene.policy, track, logged)
    if track.plan and (item.moved, item.to, item.way) != before:
        look_ahead(track, logged, scene.grounds.leg_time(scene.policy))
    _note_last(item, logged)


def _note_last(item: Item, logged: Logged) -> None:
    event = logged.event
    item.last = Last(logged.index, event.time, logged.id, event.action, event.site)


def _begin(track: Track, logged: Logged) -> None:
    """An item begins when it is commissioned; a planned one is known before."""
    item, event = track.item, logged.event
    if event.action == "commission":
        track.close("unknown-item", logged)
    elif not item.begun and track.plan is None and track.standing("unknown-item") is None:
        track.note("unknown-item", logged)
    if event.action == "discrepancy":
        return
    for name in ("kind", "ballot_type", "district"):
        said = getattr(event, name)
        if said is not None and event.action in ("commission", "inspect", "open", "close", "pack", "unpack"):
            _compare(track, logged, name, said)
    if event.quantity is not None and event.action not in ("pack", "unpack"):
        _compare(track, logged, "quantity", event.quantity)
    if event.action == "commission":
        item.begun = True


_DIFFERS = {
    "kind": "kind-differs",
    "ballot_type": "district-differs",
    "district": "district-differs",
    "quantity": "count-differs",
}


def _compare(track: Track, logged: Logged, name: str, said: str | int) -> None:
    """What an event says an item is, against what was said before, and against the plan."""
    item = track.item
    known = getattr(item, name)
    wanted = getattr(track.plan.planned, name) if known is None and track.plan else known
    if wanted is not None and wanted != said:
        track.note(_DIFFERS[name], logged, wanted=wanted, got=said)
    setattr(item, name, said)


def _be_at(scene: Scene, track: Track, logged: Logged) -> None:
    """The item is where the event is. If it was elsewhere, and nobody had moved it, control was lost in between."""
    item, event = track.item, logged.event
    if item.site is None:
        item.moved = event.time
    elif event.site != item.site:
        on_the_way = item.to is not None or scene.grounds.carries(item.custodian or "")
        if not on_the_way and item.last is not None:
            _jump(track, logged, item.last)
        else:
            item.strayed_from = item.strayed = None
        item.moved = event.time
    item.site = event.site


def _jump(track: Track, logged: Logged, last: Last) -> None:
    item, event = track.item, logged.event
    track.note("custody-break", logged, last.index, **{"from": last.time, "to": event.time})
    if item.strayed_from == event.site and item.strayed is not None:
        draft = track.note("two-places", logged, last.index, site=event.site, other=item.site or "")
        draft.subject = item.strayed
        draft.evidence.sort()
    else:
        item.strayed = logged.id
    item.strayed_from = item.site


def _check_sealed(policy: Effective, track: Track, logged: Logged) -> None:
    """Policy asks for seals on some kinds of items whenever they change hands or leave."""
    item, event = track.item, logged.event
    least = policy.least_seals.get(item.kind or "", 0)
    if not least:
        return
    got = len(item.seals) + item.unnumbered
    if got >= least:
        track.close("unsealed", logged)
    elif event.action in ("handover", "release", "depart") and track.standing("unsealed") is None:
        track.note("unsealed", logged, wanted=least, got=got)


def _count_contents(container: Track, logged: Logged, absent: int) -> None:
    """`quantity` says how many are in the container after it; what comes out should have been in it."""
    event = logged.event
    _note_last(container.item, logged)
    inside = len(container.item.contents)
    if absent:
        container.note("count-differs", logged, wanted=len(event.items) - absent, got=len(event.items))
    elif event.quantity is not None and event.quantity != inside:
        container.note("count-differs", logged, wanted=inside, got=event.quantity)
