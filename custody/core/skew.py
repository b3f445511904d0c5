"""What clocks cannot tell: of two devices' events within the policy's skew either may have been first.

Histories put them in one order all the same (FORMAT.md, "History"). What is found only by that order is not concluded.
"""

from collections.abc import Callable

from custody.core.draft import Draft
from custody.core.event import Event
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.scene import Scene

IN_DOUBT = frozenset(
    {
        "unknown-item",
        "unsealed",
        "too-few-seals",
        "opened-sealed",
        "seal-changed",
        "seal-differs",
        "accepted-without-release",
    }
)
"""Codes of what is found by an order, and taken back where that was in doubt."""


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
    return not any(_says_after(one, other.event) for one in _named(scene, event))


def _named(scene: Scene, event: Event) -> list[Event]:
    """The events to which one refers, as far as they have arrived."""
    log = scene.log
    if log is None:
        return []
    return [log.event(found).event for ref in event.refs if (found := log.find(ref)) is not None]


def _says_after(event: Event, other: Event) -> bool:
    return event.issuer == other.issuer and event.seq >= other.seq


def _any(_draft: Draft) -> bool:
    return True


def take_back(
    scene: Scene, track: Track, code: str, logged: Logged, fits: Callable[[Draft], bool] = _any
) -> list[Draft]:
    """What was found of the item only because its cause was put before the event, if it `fits`: it never was."""
    found = [one for one in track.drafts if one.code == code and fits(one)]
    found = [
        one for one in found if logged.event.issuer not in one.known_to and may_be_later(scene, logged, one.evidence[0])
    ]
    for draft in found:
        track.drafts = [
            one for one in track.drafts if one is not draft and one.subject != f"{draft.subject}/{draft.code}"
        ]
    return found


def learn(scene: Scene, track: Track, logged: Logged) -> None:
    """What the event names came first: from now on its device knows that, whatever it says next."""
    issuer = logged.event.issuer
    for draft in track.drafts if logged.event.refs else ():
        if draft.code not in IN_DOUBT or draft.closed_by is not None or issuer in draft.known_to:
            continue
        from_others = any(one.issuer in draft.known_to for one in _named(scene, logged.event))
        if from_others or not may_be_later(scene, logged, draft.evidence[0]):
            draft.known_to = [*draft.known_to, issuer]


def mend(scene: Scene, track: Track, code: str, logged: Logged) -> None:
    """Closes what the event mends; what it may have mended before it could be found never was."""
    if track.standing(code) is not None:
        take_back(scene, track, code, logged, lambda one: one.closed_by is None)
        track.close(code, logged)
