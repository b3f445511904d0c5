"""Findings from the follower's tables: which there are, and all about those that are asked for."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, not_, or_, select, tuple_

from custody.core.draft import Draft
from custody.core.findings import CATALOGUE, Severity, finding_id
from custody.core.judgement import Finding, explained_by
from custody.core.judgement import findings as put_together
from custody.ledger import tables
from custody.ledger.lookups import Looking, is_open
from custody.ledger.views import FindingView
from custody.readable import finding_text

Group = tuple[str, str]
"""The code and the subject of a finding."""

AT_ONCE = 500

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


def find(looking: Looking, wanted: Wanted, limit: int) -> list[FindingView]:
    """The oldest first, then by id: in the order that `after` goes by."""
    column = tables.findings.c
    query = select(column.code, column.subject).where(column.since <= looking.now, *_conditions(looking, wanted))
    query = query.order_by(column.since, column.id).limit(limit)
    found = _views(looking, [(row[0], row[1]) for row in looking.connection.execute(query)])
    return sorted(found, key=lambda one: (one.since, one.id))


def _conditions(looking: Looking, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    column = tables.findings.c
    if wanted.code is not None:
        yield column.code == wanted.code
    if wanted.severity is not None:
        yield column.severity == wanted.severity.value
    if wanted.site is not None:
        beside = tables.elsewhere.c
        also = select(beside.site).where(beside.finding == column.id, _lies(beside.site, wanted.site))
        yield or_(_lies(column.site, wanted.site), also.exists())
    if wanted.item is not None:
        draft = tables.drafts.c
        about = select(draft.code, draft.subject).where(draft.item == wanted.item, draft.since <= looking.now)
        yield tuple_(column.code, column.subject).in_(about)
    if wanted.open is not None:
        held = is_open(looking.now)
        yield held if wanted.open else not_(held) | column.open_from.is_(None)
    if wanted.since is not None:
        yield column.since >= wanted.since
    if wanted.after is not None:
        yield tuple_(column.since, column.id) > wanted.after


def _lies(column: ColumnElement[Any], site: str) -> ColumnElement[bool]:
    """Whether a site is this one, or below it."""
    below = tables.within.c
    # Looked up for each in turn, until the page is full: of a whole country's sites most would be read for nothing.
    return or_(column == site, select(below.site).where(below.site == site, below.below == column).exists())


def _views(looking: Looking, groups: Sequence[Group]) -> list[FindingView]:
    """Findings whole: put together with all drafts that may explain them."""
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
    of_cause = {(one.evidence[0], code) for one in own.values() if one.item is None for code in explained_by(one)}
    around = _drafts(looking.connection, tuple_(column.item, column.code), about)
    around |= _drafts(looking.connection, tuple_(column.cause, column.code), of_cause)
    found = put_together((own | around).values(), looking.now)
    sites = _sites(looking.connection, groups)
    wanted = set(groups)
    return [_view(one, sites[one.id]) for one in found if (one.code, one.subject) in wanted]


def _drafts(connection: Connection, column: Any, values: Collection[Any]) -> dict[tuple[str, int], Draft]:
    """Drafts by holder and number."""
    drafts, listed = tables.drafts.c, list(values)
    found = {}
    for at in range(0, len(listed), AT_ONCE):
        query = select(drafts.holder, drafts.number, drafts.value).where(column.in_(listed[at : at + AT_ONCE]))
        found.update({(row[0], row[1]): _decode_draft(row[2]) for row in connection.execute(query)})
    return found


def _sites(connection: Connection, groups: Sequence[Group]) -> dict[str, str | None]:
    column = tables.findings.c
    named = column.id.in_([finding_id(*group) for group in groups])
    return {row[0]: row[1] for row in connection.execute(select(column.id, column.site).where(named))}


def _view(one: Finding, site: str | None) -> FindingView:
    return FindingView(
        **asdict(one), text=finding_text(one.code, one.facts), practice=CATALOGUE[one.code].practice, site=site
    )
