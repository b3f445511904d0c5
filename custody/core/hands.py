"""From hand to hand: who has an item gives it, and who is to have it takes it; both sign (FORMAT.md, "State")."""

from collections.abc import Collection

from custody.core.containers import around, outermost, put_in
from custody.core.contents import load
from custody.core.history import Logged
from custody.core.item import PAPER, Item, Release, Track
from custody.core.scene import Scene
from custody.core.seals import check_filled, check_opened

_NAMING = frozenset({"handover", "release", "accept"})
"""Actions that name who gives or takes. That they sign is judged of the statement; here, of how it reads corrected."""


def change_hands(scene: Scene, track: Track, logged: Logged, taker: str | None) -> None:
    """Somebody is to have the item: a handler; a site, put away there; PAPER; None, nobody before it is accepted."""
    event, holder = logged.event, outermost(scene.tracks, track).item
    stood_in = track.standing("accepted-by-colleague")
    if stood_in is not None and taker == stood_in.facts["named"]:
        track.close("accepted-by-colleague", logged)
    if taker is not None and taker == holder.custodian and holder.release is None and logged.agreed is None:
        return  # both may record that it changed hands, each on a device of his own
    release = track.item.release or holder.release
    if release is not None and taker not in (None, holder.custodian) and event.action != "accept":
        _check_named(scene, track, logged, release, taker or "")
    if event.action in _NAMING:
        if event.releaser is not None:
            _check_giver(scene, track, logged, holder, [event.releaser])
        if logged.agreed is not None:
            _check_signed(track, logged, [event.releaser, taker], scene.acting(logged))
    elif taker != holder.custodian and scene.policy.signatures.get(event.action):
        _check_unnamed(scene, track, logged, holder, taker)


def check_leaves(scene: Scene, track: Track, logged: Logged) -> None:
    """Nobody is named who carries it: who signs has it, or stands over who has, or belongs where it is put away."""
    acting, custodian = sorted(scene.acting(logged)), track.item.custodian
    if not acting or custodian is None or not scene.policy.signatures.get(logged.event.action):
        return
    if not any(scene.grounds.stands_over(one, custodian, logged.moment) for one in acting):
        _check_giver(scene, track, logged, track.item, acting)


def could_give(scene: Scene, logged: Logged, holder: str) -> bool:
    """Whether who releases an item late had it before, or belongs where it was put away; "" if nobody had it."""
    giver = logged.event.releaser or ""
    stands_over = scene.grounds.stands_over(giver, holder, logged.moment)
    return not holder or stands_over or _has(scene, logged, holder, giver)


def changes_carriers(scene: Scene, logged: Logged, release: Release | None) -> bool:
    """Whether one carrier hands another what is released for somebody else: who is to have it has still to accept."""
    event, carries = logged.event, scene.grounds.carries
    giver, taker = event.releaser or "", event.receiver
    if release is None or not isinstance(taker, str) or giver == release.releaser or taker == release.receiver:
        return False
    return carries(giver, logged.moment) and carries(taker, logged.moment)


def is_bound(scene: Scene, logged: Logged, release: Release) -> bool:
    """Whether what a carrier lets go is still for whom, and for where, it was released: unless he brings it back."""
    event, grounds, moment = logged.event, scene.grounds, logged.moment
    giver, taker = event.releaser or "", event.receiver
    if not grounds.carries(giver, moment) or giver == release.receiver or _released(scene, logged, release, giver):
        return False
    is_back = not isinstance(taker, str) or grounds.acts_for(taker, release.site, moment)
    return event.to != release.site or not is_back


def change_hands_into(scene: Scene, track: Track, logged: Logged) -> None:
    """Into the container that the event names: whoever has that is to have the item."""
    tracks = scene.tracks
    container, former = tracks.get(logged.event.container or ""), list(around(tracks, track))
    held_by = track.item.container
    if container is not None:
        outer = outermost(tracks, container)
        if outer is not outermost(tracks, track):
            change_hands(scene, track, logged, outer.item.custodian)
    put_in(tracks, track, logged)
    if track.item.container != held_by:
        check_opened(former, logged)
        check_filled(scene, around(tracks, track), logged)
        load(around(tracks, track), logged)


def _check_unnamed(scene: Scene, track: Track, logged: Logged, holder: Item, taker: str | None) -> None:
    """Those who sign are who gives and who takes. Without any the statement has too few signatures already."""
    acting, event = scene.acting(logged), logged.event
    if not acting:
        return
    # A release that stands is the giver's signature; but in a container the item may leave without being accepted.
    if track.item.release is None or event.container is not None:
        _check_giver(scene, track, logged, holder, sorted(acting))
    if taker is not None and not _takes(scene, logged, taker, acting):
        track.note("too-few-signatures", logged, wanted=len(acting) + 1, got=len(acting))


def _check_named(scene: Scene, track: Track, logged: Logged, release: Release, taker: str) -> None:
    """What is released is for whom the release names, unless who released it gives it otherwise, or it is back."""
    event, grounds, moment = logged.event, scene.grounds, logged.moment
    givers = [event.releaser or ""] if event.action in _NAMING else scene.acting(logged)
    if (not taker.startswith("h-") and taker != PAPER) or any(_released(scene, logged, release, one) for one in givers):
        return
    if grounds.carries(taker, moment):  # that a carrier gives it to him is judged by whether he has it
        named = None if event.action == "handover" else release.carrier
    else:
        is_back = event.site == release.site and grounds.acts_for(taker, release.site, moment)
        named = None if is_back else release.receiver
    check_taker(scene, track, logged, release, named=named, taker=taker)


def check_taker(scene: Scene, track: Track, logged: Logged, release: Release, *, named: str | None, taker: str) -> None:
    """Somebody takes what the release is for `named` (None: nobody) to take: a stranger to him, or a colleague?"""
    if named is None or taker in (release.receiver, release.carrier):
        return
    stands_in = named == release.receiver and _stands_in(scene, logged, release, named, taker)
    code = "accepted-by-colleague" if stands_in else "accepted-by-another"
    track.note(code, logged, release.index, named=named, got=taker)


def _stands_in(scene: Scene, logged: Logged, release: Release, named: str, taker: str) -> bool:
    """Where it was released to, a colleague of the receiver takes it; or paper is signed before him or a colleague."""
    grounds, moment = scene.grounds, logged.moment
    if release.releaser is None or logged.event.site != release.to or grounds.carries(named, moment):
        return False
    there = [one for one in (scene.acting(logged) if taker == PAPER else [taker]) if one != release.releaser]
    return any(one == named or grounds.are_colleagues(one, named, moment) for one in there)


def _check_giver(scene: Scene, track: Track, logged: Logged, holder: Item, givers: Collection[str]) -> None:
    if any(gives(scene, logged, track.item, holder, one) for one in givers):
        return
    release = track.item.release or holder.release
    custodian = holder.custodian or (release.releaser if release else None) or ""
    track.note("released-by-non-custodian", logged, custodian=custodian, releaser=next(iter(givers)))


def gives(scene: Scene, logged: Logged, item: Item, holder: Item, giver: str) -> bool:
    """He has it, or it is released and not accepted, by him or below him; or nobody has it."""
    release, custodian = item.release or holder.release, holder.custodian
    if custodian is not None and _has(scene, logged, custodian, giver):
        return True
    if release is None:
        return custodian is None
    return release.releaser is None or _released(scene, logged, release, giver)


def _has(scene: Scene, logged: Logged, custodian: str, giver: str) -> bool:
    """It is his, or was given on paper, or is put away where he belongs."""
    if custodian in (giver, PAPER):
        return True
    return not custodian.startswith("h-") and scene.grounds.acts_for(giver, custodian, logged.moment)


def _released(scene: Scene, logged: Logged, release: Release, giver: str) -> bool:
    """He has released it, or somebody below him."""
    by = release.releaser
    return by is not None and (by == giver or scene.grounds.stands_over(giver, by, logged.moment))


def _takes(scene: Scene, logged: Logged, taker: str, acting: Collection[str]) -> bool:
    if taker == PAPER or taker in acting:
        return True
    staff = [one for one in acting if not scene.grounds.carries(one, logged.moment)]
    return not taker.startswith("h-") and any(scene.grounds.acts_for(one, taker, logged.moment) for one in staff)


def _check_signed(track: Track, logged: Logged, parties: Collection[str | None], acting: Collection[str]) -> None:
    """A correction that puts another in the place of a party needs his signature."""
    badges = [one for one in parties if one is not None and one != PAPER]
    got = sum(one in acting for one in badges)
    if got < len(badges):
        track.note("too-few-signatures", logged, wanted=len(badges), got=got)
