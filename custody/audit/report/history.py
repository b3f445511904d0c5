"""*Riwayat serah terima* of one item, and the document of one handover, with both parties at each step."""

from collections.abc import Iterator, Sequence

from custody.audit.report.changes import HANDS_OVER, Change, HandsOver
from custody.audit.report.figures import FindingRow
from custody.audit.report.inside import Inside, Stay
from custody.audit.report.material import Material
from custody.audit.report.places import is_punctual
from custody.audit.report.records import (
    DeliveryRow,
    HandedItem,
    HandoverRecord,
    ItemRecord,
    Party,
    SealSeen,
    Step,
)
from custody.core.errors import Malformed
from custody.core.event import Event, Paper
from custody.core.history import Logged, ordered
from custody.core.item import PAPER
from custody.core.standing import deliveries, item_state, place


class Records:
    """Writes them from a log. `rows`: the findings that are covered."""

    def __init__(self, material: Material, inside: Inside, hands_over: HandsOver, rows: Sequence[FindingRow]) -> None:
        self._material = material
        self._inside = inside
        self._hands_over = hands_over
        self._rows = rows

    def of_item(self, item: str) -> ItemRecord:
        material, track = self._material, self._material.tracks[item]
        ways = deliveries(track)
        return ItemRecord(
            state=item_state(
                track, material.tracks.__getitem__, material.now, lambda one: place(one, material.resolve)
            ),
            deliveries=[
                DeliveryRow(
                    to=one.to,
                    via=track.plan.ways[one.way].via if track.plan else [],
                    due=one.due,
                    status=one.status(material.now),
                    punctual=is_punctual(material, track, one) if one.delivered else None,
                )
                for one in ways
            ],
            steps=[self._step(logged, item, container) for logged, container in self._happened(item)],
        )

    def of_handover(self, index: int) -> HandoverRecord:
        """Raises Malformed if the entry is none."""
        logged = handover_at(self._material, index)
        parts = self._material.corrections.parts(logged)
        step = self._step(parts[0] if parts else logged, None, None)
        items = [self._handed(part, number) for part in parts or [logged] for number in range(len(part.event.items))]
        return HandoverRecord(step, items)

    def _happened(self, item: str) -> list[tuple[Logged, str | None]]:
        """What happened to an item, and to what it was in at the time; annulled events as they were."""
        found: dict[int, tuple[Logged, str | None]] = {one.index: (one, None) for one in self._own(item)}
        around = {item}
        asked: set[Stay] = set()
        waiting: list[Stay] = [((-1, ""), None, item)]
        while waiting:
            since, until, inner = waiting.pop()
            for begins, ends, container in self._inside.around(inner):
                stay = max(begins, since), min(filter(None, (ends, until)), default=None), container
                if stay in asked:
                    continue  # containers may be said to be in each other, in turn
                asked.add(stay)
                waiting.append(stay)
                around.add(container)
                for one in self._own(container):
                    if _is_in(one, stay) and one.index not in found and container in one.event.items:
                        found[one.index] = (one, container)
        order, _ = ordered([one for one, _ in found.values()], around)
        return [found[one.index] for one in order]

    def _own(self, item: str) -> Iterator[Logged]:
        for index in self._material.tracks[item].history:
            logged = self._material.event(index)
            if logged.event.action == "correct":
                continue
            parts = [one for one in self._material.corrections.parts(logged) if item in one.touches()]
            yield parts[0] if parts else logged

    def _step(self, logged: Logged, item: str | None, container: str | None) -> Step:
        event = logged.event
        reads = self._material.corrections.reads(logged.index)
        change = self._change(logged, container or item)
        taken = self._hands_over.accepted_by(logged) if event.action == "release" else []
        concerned = [number for number, one in enumerate(event.items) if item is None or one in (item, container)]
        return Step(
            index=logged.index,
            statement=logged.id,
            device=event.issuer,
            seq=event.seq,
            action=event.action,
            when=logged.when,
            received=logged.received,
            site=event.site,
            to=event.to,
            container=container,
            giver=self._giver(logged, change),
            taker=self._party(logged, event.receiver),
            carrier=self._party(logged, event.carrier),
            actors=[self._party_of(logged, one) for one in sorted(self._material.acting(logged))],
            attesters=[self._party_of(logged, one) for one in event.attesters],
            manner=change.manner if change is not None else None,
            taken_by=[one.index for one in taken],
            items=len(event.items),
            seals=[_seen(event, place) for place, seal in enumerate(event.seals) if seal.item in concerned],
            condition=event.condition,
            corrected_by=[one.index for one in reads.corrections] if reads else [],
            annulled=reads is not None and not any(item is None or item in one.touches() for one in reads.parts),
            findings=[row.id for row in self._rows if logged.index in row.evidence],
        )

    def _change(self, logged: Logged, item: str | None) -> Change | None:
        found = self._hands_over.changes(logged)
        return next((one for one in found if item is None or item in one.items), None)

    def _giver(self, logged: Logged, change: Change | None) -> Party | None:
        if change is not None and change.release is not None:
            return self._party(change.release, change.release.event.releaser)
        return self._party(logged, logged.event.releaser)

    def _party(self, logged: Logged, who: str | Paper | None) -> Party | None:
        if who is None:
            return None
        if isinstance(who, Paper):
            return Party(PAPER, None, None, signed=False, index=logged.index, device=logged.event.issuer)
        return self._party_of(logged, who)

    def _party_of(self, logged: Logged, handler: str) -> Party:
        signing = self._material.signing(logged)
        badge = signing.get(handler) or self._material.badge(handler)
        return Party(
            handler,
            badge.role if badge else None,
            badge.site if badge else None,
            signed=handler in signing,
            index=logged.index,
            device=logged.event.issuer,
        )

    def _handed(self, logged: Logged, number: int) -> HandedItem:
        item = logged.event.items[number]
        track = self._material.tracks[item]
        said = {name: track.said(name) for name in ("kind", "ballot_type", "district", "quantity")}
        return HandedItem(
            item,
            **said,  # type: ignore[arg-type]  # each is of the member's type
            contents=len(self._inside.at(item, logged)),
            seals=[_seen(logged.event, place) for place, seal in enumerate(logged.event.seals) if seal.item == number],
        )


def _is_in(one: Logged, stay: Stay) -> bool:
    begins, ends, _ = stay
    return begins < one.key and (ends is None or one.key <= ends)


def handover_at(material: Material, index: int) -> Logged:
    """The event in an entry, by which something changed hands. Raises Malformed for any other."""
    if index < material.size and material.log.is_event(index):
        logged = material.event(index)
        if logged.event.action in HANDS_OVER:
            return logged
    raise Malformed("that entry is no handover", expected="a handover, release or accept", got=f"entry {index}")


def _seen(event: Event, place: int) -> SealSeen:
    seal = event.seals[place]
    return SealSeen(seal.id, seal.count, seal.expected, seal.state)
