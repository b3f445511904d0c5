"""Answers from the follower's tables, about the first `followed` entries of the log at an instant."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import structlog
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, union

from custody.core.errors import Unavailable
from custody.core.item import Track
from custody.core.standing import ItemState, Place, item_state
from custody.ledger.engine import DAMAGE, open_reader
from custody.ledger.tables import (
    FILE,
    deliveries,
    item_events,
    items,
    photographs,
    progress,
    sites,
    tracks,
)
from custody.ledger.views import Held, ItemAt

_log = structlog.get_logger(__name__)
_decode_track = msgspec.msgpack.Decoder(Track).decode
_PLACE = [items.c[name] for name in Place.__struct_fields__]
_HERE = and_(items.c.on_the_way == 0, items.c.planned == 0, items.c.retired == 0)
_SELECT_PLACE = select(*_PLACE)


class Lookups:
    """The tables, to read only."""

    def __init__(self, folder: Path, connections: int) -> None:
        self._engine = open_reader(folder / FILE, connections)

    @contextmanager
    def at(self, now: int) -> Iterator["Looking"]:
        """One state of the tables, at an instant. Raises Unavailable while they are not there."""
        try:
            with self._engine.connect() as connection:
                yield Looking(connection, now)
        except DAMAGE as error:
            _log.warning("the follower's tables do not answer", reason=str(error))
            raise Unavailable(
                "the tables are not ready", got=getattr(error, "orig", error), remedy="Try again in a moment."
            ) from error

    def renewed(self) -> None:
        """The tables are other ones from now on. Idempotent, and the way to close them."""
        self._engine.dispose()


class Looking:
    """What can be asked in one transaction."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        self.now = now
        self._names: dict[str, str] = {}

    @cached_property
    def followed(self) -> int:
        return int(self.connection.execute(select(progress.c.followed)).scalar_one())

    def item(self, item: str) -> ItemState | None:
        """The state of an item; None if the log has nothing of it."""
        value = self.connection.execute(select(tracks.c.value).where(tracks.c.item == item)).scalar_one_or_none()
        return None if value is None else self.state(_decode_track(value))

    def item_events(self, item: str, after: int, limit: int) -> list[int]:
        """Indexes above `after` of the entries that touch an item, ascending."""
        query = select(item_events.c.index).where(item_events.c.item == item, item_events.c.index > after)
        return list(self.connection.execute(query.order_by(item_events.c.index).limit(limit)).scalars())

    def names_photograph(self, hash_: str) -> bool:
        """Whether an event names this hash as a photograph's."""
        query = select(photographs.c.hash).where(photographs.c.hash == hash_)
        return self.connection.execute(query).first() is not None

    def site(self, site: str) -> Row[Any] | None:
        """Its row; None for a site that no statement has stated."""
        return self.connection.execute(select(sites).where(sites.c.site == site)).one_or_none()

    def name_of(self, site: str) -> str:
        """What a site is called; its id if no statement has stated it."""
        if site not in self._names:
            row = self.site(site)
            self._names[site] = site if row is None else str(row.name)
        return self._names[site]

    def learn_names(self, named: Collection[str]) -> None:
        """What these are called will be asked for: `name_of` need not look for each by itself."""
        query = select(sites.c.site, sites.c.name).where(sites.c.site.in_(named))
        self._names |= {row[0]: row[1] for row in self.connection.execute(query)}

    def site_items(self, site: str, after: str, limit: int) -> list[ItemAt]:
        """What a site holds and expects: items above `after`, by id."""
        parts = [
            select(items.c.item).where(items.c.site == site, _HERE, self._is_certain()),
            select(items.c.item).where(items.c.to == site),
            select(deliveries.c.item).where(deliveries.c.to == site, deliveries.c.delivered == 0).distinct(),
        ]
        # Each part is cut short by itself: a page costs the same however much the site holds.
        pages = [_page(part, part.selected_columns.item, after, limit).subquery() for part in parts]
        named = union(*(select(page.c.item) for page in pages)).subquery()
        return self._items_at(_page(select(named.c.item), named.c.item, after, limit), site)

    def held_by(self, handler: str, after: str, limit: int) -> list[ItemAt]:
        """What a handler holds: items above `after`, by id."""
        named = select(items.c.item).where(self._held_by(handler))
        return self._items_at(_page(named, items.c.item, after, limit), None)

    def count_held_by(self, handler: str) -> int:
        return self._count(select(func.count()).where(self._held_by(handler)))

    def left_at(self, keyid: str, after: str, limit: int) -> Held:
        """What a device recorded last and is still there: its items above `after`, by id, at most `limit`."""
        here = items.c.device == keyid
        page = _page(select(items.c.item).where(here), items.c.item, after, limit + 1)
        found = list(self.connection.execute(page).scalars())
        return Held(
            followed=self.followed,
            now=self.now,
            holds=self._count(select(func.count()).where(here)),
            items=found[:limit],
            next=found[limit - 1] if len(found) > limit else None,
        )

    def state(self, track: Track) -> ItemState:
        """The state of an item that the log has something of."""
        return item_state(track, self.track, self.now, self._place)

    def track(self, item: str) -> Track:
        """Of an item that the log has something of."""
        value = self.connection.execute(select(tracks.c.value).where(tracks.c.item == item)).scalar_one()
        return _decode_track(value)

    def _count(self, query: Select[Any]) -> int:
        return int(self.connection.execute(query).scalar_one())

    def _held_by(self, handler: str) -> ColumnElement[bool]:
        return and_(items.c.custodian == handler, items.c.retired == 0, self._is_certain())

    def _is_certain(self) -> ColumnElement[bool]:
        return or_(items.c.uncertain_from.is_(None), items.c.uncertain_from > self.now)

    def _place(self, track: Track) -> Place:
        return Place(*self.connection.execute(_SELECT_PLACE.where(items.c.item == track.id)).one())

    def _items_at(self, named: Select[Any], site: str | None) -> list[ItemAt]:
        due = select(func.min(deliveries.c.due)).where(deliveries.c.item == items.c.item, deliveries.c.delivered == 0)
        if site is not None:
            due = due.where(deliveries.c.to == site)
        query = select(items.c.item, items.c.kind, due.scalar_subquery(), *_PLACE).where(items.c.item.in_(named))
        return [self._item_at(row) for row in self.connection.execute(query.order_by(items.c.item))]

    def _item_at(self, row: Sequence[Any]) -> ItemAt:
        place = Place(*row[3:])
        return ItemAt(row[0], row[1], place.status(self.now), place.site, place.custodian, place.to, due=row[2])


def _page(query: Select[Any], key: Any, after: str, limit: int) -> Select[Any]:
    return query.where(key > after).order_by(key).limit(limit)
