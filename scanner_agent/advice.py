"""What would be wrong with a draft, by the rules of custody: judged offline, before it is signed.

It is judged on the last snapshot of this agent's site, what this agent has recorded since, and the plans of the roster.
Of items that none of these knows nothing is said: they may have been recorded since elsewhere.
"""

from collections.abc import Iterable, Mapping

import msgspec

from custody.core import findings, snapshot
from custody.core.acts import Scene
from custody.core.containers import outermost
from custody.core.draft import Draft
from custody.core.event import Event
from custody.core.fold import happen
from custody.core.history import Logged
from custody.core.item import Item, Track
from custody.core.plan import Itinerary, stops
from custody.core.snapshot import Snapshot
from custody.core.statement import Statement
from custody.core.way import LEAVES
from scanner_agent.inputs import Caution
from scanner_agent.state import Line, State
from scanner_agent.trust import Trust

CODES = frozenset(
    {
        "wrong-destination",
        "seal-differs",
        "seal-changed",
        "accepted-by-another",
        "accepted-without-release",
        "released-by-non-custodian",
        "after-retirement",
    }
)
"""Findings that people at the place can still prevent."""
_BY_PLAN_ALONE = frozenset({"wrong-destination"})
_SITES = frozenset({"to", "site"})


class Advice:
    """One thread. Tracks hold the items that are known, as the rules do in a ledger."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._tracks: dict[str, Track] = {}
        self._corrected: set[str] = set()
        self._met: set[str] = set()

    def begin(self, advised: Snapshot, since: Iterable[Statement]) -> None:
        """From a new snapshot on, and the statements of this device that are not in it, in order."""
        self._tracks = {track.id: track for track in snapshot.tracks(advised)}
        self._corrected = set()
        self._met = set()
        for signed in since:
            self.add(signed)

    def add(self, signed: Statement) -> None:
        """What this device has recorded. Of what leaves with that, others know more from then on."""
        event = signed.body
        if not isinstance(event, Event):
            return
        if event.action == "correct":
            # What that changes is for the whole history to say, which is not here.
            self._corrected.update(event.items)
            return
        for item in (*event.items, *([event.container] if event.container else [])):
            if item not in self._tracks:
                self._meet(item, begins=event.action == "commission")
        self._happen(self._tracks, Logged(0, event.time, signed.id, event))
        if event.action in LEAVES:
            self._forget([item for item in event.items if self._outermost(item).to is not None])

    def fill(self, state: State) -> State:
        """The draft with the releases that it accepts, and the seal numbers that were recorded before."""
        if state.action == "accept" and not state.refs:
            releases = [self._outermost(item).release if self._knows(item) else None for item in state.items]
            # One that is not known may be another than those, and an accept refers to all of its releases or to none.
            for release in releases if all(releases) else ():
                state = state.referring_to(release.id) if release else state
        lines = state.lines
        if state.action != "seal":
            for item in state.items:
                recorded = self._tracks[item].item.seals if self._knows(item) else []
                lines = lines | _expected(state.seals_on(item), recorded)
        return state.with_(lines=lines)

    def cautions(self, event: Event, *, referred: bool) -> list[Caution]:
        """What the rules will find in the event's items. `referred`: the handler said which releases it accepts."""
        if event.action == "correct":
            return []
        tracks = self._copies(event.items)
        for item in event.items:
            if item not in tracks and (plan := self._trust.plan(item)):
                tracks[item] = Track(item, item=Item(way=_way_to(plan, event.to or event.site)))
        for item, track in tracks.items():
            if plan := self._trust.plan(item):
                track.plans, track.current = [plan], 0
                if item in self._met:
                    track.item.way = _way_to(plan, event.to or event.site)
        self._happen(tracks, Logged(0, event.time, "draft", event))
        noted: dict[tuple[str, tuple[str, str]], list[str]] = {}
        for track in tracks.values():
            for draft in track.drafts:
                known = CODES if self._knows(track.id) else _BY_PLAN_ALONE
                if draft.code in known and not (referred and draft.code == "accepted-without-release"):
                    noted.setdefault((draft.code, self._words(draft)), []).append(track.id)
        return [Caution(code, words, tuple(items)) for (code, words), items in noted.items()]

    def _knows(self, item: str) -> bool:
        return item in self._tracks and item not in self._corrected

    def _happen(self, tracks: Mapping[str, Track], logged: Logged) -> None:
        event, grounds = logged.event, self._trust.grounds
        happen(Scene(tracks, grounds.policy(event.site, event.time), grounds), logged)

    def _meet(self, item: str, *, begins: bool) -> None:
        """An item of which nothing is known before: its seals may have been renewed, and it may have come some way."""
        self._tracks[item] = Track(item, item=Item(was_unsealed=not begins))
        if not begins:
            self._met.add(item)

    def _forget(self, items: Iterable[str]) -> None:
        """The items, and what is around them and in them."""
        for gone in self._copies(items):
            del self._tracks[gone]
            self._met.discard(gone)

    def _outermost(self, item: str) -> Item:
        return outermost(self._tracks, self._tracks[item]).item

    def _copies(self, items: Iterable[str]) -> dict[str, Track]:
        """The known ones among the items, with what is around them and in them, to be tried on."""
        copies: dict[str, Track] = {}
        waiting = list(items)
        for id_ in waiting:  # which grows
            if id_ in self._tracks and id_ not in copies:
                item = self._tracks[id_].item
                copies[id_] = Track(id_, item=msgspec.structs.replace(item))
                waiting += [*item.contents, *([item.container] if item.container else [])]
        return copies

    def _words(self, draft: Draft) -> tuple[str, str]:
        names = self._trust.site_name
        facts = {name: names(str(fact)) if name in _SITES else (fact or "–") for name, fact in draft.facts.items()}
        return findings.text(draft.code, facts, "id"), findings.text(draft.code, facts, "en")


def _way_to(plan: Itinerary, site: str) -> int:
    """The way that leads through a site, of an item of which nobody knows how many it has gone; else the first."""
    return next((number for number, way in enumerate(plan.ways) if site in stops(way)), 0)


def _expected(read: Mapping[str, Line], recorded: list[str]) -> dict[str, Line]:
    """The numbered seals with the number that was recorded: their own, or one that was not read."""
    unread = iter([number for number in recorded if number not in read])
    expected = {
        id_: line.expected or (id_ if id_ in recorded else next(unread, None))
        for id_, line in read.items()
        if line.count is None
    }
    return {id_: msgspec.structs.replace(read[id_], expected=number) for id_, number in expected.items()}
