"""What each action does to an item (FORMAT.md, "State")."""

from collections.abc import Callable

from msgspec.structs import replace

from custody.core import second_records
from custody.core.containers import all_inside, around, put_in, take_out
from custody.core.contents import recount, unload
from custody.core.draft import Draft
from custody.core.event import Event, Paper
from custody.core.hands import (
    change_hands,
    change_hands_into,
    changes_carriers,
    check_leaves,
    check_taker,
    could_give,
    is_bound,
)
from custody.core.history import Logged
from custody.core.item import PAPER, Item, Release, Track
from custody.core.scene import Scene
from custody.core.seals import check_opened
from custody.core.skew import mend, take_back
from custody.core.way import come_to_rest, follow_plan, land


def _commission(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    change_hands_into(scene, track, logged)
    if item.container is None:
        _have(scene, item, logged, item.custodian or event.site)
        item.to, item.left = event.to, event.site


def _handover(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    change_hands(scene, track, logged, _party(event.receiver))
    second_records.keep(track, logged)
    if not changes_carriers(scene, logged, item.release):
        _take_back(track, logged)
        end_release(track, logged)
    _receive(scene, track, logged)
    if event.to is not None:
        _set_out(item, logged)
    follow_plan(track, item, logged)


def _release(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    owed = track.standing("accepted-without-release")
    if owed is not None and could_give(scene, logged, str(owed.facts["holder"])):
        if event.receiver != event.releaser and (event.receiver, event.to) == (item.custodian, item.site):
            mend(scene, track, "accepted-without-release", logged)
            return
        if _may_be_first(scene, track, logged, owed):
            return
    change_hands(scene, track, logged, None)
    before = item.release
    end_release(track, logged)
    _let_go(scene, track, logged, before)
    _have(scene, item, logged, event.carrier)
    follow_plan(track, item, logged)


def _let_go(scene: Scene, track: Track, logged: Logged, before: Release | None) -> None:
    """It is released, in place of the release `before`, and nobody has accepted it yet."""
    item, event = track.item, logged.event
    assert event.to is not None  # noqa: S101  # a release has it
    receiver = event.receiver if isinstance(event.receiver, str) else None
    named = receiver, event.carrier, event.releaser
    was = before.id if before is not None else None
    item.release = Release(logged.index, logged.id, logged.when, event.site, event.to, *named, event.issuer, was)
    if before is not None and is_bound(scene, logged, before):
        item.release = _bound(scene, logged, item.release, before)
    _set_out(item, logged)
    track.note("release-open", logged, since=logged.when + scene.policy.release_ms, to=event.to)


def _bound(scene: Scene, logged: Logged, release: Release, first: Release) -> Release:
    """What a carrier lets go of: to where, and for whom, it was released first; the next carrier takes it along."""
    if first.receiver is None or release.receiver == first.receiver:
        return replace(release, to=first.to, relay=True)
    relayed = release.receiver is not None and scene.grounds.carries(release.receiver, logged.moment)
    carrier = release.receiver if relayed else release.carrier
    return replace(release, index=first.index, to=first.to, receiver=first.receiver, carrier=carrier, relay=True)


def _may_be_first(scene: Scene, track: Track, logged: Logged, owed: Draft) -> bool:
    """Whether it may be the release of what somebody took without one, by another device's clock: then it is."""
    item, event, taker = track.item, logged.event, track.item.custodian
    accepted = scene.log.event(owed.evidence[0]).event if scene.log is not None else None
    if accepted is None or taker != _party(accepted.receiver) or accepted.site != event.site:
        return False
    if taker != event.carrier and (event.to, event.receiver, event.carrier) != (event.site, None, None):
        return False
    if not take_back(scene, track, owed.code, logged, lambda one: one is owed):
        return False
    if event.receiver not in (None, taker):
        _let_go(scene, track, logged, None)
    elif event.to != event.site:
        _set_out(item, logged)
    return True


def _accept(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    release = item.release
    taker, holder = _party(event.receiver), item.custodian
    change_hands(scene, track, logged, taker)
    if release is None or (event.refs and {release.id, release.before}.isdisjoint(event.refs)):
        # Who has it already, and says once more that he took it, takes nothing.
        if taker != holder and (item.begun is not None or track.plan is not None):
            track.note("accepted-without-release", logged, holder=holder or "")
    elif _takes_along(scene, logged, release) and release.receiver not in (None, taker):
        item.to = release.to  # the carrier that it names takes it along: it stands until who is to have it accepts
    else:
        _check_accepted(scene, track, logged, release)
        end_release(track, logged)
        item.to = release.to
    _receive(scene, track, logged)
    follow_plan(track, item, logged)


def _takes_along(scene: Scene, logged: Logged, release: Release) -> bool:
    """The carrier whom it names; or any, where the one before has let it go and has named none."""
    taker = _party(logged.event.receiver)
    if release.relay and release.carrier is None:
        return taker is not None and scene.grounds.carries(taker, logged.moment)
    return taker == release.carrier


def _depart(scene: Scene, track: Track, logged: Logged) -> None:
    item, event = track.item, logged.event
    if event.carrier is not None:
        change_hands(scene, track, logged, event.carrier)
    else:
        check_leaves(scene, track, logged)
    _set_out(item, logged)
    _have(scene, item, logged, event.carrier or item.custodian)
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
    taker = _party(event.receiver) or event.site
    change_hands(scene, track, logged, taker)
    _have(scene, item, logged, taker)
    _take_back(track, logged)
    land(track, logged, at_rest=True)
    follow_plan(track, item, logged)
    change_hands_into(scene, track, logged)


def _open(_scene: Scene, track: Track, logged: Logged) -> None:
    check_opened([track], logged)
    track.item.open = True


def _close(_scene: Scene, track: Track, _logged: Logged) -> None:
    track.item.open = False


def _retire(scene: Scene, track: Track, logged: Logged) -> None:
    for inner in track.item.contents.copy():
        if inner in scene.tracks:  # of more than a move would bring along, all stay in it
            take_out(scene.tracks, scene.tracks[inner])
    change_hands(scene, track, logged, None)
    check_opened(around(scene.tracks, track), logged)
    take_out(scene.tracks, track)
    track.item.retired = True
    for code in ("late", "at-risk", "release-open", "wrong-destination"):
        track.close(code, logged)


def _discrepancy(scene: Scene, track: Track, logged: Logged) -> None:
    event = logged.event
    if event.container is not None:
        _report_inside(scene, track, logged)
    count: int | str = 1
    if event.quantity is not None:
        count = event.quantity
    elif event.serials is not None:
        count = f"{event.serials.first}–{event.serials.last}"
    short = event.kind == "missing" and not reports_missing(event)
    track.note("discrepancy-short" if short else f"discrepancy-{event.kind}", logged, count=count)


def _report_inside(scene: Scene, track: Track, logged: Logged) -> None:
    """It is not in the container that it is recorded in, or is in one beyond what that should hold."""
    event, tracks = logged.event, scene.tracks
    if reports_missing(event) and track.item.container == event.container:
        recount(around(tracks, track))
        take_out(tracks, track)
    elif event.kind == "extra":
        put_in(tracks, track, logged)
        recount(around(tracks, track))


def _pack(scene: Scene, track: Track, logged: Logged) -> None:
    change_hands_into(scene, track, logged)


def _unpack(scene: Scene, track: Track, logged: Logged) -> None:
    check_opened(around(scene.tracks, track), logged)
    unload(around(scene.tracks, track), logged)
    was_in = track.item.container
    take_out(scene.tracks, track)
    if was_in is not None and not track.item.on_the_way:
        for one in (track, *(all_inside(scene.tracks, track) or ())):
            come_to_rest(one, logged)


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


def _take_back(track: Track, logged: Logged) -> None:
    """Where it was released, and before anybody accepted it, somebody has it again: it is not on its way any more."""
    item, release = track.item, track.item.release
    if release is not None and item.site == release.site == logged.event.site:
        end_release(track, logged)
        item.to = None


def reports_missing(event: Event) -> bool:
    """Whether it says that its items are not there: not only something of what they hold."""
    return (
        event.action == "discrepancy" and event.kind == "missing" and event.quantity is None and event.serials is None
    )


def passes_on_inside(scene: Scene, outer: Item, logged: Logged) -> bool:
    """Whether what is in something is released no more by this: not where a carrier takes it on, or lets it go."""
    event = logged.event
    if event.action == "release":
        return not scene.grounds.carries(event.releaser or "", logged.moment)
    return event.action in ("handover", "accept") and not outer.carried


def end_release(track: Track, logged: Logged) -> None:
    """It is accepted, or given otherwise."""
    track.item.release = None
    track.close("release-open", logged)


def _have(scene: Scene, item: Item, logged: Logged, custodian: str | None) -> None:
    item.custodian = custodian
    item.carried = custodian is not None and scene.grounds.carries(custodian, logged.moment)
    item.signed = item.carried and custodian in scene.acting(logged)


def _set_out(item: Item, logged: Logged) -> None:
    """It is on its way from now on."""
    item.to, item.left, item.moved = logged.event.to, logged.event.site, logged.when


def _party(receiver: str | Paper | None) -> str | None:
    return PAPER if isinstance(receiver, Paper) else receiver


def _check_accepted(scene: Scene, track: Track, logged: Logged, release: Release) -> None:
    """Whom the release names takes over: its receiver or carrier; of carriers, if it names one only, that one."""
    event, grounds = logged.event, scene.grounds
    taker = _party(event.receiver) or ""
    named = release.receiver or (release.carrier if grounds.carries(taker, logged.moment) else None)
    check_taker(scene, track, logged, release, named=named, taker=taker)
    apart = grounds.are_apart(release.releaser, taker, logged.moment)
    if scene.policy.two_devices and release.issuer == event.issuer and apart:
        track.note("one-device", logged, release.index)


def _receive(scene: Scene, track: Track, logged: Logged) -> None:
    """The receiver has it now. A carrier goes on with it; with anybody else it has arrived."""
    event, item = logged.event, track.item
    _have(scene, item, logged, _party(event.receiver))
    receiver = event.receiver if isinstance(event.receiver, str) else None
    carrier = receiver is not None and (receiver == event.carrier or scene.grounds.carries(receiver, logged.moment))
    if not carrier or event.site == item.to:
        land(track, logged, at_rest=not carrier and event.to is None)
