"""How things stand at an instant: who holds what, what is on its way, and what is due (FORMAT.md, "State").

The tracks follow from the log; only lateness follows from the clock. What an instant decides is kept as the instant
from which it holds, so that a table of these can be asked about any.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from custody.core.draft import Draft
from custody.core.item import Last, Track

ItemStatus = Literal["planned", "held", "in-transit", "uncertain", "contained", "retired"]
DeliveryStatus = Literal["delivered", "on-time", "at-risk", "late"]

UNCERTAIN = ("discrepancy-missing", "two-places", "release-open")
"""While one of these stands nobody can say who has the item; the last, unless a carrier has signed that he has."""
STRAYED = ("custody-break", "two-places")
"""What is found of an item that somebody had elsewhere: until it moves in good order, or one of them is resolved."""
DOUBTS = frozenset({*UNCERTAIN, *STRAYED})
Resolve = Callable[[Draft], Draft]
"""A draft with what was declared of it by who may (`Rules.with_resolution`)."""


class Delivery(Struct, frozen=True):
    """Way number `way` of an item's plan: to be at `to` by `due`. Instants in Unix ms.

    `delivered`: it was there. `risk_from`, `latest` and `arrives` as the forecast has them (None: there is none).
    """

    item: str
    way: int
    to: str
    due: int
    delivered: bool
    risk_from: int | None = None
    latest: int | None = None
    arrives: int | None = None

    def status(self, now: int) -> DeliveryStatus:
        if self.delivered:
            return "delivered"
        if self.due <= now:
            return "late"
        return "at-risk" if self.risk_from is not None and self.risk_from <= now else "on-time"

    def eta(self, now: int) -> int | None:
        """When it is there if it goes on at once. Of what is left to go nothing is gone until an event says so."""
        if self.delivered or self.arrives is None or self.latest is None:
            return None
        return max(self.arrives, now + self.due - self.latest)


class PlanStatus(Struct, frozen=True):
    """How an item stands to its plan: its next delivery of `ways`, or the last if all are made."""

    status: DeliveryStatus
    way: int
    ways: int
    to: str
    due: int
    eta: int | None


class Place(Struct, frozen=True):
    """Where an item in no container is, and whose. `uncertain_from`: the instant from which nobody can say (None: no).

    `planned`: no event has named it. In a container, site, custodian and way are the outermost container's, and the
    item is uncertain if it was reported missing.
    """

    planned: bool
    retired: bool
    container: str | None
    site: str | None
    custodian: str | None
    to: str | None
    on_the_way: bool
    uncertain_from: int | None

    def status(self, now: int) -> ItemStatus:
        if self.retired:
            return "retired"
        if self.uncertain_from is not None and self.uncertain_from <= now:
            return "uncertain"
        if self.container is not None:
            return "contained"
        if self.planned:
            return "planned"
        return "in-transit" if self.on_the_way else "held"


class ItemState(Struct, frozen=True):
    """An item at an instant. In a container, `site`, `custodian` and `to` are those of the outermost of `containers`.

    `custodian`: a handler id; a site id, where it was put away; `paper`; None if nobody has it, or nobody can say.
    `containers`: what it is in, the innermost first. `seals`: the numbers on it; `unnumbered`: how many without.
    `open`: its lid.
    """

    item: str
    status: ItemStatus
    kind: str | None
    ballot_type: str | None
    district: str | None
    quantity: int | None
    site: str | None
    custodian: str | None
    to: str | None
    containers: list[str]
    contents: list[str]
    seals: list[str]
    unnumbered: int
    open: bool
    condition: str | None
    last: Last | None
    plan: PlanStatus | None


class Counts(Struct, frozen=True):
    """How many items there are of each status, and how many planned deliveries."""

    items: dict[ItemStatus, int]
    deliveries: dict[DeliveryStatus, int]


def place(track: Track, resolve: Resolve = lambda draft: draft) -> Place:
    """Where an item is by its own track: what is in a container is where that is."""
    item = track.item
    inside = item.container is not None
    return Place(
        planned=item.last is None,
        retired=item.retired,
        container=item.container,
        site=None if inside else item.site,
        custodian=None if inside else item.custodian,
        to=None if inside else item.to,
        on_the_way=not inside and item.on_the_way,
        uncertain_from=_uncertain_from(track, resolve),
    )


def deliveries(track: Track) -> list[Delivery]:
    """The ways of an item's plan, in order; of a retired item those that it went."""
    plan, item = track.plan, track.item
    if plan is None:
        return []
    ahead = track.standing("at-risk")
    ways = plan.ways[: item.way] if item.retired else plan.ways
    return [
        Delivery(
            track.id,
            number,
            way.to,
            way.due,
            delivered=False,
            risk_from=ahead.since,
            latest=int(ahead.facts["latest"]),
            arrives=int(ahead.facts["arrives"]),
        )
        if ahead is not None and number == item.way
        else Delivery(track.id, number, way.to, way.due, delivered=number < item.way)
        for number, way in enumerate(ways)
    ]


def plan_status(track: Track, now: int) -> PlanStatus | None:
    """None for an item without a plan, or retired before its first delivery."""
    ways = deliveries(track)
    if not ways:
        return None
    following = ways[min(track.item.way, len(ways) - 1)]
    return PlanStatus(following.status(now), following.way, len(ways), following.to, following.due, following.eta(now))


def item_state(
    track: Track, track_of: Callable[[str], Track], now: int, place_of: Callable[[Track], Place] = place
) -> ItemState:
    """An item at an instant (Unix ms). `track_of` gives the track of a container, `place_of` its place."""
    item = track.item
    said: Callable[[str], Any] = track.said
    containers = list(_containers(track, track_of))
    own = place_of(track)
    where = place_of(containers[-1]) if containers else own
    return ItemState(
        item=track.id,
        status=own.status(now),
        kind=said("kind"),
        ballot_type=said("ballot_type"),
        district=said("district"),
        quantity=said("quantity"),
        site=where.site,
        custodian=None if "uncertain" in (own.status(now), where.status(now)) else where.custodian,
        to=where.to,
        containers=[one.id for one in containers],
        contents=item.contents,
        seals=item.seals,
        unnumbered=item.unnumbered,
        open=item.open,
        condition=item.condition,
        last=item.last,
        plan=plan_status(track, now),
    )


def count(tracks: Iterable[Track], now: int, resolve: Resolve) -> Counts:
    """Counts all items at an instant."""
    items: Counter[ItemStatus] = Counter()
    ways: Counter[DeliveryStatus] = Counter()
    for track in tracks:
        items[place(track, resolve).status(now)] += 1
        ways.update(one.status(now) for one in deliveries(track))
    return Counts(dict(items), dict(ways))


def _uncertain_from(track: Track, resolve: Resolve) -> int | None:
    item = track.item
    codes = UNCERTAIN[:1] if item.container is not None else UNCERTAIN[:2] if item.signed else UNCERTAIN
    since = [draft.since for draft in track.drafts if draft.code in codes and resolve(draft).stands]
    strayed = item.container is None and item.strayed is not None
    told = [draft for draft in map(track.standing, STRAYED) if draft is not None]
    if strayed and all(resolve(draft).stands for draft in told):
        # Somebody had it elsewhere though nobody had moved it, and it was not moved in good order since.
        since.append(item.moved)
    if item.last is not None and item.container is None and item.custodian is None and not item.on_the_way:
        since.append(item.moved)  # somebody saw it, but nobody has said whose it is
    return min(since, default=None)


def _containers(track: Track, track_of: Callable[[str], Track]) -> Iterator[Track]:
    while track.item.container is not None:
        track = track_of(track.item.container)
        yield track
