"""Issuers' chains as the rules see them: gaps, forks, and clocks that do not agree from one statement to the next.

Kept of a chain: its last statement before the first gap, what lies above that gap, and which boots there were. What is
found depends on what has arrived, not on when. (FORMAT.md, "Issuer chain", "Clocks".)
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from custody.core.chain import Link, SeqSet, link
from custody.core.draft import Draft
from custody.core.event import Event
from custody.core.history import Logged


class Place(Struct, frozen=True, gc=False):
    """A statement in its issuer's chain; times in ms."""

    index: int
    id: str
    prev: str | None
    time: int
    boot: str
    mono: int


class Issuer(Struct, omit_defaults=True):
    """A chain: `tail` stands at seq `last` (more than one: a fork), `strays` above a gap. `boots` in order."""

    last: int = 0
    tail: list[Place] = []
    strays: dict[int, list[Place]] = {}
    boots: list[str] = []
    forks: list[Draft] = []

    @property
    def highest(self) -> int:
        """The highest seq that has arrived."""
        return max(self.strays, default=self.last)

    def add(self, logged: Logged, skew: int) -> list[tuple[int, Draft]]:
        """(entry, draft) for each clock that turns out wrong now that the statement has arrived."""
        event = logged.event
        place = Place(logged.index, logged.id, event.prev, event.time, event.clock.boot, event.clock.mono)
        if event.seq == self.last + 1 and not self.strays and self.tail and event.prev == self.tail[0].id:
            before, self.tail, self.last = self.tail[0], [place], event.seq
            return _clocks(self.boots, before, place, skew)
        if self._link(event, place) is Link.FORK:
            self.forks.append(_fork(event, place, self._at(event.seq)))
        if event.seq <= self.last:
            if event.seq == self.last:
                self.tail.append(place)
            return []
        self.strays.setdefault(event.seq, []).append(place)
        return list(self._advance(skew))

    def gaps(self, issuer: str) -> Iterator[Draft]:
        """A draft for each run of seqs that has not arrived."""
        arrived = SeqSet([(1, self.last)] if self.last else [])
        for seq in self.strays:
            arrived.add(seq)
        for first, last in arrived.missing():
            after = self.strays[last + 1][0]
            yield Draft(
                "chain-gap",
                f"{issuer}/{first}",
                after.time,
                [after.index],
                facts={"issuer": issuer, "first": first, "last": last},
            )

    def _at(self, seq: int) -> Sequence[Place]:
        return self.tail if seq == self.last else self.strays.get(seq, ())

    def _link(self, event: Event, place: Place) -> Link:
        if event.seq < self.last:
            return Link.FORK
        return link(
            place.id,
            place.prev,
            same=[one.id for one in self._at(event.seq)],
            before=[one.id for one in self._at(event.seq - 1)],
            after_prevs=[one.prev for one in self._at(event.seq + 1)],
        )

    def _advance(self, skew: int) -> Iterator[tuple[int, Draft]]:
        while here := self.strays.pop(self.last + 1, None):
            before, self.tail, self.last = self.tail, here, self.last + 1
            if before:
                yield from _clocks(self.boots, before[0], here[0], skew)
            elif here[0].boot not in self.boots:
                self.boots.append(here[0].boot)


def _fork(event: Event, place: Place, same: Sequence[Place]) -> Draft:
    evidence = sorted([place.index, *(one.index for one in same)])
    facts: dict[str, str | int] = {"issuer": event.issuer, "seq": event.seq}
    return Draft("chain-fork", f"{event.issuer}/{event.seq}", place.time, evidence, facts=facts)


def _clocks(boots: list[str], before: Place, place: Place, skew: int) -> list[tuple[int, Draft]]:
    """Two statements that follow each other: the clocks of the second against those of the first."""
    found: list[tuple[str, dict[str, str | int]]] = []
    passed = place.time - before.time
    if passed < 0:
        found.append(("clock-before-cause", {"ms": -passed}))
    if place.boot == before.boot:
        ticked = place.mono - before.mono
        if ticked < 0:
            found.append(("clock-mono-back", {}))
        elif abs(passed - ticked) > skew and passed >= 0:
            found.append(("clock-jump", {"ms": abs(passed - ticked)}))
    elif place.boot in boots:
        found.append(("boot-returned", {"boot": place.boot}))
    else:
        boots.append(place.boot)
    evidence = [place.index, before.index]
    return [(place.index, Draft(code, place.id, place.time, evidence, facts=facts)) for code, facts in found]
