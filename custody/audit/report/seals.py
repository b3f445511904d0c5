"""Seals: put on, read again, and found to differ."""

from collections import Counter
from collections.abc import Collection

from custody.audit.report.figures import Seals
from custody.audit.report.material import Material
from custody.core.event import Event
from custody.core.item import Track

DIFFERING = frozenset(
    ("seal-missing", "seal-broken", "seal-differs", "seal-changed", "seal-reused", "opened-sealed"),
)
"""Found of the seals of an item: not that there are too few."""


class SealTally:
    """Is told of each event that is covered, as it reads now."""

    def __init__(self) -> None:
        self._recorded = self._read = 0
        self._inspected: set[str] = set()

    def add(self, event: Event) -> None:
        count = sum(1 if seal.id is not None else seal.count or 0 for seal in event.seals)
        if event.action == "seal":
            self._recorded += count
        else:
            self._read += count
            self._inspected.update(event.items[seal.item] for seal in event.seals)

    def seals(self, material: Material, tracks: Collection[Track]) -> Seals:
        """With what is on these items now, and what has been found of them."""
        covered = {track.id for track in tracks}
        differing: Counter[str] = Counter()
        items: set[str] = set()
        for draft in material.drafts:
            if draft.code in DIFFERING and draft.item in covered:
                differing[draft.code] += 1
                items.add(draft.item or "")
        on = [len(track.item.seals) + track.item.unnumbered for track in tracks]
        return Seals(
            recorded=self._recorded,
            read=self._read,
            items_inspected=len(self._inspected),
            on=sum(on),
            items_sealed=sum(map(bool, on)),
            differing=dict(sorted(differing.items())),
            items_differing=len(items),
        )
