"""What would be wrong with a draft, by the rules of custody: judged offline, before it is signed.

It is judged on the last snapshot of this agent's site, what this agent has recorded since, and the plans of the roster.
Of items that none of these knows nothing is said: they may have been recorded since elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from custody.core import findings, snapshot
from custody.core.containers import all_inside, around, outermost
from custody.core.draft import Draft, Facts
from custody.core.event import Event
from custody.core.fold import happen
from custody.core.history import Logged
from custody.core.item import Item, Track
from custody.core.plan import Itinerary, stops
from custody.core.scene import Scene
from custody.core.signing import lacks_photograph, parties
from custody.core.snapshot import Snapshot
from custody.core.statement import Statement
from custody.core.way import LEAVES
from scanner_agent.inputs import Caution
from scanner_agent.state import Line, State
from scanner_agent.texts import Words
from scanner_agent.trust import Trust

CODES = frozenset(
    {
        "wrong-destination",
        "seal-differs",
        "seal-changed",
        "opened-sealed",
        "seal-missing",
        "accepted-by-another",
        "accepted-by-colleague",
        "accepted-without-release",
        "released-by-non-custodian",
        "after-retirement",
        "district-differs",
        "count-differs",
        "contents-differ",
        "photograph-missing",
        "too-few-signatures",
        "wrong-role",
    }
)
"""Findings that people at the place can still prevent."""
_BY_PLAN_ALONE = frozenset({"wrong-destination", "district-differs"})
_ELSEWHERE = "414/"
_SITES = frozenset({"to", "site"})


class Known(Struct, frozen=True, omit_defaults=True):
    """What is known of an item.

    `met`: nothing was known of it before: its seals may have been renewed, and it may have come some way. `corrected`:
    what that changes is for the whole history to say, which is not here. `departure`: the statement by which it left,
    as a snapshot says.
    """

    item: Item
    met: bool = False
    corrected: bool = False
    departure: str | None = None

    def is_on(self, statement: str) -> bool:
        """Whether a release, or a departure, has it on its document."""
        release = self.item.release
        return statement in (self.departure, release.id if release else None)


class Advice:
    """Keeps nothing: `known` gives what is known of those of some items that are, by id, each its own to change."""

    def __init__(self, trust: Trust, known: Callable[[Iterable[str]], dict[str, Known]]) -> None:
        self._trust = trust
        self._known = known

    def after(self, signed: Statement) -> dict[str, Known | None]:
        """What a statement of this device makes of what is known: of what leaves with it, others know more, so None."""
        event = signed.body
        if not isinstance(event, Event):
            return {}
        named = [*event.items, *([event.container] if event.container else [])]
        known = self._around(event.items, named)
        begins = event.action == "commission"
        for item in named:
            known.setdefault(item, Known(Item(was_unsealed=not begins), met=not begins))
        if event.action == "correct":
            return {item: replace(known[item], corrected=True) for item in event.items}
        tracks = _tracks(known)
        self._happen(tracks, Logged(0, event.time, signed.id, event))
        changed: dict[str, Known | None] = dict(known)
        if event.action in LEAVES:
            for item in event.items:
                if outermost(tracks, tracks[item]).item.to is not None:
                    changed |= dict.fromkeys((item, *(track.id for track in all_inside(tracks, tracks[item]) or ())))
        return changed

    def fill(self, state: State) -> State:
        """The draft with the releases that it accepts, and the seal numbers that were recorded before."""
        known = self._around((), state.items)
        tracks = _tracks(known)
        if state.action == "accept" and not state.refs:
            releases = [
                outermost(tracks, tracks[item]).item.release if _counts(known.get(item)) else None
                for item in state.items
            ]
            # One that is not known may be another than those, and an accept refers to all of its releases or to none.
            for release in releases if all(releases) else ():
                state = state.referring_to(release.id) if release else state
        lines = state.lines
        if state.action != "seal":
            for item in state.items:
                recorded = known[item].item.seals if _counts(known.get(item)) else []
                lines = lines | _expected(state.seals_on(item), recorded)
        return state.with_(lines=lines)

    def together(self, items: Sequence[str]) -> list[list[str]]:
        """The items, those in one group that are in one container of them: each after those of them around it."""
        known = self._around((), items)
        tracks = _tracks(known)
        named = set(items)
        groups: dict[str, dict[str, int]] = {}
        for item in items:
            outward = [one.id for one in around(tracks, tracks[item])] if _counts(known.get(item)) else []
            outer = [item, *(one for one in outward if one in named)]
            groups.setdefault(outer[-1], {})[item] = len(outer)
        return [sorted(group, key=group.__getitem__) for group in groups.values()]

    def cautions(self, event: Event, *, referred: bool) -> list[Caution]:
        """What the rules will find in the event and its items.

        `referred`: the handler said which releases it accepts.
        """
        if event.action == "correct":
            return []
        named = [*event.items, *([event.container] if event.container else [])]
        known = self._around(event.items, named)
        tracks = _tracks(known)
        for item in named:
            if item not in tracks and (plan := self._trust.plan(item)):
                # What is accepted here began its way elsewhere, wherever that was.
                first = _ELSEWHERE if event.action == "accept" else None
                tracks[item] = Track(
                    item, item=Item(way=_way_to(plan, event.to or event.site), first=first, site=first)
                )
        for item, track in tracks.items():
            if plan := self._trust.plan(item):
                track.plans, track.current = [plan], 0
                if item in known and known[item].met:
                    track.item.way = _way_to(plan, event.to or event.site)
        logged = Logged(0, event.time, "draft", event)
        self._happen(tracks, logged)
        noted: dict[tuple[str, Words], list[str]] = {}
        for track in tracks.values():
            for draft in track.drafts:
                codes = CODES if _counts(known.get(track.id)) else _BY_PLAN_ALONE
                if draft.code in codes and not _is_said(draft, event, referred=referred):
                    noted.setdefault((draft.code, self._words(draft)), []).append(track.id)
        noted |= self._of_event(logged)
        return [Caution(code, words, tuple(items)) for (code, words), items in noted.items()]

    def _of_event(self, logged: Logged) -> dict[tuple[str, Words], list[str]]:
        """What is wrong with the event as a statement, with the items or handlers that it concerns."""
        event, roster = logged.event, self._trust.grounds.roster
        policy = self._trust.grounds.policy(event.site, event.time)
        noted: dict[tuple[str, Words], list[str]] = {}
        if lacks_photograph(event, policy):
            noted["photograph-missing", _texts("photograph-missing", {})] = event.items
        # Who is not enrolled yet may be once this is judged: how many they are is not known until then.
        strangers = any(key not in roster.keys for key in event.signers if key != event.issuer)
        for draft in parties(logged, policy, roster) if self._trust.known else ():
            if draft.code in CODES and not (strangers and draft.code == "too-few-signatures"):
                noted[draft.code, self._words(draft)] = (
                    [str(draft.facts["handler"])] if "handler" in draft.facts else []
                )
        return noted

    def _happen(self, tracks: Mapping[str, Track], logged: Logged) -> None:
        event, grounds = logged.event, self._trust.grounds
        happen(Scene(tracks, grounds.policy(event.site, event.time), grounds), logged)

    def _around(self, moved: Iterable[str], named: Iterable[str]) -> dict[str, Known]:
        """What is known of those moved and all that is in them, of those named, and of what is around any of them."""
        found: dict[str, Known] = {}
        inner = self._add(found, moved)
        while inner:
            inner = self._add(found, (one for known in inner for one in known.item.contents))
        self._add(found, named)
        outer = list(found.values())
        while outer:
            outer = self._add(found, (known.item.container for known in outer if known.item.container))
        return found

    def _add(self, found: dict[str, Known], items: Iterable[str]) -> list[Known]:
        new = self._known([item for item in dict.fromkeys(items) if item not in found])
        found |= new
        return list(new.values())

    def _words(self, draft: Draft) -> Words:
        names = self._trust.site_name
        facts = {name: names(str(fact)) if name in _SITES else fact for name, fact in draft.facts.items()}
        facts = {name: "–" if fact == "" else fact for name, fact in facts.items()}
        return _texts(draft.code, facts)


def _texts(code: str, facts: Facts) -> Words:
    return findings.text(code, facts, "id"), findings.text(code, facts, "en")


def of_snapshot(advised: Snapshot) -> Iterator[tuple[str, Known]]:
    """What a snapshot says of each item, ascending by id."""
    rows = zip(snapshot.tracks(advised), advised.items, strict=True)
    return ((track.id, Known(track.item, departure=one.departure)) for track, one in rows)


def _is_said(draft: Draft, event: Event, *, referred: bool) -> bool:
    """Whether the handler has said himself what a draft says: that a seal is missing, or which releases he accepts."""
    missing = {seal.expected or seal.id or f"× {seal.count}" for seal in event.seals if seal.state == "missing"}
    if draft.code == "seal-missing":
        return draft.facts["seal"] in missing
    return referred and draft.code == "accepted-without-release"


def _counts(known: Known | None) -> bool:
    return known is not None and not known.corrected


def _tracks(known: Mapping[str, Known]) -> dict[str, Track]:
    return {id_: Track(id_, item=one.item) for id_, one in known.items()}


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
    return {id_: replace(read[id_], expected=number) for id_, number in expected.items()}
