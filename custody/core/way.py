"""How far an item has come on the way that is planned for it, and whether it is where it should be."""

from collections.abc import Iterable, Sequence

from custody.core.draft import Draft, Facts
from custody.core.findings import CATALOGUE
from custody.core.forecast import LegTime, forecast
from custody.core.history import Logged
from custody.core.item import Item, Track
from custody.core.plan import stops
from custody.core.resolving import OF_PLANS

ARRIVALS = frozenset({"handover", "accept", "arrive", "store"})
LEAVES = frozenset({"handover", "release", "depart"})
HELD_UP_BY = CATALOGUE["late"].under
"""Codes of what makes an item late."""


def land(track: Track, logged: Logged, *, at_rest: bool = False) -> None:
    """It has come to a place: is it the one where it was to go?"""
    item, site = track.item, logged.event.site
    release = item.release
    planned = [track.next_way.to] if track.next_way else []
    if item.to is not None and site in (item.to, *planned):
        # What was released for another place goes on from here.
        item.to = release.to if release is not None and release.to != site else None
        if item.astray and site in (_planned_sites(track) or [site]):
            item.astray = False
            track.close("wrong-destination", logged)
    elif item.to is not None and at_rest:
        # Where it set out from it has not been taken anywhere yet.
        elsewhere = site not in (item.left, *_planned_sites(track))
        if elsewhere and not item.astray and (track.plan is None or track.is_planned(logged)):
            item.astray = True
            track.note("wrong-destination", logged, to=item.to, site=site)
        item.to = None


def begin_plan(track: Track, site: str | None, logged: Logged) -> None:
    """The planned ways begin where the item is when its plan is received: at `site`, or where it is found first."""
    if track.item.first is None and track.is_planned(logged):
        track.item.first = site or logged.event.site


def come_to_rest(track: Track, logged: Logged) -> None:
    """It is at a place, and not on the way any more: is that on its planned way, or where that begins?"""
    item, plan, site = track.item, track.plan, logged.event.site
    way = track.next_way
    if plan is None or way is None or item.astray or not track.is_planned(logged):
        return
    begins = plan.ways[item.way - 1].to if item.way else item.first
    if begins is not None and site not in (begins, *stops(way)):
        item.astray = True
        track.note("wrong-destination", logged, to=way.to, site=site)


def _planned_sites(track: Track) -> list[str]:
    return stops(track.next_way) if track.next_way else []


def drops(outer: Track, inside: Iterable[Track]) -> set[str]:
    """Where something that moves, or anything in it, is to go: a truck stops for some of what it holds."""
    sites = set(_planned_sites(outer))
    for one in inside:
        to = one.item.release.to if one.item.release is not None else one.item.to
        sites.update(_planned_sites(one) or ([to] if to is not None else []))
    return sites


def set_out(outer: Track, inside: Sequence[Track], logged: Logged) -> None:
    """It leaves for a site with all that is in it: is that on the way of any of them?"""
    to = logged.event.to
    if to in (None, logged.event.site) or to in drops(outer, inside):
        return
    for one in (outer, *inside):
        way = one.next_way
        if way is not None and not one.item.astray and one.is_planned(logged):
            one.item.astray = True
            one.note("wrong-destination", logged, to=way.to, site=to or "")


def follow_plan(track: Track, place: Item, logged: Logged) -> None:
    """How far the item has come on the way that is planned for it. It is where `place` is: itself, or around it."""
    item, plan, event = track.item, track.plan, logged.event
    way = track.next_way
    if plan is None or way is None or not track.goes_by_plan(logged):
        return
    path = stops(way)
    if event.action not in ARRIVALS or event.site not in path:
        return
    _check_skipped(track, logged, path)
    if item.astray:
        item.astray = False
        track.close("wrong-destination", logged)
    if event.site == way.to and not place.on_the_way and place.release is None:
        track.close("late", logged)
        item.way, item.passed, item.gone = item.way + 1, [], (*item.gone, logged.when)
        plan_next(track)


def _check_skipped(track: Track, logged: Logged, path: list[str]) -> None:
    item, site = track.item, logged.event.site
    if site in item.passed:
        return
    before = path[: path.index(site)]
    for skipped in before:
        if skipped not in item.passed and track.is_planned(logged):
            track.note("site-skipped", logged, site=skipped)
    item.passed = [*item.passed, *(one for one in before if one not in item.passed), site]


def plan_next(track: Track) -> None:
    """The next planned way begins: it will be late from its due time on, unless it is gone by then.

    What is in a container rides in that from then on.
    """
    plan, item = track.plan, track.item
    way = track.next_way
    if plan is None or way is None:
        return
    facts: Facts = {"to": way.to, "due": way.due, "begun": item.way_begun}
    track.drafts.append(Draft("late", plan.subject(item.way), way.due, [plan.index], track.id, facts=facts))


def ride_in(track: Track, containers: Iterable[str]) -> None:
    """What holds these up, holds up what is owed of the item as well."""
    for code in OF_PLANS:
        owed = track.standing(code)
        if owed is not None:
            owed.within = list(dict.fromkeys([*owed.within, *containers]))


def get_off(track: Track, containers: Iterable[Track]) -> None:
    """What holds these up from now on has no bearing on the item any more."""
    left = {one.id for one in containers if not any(draft.code in HELD_UP_BY for draft in one.drafts)}
    for code in OF_PLANS:
        owed = track.standing(code)
        if owed is not None:
            owed.within = [one for one in owed.within if one not in left]


def look_ahead(track: Track, place: Item, logged: Logged, leg_time: LegTime) -> None:
    """The forecast, whenever the item, or what it is in, has moved."""
    gone, plan = track.item.way, track.plan
    ahead = forecast(plan, gone, place, leg_time) if plan else None
    standing = track.standing("at-risk")
    way = track.next_way
    if plan is None or way is None or ahead is None:
        track.close("at-risk", logged)
        return
    subject = plan.subject(gone)
    facts: Facts = {
        "to": way.to,
        "due": way.due,
        "begun": track.item.way_begun,
        "latest": ahead.latest,
        "arrives": ahead.arrives,
    }
    if standing and standing.subject == subject and max(standing.since, ahead.risk_from) <= logged.when:
        standing.facts = facts
        return
    track.close("at-risk", logged)
    late = track.standing("late")
    within = late.within if late is not None else []
    at_risk = Draft("at-risk", subject, ahead.risk_from, [plan.index], track.id, facts=facts, within=within)
    track.drafts.append(at_risk)
