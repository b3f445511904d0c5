"""Containers in containers: what happens to the outer happens to the inner."""

from collections.abc import Mapping

from custody.core.history import Logged
from custody.core.item import Track


def outermost(tracks: Mapping[str, Track], track: Track) -> Track:
    """The container that holds the container … that holds the item; the item itself if nothing does."""
    while track.item.container is not None:
        track = tracks[track.item.container]
    return track


def take_out(tracks: Mapping[str, Track], track: Track) -> None:
    """Out of its container: where that is, and whose."""
    outer, item = outermost(tracks, track).item, track.item
    assert item.container is not None  # noqa: S101  # the caller looked
    inner = tracks[item.container].item
    inner.contents = [one for one in inner.contents if one != track.id]
    item.container = None
    item.site, item.custodian, item.to, item.release = outer.site, outer.custodian, outer.to, outer.release
    item.moved = outer.moved


def put_in(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    """Into the container that the event names; without effect if that would be in itself."""
    container = tracks.get(logged.event.container or "")
    if container is None or outermost(tracks, container) is track:
        return
    for name in ("ballot_type", "district"):
        wanted, got = getattr(container.item, name), getattr(track.item, name)
        if wanted is not None and got is not None and wanted != got:
            track.note("district-differs", logged, wanted=wanted, got=got)
    if track.item.container is not None:
        take_out(tracks, track)
    track.item.container = container.id
    container.item.contents = [*container.item.contents, track.id]
