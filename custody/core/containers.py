"""Containers in containers: what happens to the outer happens to the inner."""

from collections.abc import Iterator, Mapping

from custody.core.history import Logged
from custody.core.item import Track

DEEPEST = 16
"""So many containers around one thing at most: each event of a thing looks at all that are around it."""


def around(tracks: Mapping[str, Track], track: Track) -> Iterator[Track]:
    """The container that holds the item, the one that holds that, and so on outward."""
    while track.item.container is not None:
        track = tracks[track.item.container]
        yield track


def outermost(tracks: Mapping[str, Track], track: Track) -> Track:
    """The last of the containers around the item; the item itself if nothing holds it."""
    while track.item.container is not None:
        track = tracks[track.item.container]
    return track


def inside(tracks: Mapping[str, Track], track: Track) -> Iterator[Track]:
    """What the item holds, what that holds, and so on inward."""
    waiting = list(track.item.contents)
    while waiting:
        inner = tracks[waiting.pop()]
        waiting += inner.item.contents
        yield inner


def take_out(tracks: Mapping[str, Track], track: Track) -> None:
    """Out of its container, if it is in one: where that is, and whose."""
    outer, item = outermost(tracks, track).item, track.item
    if item.container is None:
        return
    inner = tracks[item.container].item
    inner.contents = [one for one in inner.contents if one != track.id]
    inner.height = inner.height if inner.contents else 0
    item.container = None
    item.site, item.custodian, item.to, item.release = outer.site, outer.custodian, outer.to, outer.release
    item.moved = outer.moved


def put_in(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    """Into the container that the event names; without effect if that would be in itself, or too deep."""
    container = tracks.get(logged.event.container or "")
    if container is None:
        return
    outward = [container, *around(tracks, container)]
    if any(one is track for one in outward):
        _note_both("container-cycle", track, container, logged)
        return
    if len(outward) + track.item.height > DEEPEST:
        _note_both("container-too-deep", track, container, logged)
        return
    for name in ("ballot_type", "district"):
        wanted, got = container.said(name), track.said(name)
        if wanted is not None and got is not None and wanted != got:
            track.note("district-differs", logged, wanted=wanted, got=got)
    take_out(tracks, track)
    track.item.container = container.id
    container.item.contents = [*container.item.contents, track.id]
    for height, outer in enumerate(outward, track.item.height + 1):
        outer.item.height = max(outer.item.height, height)


def _note_both(code: str, track: Track, container: Track, logged: Logged) -> None:
    """Of the container as well: what is counted in it differs by this."""
    for one in (track, container):
        if not one.has_noted(code, logged):
            one.note(code, logged, container=container.id)
