"""What was in a container when something happened to it, at whatever depth."""

from functools import lru_cache

from custody.audit.report.material import Material
from custody.core.acts import reports_missing
from custody.core.contents import MOVES
from custody.core.event import Event
from custody.core.history import Logged

PUTS_IN = frozenset({"commission", "store", "pack"})
"""Actions that put what they name into the container that they name; so does a report that it is too many in there."""
WITHOUT_EFFECT = ("container-cycle", "container-too-deep", "container-full")
"""Found of what does not go into a container that an event names."""
CONTAINERS = 64
"""Of so many it is kept what was in them: in each may be ten thousand items."""
_Key = tuple[int, str]
"""Moment and statement id: orders events."""
Stay = tuple[_Key, _Key | None, str]
"""(from, to, what): it went into a container at one event, and out of it at another (None: it is there still)."""


class Inside:
    """Read from the histories of containers and of what was in them."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self.stays = lru_cache(CONTAINERS)(self._stays)

    def at(self, container: str, cause: Logged) -> set[str]:
        """All that was in a container when the event `cause` happened to it."""
        found: set[str] = set()
        waiting = [container]
        while waiting:
            for begins, ends, item in self.stays(waiting.pop()):
                if begins < cause.key and (ends is None or cause.key <= ends) and item not in found:
                    found.add(item)
                    waiting.append(item)
        return found

    def around(self, item: str) -> list[Stay]:
        """The containers that an item was in: from, to, which."""
        named = {one.event.container: None for one in self._material.history(item) if one.event.container != item}
        return sorted(
            (
                (begins, ends, container)
                for container in named
                if container is not None
                for begins, ends, inner in self.stays(container)
                if inner == item
            ),
            key=lambda stay: stay[0],
        )

    def _stays(self, container: str) -> list[Stay]:
        happened = self._material.history(container)
        sessions = {one.session for one in happened if one.session}
        return [
            (one.key, self._left(item, container, one.key, sessions), item)
            for one in happened
            if one.event.container == container and _puts_in(one.event)
            for item in one.event.items
            if item != container and not self._stayed_out(item, one)
        ]

    def _stayed_out(self, item: str, logged: Logged) -> bool:
        """Whether an event could not put something in, which is then found of it."""
        track = self._material.tracks[item]
        return any(track.has_noted(code, logged) for code in WITHOUT_EFFECT)

    def _left(self, item: str, container: str, since: _Key, sessions: set[str]) -> _Key | None:
        """When something came out of a container: it was unpacked, put in again, retired, or moved without it.

        What another part of the same session moves goes along: `sessions` are the container's.
        """
        return min(
            (
                one.key
                for one in self._material.history(item)
                if one.key > since and item in one.event.items and _is_out(one, container, sessions)
            ),
            default=None,
        )


def _puts_in(event: Event) -> bool:
    return event.action in PUTS_IN or (event.action == "discrepancy" and event.kind == "extra")


def _is_out(one: Logged, container: str, sessions: set[str]) -> bool:
    event = one.event
    if event.action in MOVES:
        stays = container in event.items or one.session in sessions
        return not stays or event.container not in (None, container)
    if event.action == "discrepancy":
        return (event.kind == "extra" and event.container is not None) or (
            reports_missing(event) and event.container == container
        )
    return event.action in PUTS_IN | {"unpack", "retire"}
