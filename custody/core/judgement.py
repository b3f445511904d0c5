"""Findings: drafts of one cause put together, at an instant (FORMAT.md, "Findings").

A finding that another one explains, on the same item or of the same statement, is a consequence and stands beneath it;
the others are roots. So that nobody hides what is new beneath what is old, it must have held while that one stood.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate

from msgspec import Struct

from custody.core.draft import Draft, Facts
from custody.core.findings import CATALOGUE, Severity, finding_id
from custody.core.resolving import OF_PLANS


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
    `parent`: the finding that explains it (None for a root). `void`: entries that declare it closed and count for none
    of its parts.
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
    void: list[int]
    parts: list[Part]

    @property
    def facts(self) -> Facts:
        """Of its first part: what its text names."""
        return self.parts[0].facts


_CODES = list(CATALOGUE)
_PRECEDENCE = {code: place for place, code in enumerate(_CODES)}
_FOREVER = 1 << 63
_OF_ONE_EVENT = frozenset({"commissioned-twice", "container-cycle", "container-too-deep", "container-full"})
"""What nothing mends: it explains what the same event shows of the item, and not all that is found of it later."""


def findings(drafts: Iterable[Draft], now: int) -> list[Finding]:
    """All that holds or has held by the instant `now` (Unix ms), the oldest first."""
    groups: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        if draft.since <= now:
            groups.setdefault((draft.code, draft.subject), []).append(draft)
    parents = _Parents(groups)
    found = [_finding(code, subject, group, parents.of(code, subject)) for (code, subject), group in groups.items()]
    return sorted(found, key=lambda one: (one.since, _PRECEDENCE[one.code], one.id))


def _finding(code: str, subject: str, group: list[Draft], parent: str | None) -> Finding:
    resolutions = {one.resolved.index: one.resolved for one in group if one.resolved is not None}
    parts = sorted(
        (Part(one.item, one.since, one.facts, one.evidence, one.closed_by, one.closed_at) for one in group),
        key=lambda part: (part.item or "", part.since),  # an item's own in the order of its history, as they come
    )
    closers = {part.closed_by for part in parts if part.closed_by is not None}
    return Finding(
        id=finding_id(code, subject),
        code=code,
        severity=CATALOGUE[code].severity,
        subject=subject,
        since=min(part.since for part in parts),
        open=any(one.stands for one in group),
        root=parent is None,
        parent=parent,
        evidence=sorted({index for part in parts for index in part.evidence}),
        closed_by=sorted(closers | resolutions.keys()),
        resolved=resolutions[max(resolutions)].reason if resolutions else None,
        void=sorted(set.intersection(*(set(one.void) for one in group))),
        parts=parts,
    )


def explained_by(draft: Draft) -> frozenset[str]:
    """The codes of what may explain it."""
    if draft.code == "warning-overridden":
        return frozenset({str(draft.facts["warning"])})
    return CATALOGUE[draft.code].under


class _Spans:
    """When findings of one code held, each under its subject."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, str, int]] = []
        self._ends: list[int] = []

    def add(self, draft: Draft) -> None:
        ends = _FOREVER if draft.closed_at is None else draft.closed_at
        self._spans.append((draft.since, draft.subject, min(ends, draft.resolved.time) if draft.resolved else ends))

    def first(self, begins: int, ends: int) -> tuple[int, str] | None:
        """(since, subject) of the first that began by `ends` and had not ended before `begins`."""
        if not self._ends:
            self._spans.sort()
            self._ends = list(accumulate((end for _, _, end in self._spans), max))
        place = bisect_left(self._ends, begins)
        if place == len(self._spans) or self._spans[place][0] > ends:
            return None
        return self._spans[place][:2]


_Place = int | str | tuple[str, int]
"""What connects findings: an entry, an item, or what one entry says of one item."""


def _places(draft: Draft) -> list[_Place]:
    """Where a draft explains others."""
    item, cause = draft.item, draft.evidence[0]
    if draft.code in OF_PLANS and item is not None:
        return [item]  # Other deliveries share the plan: only the item connects it to anything.
    if item is None:
        return [cause]
    return [cause, (item, cause) if draft.code in _OF_ONE_EVENT else item]


class _Parents:
    """Which finding explains another: of the same item, or of a statement by what was wrong with it."""

    def __init__(self, groups: Mapping[tuple[str, str], list[Draft]]) -> None:
        self._groups = groups
        self._around: dict[_Place, dict[str, _Spans]] = {}
        for (code, _), group in groups.items():
            for draft in group:
                for place in _places(draft):
                    self._around.setdefault(place, {}).setdefault(code, _Spans()).add(draft)

    def of(self, code: str, subject: str) -> str | None:
        """The id of what explains a finding: each part of it must be explained."""
        group = self._groups[code, subject]
        explained = [self._explains(code, draft) for draft in group]
        if not all(explained):
            return None
        place, _, its_subject = min(one for one in explained if one)
        return finding_id(_CODES[place], its_subject)

    def _explains(self, code: str, draft: Draft) -> tuple[int, int, str] | None:
        """(precedence, since, subject) of the first in the catalogue, the oldest of those."""
        item, cause = draft.item, draft.evidence[0]
        places: list[_Place] = [cause] if item is None else [item, (item, cause), *draft.within]
        known = [self._around[place] for place in places if place in self._around]
        # What held up an item may be over when it is late, but not before it began to go that way.
        begins = int(draft.facts["begun"]) + 1 if code in OF_PLANS else draft.since
        ends = _FOREVER if draft.closed_at is None else draft.closed_at
        found = [
            (_PRECEDENCE[other], *first)
            for other in explained_by(draft)
            for spans in known
            if other in spans and (first := spans[other].first(begins, ends)) is not None
        ]
        return min(found, default=None)
