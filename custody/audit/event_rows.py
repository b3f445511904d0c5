"""`events.csv`: a verified log's events, a row for each item that an event names (docs/csv.md has the columns)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from custody.audit.epcis import timestamp
from custody.audit.tabled import Tabled
from custody.core.event import Event, Paper, Reading, Seal
from custody.core.history import Logged
from custody.core.item import PAPER
from custody.core.zones import ZONES


class EventRow(NamedTuple):
    """What an event says of one item. What is a list has a space between its members.

    `version`: `signed` as it was signed, and so it counts; `superseded` so it was signed, and corrections have changed
    or annulled that; `corrected` so it reads now.
    """

    entry: int
    statement: str
    item: str
    version: str
    action: str
    time: str
    received: str
    not_before: str | None
    happened: str
    site: str
    to: str | None
    kind: str | None
    quantity: int | None
    ballot_type: str | None
    district: str | None
    container: str | None
    releaser: str | None
    receiver: str | None
    carrier: str | None
    attesters: str
    device: str
    signers: str
    seals: str
    seals_expected: str
    compartment: str
    condition: str | None
    purpose: str | None
    serials: str | None
    refs: str
    corrected_by: str
    read_by: str | None
    symbology: str | None
    label: str | None
    warnings: str
    photographs: int
    part: str | None

    @property
    def sites(self) -> list[str]:
        """Where it happened, and where the item is to go."""
        return [self.site] if self.to is None else [self.site, self.to]


def event_rows(log: Tabled, places: frozenset[str] | None = None) -> Iterator[EventRow]:
    """In the log's order: of what happened at one of `places`, or was on its way there; None: of everything."""
    for logged in log.log.events(log.size):
        reads = log.reads(logged)
        parts = reads.parts if reads else [logged]
        if places is not None and all(places.isdisjoint(one.event.sites()) for one in [logged, *parts]):
            continue
        signed = _Of(log, logged)
        if reads is None:
            for item in logged.event.items:
                yield signed.row(logged, item, "signed")
            continue
        now = {item: part for part in reads.parts for item in part.event.items}
        for item in logged.event.items:
            part = now.get(item)
            if part is not None and part.agreed is None:  # no correction is of this item
                yield signed.row(logged, item, "signed")
                continue
            by = [one.index for one in reads.corrections if item in one.event.items]
            yield signed.row(logged, item, "superseded", by)
            if part is not None:
                yield signed.row(part, item, "corrected", by)


class _Of:
    """What is the same in each row of an event, however often it was corrected."""

    def __init__(self, log: Tabled, logged: Logged) -> None:
        event = logged.event
        self._site_hours = ZONES[log.zone(event.site)]
        self._time, self._received, self._happened = map(self._stamp, (event.time, logged.received, logged.when))
        self._not_before = self._stamp(logged.earliest) if logged.earliest else None
        others = sorted(log.signer(key) for key in event.signers if key != event.issuer)
        self._signers = _list([log.signer(event.issuer), *others])
        self._refs = _list(ref if (index := log.log.find(ref)) is None else str(index) for ref in event.refs)
        self._event, self._seals = event, _by_item(event)

    def row(self, logged: Logged, item: str, version: str, corrected_by: Sequence[int] = ()) -> EventRow:
        """`logged`: the event as it was signed, or a part of it as it reads now."""
        event = logged.event
        seals = (self._seals if event is self._event else _by_item(event)).get(item, [])
        reading = _reading(self._event, item)
        return EventRow(
            entry=logged.index,
            statement=logged.id,
            item=item,
            version=version,
            action=event.action,
            time=self._time,
            received=self._received,
            not_before=self._not_before,
            happened=self._happened,
            site=event.site,
            to=event.to,
            kind=event.kind,
            quantity=event.quantity,
            ballot_type=event.ballot_type,
            district=event.district,
            container=event.container,
            releaser=event.releaser,
            receiver=PAPER if isinstance(event.receiver, Paper) else event.receiver,
            carrier=event.carrier,
            attesters=_list(event.attesters),
            device=event.issuer,
            signers=self._signers,
            seals=_list(map(_seal, seals)),
            seals_expected=_list(one.expected for one in seals if one.expected),
            compartment=_list(event.compartment),
            condition=event.condition,
            purpose=event.purpose,
            serials=f"{event.serials.first}..{event.serials.last}" if event.serials else None,
            refs=self._refs,
            corrected_by=_list(map(str, corrected_by)),
            read_by=reading.source if reading else None,
            symbology=reading.symbology if reading else None,
            label=reading.label if reading else None,
            warnings=_list(event.warnings),
            photographs=len(event.photographs),
            part=f"{event.part.i}/{event.part.n}" if event.part else None,
        )

    def _stamp(self, ms: int) -> str:
        return timestamp(ms, self._site_hours)


def _reading(event: Event, item: str) -> Reading | None:
    """How the item's id was read."""
    if event.read is None or not event.read.others:
        return event.read
    place = event.items.index(item)
    return next((other for other in event.read.others if place in other.items), event.read)


def _by_item(event: Event) -> Mapping[str, list[Seal]]:
    found: dict[str, list[Seal]] = {}
    for seal in event.seals:
        found.setdefault(event.items[seal.item], []).append(seal)
    return found


def _seal(seal: Seal) -> str:
    name = seal.id or f"unnumbered/{seal.count}"
    return f"{name}:{seal.state}" if seal.state else name


def _list(words: Iterable[str]) -> str:
    return " ".join(words)
