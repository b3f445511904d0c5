"""*Riwayat serah terima* of one item, with both parties at each step."""

from collections.abc import Iterator, Sequence

from custody.audit.report.changes import Change, HandsOver
from custody.audit.report.figures import FindingRow
from custody.audit.report.inside import Inside, Stay
from custody.audit.report.material import Material
from custody.audit.report.places import is_punctual
from custody.audit.report.records import (
    DeliveryRow,
    ItemRecord,
    Party,
    SealSeen,
    Step,
)
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
            steps=[
                self.step(logged, self._change(logged, container or item), item, container)
                for logged, container in self._happened(item)
            ],
        )

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

    def step(
        self, logged: Logged, change: Change | None, item: str | None = None, container: str | None = None
    ) -> Step:
        """An event that `change` has something change hands by; for one item, or the container that it is in."""
        event = logged.event
        reads = self._material.corrections.reads(logged.index)
        annulled = reads is not None and not any(item is None or item in one.touches() for one in reads.parts)
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
            manner=change.manner if change is not None and not annulled else None,
            taken_by=[one.index for one in taken],
            items=len(event.items),
            seals=[seen(event, place) for place, seal in enumerate(event.seals) if seal.item in concerned],
            condition=event.condition,
            corrected_by=[one.index for one in reads.corrections] if reads else [],
            annulled=annulled,
            findings=[row.id for row in self._rows if logged.index in row.evidence],
        )

    def _change(self, logged: Logged, item: str) -> Change | None:
        return next((one for one in self._hands_over.changes(logged) if item in one.items), None)

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
        signed = self._signed(logged, handler)
        badge = self._material.signing(signed).get(handler) if signed else self._material.badge(handler)
        entry = signed or logged
        return Party(
            handler,
            badge.role if badge else None,
            badge.site if badge else None,
            signed=signed is not None,
            index=entry.index,
            device=entry.event.issuer,
        )

    def _signed(self, logged: Logged, handler: str) -> Logged | None:
        """The entry that a handler signed: the event, or a correction that it reads by."""
        if handler in self._material.signing(logged):
            return logged
        reads = self._material.corrections.reads(logged.index) if handler in (logged.agreed or ()) else None
        corrections = reads.corrections if reads is not None else []
        return next((one for one in corrections if handler in self._material.acting(one)), None)


def _is_in(one: Logged, stay: Stay) -> bool:
    begins, ends, _ = stay
    return begins < one.key and (ends is None or one.key <= ends)


def seen(event: Event, place: int) -> SealSeen:
    """A seal as an event names it."""
    seal = event.seals[place]
    return SealSeen(seal.id, seal.count, seal.expected, seal.state)
