"""Writes what follows from what the rules keep, where it has changed: places, deliveries, drafts, findings."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, case, delete, func, or_, select, tuple_, update

from custody.core.draft import Draft
from custody.core.findings import CATALOGUE, finding_id
from custody.core.resolving import sites_of
from custody.core.standing import DOUBTS, Resolve
from custody.ledger import tables
from custody.ledger.counts import Key, Opened, count_finding, write_counts
from custody.ledger.engine import insert_rows, listed, listed_pairs
from custody.ledger.kept import Kept
from custody.ledger.places import EventAt, Tree, write_places

Group = tuple[str, str]
"""The code and the subject of a finding."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Draft).decode
_OPEN_FROM = func.min(case((tables.drafts.c.closed_by.is_(None), tables.drafts.c.since)))


def write_outcome(connection: Connection, kept: Kept, event_at: EventAt, tree: Tree, resolve: Resolve) -> None:
    """Must come before what is kept is written."""
    resolved = _named_by(connection, kept.resolutions.changed)
    items = kept.tracks.changed | _uncertain_by(connection, resolved)
    write_places(connection, [kept.tracks[item] for item in sorted(items)], event_at, tree, resolve)
    # With what was declared, so that only what has changed differs from what is stored.
    held = {holder: [*map(resolve, drafts)] for holder, drafts in _drafts_by_holder(kept).items()}
    touched = _write_drafts(connection, held, event_at) | resolved | _found_at(connection, tree.stated)
    change: Counter[Key] = Counter()
    before, after = _write_findings(connection, touched, kept, resolve)
    for one in before:
        count_finding(change, one, tree.path_before, -1)
    for one in after:
        count_finding(change, one, tree.path, 1)
    write_counts(connection, change)


def _named_by(connection: Connection, ids: Collection[str]) -> set[Group]:
    """The findings of these ids that there are."""
    named = select(tables.findings.c.code, tables.findings.c.subject).where(tables.findings.c.id.in_(listed(ids)))
    return {(code, subject) for code, subject in connection.execute(named)} if ids else set()


def _found_at(connection: Connection, sites: Collection[str]) -> set[Group]:
    """The findings at these sites."""
    finding, beside = tables.findings.c, tables.elsewhere.c
    also = select(beside.finding).where(beside.site.in_(listed(sites)))
    named = select(finding.code, finding.subject).where(or_(finding.site.in_(listed(sites)), finding.id.in_(also)))
    return {(code, subject) for code, subject in connection.execute(named)} if sites else set()


def _uncertain_by(connection: Connection, groups: Collection[Group]) -> set[str]:
    """The items of which nobody can say who has them while these findings stand."""
    column, doubts = tables.drafts.c, [group for group in groups if group[0] in DOUBTS]
    among = tuple_(column.code, column.subject).in_(listed_pairs(doubts))
    named = select(column.item).where(among, column.item.is_not(None))
    return set(connection.execute(named).scalars()) if doubts else set()


def _drafts_by_holder(kept: Kept) -> dict[str, list[Draft]]:
    held = {item: kept.tracks[item].drafts for item in kept.tracks.changed}
    for key in kept.issuers.changed:
        issuer = kept.issuers[key]
        held[key] = [*issuer.forks, *issuer.gaps(key)]
    held |= {number: kept.reused.get(number) or [] for number in kept.reused.changed}
    for index in kept.noted.changed:
        noted = kept.noted.get(index)
        held[f"#{index}"] = [*noted.own, *noted.beside] if noted else []
    return held


def _write_drafts(connection: Connection, held: dict[str, list[Draft]], event_at: EventAt) -> set[Group]:
    """Writes those that differ from what is stored; returns of which findings they are part."""
    column = tables.drafts.c
    query = select(column.holder, column.number, column.value, column.code, column.subject)
    found = connection.execute(query.where(column.holder.in_(listed(held))))
    stored: dict[tuple[str, int], tuple[bytes, Group]] = {(row[0], row[1]): (row[2], (row[3], row[4])) for row in found}
    rows: list[tuple[Any, ...]] = []
    touched: set[Group] = set()
    for holder, drafts in held.items():
        for number, draft in enumerate(drafts):
            value = _encode(draft)
            before, group = stored.pop((holder, number), (b"", None))
            if value != before:
                rows.append(_row(holder, number, draft, value, event_at))
                touched |= {(draft.code, draft.subject), *([group] if group else [])}
    insert_rows(connection, tables.drafts, sorted(rows, key=lambda row: row[:2]), replace=True)
    if stored:
        gone = tuple_(column.holder, column.number).in_(listed_pairs(stored))
        connection.execute(delete(tables.drafts).where(gone))
    return touched.union(group for _, group in stored.values())


def _row(holder: str, number: int, draft: Draft, value: bytes, event_at: EventAt) -> tuple[Any, ...]:
    sites = sites_of(draft, lambda index: event_at(index).site)
    return (
        holder,
        number,
        draft.code,
        draft.subject,
        draft.item,
        draft.evidence[0],
        " ".join(sites),
        draft.since,
        draft.closed_by,
        value,
    )


def _write_findings(
    connection: Connection, groups: Collection[Group], kept: Kept, resolve: Resolve
) -> tuple[list[Opened], list[Opened]]:
    """What was stored of them, and what is now."""
    if not groups:
        return [], []
    column = tables.drafts.c
    query = select(column.code, column.subject, column.sites, func.min(column.since), _OPEN_FROM)
    named = query.where(tuple_(column.code, column.subject).in_(listed_pairs(groups)))
    found: dict[Group, list[tuple[list[str], int, int | None]]] = {}
    for code, subject, sites, since, open_from in connection.execute(named.group_by(*query.selected_columns[:3])):
        found.setdefault((code, subject), []).append((sites.split(), since, open_from))
    rows, beside, after = [], [], list[Opened]()
    for (code, subject), parts in found.items():
        known = finding_id(code, subject)
        open_from = min((part[2] for part in parts if part[2] is not None), default=None)
        if known in kept.resolutions:
            open_from = _resolve_drafts(connection, (code, subject), resolve)
        site = min(part[0][0] for part in parts)
        rows.append(
            (known, code, subject, CATALOGUE[code].severity.value, site, min(part[1] for part in parts), open_from)
        )
        sites = {one for part in parts for one in part[0]}
        beside += [(known, one) for one in sites - {site}]
        after.append(Opened(code, open_from, sites))
    ids = [finding_id(*group) for group in groups]
    before = list(_stored(connection, ids))
    connection.execute(delete(tables.elsewhere).where(tables.elsewhere.c.finding.in_(listed(ids))))
    insert_rows(connection, tables.elsewhere, sorted(beside))
    gone = [finding_id(*group) for group in set(groups) - found.keys()]
    connection.execute(delete(tables.findings).where(tables.findings.c.id.in_(listed(gone))))
    insert_rows(connection, tables.findings, rows, replace=True)
    return before, after


def _stored(connection: Connection, ids: Collection[str]) -> Iterator[Opened]:
    """The findings of these ids as the tables have them."""
    finding, beside = tables.findings.c, tables.elsewhere.c
    elsewhere: dict[str, list[str]] = {}
    for known, site in connection.execute(select(beside.finding, beside.site).where(beside.finding.in_(listed(ids)))):
        elsewhere.setdefault(known, []).append(site)
    query = select(finding.id, finding.code, finding.open_from, finding.site).where(finding.id.in_(listed(ids)))
    for known, code, open_from, site in connection.execute(query):
        yield Opened(code, open_from, [site, *elsewhere.get(known, [])])


def _resolve_drafts(connection: Connection, group: Group, resolve: Resolve) -> int | None:
    """Lets what is declared of a finding count for its drafts; returns from when it is open."""
    column = tables.drafts.c
    stored = select(column.holder, column.number, column.value).where(
        column.code == group[0], column.subject == group[1]
    )
    standing = []
    for holder, number, value in connection.execute(stored).all():
        draft = _decode(value)
        now = resolve(msgspec.structs.replace(draft, resolved=None, void=[]))
        if now != draft:
            mine = and_(column.holder == holder, column.number == number)
            connection.execute(update(tables.drafts).where(mine).values(value=_encode(now)))
        if now.stands:
            standing.append(now.since)
    return min(standing, default=None)
