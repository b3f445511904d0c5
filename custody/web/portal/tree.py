"""What pages show of the sites below one: a map, and a table that says the same, where most is wrong first."""

from collections.abc import Sequence
from typing import Literal, get_args

from flask import request
from msgspec import Struct

from custody.core.finding_titles import TITLES
from custody.core.findings import Severity
from custody.core.words import BALLOT_TYPES, ITEM_STATUSES, KINDS, SEVERITIES, Pair
from custody.ledger import lookup_sites
from custody.ledger.lookups import Looking
from custody.ledger.views import Deliveries, SiteStanding
from custody.web.portal.map import Map, Spot, draw

State = Literal["trouble", "watch", "under-way", "done", "nothing"]
STATES: dict[State, Pair] = {
    "trouble": ("Perlu tindakan", "Needs action"),
    "watch": ("Perlu perhatian", "Needs watching"),
    "under-way": ("Sesuai rencana", "As planned"),
    "done": ("Semua sudah sampai", "All delivered"),
    "nothing": ("Tanpa rencana pengiriman", "Nothing planned"),
}
"""The worst first."""
ROWS = 100
"""On one page."""


class Level(Struct, frozen=True):
    """The sites right below one. `rows`: those of this page, `number` of `pages`; `map`: all that have a position."""

    rows: list[SiteStanding]
    number: int
    pages: int
    total: int
    unplaced: int
    map: Map | None
    by_site: dict[str, SiteStanding]

    @property
    def states(self) -> list[State]:
        """Those that the map shows, the worst first."""
        shown = {state(self.by_site[point.site]) for point in self.map.points} if self.map else set()
        return [one for one in get_args(State) if one in shown]


def level(looking: Looking, site: str | None, number: int) -> Level:
    """Page `number`, from 1, of the sites below one (None: of the topmost); the last if there are not so many."""
    found = lookup_sites.children(looking, site)
    pages = max(-(-len(found) // ROWS), 1)
    number = min(max(number, 1), pages)
    spots = [
        Spot(one.site, one.name, one.lat, one.lon, planned(one.deliveries))
        for one in found
        if one.lat is not None and one.lon is not None
    ]
    return Level(
        rows=found[(number - 1) * ROWS : number * ROWS],
        number=number,
        pages=pages,
        total=len(found),
        unplaced=len(found) - len(spots),
        map=draw(spots, _position(looking, site)),
        by_site={one.site: one for one in found},
    )


def _position(looking: Looking, site: str | None) -> tuple[int, int] | None:
    known = looking.site(site) if site is not None else None
    return None if known is None or known.lat is None else (known.lat, known.lon)


def page_number() -> int:
    """Which page of a table this request asks for, from 1."""
    return max(request.args.get("page", 1, int), 1)


def state(standing: SiteStanding) -> State:
    """What a site comes to, in a word."""
    made, found = standing.deliveries, standing.findings
    if made.late or found.get(Severity.CRITICAL) or found.get(Severity.MAJOR):
        return "trouble"
    if made.at_risk or found.get(Severity.MINOR):
        return "watch"
    if made.on_time:
        return "under-way"
    return "done" if made.delivered else "nothing"


def planned(made: Deliveries) -> int:
    """How many deliveries there are."""
    return made.delivered + made.on_time + made.at_risk + made.late


def seal_number(seal: str) -> str:
    """What stands on a seal, of its id."""
    return seal.rpartition("/")[2]


def shares(made: Deliveries) -> Sequence[tuple[str, float, float]]:
    """(status, from, width) in hundredths of a bar."""
    found, at, total = [], 0.0, planned(made)
    for status, n in (
        ("delivered", made.delivered),
        ("on-time", made.on_time),
        ("at-risk", made.at_risk),
        ("late", made.late),
    ):
        if n:
            found.append((status, at, 100 * n / total))
            at += 100 * n / total
    return found


SHOWN = {
    "ballot_types": BALLOT_TYPES,
    "kinds": KINDS,
    "planned": planned,
    "seal_number": seal_number,
    "severities": SEVERITIES,
    "shares": shares,
    "state": state,
    "states": STATES,
    "statuses": ITEM_STATUSES,
    "titles": TITLES,
}
"""What the templates say it with."""
