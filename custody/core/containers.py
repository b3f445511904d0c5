"""Containers in containers: what happens to the outer happens to the inner."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from custody.core.contents import check_type
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.way import get_off, ride_in

DEEPEST = 16
"""So many containers around one thing at most: each event of a thing looks at all that are around it."""
WIDEST = 10_000
"""So many things in one container at most, at whatever depth: what moves it looks at all of them. A truck's or a ship's
compartment holds some thousand boxes; a warehouse is a site."""
MOST_MOVED = 50_000
"""So many things at most follow their plans by one event: of containers that it names beside many others, none."""
TOGETHER = 50_000
"""So many things belong together at most, through containers that they share or ever shared: if one happens anew, all
do."""


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


def all_inside(tracks: Mapping[str, Track], track: Track) -> list[Track] | None:
    """All that is in the item, at whatever depth; None if not all of it is there to be asked."""
    found, waiting = [], list(track.item.contents)
    while waiting:
        inner = tracks.get(waiting.pop())
        if inner is None:
            return None
        waiting += inner.item.contents
        found.append(inner)
    return found


def brings_along(track: Track, logged: Logged) -> bool:
    """Whether what is in an item that the event moves follows its plan by it."""
    return bool(track.item.contents) and track.item.holds * logged.named <= MOST_MOVED


def take_out(tracks: Mapping[str, Track], track: Track) -> None:
    """Out of its container, if it is in one: where that is, and whose."""
    item = track.item
    if item.container is None:
        return
    outward = list(around(tracks, track))
    for one in _with_inside(tracks, track):
        get_off(one, outward)
    inner, outer = outward[0].item, outward[-1].item
    for one in outward:
        one.item.holds -= 1 + item.holds
    inner.contents = inner.contents.copy()
    inner.contents.remove(track.id)
    inner.height = inner.height if inner.contents else 0
    item.container = None
    item.site, item.custodian, item.moved = outer.site, outer.custodian, outer.moved
    item.carried, item.signed = outer.carried, outer.signed
    if item.release is not None:  # what it is in has not been accepted, nor given otherwise, since
        item.to = item.release.to
        return
    if item.to is None or outer.release is not None or not outer.on_the_way:  # else it had a way of its own in there
        item.to, item.left = outer.to, outer.left
    item.release = outer.release
    standing = outward[-1].standing("release-open") if outer.release else None
    if standing is not None:
        track.drafts.append(replace(standing, item=track.id))


def put_in(tracks: Mapping[str, Track], track: Track, logged: Logged) -> None:
    """Into the container that the event names; without effect if that would be in itself, too deep, or too full."""
    name = logged.event.container
    if name is None:
        return
    container = tracks.get(name)
    if container is None:  # they would belong together with too many others
        track.note("container-full", logged, container=name)
        return
    outward = [container, *around(tracks, container)]
    if any(one is track for one in outward):
        _note_both("container-cycle", track, container, logged)
        return
    if len(outward) + track.item.height > DEEPEST:
        _note_both("container-too-deep", track, container, logged)
        return
    if outermost(tracks, track) is not outward[-1] and outward[-1].item.holds + 1 + track.item.holds > WIDEST:
        _note_both("container-full", track, container, logged)
        return
    check_type(tracks, track, outward, logged)
    take_out(tracks, track)
    track.item.container = container.id
    container.item.contents = [*container.item.contents, track.id]
    for one in _with_inside(tracks, track):
        ride_in(one, [outer.id for outer in outward])
    for height, outer in enumerate(outward, track.item.height + 1):
        outer.item.height = max(outer.item.height, height)
        outer.item.holds += 1 + track.item.holds


def _with_inside(tracks: Mapping[str, Track], track: Track) -> list[Track]:
    """The item, and all that is in it if that is there to be asked."""
    return [track, *(all_inside(tracks, track) or [])]


def _note_both(code: str, track: Track, container: Track, logged: Logged) -> None:
    """Of the container as well: what is counted in it differs by this."""
    for one in (track, container):
        if not one.has_noted(code, logged):
            one.note(code, logged, container=container.id)
