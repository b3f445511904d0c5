"""How much of what one device says of an item is judged (FORMAT.md, "History").

What comes late makes its items happen from the beginning. Without a bound whoever fills the histories of many items
makes each late event cost as much as all of them; so what a device says beyond it stays in the log, and is found.
"""

from collections.abc import Callable

from custody.core.draft import Draft
from custody.core.history import Logged
from custody.core.item import Track

SAID = 128
"""So many events of a device that name an item are judged: a box meets about 14 of all devices on its whole way."""
FILLED = 20_000
"""And so many that name it as the container: all that it can hold goes in one by one, and comes out so."""
_CODE = "too-many-events"

EventAt = Callable[[int], Logged]


def with_room(
    logged: Logged, track_of: Callable[[str], Track | None], event_at: EventAt
) -> tuple[Logged | None, list[Track]]:
    """The event for those of its items of which its device may say more (None: none), and the tracks that say so.

    In a container of which it may not, nothing happens to any of them.
    """
    event = logged.event
    container = event.container if event.container not in event.items else None
    if container is not None and (full := _without_room(track_of(container), logged, event_at, filling=True)):
        return None, [full]
    full_ones = [full for item in event.items if (full := _without_room(track_of(item), logged, event_at))]
    if not full_ones:
        return logged, []
    gone = {track.id for track in full_ones}
    left = [item for item in event.items if item not in gone]
    return logged.of(left) if left else None, full_ones


def take(track: Track, logged: Logged) -> None:
    """The event is one more that is judged."""
    if track.judged or track.filled:
        _count(track, logged)


def note_full(track: Track, logged: Logged) -> bool:
    """Says from where on nothing more of this device is judged; False if that is said already.

    It depends on nothing that happens to the item, so that it comes before all else.
    """
    issuer = logged.event.issuer
    said = [draft for draft in track.drafts if draft.code == _CODE]
    if any(draft.subject == issuer for draft in said):
        return False
    most = SAID if track.id in logged.event.items else FILLED
    facts: dict[str, str | int] = {"issuer": issuer, "most": most}
    track.drafts.insert(len(said), Draft(_CODE, issuer, logged.when, [logged.index], track.id, facts=facts))
    return True


def noted_full(track: Track) -> list[Draft]:
    """What stays when the item happens from the beginning."""
    return [draft for draft in track.drafts if draft.code == _CODE]


def _without_room(track: Track | None, logged: Logged, event_at: EventAt, *, filling: bool = False) -> Track | None:
    if track is None or len(track.history) < SAID:
        return None
    if not (track.judged or track.filled):
        for one in sorted(map(event_at, track.history), key=lambda one: one.event.issuer):  # in whatever order so far
            _count(track, one)
    so_far = (track.filled if filling else track.judged).get(logged.event.issuer, 0)
    return track if so_far >= (FILLED if filling else SAID) else None


def _count(track: Track, logged: Logged) -> None:
    counts = track.judged if track.id in logged.event.items else track.filled
    counts[logged.event.issuer] = counts.get(logged.event.issuer, 0) + 1
