"""Items' histories: an event in its turn happens to what the items are; a late one makes them happen again.

They happen again when things are settled, not at each late event: else whoever sends a history backwards makes each of
its events cost as much as all of them.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from custody.core.allowance import note_full, noted_full, take, with_room
from custody.core.containers import TOGETHER, brings_along
from custody.core.contents import looks_inside
from custody.core.corrections import correct
from custody.core.fold import happen
from custody.core.grounds import Grounds
from custody.core.history import Logged, ordered
from custody.core.item import Track
from custody.core.keeping import keep_corrected, keep_replanned
from custody.core.memory import Events, Memory, signature_name
from custody.core.plan import itineraries
from custody.core.planning import Plan
from custody.core.policy import Effective
from custody.core.reuse import Numbers, changed_numbers
from custody.core.roster import RosterStatement
from custody.core.scene import Scene
from custody.core.signing import overridden
from custody.core.way import plan_next

LATEST = -1
"""Of an item's plans, the one that counts."""
_CLOCK = "clock-before-cause"
REMEMBERED = 2048
"""So many events are kept while histories happen again: many touch items of several. Each may name 1,500."""


class ItemHistories(Protocol):
    """What the rules tell of items, in the log's order; `memory` has the tracks once it is settled."""

    def add(self, logged: Logged, policy: Effective, *, late: bool) -> None:
        """One more event; `late` if one that came before may be its effect."""

    def roster(self, index: int, statement_id: str, received: int, body: RosterStatement) -> None:
        """A roster statement, which the grounds have taken: a plan takes the place of those before, of each item."""

    def is_released_by(self, item: str, statement_id: str) -> bool:
        """Whether a statement is known to be the release of an item that nobody has accepted yet."""

    def spoil(self, index: int, key: str) -> None:
        """The signature of entry `index` under a key turned out not to be the key's."""

    def again(self, items: Iterable[str]) -> None:
        """Items must happen from the beginning once things are settled."""

    def settle(self) -> None:
        """Lets the items that are due, and all that were ever in them or around them, happen from the beginning."""


class Histories:
    """Keeps the tracks in `memory` as the events so far leave them, in whatever order they came."""

    def __init__(self, grounds: Grounds, log: Events, memory: Memory) -> None:
        self._grounds = grounds
        self._log = log
        self._memory = memory
        self._numbers = Numbers(log.event, memory)
        self._due: set[str] = set()

    def add(self, logged: Logged, policy: Effective, *, late: bool) -> None:
        within, full = with_room(logged, self._memory.tracks.get, self._log.event)
        for track in full:
            if note_full(track, logged):
                self._memory.tracks[track.id] = track
        if within is not None:
            self._add(within, policy, late=late)

    def _add(self, logged: Logged, policy: Effective, *, late: bool) -> None:
        tracks = _around(logged, self._track)
        for item, track in tracks.items():
            self._memory.tracks[item] = track
        together = self._link(logged)
        in_turn = not late and logged.event.action != "correct" and _follows(logged, tracks.values())
        if in_turn and self._due.isdisjoint(tracks):
            if together:
                self._step(logged, tracks, policy)
            else:
                for part in self._parts(logged):
                    self._step(part, _around(part, self._beside(part)), policy)
            for seal in logged.event.seals:
                track = tracks[logged.event.items[seal.item]]
                self._numbers.changed(track, changed_numbers(track, logged, seal))
        else:
            self._due.update(logged.touches())
        for item in logged.touches():
            take(tracks[item], logged)
            tracks[item].history.append(logged.index)

    def is_released_by(self, item: str, statement_id: str) -> bool:
        track = self._memory.tracks.get(item)
        return track is not None and track.item.release is not None and track.item.release.id == statement_id

    def roster(self, index: int, statement_id: str, received: int, body: RosterStatement) -> None:
        plans = itineraries(index, statement_id, received, body) if isinstance(body, Plan) else {}
        for item, itinerary in plans.items():
            track = self._track(item)
            track.plans = [*track.plans, itinerary]
            if len(track.plans) == 1 and not track.history:
                plan_next(track)  # nothing has to happen again
            else:
                self.again([item])
            self._memory.tracks[item] = track

    def spoil(self, index: int, key: str) -> None:
        self._memory.spoiled[signature_name(index, key)] = index

    def again(self, items: Iterable[str]) -> None:
        self._due.update(items)

    def settle(self) -> None:
        remembered = lru_cache(REMEMBERED)(self._log.event)
        while self._due:
            item = self._due.pop()
            if item in self._memory.tracks:  # else what names it is not judged
                tracks = self._linked(item)
                self._due.difference_update(tracks)
                self._fold_again(tracks, remembered)
        self._numbers.settle()

    def _fold_again(self, old: dict[str, Track], event_at: Callable[[int], Logged]) -> None:
        touched: dict[int, list[str]] = {}
        for track in old.values():
            for index in track.history:
                touched.setdefault(index, []).append(track.id)
        order, inverted = ordered([event_at(index).of(items) for index, items in sorted(touched.items())], old)
        corrected = correct(order, self._grounds.roster, self._is_spoiled)
        tracks = self._fold(old, corrected.events, LATEST)
        for one in corrected.unauthorised:
            for track in _named(one, tracks):
                track.note("correction-unauthorised", one)
        for short in corrected.undersigned:
            for track in _named(short.correction, tracks):
                track.note("too-few-signatures", short.correction, wanted=short.wanted, got=short.got)
        if corrected.valid:
            keep_corrected(tracks, self._fold(old, order, LATEST), order, corrected.valid)
        for number in range(max(len(track.plans) for track in old.values()) - 1):
            keep_replanned(tracks, self._fold(old, corrected.events, number), number)
        self._note_before_cause(order, tracks)
        for one in order:
            for track in _named(one, tracks):
                track.history.append(one.index)
                track.reach = max(track.reach, one.key)
        replanned = any(len(track.plans) > 1 for track in old.values())
        revised = inverted or replanned or any(one.event.action == "correct" for one in order)
        for item, track in tracks.items():
            track.revised = revised
            track.drafts = [*noted_full(old[item]), *track.drafts]
            self._memory.tracks[item] = track
            self._numbers.replaced(old[item], track)

    def _step(self, logged: Logged, tracks: dict[str, Track], policy: Effective) -> None:
        """One event happens; all that had a part in its judgement reach up to it."""
        happen(Scene(tracks, policy, self._grounds, self._is_spoiled, self._log), logged)
        key = logged.key
        for track in tracks.values():
            track.reach = max(track.reach, key)

    def _fold(self, old: dict[str, Track], events: Iterable[Logged], plan: int) -> dict[str, Track]:
        """The items anew, after these events; under their plan of this number, if they had as many."""
        fresh = {
            item: Track(
                item,
                plans=track.plans,
                current=plan if plan < len(track.plans) else LATEST,
                linked=track.linked,
                group=track.group,
                together=track.together,
                judged=track.judged,
                filled=track.filled,
            )
            for item, track in old.items()
        }
        for track in fresh.values():
            plan_next(track)
        for logged in events:
            self._step(logged, _around(logged, fresh.get), self._grounds.policy_of(logged))
        return fresh

    def _note_before_cause(self, order: Sequence[Logged], tracks: dict[str, Track]) -> None:
        """What happened before that to which it refers, however either is corrected; what comes in turn cannot have."""
        by_id = {one.id: one for one in order}
        references = [(one, by_id[ref]) for one in order for ref in one.event.refs if ref in by_id]
        for one, cause in references:
            ms = cause.when - one.when
            if ms > self._grounds.policy_of(one).skew_ms:
                for track in (track for track in _named(one, tracks) if track.id in cause.touches()):
                    track.note(_CLOCK, one, cause.index, ms=ms)
                    if _CLOCK in one.event.warnings:
                        track.drafts.append(overridden(one, _CLOCK, track.id))

    def _is_spoiled(self, logged: Logged, key: str) -> bool:
        return signature_name(logged.index, key) in self._memory.spoiled

    def _track(self, item: str) -> Track:
        return self._memory.tracks.get(item) or Track(item)

    def _link(self, logged: Logged) -> bool:
        """All that an event with a container touches belong together from now on; False if not all of them can."""
        container, done = logged.event.container, True
        for item in logged.event.items if container is not None else ():
            track, other = self._memory.tracks[item], self._memory.tracks[container or ""]
            one, two = self._keeper(track), self._keeper(other)
            if one.id == two.id:
                continue
            if one.together + two.together > TOGETHER:
                done = False
                continue
            small, large = sorted((one, two), key=lambda keeper: keeper.together)
            small.group, large.together = large.id, one.together + two.together
            track.linked.append(other.id)
            other.linked.append(track.id)
            self._memory.tracks[small.id], self._memory.tracks[large.id] = small, large
        return done

    def _keeper(self, track: Track) -> Track:
        """The one of those that belong together that keeps how many they are."""
        while track.group:
            track = self._track(track.group)
        return track

    def _parts(self, logged: Logged) -> list[Logged]:
        """The event of each group of items that belong together, for not all do."""
        groups: dict[str, list[str]] = {}
        for item in logged.event.items:
            groups.setdefault(self._keeper(self._track(item)).id, []).append(item)
        # The container is there even if none of them can be in it.
        groups.setdefault(self._keeper(self._track(logged.event.container or "")).id, [])
        return [logged.of(items) for items in groups.values()]

    def _beside(self, part: Logged) -> Callable[[str], Track | None]:
        """The tracks of what belongs together with what a part of an event names; not the container, if that does not.

        The first decides: all in a part belong together.
        """
        group = self._keeper(self._track(next(iter(part.touches())))).id

        def track(item: str) -> Track | None:
            found = self._track(item)
            return found if self._keeper(found).id == group else None

        return track

    def _linked(self, item: str) -> dict[str, Track]:
        tracks: dict[str, Track] = {}
        waiting = [item]
        while waiting:
            item = waiting.pop()
            if item not in tracks:
                tracks[item] = self._track(item)
                waiting += tracks[item].linked
        return tracks


def _named(logged: Logged, tracks: dict[str, Track]) -> list[Track]:
    """Those of the tracks that an event touches."""
    return [tracks[item] for item in logged.touches() if item in tracks]


def _around(logged: Logged, track_of: Callable[[str], Track | None]) -> dict[str, Track]:
    """The tracks that an event touches, those around them, and what is in its items if it looks there."""
    around: dict[str, Track] = {}
    for item in logged.touches():
        track = around.get(item) or track_of(item)
        while track is not None:
            around[track.id] = track
            outer = track.item.container
            track = (around.get(outer) or track_of(outer)) if outer is not None else None
    if looks_inside(logged.event):
        named = [around[item] for item in logged.event.items if item in around]
        waiting = [track for track in named if brings_along(track, logged)]
        while waiting:
            inner = [around.get(item) or track_of(item) for item in waiting.pop().item.contents]
            waiting += [track for track in inner if track is not None]
            around |= {track.id: track for track in inner if track is not None}
    return around


def _follows(logged: Logged, tracks: Iterable[Track]) -> bool:
    """Whether an event comes after all that its items' judgement had to do with."""
    key = logged.key
    return all(track.reach < key and not track.revised for track in tracks)
