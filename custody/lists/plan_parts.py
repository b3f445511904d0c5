"""A plan as few statements: as many deliveries in each as its bytes allow, the items of one delivery together."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

import msgspec
from msgspec.structs import replace

from custody.core.head import MAX_PAYLOAD
from custody.core.planning import Planned, Way
from custody.lists.plan import Journey

MAX_BYTES = MAX_PAYLOAD - 1024
"""For ways and items: a head with one signer takes less than the rest, whatever the log's name."""
MAX_WAYS, MAX_ITEMS = 1000, 2000


class Part:
    """The ways and items of one plan statement."""

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self.items: list[Planned] = []
        self._numbers: dict[tuple[str, ...], int] = {}
        self._bytes = 0

    def takes(self, journeys: Sequence[Journey]) -> bool:
        """Adds all of them, if they fit, or none."""
        new = {key: way for one in journeys for key, way in zip(reversed(one.route), one.ways, strict=True)}
        new = {key: way for key, way in new.items() if key not in self._numbers}
        size = self._bytes + sum(map(_size, new.values())) + sum(_size_with_indexes(one) for one in journeys)
        if size > MAX_BYTES or len(self.ways) + len(new) > MAX_WAYS or len(self.items) + len(journeys) > MAX_ITEMS:
            return False
        for key, way in new.items():
            self._numbers[key] = len(self.ways)
            self.ways.append(way)
        for one in journeys:
            self.items.append(replace(one.planned, ways=[self._numbers[key] for key in reversed(one.route)]))
        self._bytes = size
        return True


def deliveries(journeys: Sequence[Journey]) -> list[list[Journey]]:
    """The items that go the same ways, together; deliveries that end at the same place and time are neighbours."""
    return [list(together) for _, together in groupby(sorted(journeys, key=attrgetter("route")), attrgetter("route"))]


def changed(journeys: Sequence[Journey], known: Mapping[str, Journey]) -> list[list[Journey]]:
    """The deliveries of which something is not as it is known, by item; each whole, for it stands in one statement."""
    return [group for group in deliveries(journeys) if any(known.get(one.planned.item) != one for one in group)]


def split(groups: Sequence[Sequence[Journey]]) -> list[Part]:
    """The statements that state these deliveries; only a delivery that is too large for one is divided."""
    parts = [Part()]
    for group in groups:
        if parts[-1].takes(group):
            continue
        if parts[-1].items:
            parts.append(Part())
        if not parts[-1].takes(group):
            _divide(group, parts)
    return parts


def _divide(group: Sequence[Journey], parts: list[Part]) -> None:
    for one in group:
        if not parts[-1].takes([one]):
            parts.append(Part())
            parts[-1].takes([one])


def _size(value: Way | Planned) -> int:
    return len(msgspec.json.encode(value)) + 1


def _size_with_indexes(one: Journey) -> int:
    return _size(replace(one.planned, ways=[MAX_WAYS - 1] * len(one.ways)))
