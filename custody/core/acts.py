"""What each action does to an item (FORMAT.md, "State")."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from custody.core.containers import put_in, take_out
from custody.core.event import Paper
from custody.core.grounds import Grounds
from custody.core.history import Logged
from custody.core.item import PAPER, Item, Release, Track
from custody.core.policy import Effective
from custody.core.way import follow_plan, land


class Scene(Struct, frozen=True):
    """What an event is judged by: the tracks by item, the policy in force, and who belongs where."""

    tracks: Mapping[str, Track]
    policy: Effective
    grounds: Grounds


def _commission(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    if item.container is None:
        item.custodian = item.custodian or event.site
        item.to = event.to
    put_in(scene.tracks, track, logged)


def _handover(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    _check_releaser(scene, track, logged)
    item.release = None
    track.close("release-open", logged)
    _receive(scene, track, logged)
    if event.to is not None:
        _set_out(item, logged)
    follow_plan(track, item, logged)


def _release(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    assert event.to is not None  # noqa: S101  # a release has it
    _check_releaser(scene, track, logged)
    track.close("release-open", logged)
    receiver = event.receiver if isinstance(event.receiver, str) else None
    item.release = Release(logged.index, logged.id, logged.when, event.to, receiver, event.carrier)
    _set_out(item, logged)
    item.custodian = event.carrier
    due = logged.when + scene.policy.release_ms
    track.note("release-open", logged, since=due, to=event.to)
    follow_plan(track, item, logged)


def _accept(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    release = item.release
    if release is None or (event.refs and release.id not in event.refs):
        if item.begun is not None or track.plan is not None:
            track.note("accepted-without-release", logged)
    else:
        named = {release.receiver, release.carrier} - {None}
        got = {event.receiver, event.carrier} if isinstance(event.receiver, str) else {PAPER}
        if release.receiver is not None and named.isdisjoint(got):
            taker = _party(event.receiver) or ""
            track.note("accepted-by-another", logged, release.index, named=release.receiver, got=taker)
        track.close("release-open", logged)
        item.release = None
        item.to = release.to
    _receive(scene, track, logged)
    follow_plan(track, item, logged)


def _depart(_scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    _set_out(item, logged)
    item.custodian = event.carrier or item.custodian
    item.compartment = list(event.compartment)
    follow_plan(track, item, logged)


def _arrive(_scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    if item.compartment and event.compartment and set(item.compartment) != set(event.compartment):
        track.note("seal-differs", logged, recorded=", ".join(item.compartment), read=", ".join(event.compartment))
    item.compartment = []
    land(track, logged)
    follow_plan(track, item, logged)


def _store(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    item.custodian = _party(event.receiver) or event.site
    land(track, logged, at_rest=True)
    follow_plan(track, item, logged)
    put_in(scene.tracks, track, logged)


def _open(_scene: Scene, track: Track, _logged: Logged) -> None:
    track.item.open = True


def _close(_scene: Scene, track: Track, _logged: Logged) -> None:
    track.item.open = False


def _retire(_scene: Scene, track: Track, logged: Logged) -> None:
    track.item.retired = True
    for code in ("late", "at-risk", "release-open"):
        track.close(code, logged)


def _discrepancy(_scene: Scene, track: Track, logged: Logged) -> None:
    event = logged.event
    track.note(f"discrepancy-{event.kind}", logged, count=event.quantity if event.quantity is not None else 1)


def _pack(scene: Scene, track: Track, logged: Logged) -> None:
    put_in(scene.tracks, track, logged)


def _unpack(scene: Scene, track: Track, _logged: Logged) -> None:
    take_out(scene.tracks, track)


ACTS: dict[str, Callable[[Scene, Track, Logged], None]] = {
    "commission": _commission,
    "pack": _pack,
    "unpack": _unpack,
    "handover": _handover,
    "release": _release,
    "accept": _accept,
    "depart": _depart,
    "arrive": _arrive,
    "store": _store,
    "open": _open,
    "close": _close,
    "discrepancy": _discrepancy,
    "retire": _retire,
}


def _set_out(item: Item, logged: Logged) -> None:
    """It is on its way from now on."""
    item.to, item.moved = logged.event.to, logged.when


def _party(receiver: str | Paper | None) -> str | None:
    return PAPER if isinstance(receiver, Paper) else receiver


def _check_releaser(scene: Scene, track: Track, logged: Logged) -> None:
    item, releaser = track.item, logged.event.releaser
    holder = item.custodian
    if holder is None or releaser is None or holder in (PAPER, releaser):
        return
    if holder.startswith("h-") or not scene.grounds.acts_for(releaser, holder, logged.moment):
        track.note("released-by-non-custodian", logged, custodian=holder, releaser=releaser)


def _receive(scene: Scene, track: Track, logged: Logged) -> None:
    """The receiver has it now. A carrier goes on with it; with anybody else it has arrived."""
    event, item = logged.event, track.item
    item.custodian = _party(event.receiver)
    track.close("discrepancy-missing", logged)
    receiver = event.receiver if isinstance(event.receiver, str) else None
    carrier = receiver is not None and (receiver == event.carrier or scene.grounds.carries(receiver, logged.moment))
    if not carrier or event.site == item.to:
        land(track, logged, at_rest=not carrier)
