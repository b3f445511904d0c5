"""From hand to hand: who has an item gives it, and who is to have it takes it; both sign (FORMAT.md, "State")."""

from collections.abc import Collection

from custody.core.containers import around, outermost, put_in
from custody.core.history import Logged
from custody.core.item import PAPER, Item, Track
from custody.core.scene import Scene
from custody.core.seals import check_opened

_NAMING = frozenset({"handover", "release", "accept"})
"""Actions that name who gives or takes. That they sign is judged of the statement; here, of how it reads corrected."""


def change_hands(scene: Scene, track: Track, logged: Logged, taker: str | None) -> None:
    """Somebody is to have the item: a handler; a site, put away there; PAPER; None, nobody before it is accepted."""
    event, holder = logged.event, outermost(scene.tracks, track).item
    if taker is not None and taker == holder.custodian and holder.release is None and logged.agreed is None:
        return  # both may record that it changed hands, each on a device of his own
    if event.action in _NAMING:
        if event.releaser is not None:
            _check_giver(scene, track, logged, holder, [event.releaser])
        if logged.agreed is not None:
            _check_signed(track, logged, [event.releaser, taker], scene.acting(logged))
    elif taker != holder.custodian and scene.policy.signatures.get(event.action):
        _check_unnamed(scene, track, logged, holder, taker)


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
        check_opened([*former, *around(tracks, track)], logged)


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


def _check_giver(scene: Scene, track: Track, logged: Logged, holder: Item, givers: Collection[str]) -> None:
    if any(_gives(scene, logged, track.item, holder, one) for one in givers):
        return
    release = track.item.release or holder.release
    custodian = holder.custodian or (release.releaser if release else None) or ""
    track.note("released-by-non-custodian", logged, custodian=custodian, releaser=next(iter(givers)))


def _gives(scene: Scene, logged: Logged, item: Item, holder: Item, giver: str) -> bool:
    """He has it; or it is put away where he belongs; or it is released and not accepted, by him or below him."""
    release, custodian, grounds = item.release or holder.release, holder.custodian, scene.grounds
    if custodian in (giver, PAPER):
        return True
    if release is not None and (
        release.releaser in (None, giver) or grounds.stands_over(giver, release.releaser, logged.moment)
    ):
        return True
    if custodian is None:
        return release is None
    return not custodian.startswith("h-") and grounds.acts_for(giver, custodian, logged.moment)


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
