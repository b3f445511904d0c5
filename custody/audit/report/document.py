"""The *Berita Acara Serah Terima* of one handover: who gave and who took what, as it reads now."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from custody.audit.report.changes import HANDS_OVER, Change, HandsOver
from custody.audit.report.history import Records, seen
from custody.audit.report.inside import Inside
from custody.audit.report.material import Material
from custody.audit.report.records import HandedItem, HandedOver, HandoverRecord
from custody.audit.report.said import said_at
from custody.core.errors import Malformed
from custody.core.history import Logged


class Documents:
    """Writes them from a log."""

    def __init__(self, material: Material, inside: Inside, hands_over: HandsOver, records: Records) -> None:
        self._material = material
        self._inside = inside
        self._hands_over = hands_over
        self._records = records

    def of_handover(self, index: int) -> HandoverRecord:
        """Raises Malformed if the entry is none."""
        logged = handover_at(self._material, index)
        reads = self._material.corrections.parts(logged)
        parts = [part for one in reads for part in self._parts(one)]
        annulled = _left(logged.event.items, [item for one in reads for item in one.event.items])
        if annulled:
            part = self._part(logged, annulled, None)
            parts.append(replace(part, step=replace(part.step, annulled=True)))
        return HandoverRecord(self._records.step(reads[0] if reads else logged, None), parts)

    def _parts(self, logged: Logged) -> Iterator[HandedOver]:
        """One for each change of hands, and one for what changed none."""
        told: list[str] = []
        if logged.event.action == "release":
            for acceptance, change in self._accepted(logged):
                items = [item for item in logged.event.items if item in change.items and item not in told]
                if items:
                    told += items
                    part = self._part(logged, items, None)
                    yield replace(part, acceptance=self._records.step(acceptance.of(items), change))
        else:
            for change in self._hands_over.changes(logged):
                told += change.items
                yield self._part(logged, change.items, change)
        rest = _left(logged.event.items, told)
        if rest:
            yield self._part(logged, rest, None)

    def _accepted(self, release: Logged) -> Iterator[tuple[Logged, Change]]:
        for accepted in self._hands_over.accepted_by(release):
            for part in self._material.parts(accepted.index):
                for change in self._hands_over.changes(part):
                    if change.release is not None and change.release.index == release.index:
                        yield part, change

    def _part(self, logged: Logged, items: Sequence[str], change: Change | None) -> HandedOver:
        part = logged.of(items)
        return HandedOver(
            self._records.step(part, change), [self._handed(part, number) for number in range(len(part.event.items))]
        )

    def _handed(self, logged: Logged, number: int) -> HandedItem:
        item = logged.event.items[number]
        return HandedItem(
            item,
            **said_at(self._material, self._inside, item, logged),  # type: ignore[arg-type]  # each is of the member's type
            contents=len(self._inside.at(item, logged)),
            seals=[seen(logged.event, place) for place, seal in enumerate(logged.event.seals) if seal.item == number],
        )


def _left(items: Sequence[str], told: Sequence[str]) -> list[str]:
    known = frozenset(told)
    return [item for item in items if item not in known]


def handover_at(material: Material, index: int) -> Logged:
    """The event in an entry, by which something changed hands. Raises Malformed for any other, and for none."""
    if index >= material.size:
        raise Malformed("the log has no such entry", expected=f"an index below {material.size}", got=index)
    if material.log.is_event(index):
        logged = material.event(index)
        if logged.event.action in HANDS_OVER:
            return logged
    raise Malformed("that entry is no handover", expected="a handover, release or accept", got=f"entry {index}")
