"""The findings that a report is about, with where they were found, under which heading, and what explains what."""

from collections import Counter
from collections.abc import Iterable, Iterator

from custody.audit.report.figures import FindingCount, FindingRow
from custody.audit.report.material import Material
from custody.audit.report.sections import SECTIONS
from custody.core.findings import CATALOGUE
from custody.core.judgement import Finding, findings
from custody.core.resolving import OF_CHAINS, OF_PLANS


def finding_rows(material: Material, entries: frozenset[int] | None) -> list[FindingRow]:
    """The oldest first. `entries`: of one item or handover, its events (None: it is not about one)."""
    found = findings(material.drafts, material.now)
    under: dict[str, list[str]] = {}
    for one in found:
        if one.parent is not None:
            under.setdefault(one.parent, []).append(one.id)
    rows = []
    for one in found:
        sites = list(dict.fromkeys(_sites(material, one)))
        closed_at = _closed_at(material, one)
        if _is_covered(material, one, sites, closed_at, entries):
            rows.append(_row(one, sites, closed_at, under.get(one.id, [])))
    return rows


def finding_counts(rows: Iterable[FindingRow]) -> list[FindingCount]:
    """By code, in the order of the catalogue."""
    roots: Counter[str] = Counter()
    consequences: Counter[str] = Counter()
    open_: Counter[str] = Counter()
    for row in rows:
        (roots if row.root else consequences)[row.code] += 1
        open_[row.code] += row.open
    return [
        FindingCount(code, known.severity, SECTIONS[code], roots[code], consequences[code], open_[code])
        for code, known in CATALOGUE.items()
        if roots[code] or consequences[code]
    ]


def _row(one: Finding, sites: list[str], closed_at: int | None, consequences: list[str]) -> FindingRow:
    return FindingRow(
        id=one.id,
        code=one.code,
        subject=one.subject,
        severity=one.severity,
        section=SECTIONS[one.code],
        since=one.since,
        open=one.open,
        root=one.root,
        parent=one.parent,
        consequences=consequences,
        evidence=one.evidence,
        closed_by=one.closed_by,
        closed_at=closed_at,
        resolved=one.resolved,
        void=one.void,
        items=sorted({part.item for part in one.parts if part.item is not None}),
        sites=sites,
        facts=one.facts,
    )


def _is_covered(
    material: Material, one: Finding, sites: list[str], closed_at: int | None, entries: frozenset[int] | None
) -> bool:
    scope = material.scope
    if scope.item is not None and any(part.item is not None for part in one.parts):
        return any(part.item == scope.item for part in one.parts)
    if entries is not None:
        return not entries.isdisjoint(one.evidence)
    return scope.has_span(one.since, closed_at) and (scope.site is None or any(map(material.places.has, sites)))


def _closed_at(material: Material, one: Finding) -> int | None:
    """When the last of it was closed, Unix ms: what was resolved, when the log had that."""
    if one.open:
        return None
    closed = [part.closed_at for part in one.parts if part.closed_at is not None]
    resolved = [material.log.received(index) for index in one.closed_by[-1:] if one.resolved is not None]
    return max([*closed, *resolved], default=one.since)


def _sites(material: Material, one: Finding) -> Iterator[str]:
    for part in one.parts:
        if one.code in OF_PLANS:
            yield str(part.facts["to"])
        elif one.code in OF_CHAINS:
            yield from filter(None, [material.state.keys[str(part.facts["issuer"])].site])
        else:
            yield from (material.event(index).event.site for index in part.evidence if material.log.is_event(index))
