"""What a report says of a log, gathered in one pass over its events and one over its items."""

from collections import Counter
from collections.abc import Collection, Iterator

from msgspec import Struct

from custody.audit.report.changes import Change, ChangeTally, HandsOver
from custody.audit.report.clocks import ClockTally
from custody.audit.report.custody import custody
from custody.audit.report.document import Documents, handover_at
from custody.audit.report.figures import Figures, Kind
from custody.audit.report.findings import finding_counts, finding_rows
from custody.audit.report.history import Records
from custody.audit.report.inside import Inside
from custody.audit.report.keys import keys
from custody.audit.report.material import Material
from custody.audit.report.names import strings
from custody.audit.report.places import site_rows
from custody.audit.report.records import HandoverRecord, ItemRecord
from custody.audit.report.seals import SealTally
from custody.core.containers import outermost
from custody.core.contents import MOST
from custody.core.errors import Malformed
from custody.core.history import Logged
from custody.core.item import Track
from custody.core.standing import deliveries, place
from custody.core.trusted import root_ids


class Gathered(Struct, frozen=True):
    """All that a report says of a log but what its verification says; `sites`: what those that it names are called."""

    figures: Figures
    item: ItemRecord | None
    handover: HandoverRecord | None
    sites: dict[str, str]
    root: list[str]
    threshold: int
    entries: int
    last_received: int


class _Passed:
    """One pass over the events that are covered. Those that were corrected count as they read now."""

    def __init__(self, material: Material, hands_over: HandsOver, entries: frozenset[int] | None) -> None:
        self._material = material
        self._entries = entries
        self.seals, self.clocks, self.changes = SealTally(), ClockTally(), ChangeTally()
        self.items: set[str] = set()
        """Those that the events touch; not looked for where every item is covered."""
        for logged in self._events():
            covered = material.places.has_event(logged)
            if covered:
                self.clocks.add(logged)
            for part in material.corrections.parts(logged):
                if covered if part is logged else material.places.has_event(part):
                    self._add(self._of_item(part), hands_over)

    def _events(self) -> Iterator[Logged]:
        if self._entries is None:
            return self._material.log.events(self._material.size)
        return map(self._material.event, sorted(self._entries))

    def _is_asked(self, part: Logged, change: Change) -> bool:
        """Of one handover: what it does, or what takes up just it."""
        asked = self._material.scope.handover
        return asked is None or part.index == asked or (change.release is not None and change.release.index == asked)

    def _of_item(self, part: Logged) -> Logged:
        """Of an event of several items what it says of the one that the report is about."""
        item = self._material.scope.item
        return part if item is None else part.of([item])

    def _add(self, part: Logged, hands_over: HandsOver) -> None:
        if part.event.seals:
            self.seals.add(part.event)
        for change in hands_over.changes(part):
            if self._is_asked(part, change):
                self.changes.add(change)
        if not self._material.scope.is_all:
            self.items.update(part.touches())


def gather(material: Material) -> Gathered:
    """Raises Malformed for an item or handover that the log does not have."""
    scope, state = material.scope, material.state
    inside = Inside(material)
    hands_over = HandsOver(material, inside)
    entries = _entries(material, hands_over)
    passed = _Passed(material, hands_over, entries)
    tracks = _tracks(material, passed.items, entries)
    rows = finding_rows(material, entries)
    made, reconciled, sites = site_rows(material, tracks)
    figures = Figures(
        items=dict(sorted(Counter(place(one, material.resolve).status(material.now) for one in tracks).items())),
        kinds=_kinds(tracks),
        reconciliation=reconciled,
        seals=passed.seals.seals(material, tracks),
        custody=custody(material, inside, tracks),
        handovers=passed.changes.handovers(material, tracks),
        deliveries=made,
        clocks=passed.clocks.clocks(material, rows),
        keys=keys(material),
        sites=sites,
        counts=finding_counts(rows),
        findings=rows,
    )
    records = Records(material, inside, hands_over, rows)
    item = records.of_item(scope.item) if scope.item is not None else None
    documents = Documents(material, inside, hands_over, records)
    handover = documents.of_handover(scope.handover) if scope.handover is not None else None
    named = {one for part in (figures, item, handover) for one in strings(part)}
    return Gathered(
        figures=figures,
        item=item,
        handover=handover,
        sites={one: known.name for one, known in sorted(state.sites.items()) if one in named},
        root=sorted(root_ids(state.root)) if state.root else [],
        threshold=state.root.threshold if state.root else 0,
        entries=material.size,
        last_received=material.last,
    )


def _entries(material: Material, hands_over: HandsOver) -> frozenset[int] | None:
    """The events of one item, or one handover with the acceptances that take it up; None: it is not about one."""
    scope = material.scope
    if scope.item is not None:
        if scope.item not in material.tracks:
            raise Malformed("the log has no such item", expected="one that is planned or recorded", got=scope.item)
        return frozenset(material.tracks[scope.item].history)
    if scope.handover is not None:
        logged = handover_at(material, scope.handover)
        released = [one.release.index for one in hands_over.changes(logged) if one.release is not None]
        accepted = [one.index for one in hands_over.accepted_by(logged)] if logged.event.action == "release" else []
        return frozenset([logged.index, *released, *accepted])
    return None


def _tracks(material: Material, touched: set[str], entries: frozenset[int] | None) -> Collection[Track]:
    """The items that are covered: in a period or at a site those touched there, due there, or there now."""
    scope, tracks = material.scope, material.tracks
    if scope.is_all:
        return tracks.values()
    if scope.item is not None:
        return [tracks[scope.item]]
    if entries is not None and scope.handover is not None:
        return [tracks[item] for item in dict.fromkeys(material.event(scope.handover).event.items)]
    return [track for item, track in tracks.items() if item in touched or _is_due(material, track)]


def _is_due(material: Material, track: Track) -> bool:
    scope, places = material.scope, material.places
    due = any(scope.has_instant(one.due) and places.has(one.to) for one in deliveries(track))
    outer = outermost(material.tracks, track).item
    return due or (scope.begins is None and scope.ends is None and places.has(outer.to or outer.site))


def _kinds(tracks: Collection[Track]) -> list[Kind]:
    items: Counter[tuple[str | None, str | None]] = Counter()
    pieces: Counter[tuple[str | None, str | None]] = Counter()
    for track in tracks:
        kind, ballot_type = track.said("kind"), track.said("ballot_type")
        key = (None if kind is None else str(kind), None if ballot_type is None else str(ballot_type))
        items[key] += 1
        pieces[key] += int(track.said("quantity") or 0)
    order = sorted(items, key=lambda key: (key[0] or "", key[1] or ""))
    return [Kind(*key, items=items[key], pieces=min(MOST, pieces[key])) for key in order]
