"""Answers from the follower's tables, about the first `followed` entries of the log at an instant."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import structlog
from sqlalchemy import CTE, ColumnElement, Connection, Row, Select, and_, case, func, literal, or_, select, union

from custody.core.errors import Unavailable
from custody.core.item import Track
from custody.core.standing import ItemState, Place, item_state
from custody.ledger.engine import DAMAGE, open_reader
from custody.ledger.tables import (
    FILE,
    deliveries,
    findings,
    item_events,
    items,
    photographs,
    progress,
    sites,
    tracks,
)
from custody.ledger.views import Deliveries, Held, ItemAt, Overview, SiteCounts

_log = structlog.get_logger(__name__)
_decode_track = msgspec.msgpack.Decoder(Track).decode
_PLACE = [items.c[name] for name in Place.__struct_fields__]
_HERE = and_(items.c.to.is_(None), items.c.planned == 0, items.c.retired == 0)


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

    @cached_property
    def followed(self) -> int:
        return int(self.connection.execute(select(progress.c.followed)).scalar_one())

    def item(self, item: str) -> ItemState | None:
        """The state of an item; None if the log has nothing of it."""
        return item_state(self._track(item), self._track, self.now) if self._has(item) else None

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

    def subtree(self, site: str) -> CTE:
        """A site and all below it."""
        below = select(literal(site).label("site")).cte("below", recursive=True)
        return below.union(select(sites.c.site).join(below, sites.c.parent == below.c.site))

    def subtree_size(self, site: str) -> int:
        return self._count(select(func.count()).select_from(self.subtree(site)))

    def site_counts(self, site: str, *, subtree: bool = False) -> SiteCounts:
        """Of a site by itself or with all below it."""
        among: Any = select(self.subtree(site).c.site) if subtree else [site]
        coming = union(
            select(items.c.item).where(items.c.to.in_(among)), select(deliveries.c.item).where(self._owed(among))
        ).subquery()
        overdue = select(deliveries.c.item).where(self._owed(among), deliveries.c.due <= self.now).distinct()
        return SiteCounts(
            holds=self._count(select(func.count()).where(items.c.site.in_(among), _HERE)),
            expects=self._count(select(func.count()).select_from(coming)),
            overdue=self._count(select(func.count()).select_from(overdue.subquery())),
        )

    def site_items(self, site: str, after: str, limit: int) -> list[ItemAt]:
        """What a site holds and expects: items above `after`, by id."""
        parts = [
            select(items.c.item).where(items.c.site == site, _HERE),
            select(items.c.item).where(items.c.to == site),
            select(deliveries.c.item).where(self._owed([site])).distinct(),
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

    def deliveries(self, site: str | None) -> Deliveries:
        """All to a site and those below it (None: all)."""
        query = select(literal(None), *self._by_status()).select_from(deliveries)
        return _deliveries(self.connection.execute(self._to_subtree(query, site)).one())

    def deliveries_by_site(self, site: str | None, after: str, limit: int) -> list[Deliveries]:
        """Those to each destination above `after`, by its id."""
        query = self._to_subtree(select(deliveries.c.to, *self._by_status()), site).group_by(deliveries.c.to)
        return [_deliveries(row) for row in self.connection.execute(_page(query, deliveries.c.to, after, limit))]

    def overview(self, size: int) -> Overview:
        """All in figures; `size` is the log's."""
        return Overview(
            size=size,
            followed=self.followed,
            now=self.now,
            items=self._items_by_status(),
            deliveries=self.deliveries(None),
            findings=self._open_by_severity(),
        )

    def _items_by_status(self) -> dict[Any, int]:
        uncertain = items.c.uncertain_from <= self.now
        status = case(
            (items.c.retired == 1, "retired"),
            (items.c.container.is_not(None), "contained"),
            (uncertain, "uncertain"),
            (items.c.planned == 1, "planned"),
            (items.c.to.is_(None), "held"),
            else_="in-transit",
        ).label("status")
        return {row[0]: row[1] for row in self.connection.execute(select(status, func.count()).group_by(status))}

    def _open_by_severity(self) -> dict[Any, int]:
        query = select(findings.c.severity, func.count()).where(is_open(self.now)).group_by(findings.c.severity)
        return {row[0]: row[1] for row in self.connection.execute(query)}

    def _has(self, item: str) -> bool:
        return self.connection.execute(select(items.c.item).where(items.c.item == item)).first() is not None

    def _track(self, item: str) -> Track:
        value = self.connection.execute(select(tracks.c.value).where(tracks.c.item == item)).scalar_one()
        return _decode_track(value)

    def _count(self, query: Select[Any]) -> int:
        return int(self.connection.execute(query).scalar_one())

    def _owed(self, among: Any) -> ColumnElement[bool]:
        return and_(deliveries.c.to.in_(among), deliveries.c.delivered == 0)

    def _held_by(self, handler: str) -> ColumnElement[bool]:
        return and_(items.c.custodian == handler, items.c.retired == 0)

    def _items_at(self, named: Select[Any], site: str | None) -> list[ItemAt]:
        due = select(func.min(deliveries.c.due)).where(deliveries.c.item == items.c.item, deliveries.c.delivered == 0)
        if site is not None:
            due = due.where(deliveries.c.to == site)
        query = select(items.c.item, items.c.kind, due.scalar_subquery(), *_PLACE).where(items.c.item.in_(named))
        return [self._item_at(row) for row in self.connection.execute(query.order_by(items.c.item))]

    def _item_at(self, row: Sequence[Any]) -> ItemAt:
        place = Place(*row[3:])
        return ItemAt(row[0], row[1], place.status(self.now), place.site, place.custodian, place.to, due=row[2])

    def _to_subtree(self, query: Select[Any], site: str | None) -> Select[Any]:
        return query if site is None else query.where(deliveries.c.to.in_(select(self.subtree(site).c.site)))

    def _by_status(self) -> list[ColumnElement[Any]]:
        owed = deliveries.c.delivered == 0
        late = and_(owed, deliveries.c.due <= self.now)
        at_risk = and_(owed, deliveries.c.due > self.now, deliveries.c.risk_from <= self.now)
        on_time = and_(
            owed,
            deliveries.c.due > self.now,
            or_(deliveries.c.risk_from.is_(None), deliveries.c.risk_from > self.now),
        )
        counts = [func.count(case((one, 1))) for one in (deliveries.c.delivered == 1, on_time, at_risk, late)]
        return [*counts, func.min(case((owed, deliveries.c.due)))]


def is_open(now: int) -> ColumnElement[bool]:
    """Which findings are open at an instant."""
    return findings.c.open_from <= now


def _page(query: Select[Any], key: Any, after: str, limit: int) -> Select[Any]:
    return query.where(key > after).order_by(key).limit(limit)


def _deliveries(row: Sequence[Any]) -> Deliveries:
    return Deliveries(*row)
