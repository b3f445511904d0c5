"""`findings.csv`, `deliveries.csv`: what the rules make of a log at its last entry (docs/csv.md has the columns)."""

from collections.abc import Iterator
from typing import NamedTuple

from custody.audit.epcis import timestamp
from custody.audit.tabled import Tabled
from custody.core.item import Track
from custody.core.standing import deliveries
from custody.core.zones import ZONES
from custody.readable import finding_text


class FindingRow(NamedTuple):
    """What a finding says of one item (None: of a statement or a chain). Lists have a space between their members."""

    finding: str
    code: str
    severity: str
    subject: str
    item: str | None
    site: str | None
    since: str
    open: str
    parent: str | None
    evidence: str
    closed_at: str | None
    closed_by: int | None
    resolved: str | None
    text_id: str
    text_en: str


class DeliveryRow(NamedTuple):
    """A planned way of an item: number `way` of entry `plan`, from 0. `delivered`: when it was there."""

    item: str
    kind: str
    plan: int
    way: int
    from_: str | None
    via: str
    to: str
    due: str
    status: str
    delivered: str | None

    @property
    def sites(self) -> list[str]:
        """Those that it leads from, past and to."""
        ahead = [*self.via.split(), self.to]
        return ahead if self.from_ is None else [self.from_, *ahead]


def finding_rows(log: Tabled, places: frozenset[str] | None = None) -> Iterator[FindingRow]:
    """Of all that held by the log's last entry: what was found at one of `places`; None: everything."""
    for finding in log.findings(log.last):
        for part in finding.parts:
            site = log.found_at(finding, part)
            if places is not None and site not in places:
                continue
            hours = _hours(log, site)
            said = finding_text(finding.code, part.facts)
            yield FindingRow(
                finding=finding.id,
                code=finding.code,
                severity=finding.severity.value,
                subject=finding.subject,
                item=part.item,
                site=site,
                since=timestamp(part.since, hours),
                open="yes" if finding.open else "no",
                parent=finding.parent,
                evidence=" ".join(map(str, part.evidence)),
                closed_at=None if part.closed_at is None else timestamp(part.closed_at, hours),
                closed_by=part.closed_by,
                resolved=finding.resolved,
                text_id=said["id"],
                text_en=said["en"],
            )


def delivery_rows(log: Tabled, places: frozenset[str] | None = None) -> Iterator[DeliveryRow]:
    """Of all planned items: what leads from, past or to one of `places`; None: everything. By item, then way."""
    for item in sorted(log.memory.tracks):
        for row in _of_item(log, log.memory.tracks[item]):
            if places is None or not places.isdisjoint(row.sites):
                yield row


def _of_item(log: Tabled, track: Track) -> Iterator[DeliveryRow]:
    item, plan = track.item, track.plan
    if plan is None:
        return
    for one in deliveries(track):
        way, hours = plan.ways[one.way], _hours(log, one.to)
        yield DeliveryRow(
            item=track.id,
            kind=plan.planned.kind,
            plan=plan.index,
            way=one.way,
            from_=plan.ways[one.way - 1].to if one.way else item.first,
            via=" ".join(way.via),
            to=one.to,
            due=timestamp(one.due, hours),
            status=one.status(log.last),
            delivered=timestamp(item.gone[one.way], hours) if one.delivered else None,
        )


def _hours(log: Tabled, site: str | None) -> int:
    return ZONES["WIB" if site is None else log.zone(site)]
