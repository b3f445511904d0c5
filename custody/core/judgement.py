"""Findings: drafts of one cause put together, at an instant (FORMAT.md, "Findings").

A finding that another one explains, on the same item or the same statement, is a consequence and stands beneath it;
the others are roots.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from custody.core.draft import Draft, Facts
from custody.core.findings import CATALOGUE, Severity, finding_id
from custody.core.memory import Resolution


class Part(Struct, frozen=True, omit_defaults=True):
    """What a finding says of one item (None: of a statement or a chain). Instants in Unix ms."""

    item: str | None
    since: int
    facts: Facts
    evidence: list[int]
    closed_by: int | None = None
    closed_at: int | None = None


class Finding(Struct, frozen=True):
    """Something is wrong, or was. It is open until each part is mended, or somebody who may has resolved it.

    `since`: the instant from which it holds, Unix ms. `evidence` and `closed_by`: entry indexes, ascending.
    `parent`: the finding that explains it (None for a root).
    """

    id: str
    code: str
    severity: Severity
    subject: str
    since: int
    open: bool
    root: bool
    parent: str | None
    evidence: list[int]
    closed_by: list[int]
    resolved: str | None
    parts: list[Part]

    @property
    def facts(self) -> Facts:
        """Of its first part: what its text names."""
        return self.parts[0].facts


_CODES = list(CATALOGUE)
_OF_PLANS = ("late", "at-risk")
"""Their cause is a plan, which other deliveries share: only the item connects them to anything."""
_PRECEDENCE = {code: place for place, code in enumerate(_CODES)}


def findings(drafts: Iterable[Draft], now: int, resolutions: Mapping[str, Resolution]) -> list[Finding]:
    """All that holds or has held by the instant `now` (Unix ms), the oldest first."""
    groups: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        if draft.since <= now:
            groups.setdefault((draft.code, draft.subject), []).append(draft)
    parents = _Parents(groups)
    found = [
        _finding(code, subject, group, parents.of(code, subject), resolutions)
        for (code, subject), group in groups.items()
    ]
    return sorted(found, key=lambda one: (one.since, _PRECEDENCE[one.code], one.id))


def _finding(
    code: str, subject: str, group: list[Draft], parent: str | None, resolutions: Mapping[str, Resolution]
) -> Finding:
    own_id = finding_id(code, subject)
    resolution = resolutions.get(own_id)
    parts = sorted(
        (Part(one.item, one.since, one.facts, one.evidence, one.closed_by, one.closed_at) for one in group),
        key=lambda part: (part.item or "", part.since),  # an item's own in the order of its history, as they come
    )
    closers = {part.closed_by for part in parts if part.closed_by is not None}
    return Finding(
        id=own_id,
        code=code,
        severity=CATALOGUE[code].severity,
        subject=subject,
        since=min(part.since for part in parts),
        open=resolution is None and any(part.closed_by is None for part in parts),
        root=parent is None,
        parent=parent,
        evidence=sorted({index for part in parts for index in part.evidence}),
        closed_by=sorted(closers | ({resolution.index} if resolution else set())),
        resolved=resolution.reason if resolution else None,
        parts=parts,
    )


class _Parents:
    """Which finding explains another: by item, and by the statement that is the cause."""

    def __init__(self, groups: Mapping[tuple[str, str], list[Draft]]) -> None:
        self._groups = groups
        self._by_item: dict[str, dict[str, tuple[int, str]]] = {}
        self._by_cause: dict[int, dict[str, tuple[int, str]]] = {}
        for (code, subject), group in groups.items():
            for draft in group:
                known = (draft.since, subject)
                if code not in _OF_PLANS:
                    _least(self._by_cause.setdefault(draft.evidence[0], {}), code, known)
                if draft.item is not None:
                    _least(self._by_item.setdefault(draft.item, {}), code, known)

    def of(self, code: str, subject: str) -> str | None:
        """The id of what explains a finding: every part of it must be explained by what began before it was mended."""
        group = self._groups[code, subject]
        explained = [self._explains(code, draft) for draft in group]
        if not all(explained):
            return None
        place, _, its_subject = min(one for one in explained if one)
        return finding_id(_CODES[place], its_subject)

    def _explains(self, code: str, draft: Draft) -> tuple[int, int, str] | None:
        """(precedence, since, subject) of the first in the catalogue, the oldest of those."""
        under = {str(draft.facts.get("warning"))} if code == "warning-overridden" else CATALOGUE[code].under
        around = [self._by_cause.get(draft.evidence[0], {})]
        if draft.item is not None:
            around.append(self._by_item.get(draft.item, {}))
        found = [
            (_PRECEDENCE[other], *known[other])
            for known in around
            for other in under
            if other in known and (draft.closed_at is None or known[other][0] <= draft.closed_at)
        ]
        return min(found, default=None)


def _least(known: dict[str, tuple[int, str]], code: str, one: tuple[int, str]) -> None:
    known[code] = min(known.get(code, one), one)
