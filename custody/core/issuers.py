"""Issuers' chains as the rules see them: gaps, forks, and clocks that do not agree from one statement to the next.

Kept of a chain are its unbroken runs: the ends of each, and which boots there were. What is wrong with the clocks
depends on what has arrived, not on when. (FORMAT.md, "Issuer chain", "Clocks".)
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from custody.core.chain import Link, link
from custody.core.draft import Draft, Facts
from custody.core.event import Event
from custody.core.history import Logged

Beside = tuple[int, Draft]
"""An entry, and what turned out wrong with it beside the one before it in its chain."""


class Place(Struct, frozen=True, gc=False):
    """A statement in its issuer's chain; times in ms. `time` is the device's, `when` as the log knows it.

    `skew`: by how much clocks may differ, by the policy that it is judged by.
    """

    index: int
    id: str
    prev: str | None
    when: int
    time: int
    boot: str
    mono: int
    skew: int


class Boot(Struct, frozen=True, gc=False):
    """Where a boot of the device begins in a run; `before`: the entry before that, if it is in the run too."""

    boot: str
    place: Place
    before: int | None = None


class Gap(Struct, frozen=True, gc=False):
    """Statements from seq `first` on were missing when the one at `seq` (entry `index`, at `when`) arrived."""

    seq: int
    index: int
    when: int
    first: int


class Run(Struct, omit_defaults=True):
    """Statements at seqs `first` to `last`; of `head` and `tail` there is more than one where the chain forks there.

    `gap`: the one before the run; None if it begins at seq 1.
    """

    first: int
    last: int
    head: list[Place]
    tail: list[Place]
    boots: list[Boot]
    gap: Gap | None = None


class Issuer(Struct, omit_defaults=True):
    """A chain: its runs in order, its forks, and the gaps that have closed."""

    runs: list[Run] = []
    forks: list[Draft] = []
    closed: list[Draft] = []

    @property
    def highest(self) -> int:
        """The highest seq that has arrived; 0 for none."""
        return self.runs[-1].last if self.runs else 0

    def ends_with(self, seq: int, statement_id: str) -> bool:
        """Whether one of its runs ends at this seq with this statement."""
        at = self._at(seq)
        return at >= 0 and seq == self.runs[at].last and any(one.id == statement_id for one in self.runs[at].tail)

    def add(self, logged: Logged, skew: int) -> list[Beside]:
        """What turns out wrong with the clocks now that the statement has arrived."""
        event = logged.event
        clock = event.clock
        place = Place(logged.index, logged.id, event.prev, logged.when, event.time, clock.boot, clock.mono, skew)
        last = self.runs[-1] if self.runs else None
        if last is not None and event.seq == last.last + 1 and event.prev == last.tail[0].id:
            return _append(last, place)
        at = self._at(event.seq)
        if at >= 0 and event.seq <= self.runs[at].last:
            self._second(self.runs[at], event, place)
            return []
        return self._first(at, event, place)

    def gaps(self, issuer: str) -> Iterator[Draft]:
        """A draft for each run of seqs that has not arrived, and for those that have closed."""
        yield from self.closed
        ends = [0, *(run.last for run in self.runs)]
        for end, run in zip(ends, self.runs, strict=False):
            if run.gap is not None:
                yield _gap(issuer, run.gap, end + 1, run.first - 1)

    def _at(self, seq: int) -> int:
        """The place of the last run that begins at `seq` or before; -1 for none."""
        runs = self.runs
        if runs and runs[-1].first <= seq:  # nearly always
            return len(runs) - 1
        return bisect_right(runs, seq, key=lambda run: run.first) - 1

    def _second(self, run: Run, event: Event, place: Place) -> None:
        """Another statement is at this seq."""
        evidence = {place.index}
        for seq, ends in ((run.first, run.head), (run.last, run.tail)):
            if seq == event.seq:
                evidence.add(ends[0].index)  # the first will do: drafts of one seq are one finding
                ends.append(place)
        self.forks.append(_fork(event, place, evidence))

    def _first(self, at: int, event: Event, place: Place) -> list[Beside]:
        """The first statement at this seq: a run of its own, joined to those on both sides if they meet."""
        seq, runs = event.seq, self.runs
        left = runs[at] if at >= 0 and runs[at].last == seq - 1 else None
        right = runs[at + 1] if at + 1 < len(runs) and runs[at + 1].first == seq + 1 else None
        before = [one.id for one in left.tail] if left else []
        after = [one.prev for one in right.head] if right else []
        if link(place.id, place.prev, same=(), before=before, after_prevs=after) is Link.FORK:
            self.forks.append(_fork(event, place, {place.index}))
        run = Run(seq, seq, [place], [place], [Boot(place.boot, place)])
        begins = left is not None or seq == 1
        if right is not None and right.gap is not None and begins:
            draft = _gap(event.issuer, right.gap, right.gap.first, right.gap.seq - 1)
            draft.closed_by, draft.closed_at = place.index, place.when
            self.closed.append(draft)
        elif right is not None:
            run.gap = right.gap
        elif not begins:
            run.gap = Gap(seq, place.index, place.when, runs[at].last + 1 if at >= 0 else 1)
        joined = [one for one in (left, run, right) if one is not None]
        found = [beside for one, other in pairwise(joined) for beside in _clocks(one.tail[0], other.head[0])]
        for other in joined[1:]:
            found += _join(joined[0], other)
        self.runs[at if left else at + 1 : at + 2 if right else at + 1] = joined[:1]
        return found


def _append(run: Run, place: Place) -> list[Beside]:
    """The statement after the last of a run."""
    before = run.tail[0]
    found = _clocks(before, place)
    if place.boot != before.boot:
        found += _begin_boot(run, Boot(place.boot, place, before.index))
    run.tail, run.last = [place], run.last + 1
    return found


def _join(run: Run, after: Run) -> list[Beside]:
    """`after` becomes the end of `run`; what is wrong with its boots."""
    found: list[Beside] = []
    before = run.tail[0]
    for boot in after.boots:
        if boot.before is None and boot.boot == before.boot:
            continue
        began = Boot(boot.boot, boot.place, before.index if boot.before is None else boot.before)
        found += _begin_boot(run, began)
    run.tail, run.last = after.tail, after.last
    return found


def _begin_boot(run: Run, boot: Boot) -> list[Beside]:
    if all(known.boot != boot.boot for known in run.boots):
        run.boots.append(boot)
        return []
    return [_wrong("boot-returned", boot.place, boot.before or 0, boot=boot.boot)]


def _clocks(before: Place, place: Place) -> list[Beside]:
    """Two statements that follow each other: the clocks of the second against those of the first."""
    found: list[Beside] = []
    passed = place.time - before.time
    if passed < 0:
        found.append(_wrong("clock-before-cause", place, before.index, ms=-passed))
    if place.boot == before.boot:
        ticked = place.mono - before.mono
        if ticked < 0:
            found.append(_wrong("clock-mono-back", place, before.index))
        elif passed >= 0 and abs(passed - ticked) > place.skew:
            found.append(_wrong("clock-jump", place, before.index, ms=abs(passed - ticked)))
    return found


def _wrong(code: str, place: Place, before: int, **facts: str | int) -> Beside:
    return place.index, Draft(code, place.id, place.when, [place.index, before], facts=facts)


def _gap(issuer: str, gap: Gap, first: int, last: int) -> Draft:
    facts: Facts = {"issuer": issuer, "first": first, "last": last}
    return Draft("chain-gap", f"{issuer}/{gap.seq}", gap.when, [gap.index], facts=facts)


def _fork(event: Event, place: Place, evidence: Iterable[int]) -> Draft:
    facts: Facts = {"issuer": event.issuer, "seq": event.seq}
    return Draft("chain-fork", f"{event.issuer}/{event.seq}", place.when, sorted(evidence), facts=facts)
