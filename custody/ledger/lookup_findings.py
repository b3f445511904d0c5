"""Findings from the follower's tables: which there are, and all about those that are asked for."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import ColumnElement, Connection, literal, not_, or_, select, tuple_, union_all

from custody.core.draft import Draft
from custody.core.findings import CATALOGUE, Severity, finding_id
from custody.core.judgement import Finding, explained_by
from custody.core.judgement import findings as put_together
from custody.core.resolving import OF_CHAINS
from custody.core.trusted import State
from custody.ledger import tables
from custody.ledger.engine import listed, listed_pairs
from custody.ledger.lookup_counts import subtree_size
from custody.ledger.lookups import Looking
from custody.ledger.views import FindingView
from custody.readable import finding_text

Group = tuple[str, str]
"""The code and the subject of a finding."""

FEW = 2000
"""Findings of a subtree that are picked out by where they were found."""
FEW_SITES = 10_000
"""Sites that are asked one by one what was found there."""

_decode_draft = msgspec.msgpack.Decoder(Draft).decode


class Wanted(Struct, frozen=True):
    """Which findings: all members that are not None must hold. `since`: found to hold at this instant or later.

    `after`: (since, id) of the last one of the page before.
    """

    code: str | None = None
    severity: Severity | None = None
    site: str | None = None
    item: str | None = None
    open: bool | None = None
    since: int | None = None
    after: tuple[int, str] | None = None


class Sought(NamedTuple):
    """Columns as the table of findings has them, and what a row must fulfil, whatever page it stands on."""

    column: Any
    fits: list[ColumnElement[bool]]


def find(looking: Looking, wanted: Wanted, limit: int) -> list[FindingView]:
    """The oldest first, then by id: in the order that `after` goes by."""
    column, fits = sought(looking, wanted)
    query = select(column.code, column.subject).where(*fits)
    if wanted.after is not None:
        query = query.where(tuple_(column.since, column.id) > wanted.after)
    query = query.order_by(column.since, column.id).limit(limit)
    found = views(looking, [(row[0], row[1]) for row in looking.connection.execute(query)])
    return sorted(found, key=lambda one: (one.since, one.id))


def by_id(looking: Looking, ids: Collection[str]) -> list[FindingView]:
    """Those of these that there are at this instant."""
    column = tables.findings.c
    query = select(column.code, column.subject).where(column.id.in_(listed(ids)), column.since <= looking.now)
    return views(looking, [(row[0], row[1]) for row in looking.connection.execute(query)])


def answered_for(looking: Looking, finding: str, roster: State) -> set[str | None]:
    """The sites that who closes a finding has to answer for (custody.core.resolving); none if there is no finding."""
    found = by_id(looking, [finding])
    if not found:
        return set()
    if found[0].code in OF_CHAINS:
        return {roster.keys[str(part.facts["issuer"])].site for part in found[0].parts}
    beside = select(tables.elsewhere.c.site).where(tables.elsewhere.c.finding == finding)
    return {found[0].site, *looking.connection.execute(beside).scalars()}


def sought(looking: Looking, wanted: Wanted, among: Collection[str] | None = None) -> Sought:
    """Where to look for what is wanted, and how it is told. `among`: only findings of these ids are looked at."""
    picked, asked = _picked(looking, wanted) if among is None else (tables.findings.c.id.in_(listed(among)), wanted)
    # Materialised: the few that are picked are looked at, and not all of their severity, which has an index too.
    few = None if picked is None else select(tables.findings).where(picked).cte("few").prefix_with("MATERIALIZED")
    column: Any = tables.findings.c if few is None else few.c
    fits = [column.since <= looking.now]
    if wanted.code is not None:
        # All of one code are of one severity, and in that part of an index.
        fits += [column.code == wanted.code, column.severity == CATALOGUE[wanted.code].severity.value]
    if wanted.severity is not None:
        fits.append(column.severity == wanted.severity.value)
    if asked.item is not None:
        fits.append(_is_about(looking, column, asked.item))
    if asked.site is not None:
        fits.append(_found_at(column, asked.site))
    if wanted.open is not None:
        held = column.open_from <= looking.now
        fits.append(held if wanted.open else not_(held) | column.open_from.is_(None))
    if wanted.since is not None:
        fits.append(column.since >= wanted.since)
    return Sought(column, fits)


def _picked(looking: Looking, wanted: Wanted) -> tuple[ColumnElement[bool] | None, Wanted]:
    """Those about an item, or found in a subtree: unless there are many, which are met soon on any way. And what is
    asked of them beside that."""
    column = tables.findings.c
    if wanted.item is not None:
        return _is_about(looking, column, wanted.item), replace(wanted, item=None)
    if wanted.site is None or subtree_size(looking, wanted.site) > FEW_SITES:
        return None, wanted
    beside = tables.elsewhere.c
    below = union_all(select(literal(wanted.site)), select(tables.within.c.below).where(_is_below(wanted.site)))
    found = set[str]()
    for id_, site in ((column.id, column.site), (beside.finding, beside.site)):
        found.update(looking.connection.execute(select(id_).where(site.in_(below)).limit(FEW + 1)).scalars())
    return (column.id.in_(listed(found)), replace(wanted, site=None)) if len(found) <= FEW else (None, wanted)


def _is_about(looking: Looking, column: Any, item: str) -> ColumnElement[bool]:
    draft = tables.drafts.c
    about = select(draft.code, draft.subject).where(draft.item == item, draft.since <= looking.now)
    return tuple_(column.code, column.subject).in_(about)


def _found_at(column: Any, site: str) -> ColumnElement[bool]:
    """Whether it was found at this site or below it."""
    beside = tables.elsewhere.c
    also = select(beside.site).where(beside.finding == column.id, _lies(beside.site, site))
    return or_(_lies(column.site, site), also.exists())


def _lies(column: ColumnElement[Any], site: str) -> ColumnElement[bool]:
    """Whether a site is this one, or below it."""
    below = tables.within.c
    # Looked up for each in turn, until the page is full: of a whole country's sites most would be read for nothing.
    return or_(column == site, select(below.site).where(_is_below(site), below.below == column).exists())


def _is_below(site: str) -> ColumnElement[bool]:
    return tables.within.c.site == site


def views(looking: Looking, groups: Sequence[Group]) -> list[FindingView]:
    """Findings whole: put together with all drafts that may explain them."""
    if not groups:
        return []
    column = tables.drafts.c
    own = _drafts(looking.connection, tuple_(column.code, column.subject), groups)
    # By what may explain them together with its place: of one kind of finding there are as many as the log is long.
    about = {
        (item, code)
        for draft in own.values()
        if draft.item is not None
        for item in (draft.item, *draft.within)
        for code in explained_by(draft)
    }
    of_cause = {(code, one.evidence[0]) for one in own.values() if one.item is None for code in explained_by(one)}
    around = _drafts(looking.connection, tuple_(column.item, column.code), about)
    around |= _drafts(looking.connection, tuple_(column.code, column.cause), of_cause)
    found = put_together((own | around).values(), looking.now)
    sites = _sites(looking.connection, groups)
    wanted = set(groups)
    return [_view(one, sites[one.id]) for one in found if (one.code, one.subject) in wanted]


def _drafts(
    connection: Connection, columns: Any, values: Collection[tuple[str, str | int]]
) -> dict[tuple[str, int], Draft]:
    """Drafts by holder and number."""
    drafts = tables.drafts.c
    query = select(drafts.holder, drafts.number, drafts.value).where(columns.in_(listed_pairs(values)))
    return {(row[0], row[1]): _decode_draft(row[2]) for row in connection.execute(query)} if values else {}


def _sites(connection: Connection, groups: Sequence[Group]) -> dict[str, str | None]:
    column = tables.findings.c
    named = column.id.in_(listed(finding_id(*group) for group in groups))
    return {row[0]: row[1] for row in connection.execute(select(column.id, column.site).where(named))}


def _view(one: Finding, site: str | None) -> FindingView:
    return FindingView(
        **asdict(one), text=finding_text(one.code, one.facts), practice=CATALOGUE[one.code].practice, site=site
    )
