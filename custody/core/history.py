"""The order of an item's events, however late they reach the log (FORMAT.md, "History")."""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from heapq import heapify, heappop, heappush
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from custody.core.event import Event, Seal

_MANY = 16
"""Among so many, finding one by looking through them is no slower than asking of each whether it is that one."""
_Bound = tuple[tuple[int, ...], tuple[int, ...]]
"""All of these come before any of those: where a chain forks there are many, and each with each would be too many."""


class Logged(Struct, frozen=True):
    """An event as entry `index` of the log has it; `received` in Unix ms, `id` the statement id.

    `earliest`: not signed before, Unix ms; None if the checkpoint that it names is not this log's. `named`: how many
    items the statement names, also where this is the event of some of them. `agreed`: the handlers who act in the
    corrections that it reads by; None if there are none.
    """

    index: int
    received: int
    id: str
    event: Event
    earliest: int | None = 0
    named: int = 1
    agreed: frozenset[str] | None = None

    @property
    def moment(self) -> int:
        """Its time, but not before it can have been signed. Unix ms; whenever the log received it, this is the same."""
        time, earliest = self.event.time, self.earliest
        return earliest if earliest is not None and earliest > time else time

    @property
    def when(self) -> int:
        """Its moment, but not after the log had it: deadlines and durations are held against this. Unix ms."""
        moment, received = self.moment, self.received
        return moment if moment < received else received

    @property
    def key(self) -> tuple[int, str]:
        """Moment, then statement id: the order where none is a cause of the other. Parts of a session come in turn."""
        event, part = self.event, self.event.part
        if part is None:
            return self.moment, self.id
        return self.moment, f"{event.issuer}/{event.seq - part.i:016}/{part.i:04}/{self.id}"

    @property
    def session(self) -> str:
        """What the parts of one session say alike, and nothing else does; "" of what is whole."""
        event, part = self.event, self.event.part
        if part is None:
            return ""
        said = (event.action, event.site, event.releaser, event.receiver, event.carrier, event.to, event.container)
        return f"{event.issuer}/{event.seq - part.i}/{part.n}/{said}"

    def touches(self) -> Collection[str]:
        """The items whose history the event belongs to, each once: those it names, and the container it names."""
        items, container = self.event.items, self.event.container
        return items if container is None or container in items else [*items, container]

    def of(self, items: Collection[str]) -> Self:
        """The event for those of its items that are among `items`, in its order."""
        event = self.event
        if len(items) * _MANY < len(event.items):  # looking for each is faster
            mine = [event.items[place] for place in sorted(_places(event.items, items))]
        else:
            mine = [item for item in event.items if item in items]
        if len(mine) == len(event.items):
            return self
        return replace(
            self, event=replace(event, items=mine, seals=seals_of(event.seals, event.items, mine), read=None)
        )


def seals_of(seals: Sequence[Seal], old: Sequence[str], new: Sequence[str]) -> list[Seal]:
    """The seals on those of the old items that are among the new, by their places there."""
    if not seals:
        return []
    places = {item: number for number, item in enumerate(new)}
    return [replace(seal, item=places[old[seal.item]]) for seal in seals if old[seal.item] in places]


def _places(items: list[str], wanted: Iterable[str]) -> Iterator[int]:
    for item in wanted:
        with suppress(ValueError):
            yield items.index(item)


def ordered(events: Collection[Logged], items: Container[str]) -> tuple[list[Logged], bool]:
    """The events of some items, causes first; and whether a cause is later than its effect.

    Of two events that share one of these items, one is the other's cause if it has a lower seq of the same issuer, or
    if the other refers to it. Of those whose causes are placed, the one with the least (moment, id) comes next; if a
    dishonest chain makes a circle, the least of those that are left.
    """
    by_key = sorted(events, key=lambda one: one.key)
    place = {one.id: number for number, one in enumerate(by_key)}
    bounds = list(set(_bounds(by_key, items, place)))
    if all(max(causes) < min(effects) for causes, effects in bounds):
        return by_key, False
    return [by_key[number] for number in _topological(len(by_key), bounds)], True


def _bounds(events: Sequence[Logged], items: Container[str], place: dict[str, int]) -> Iterator[_Bound]:
    last: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, one in enumerate(events):
        touched = [item for item in one.touches() if item in items]
        for ref in one.event.refs:
            cause = place.get(ref)
            if cause is not None and not set(touched).isdisjoint(events[cause].touches()):
                yield (cause,), (number,)
        for item in touched:
            last.setdefault((one.event.issuer, item), []).append((one.event.seq, number))
    for chain in last.values():
        chain.sort()
        yield from pairwise(tuple(number for _, number in group) for _, group in groupby(chain, key=itemgetter(0)))


def _topological(size: int, bounds: Sequence[_Bound]) -> Iterator[int]:
    """Kahn's algorithm; the numbers, below `size`, are in the order of the keys."""
    bounded: list[list[int]] = [[] for _ in range(size)]
    missing = [len(causes) for causes, _ in bounds]
    waits = [0] * size
    for bound, (causes, effects) in enumerate(bounds):
        for cause in causes:
            bounded[cause].append(bound)
        for effect in effects:
            waits[effect] += 1
    ready = [number for number, count in enumerate(waits) if count == 0]
    heapify(ready)
    left = set(range(size))
    while left:
        number = heappop(ready) if ready else min(left)
        if number not in left:
            continue
        left.remove(number)
        yield number
        for bound in bounded[number]:
            missing[bound] -= 1
            for effect in bounds[bound][1] if missing[bound] == 0 else ():
                waits[effect] -= 1
                if waits[effect] == 0:
                    heappush(ready, effect)
