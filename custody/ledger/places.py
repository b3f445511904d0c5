"""Writes where items are and what of their plans is done, where that has changed, and counts it by site."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy import Connection, delete, or_, select

from custody.core.event import Event
from custody.core.item import Track
from custody.core.standing import Delivery, Place, Resolve, deliveries, place
from custody.ledger import tables
from custody.ledger.counts import Key, Path, Stand, count_items, count_site, write_counts
from custody.ledger.engine import insert_rows, listed

EventAt = Callable[[int], Event]
"""The event at an index."""
_Alike = tuple[tuple[Any, ...], tuple[tuple[Any, ...], ...]]
"""A place and deliveries as rows have them, without the item."""
_PLACE = slice(2, 2 + len(Place.__struct_fields__))
"""Where the place stands in a row of `items`."""


class Tree(Struct, frozen=True):
    """`path` of sites as they are now; `stated`: those that the tables do not have yet. Nothing can be below them."""

    path: Path
    stated: Collection[str]

    def path_before(self, site: str) -> Sequence[str]:
        return (site,) if site in self.stated else self.path(site)


class _Rows(Struct, frozen=True):
    """An item in the tables: its row, and those of its deliveries."""

    item: tuple[Any, ...]
    ways: list[tuple[Any, ...]] = []

    @property
    def alike(self) -> _Alike:
        """The same of all items that stand as this one: most that move together do."""
        return self.item[_PLACE], tuple(way[1:] for way in self.ways)


def write_places(
    connection: Connection, changed: Iterable[Track], event_at: EventAt, tree: Tree, resolve: Resolve
) -> None:
    """What these tracks come to."""
    after = {track.id: _rows(track, event_at, resolve) for track in changed}
    moved = _items_at(connection, tree.stated)
    before = _stored(connection, moved | after.keys())
    were: Counter[_Alike] = Counter()
    are: Counter[_Alike] = Counter()
    for item in before.keys() | after.keys():
        old = before.get(item)
        new = after.get(item, old)
        if new == old and item not in moved:
            continue
        if old is not None:
            were[old.alike] += 1
        if new is not None:
            are[new.alike] += 1
    _replace(connection, before, {item: rows for item, rows in after.items() if rows != before.get(item)})
    _count(connection, were, are, tree)


def _count(connection: Connection, were: Counter[_Alike], are: Counter[_Alike], tree: Tree) -> None:
    change: Counter[Key] = Counter()
    for site in tree.stated:
        count_site(change, site, tree.path)
    for alike, number in were.items():
        count_items(change, _stand(alike), tree.path_before, -number)
    for alike, number in are.items():
        count_items(change, _stand(alike), tree.path, number)
    write_counts(connection, change)


def _stand(alike: _Alike) -> Stand:
    place_, ways = alike
    return Stand(Place(*place_), [Delivery("", *way) for way in ways])


def _rows(track: Track, event_at: EventAt, resolve: Resolve) -> _Rows:
    row = (track.id, track.item.kind, *astuple(place(track, resolve)), _device(track, event_at))
    return _Rows(row, [astuple(one) for one in deliveries(track)])


def _device(track: Track, event_at: EventAt) -> str | None:
    item = track.item
    if item.last is None or item.retired or item.container is not None or item.on_the_way:
        return None
    return event_at(item.last.index).issuer


def _items_at(connection: Connection, sites: Collection[str]) -> set[str]:
    """The items that are at these sites or on the way there."""
    items, named = tables.items.c, listed(sites)
    query = select(items.item).where(or_(items.site.in_(named), items.to.in_(named)))
    return set(connection.execute(query).scalars()) if sites else set()


def _stored(connection: Connection, items: Collection[str]) -> dict[str, _Rows]:
    """What the tables have of these."""
    named, ways = listed(items), tables.deliveries.c
    places = connection.execute(select(tables.items).where(tables.items.c.item.in_(named)))
    found = {row[0]: _Rows(tuple(row), []) for row in places}
    query = select(tables.deliveries).where(ways.item.in_(named)).order_by(ways.item, ways.way)
    for row in connection.execute(query):
        found[row[0]].ways.append(tuple(row))
    return found


def _replace(connection: Connection, before: Mapping[str, _Rows], after: Mapping[str, _Rows]) -> None:
    insert_rows(connection, tables.items, [rows.item for rows in after.values()], replace=True)
    planned = [item for item, rows in before.items() if rows.ways and item in after]
    if planned:
        connection.execute(delete(tables.deliveries).where(tables.deliveries.c.item.in_(listed(planned))))
    insert_rows(connection, tables.deliveries, [way for rows in after.values() for way in rows.ways])
