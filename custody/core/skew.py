"""What clocks cannot tell: of two devices' events within the policy's skew either may have been first.

Histories put them in one order all the same (FORMAT.md, "History"). What is found only by that order is not concluded.
"""

from collections.abc import Callable

from custody.core.draft import Draft
from custody.core.event import Event
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.scene import Scene


def may_be_later(scene: Scene, logged: Logged, index: int) -> bool:
    """Whether entry `index`, which the order has before an event, may have happened after it.

    Not if the event names it: in `refs`, itself or what its device said after it, or under its checkpoint.
    """
    log, event = scene.log, logged.event
    if log is None:
        return False
    other = log.event(index)
    if other.event.issuer == event.issuer or not 0 <= logged.moment - other.moment <= scene.policy.skew_ms:
        return False
    if logged.earliest is not None and index < event.clock.size:
        return False
    named = [found for ref in event.refs if (found := log.find(ref)) is not None]
    return not any(_says_after(log.event(one).event, other.event) for one in named)


def _says_after(event: Event, other: Event) -> bool:
    return event.issuer == other.issuer and event.seq >= other.seq


def _any(_draft: Draft) -> bool:
    return True


def take_back(
    scene: Scene, track: Track, code: str, logged: Logged, fits: Callable[[Draft], bool] = _any
) -> list[Draft]:
    """What was found of the item only because its cause was put before the event, if it `fits`: it never was."""
    found = [one for one in track.drafts if one.code == code and fits(one)]
    found = [one for one in found if may_be_later(scene, logged, one.evidence[0])]
    for draft in found:
        track.drafts = [
            one for one in track.drafts if one is not draft and one.subject != f"{draft.subject}/{draft.code}"
        ]
    return found


def mend(scene: Scene, track: Track, code: str, logged: Logged) -> None:
    """Closes what the event mends; what it may have mended before it could be found never was."""
    if track.standing(code) is not None:
        take_back(scene, track, code, logged, lambda one: one.closed_by is None)
        track.close(code, logged)
