"""Writes what follows from what the rules keep, where it has changed: places, deliveries, drafts, findings."""

from collections.abc import Callable, Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, case, delete, func, select, tuple_, update

from custody.core.draft import Draft
from custody.core.findings import CATALOGUE, finding_id
from custody.ledger import tables
from custody.ledger.engine import insert_rows
from custody.ledger.kept import Kept
from custody.ledger.places import EventAt, Tree, in_parts, write_places

Group = tuple[str, str]
"""The code and the subject of a finding."""
Resolve = Callable[[Draft], Draft]
"""A draft with what was declared of it."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Draft).decode
_OPEN_FROM = func.min(case((tables.drafts.c.closed_by.is_(None), tables.drafts.c.since)))


def write_outcome(connection: Connection, kept: Kept, event_at: EventAt, tree: Tree, resolve: Resolve) -> None:
    """Must come before what is kept is written."""
    write_places(connection, [kept.tracks[item] for item in kept.tracks.changed], event_at, tree)
    # With what was declared, so that only what has changed differs from what is stored.
    held = {holder: [*map(resolve, drafts)] for holder, drafts in _drafts_by_holder(kept).items()}
    touched = _write_drafts(connection, held, event_at)
    for part in in_parts(sorted(kept.resolutions.changed)):
        named = select(tables.findings.c.code, tables.findings.c.subject).where(tables.findings.c.id.in_(part))
        touched |= {(code, subject) for code, subject in connection.execute(named)}
    for found in in_parts(sorted(touched)):
        _write_findings(connection, found, kept, resolve)


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
    for part in in_parts(list(held)):
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
    for gone in in_parts(list(stored)):
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


def _write_findings(connection: Connection, groups: Collection[Group], kept: Kept, resolve: Resolve) -> None:
    column = tables.drafts.c
    query = select(column.code, column.subject, func.min(column.site), func.min(column.since), _OPEN_FROM)
    named = query.where(tuple_(column.code, column.subject).in_(groups)).group_by(column.code, column.subject)
    rows = []
    for code, subject, site, since, open_from in connection.execute(named):
        known = finding_id(code, subject)
        if known in kept.resolutions:
            open_from = _resolve_drafts(connection, (code, subject), resolve)  # noqa: PLW2901
        rows.append((known, code, subject, CATALOGUE[code].severity.value, site, since, open_from))
    gone = [finding_id(*group) for group in set(groups).difference((row[1], row[2]) for row in rows)]
    connection.execute(delete(tables.findings).where(tables.findings.c.id.in_(gone)))
    insert_rows(connection, tables.findings, rows, replace=True)


def _resolve_drafts(connection: Connection, group: Group, resolve: Resolve) -> int | None:
    """Lets what is declared of a finding count for its drafts; returns from when it is open."""
    column = tables.drafts.c
    stored = select(column.holder, column.number, column.value).where(
        column.code == group[0], column.subject == group[1]
    )
    standing = []
    for holder, number, value in connection.execute(stored).all():
        draft = _decode(value)
        now = resolve(msgspec.structs.replace(draft, resolved=None))
        if now != draft:
            mine = and_(column.holder == holder, column.number == number)
            connection.execute(update(tables.drafts).where(mine).values(value=_encode(now)))
        if now.stands:
            standing.append(now.since)
    return min(standing, default=None)
