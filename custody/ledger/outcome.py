"""Writes what follows from what the rules keep, where it has changed: places, deliveries, drafts, findings."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, case, delete, func, select, tuple_

from custody.core.draft import Draft
from custody.core.event import Event
from custody.core.findings import CATALOGUE, finding_id
from custody.core.item import Track
from custody.core.standing import deliveries, place
from custody.ledger import tables
from custody.ledger.engine import insert_rows
from custody.ledger.kept import AT_ONCE, Kept

Group = tuple[str, str]
"""The code and the subject of a finding."""
EventAt = Callable[[int], Event]
"""The event at an index."""

_encode = msgspec.msgpack.Encoder().encode
_OPEN_FROM = func.min(case((tables.drafts.c.closed_by.is_(None), tables.drafts.c.since)))


def write_outcome(connection: Connection, kept: Kept, event_at: EventAt) -> None:
    """Must come before what is kept is written."""
    _write_places(connection, kept, event_at)
    touched = _write_drafts(connection, _drafts_by_holder(kept), event_at)
    for part in _in_parts(sorted(kept.resolutions.changed)):
        named = select(tables.findings.c.code, tables.findings.c.subject).where(tables.findings.c.id.in_(part))
        touched |= {(code, subject) for code, subject in connection.execute(named)}
    for found in _in_parts(sorted(touched)):
        _write_findings(connection, found, kept)


def _write_places(connection: Connection, kept: Kept, event_at: EventAt) -> None:
    changed = [kept.tracks[item] for item in kept.tracks.changed]
    rows = [
        (track.id, track.item.kind, *msgspec.structs.astuple(place(track)), _device(track, event_at))
        for track in changed
    ]
    insert_rows(connection, tables.items, rows, replace=True)
    planned = [track for track in changed if track.plans]
    for part in _in_parts([track.id for track in planned]):
        connection.execute(delete(tables.deliveries).where(tables.deliveries.c.item.in_(part)))
    ways = [msgspec.structs.astuple(one) for track in planned for one in deliveries(track)]
    insert_rows(connection, tables.deliveries, ways)


def _device(track: Track, event_at: EventAt) -> str | None:
    item = track.item
    if item.last is None or item.retired or item.container is not None or item.to is not None:
        return None
    return event_at(item.last.index).issuer


def _drafts_by_holder(kept: Kept) -> dict[str, list[Draft]]:
    held = {item: kept.tracks[item].drafts for item in kept.tracks.changed}
    for key in kept.issuers.changed:
        issuer = kept.issuers[key]
        held[key] = [*issuer.forks, *issuer.gaps(key)]
    for index in kept.noted.changed:
        noted = kept.noted.get(index)
        held[f"#{index}"] = [*noted.own, *noted.beside] if noted else []
    return held


def _write_drafts(connection: Connection, held: dict[str, list[Draft]], event_at: EventAt) -> set[Group]:
    """Writes those that differ from what is stored; returns of which findings they are part."""
    column = tables.drafts.c
    stored: dict[tuple[str, int], tuple[bytes, Group]] = {}
    for part in _in_parts(list(held)):
        query = select(column.holder, column.number, column.value, column.code, column.subject)
        for holder, number, value, code, subject in connection.execute(query.where(column.holder.in_(part))):
            stored[holder, number] = value, (code, subject)
    rows: list[tuple[Any, ...]] = []
    touched: set[Group] = set()
    for holder, drafts in held.items():
        for number, draft in enumerate(drafts):
            value = _encode(draft)
            before, group = stored.pop((holder, number), (b"", None))
            if value != before:
                rows.append(_row(holder, number, draft, value, event_at))
                touched |= {(draft.code, draft.subject), *([group] if group else [])}
    insert_rows(connection, tables.drafts, rows, replace=True)
    for gone in _in_parts(list(stored)):
        connection.execute(delete(tables.drafts).where(tuple_(column.holder, column.number).in_(gone)))
    return touched.union(group for _, group in stored.values())


def _row(holder: str, number: int, draft: Draft, value: bytes, event_at: EventAt) -> tuple[Any, ...]:
    cause = draft.evidence[0]
    site = draft.facts["to"] if draft.code in ("late", "at-risk") else event_at(cause).site
    return (
        holder,
        number,
        draft.code,
        draft.subject,
        draft.item,
        cause,
        site,
        draft.since,
        draft.closed_by,
        value,
    )


def _write_findings(connection: Connection, groups: Collection[Group], kept: Kept) -> None:
    column = tables.drafts.c
    query = select(column.code, column.subject, func.min(column.site), func.min(column.since), _OPEN_FROM)
    named = query.where(tuple_(column.code, column.subject).in_(groups)).group_by(column.code, column.subject)
    rows = []
    for code, subject, site, since, open_from in connection.execute(named):
        known = finding_id(code, subject)
        if open_from is not None and known in kept.resolutions:
            began_later = column.since > kept.resolutions[known].time
            mine = and_(column.code == code, column.subject == subject, column.closed_by.is_(None), began_later)
            open_from = connection.execute(select(func.min(column.since)).where(mine)).scalar_one()  # noqa: PLW2901
        rows.append((known, code, subject, CATALOGUE[code].severity.value, site, since, open_from))
    gone = [finding_id(*group) for group in set(groups).difference((row[1], row[2]) for row in rows)]
    connection.execute(delete(tables.findings).where(tables.findings.c.id.in_(gone)))
    insert_rows(connection, tables.findings, rows, replace=True)


def _in_parts(values: list[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(values), AT_ONCE):
        yield values[at : at + AT_ONCE]
