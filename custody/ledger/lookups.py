"""Answers from the follower's tables, about the first `followed` entries of the log at an instant.

What a page asks again and again is put together once: to do that costs SQLAlchemy more than SQLite the answer.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import structlog
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, or_, select, union

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
_IS_CERTAIN = or_(items.c.uncertain_from.is_(None), items.c.uncertain_from > bindparam("now"))
_HELD = select(items.c.item).where(items.c.custodian == bindparam("handler"), items.c.retired == 0, _IS_CERTAIN)
_LEFT = select(items.c.item).where(items.c.device == bindparam("device"))


def _page(query: Select[Any], key: Any) -> Select[Any]:
    return query.where(key > bindparam("after")).order_by(key).limit(bindparam("limit"))


def _at_site() -> Select[Any]:
    """What a site holds and expects, a page of it."""
    parts = [
        select(items.c.item).where(items.c.site == bindparam("site"), _HERE, _IS_CERTAIN),
        select(items.c.item).where(items.c.to == bindparam("site")),
        select(deliveries.c.item).where(deliveries.c.to == bindparam("site"), deliveries.c.delivered == 0).distinct(),
    ]
    # Each part is cut short by itself: a page costs the same however much the site holds.
    pages = [_page(part, part.selected_columns.item).subquery() for part in parts]
    named = union(*(select(page.c.item) for page in pages)).subquery()
    return _page(select(named.c.item), named.c.item)


def _items_at(named: Select[Any], *due_at: ColumnElement[bool]) -> Select[Any]:
    owed = select(func.min(deliveries.c.due)).where(deliveries.c.item == items.c.item, deliveries.c.delivered == 0)
    due = owed.where(*due_at).scalar_subquery()
    return select(items.c.item, items.c.kind, due, *_PLACE).where(items.c.item.in_(named)).order_by(items.c.item)


_TRACK_OF = select(tracks.c.value).where(tracks.c.item == bindparam("item"))
_PLACE_OF = select(*_PLACE).where(items.c.item == bindparam("item"))
_SITE_OF = select(sites).where(sites.c.site == bindparam("site"))
_ITEMS_AT = _items_at(_at_site(), deliveries.c.to == bindparam("site"))
_ITEMS_HELD = _items_at(_page(_HELD, items.c.item))
_ITEMS_LEFT = _page(_LEFT, items.c.item)
_COUNT_HELD, _COUNT_LEFT = (select(func.count()).select_from(query.subquery()) for query in (_HELD, _LEFT))


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
        value = self.connection.execute(_TRACK_OF, {"item": item}).scalar_one_or_none()
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
        return self.connection.execute(_SITE_OF, {"site": site}).one_or_none()

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
        return self._items(_ITEMS_AT, site=site, after=after, limit=limit, now=self.now)

    def held_by(self, handler: str, after: str, limit: int) -> list[ItemAt]:
        """What a handler holds: items above `after`, by id."""
        return self._items(_ITEMS_HELD, handler=handler, after=after, limit=limit, now=self.now)

    def count_held_by(self, handler: str) -> int:
        return int(self.connection.execute(_COUNT_HELD, {"handler": handler, "now": self.now}).scalar_one())

    def left_at(self, keyid: str, after: str, limit: int) -> Held:
        """What a device recorded last and is still there: its items above `after`, by id, at most `limit`."""
        page = {"device": keyid, "after": after, "limit": limit + 1}
        found = list(self.connection.execute(_ITEMS_LEFT, page).scalars())
        return Held(
            followed=self.followed,
            now=self.now,
            holds=int(self.connection.execute(_COUNT_LEFT, {"device": keyid}).scalar_one()),
            items=found[:limit],
            next=found[limit - 1] if len(found) > limit else None,
        )

    def state(self, track: Track) -> ItemState:
        """The state of an item that the log has something of."""
        return item_state(track, self.track, self.now, self._place)

    def track(self, item: str) -> Track:
        """Of an item that the log has something of."""
        return _decode_track(self.connection.execute(_TRACK_OF, {"item": item}).scalar_one())

    def _place(self, track: Track) -> Place:
        return Place(*self.connection.execute(_PLACE_OF, {"item": track.id}).one())

    def _items(self, query: Select[Any], **asked: str | int) -> list[ItemAt]:
        return [self._item_at(row) for row in self.connection.execute(query, asked)]

    def _item_at(self, row: Sequence[Any]) -> ItemAt:
        place = Place(*row[3:])
        return ItemAt(row[0], row[1], place.status(self.now), place.site, place.custodian, place.to, due=row[2])
