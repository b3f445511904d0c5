"""What is planned for an item (FORMAT.md, "Plan")."""

from msgspec import Struct

from custody.core.planning import Plan, Planned, Way


class Itinerary(Struct, frozen=True, gc=False):
    """An item's plan: the roster statement (entry `index`, its `id`, and from when it counts), and its ways in order.

    `numbers` are the ways' places in the statement: who shares a way shares a delivery.
    """

    index: int
    id: str
    since: int
    planned: Planned
    ways: list[Way]
    numbers: list[int]

    def subject(self, way: int) -> str:
        """What is late if this delivery is: all that go the same way."""
        return f"{self.id}/{self.numbers[way]}"

    def way(self, gone: int) -> Way | None:
        """The way that is next once `gone` have been gone; None after the last."""
        return self.ways[gone] if gone < len(self.ways) else None


def itineraries(index: int, statement_id: str, since: int, plan: Plan) -> dict[str, Itinerary]:
    """The plan of each item that a roster statement plans; `since`: when the log received it, Unix ms."""
    return {
        one.item: Itinerary(index, statement_id, since, one, [plan.ways[n] for n in one.ways], one.ways)
        for one in plan.items
    }


def stops(way: Way) -> list[str]:
    """The sites of a way, in order, its destination last."""
    return [*way.via, way.to]
