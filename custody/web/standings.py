"""The JSON API of how things stand: items, sites, handlers, findings and the plan, from the follower's tables.

Every answer is of the first `followed` entries at the instant `now`. It is good for as long as neither the log grows
nor the minute changes: whoever asks again with its ETag is told so.
"""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from flask import Blueprint, Response, request
from msgspec import UNSET, UnsetType
from werkzeug.exceptions import NotFound

from custody.core import ids
from custody.core.checkpoint import parse_decimal
from custody.core.errors import Malformed
from custody.core.findings import CATALOGUE
from custody.ledger import lookup_counts, lookup_findings
from custody.ledger.lookup_findings import Wanted
from custody.ledger.lookups import Looking
from custody.ledger.views import (
    FindingPage,
    FindingView,
    HandlerView,
    ItemAt,
    ItemView,
    Overview,
    PlanView,
    SiteView,
)
from custody.web.access import readers
from custody.web.bodies import read_query
from custody.web.current import as_of, ledger, looking
from custody.web.models import AfterQuery, FindingsQuery, ItemsQuery, PlanQuery
from custody.web.openapi import JSON, documented

T = TypeVar("T")

EVENTS_PAGE = 500
ITEMS_PAGE = 200
FINDINGS_PAGE = 100
SITES_PAGE = 500
MINUTE_MS = 60_000

standings = Blueprint("standings", __name__, url_prefix="/api/v1")
_encode = msgspec.json.Encoder().encode


@standings.get("/items/<path:item>")
@documented(ItemView, query=AfterQuery, revalidated=True)
@readers
def item_state(item: str) -> Response:
    """An item: its state, the findings about it, and its events above an index, a page at a time."""
    ids.check_item(item)
    text = _given(read_query(request, AfterQuery).after)
    after = -1 if text is None else parse_decimal(text)

    def look(looking: Looking) -> ItemView:
        indexes = looking.item_events(item, after, EVENTS_PAGE + 1)
        events = ledger().events(indexes[:EVENTS_PAGE])
        found, following = _findings(looking, Wanted(item=item))
        return ItemView(
            item=item,
            followed=looking.followed,
            now=looking.now,
            state=looking.item(item),
            findings=found,
            next_finding=following,
            events=events,
            next=events[-1].index if len(indexes) > EVENTS_PAGE else None,
        )

    return _answer(look)


@standings.get("/sites/<path:site>")
@documented(SiteView, query=ItemsQuery, fails=(404,), revalidated=True)
@readers
def site_state(site: str) -> Response:
    """A site: what it holds, expects and should have by now, by itself and with all below it."""
    ids.check_site(site)
    after = _given(read_query(request, ItemsQuery).after) or ""

    def look(looking: Looking) -> SiteView:
        known = looking.site(site)
        if known is None:
            raise NotFound("the roster does not have this site")
        page, following = _page(looking.site_items(site, after, ITEMS_PAGE + 1))
        return SiteView(
            site=site,
            name=known.name,
            category=known.category,
            parent=known.parent,
            followed=looking.followed,
            now=looking.now,
            own=lookup_counts.site_counts(looking, site, subtree=False),
            subtree=lookup_counts.site_counts(looking, site, subtree=True),
            sites=lookup_counts.subtree_size(looking, site),
            items=page,
            next=following,
        )

    return _answer(look)


@standings.get("/handlers/<handler>")
@documented(HandlerView, query=ItemsQuery, fails=(404,), revalidated=True)
@readers
def handler_state(handler: str) -> Response:
    """A handler: role, home site and validity of the present badge, and what they hold now."""
    after = _given(read_query(request, ItemsQuery).after) or ""
    badge = ledger().handler(handler)
    if badge is None:
        raise NotFound("no such handler is enrolled")

    def look(looking: Looking) -> HandlerView:
        page, following = _page(looking.held_by(handler, after, ITEMS_PAGE + 1))
        return HandlerView(
            badge=badge,
            followed=looking.followed,
            now=looking.now,
            holds=looking.count_held_by(handler),
            items=page,
            next=following,
        )

    return _answer(look)


@standings.get("/findings")
@documented(FindingPage, query=FindingsQuery, revalidated=True)
@readers
def findings() -> Response:
    """What is or was wrong, the oldest first, a page at a time."""
    wanted = _wanted(read_query(request, FindingsQuery))

    def look(looking: Looking) -> FindingPage:
        page, following = _findings(looking, wanted)
        return FindingPage(looking.followed, looking.now, page, following)

    return _answer(look)


@standings.get("/plan/status")
@documented(PlanView, query=PlanQuery, revalidated=True)
@readers
def plan_status() -> Response:
    """Planned deliveries to a site and all below it, by status and by destination."""
    query = read_query(request, PlanQuery)
    site, after = _site(query.site), _given(query.after) or ""

    def look(looking: Looking) -> PlanView:
        found = lookup_counts.deliveries_by_site(looking, site, after, SITES_PAGE + 1)
        page = found[:SITES_PAGE]
        following = page[-1].site if len(found) > SITES_PAGE else None
        total = lookup_counts.deliveries(looking, site)
        return PlanView(looking.followed, looking.now, total, page, following)

    return _answer(look)


@standings.get("/status")
@documented(Overview, revalidated=True)
@readers
def overview() -> Response:
    """All in figures: the log, items by status, planned deliveries, open findings by severity."""
    size = ledger().status().size
    return _answer(lambda looking: lookup_counts.overview(looking, size))


def _answer(look: Callable[[Looking], object]) -> Response:
    tag = _tag(*as_of())
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        with looking() as tables:
            tag = _tag(tables.followed, tables.now)
            response = Response(_encode(look(tables)), content_type=JSON)
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _tag(followed: int, now: int) -> str:
    return f"{followed}-{now // MINUTE_MS}"


def _wanted(query: FindingsQuery) -> Wanted:
    code, since, item = _given(query.code), _given(query.since), _given(query.item)
    if code is not None and code not in CATALOGUE:
        raise Malformed("there is no such finding", expected=" or ".join(CATALOGUE), got=code)
    last, _, known = (_given(query.after) or "").partition(".")
    return Wanted(
        code=code,
        severity=_given(query.severity),
        site=_site(query.site),
        item=ids.check_item(item) if item is not None else None,
        open=query.open == "true" if query.open is not UNSET else None,
        since=parse_decimal(since) if since is not None else None,
        after=(parse_decimal(last), known) if known else None,
    )


def _given(value: T | UnsetType) -> T | None:
    return None if isinstance(value, UnsetType) else value


def _site(value: str | UnsetType) -> str | None:
    site = _given(value)
    return None if site is None else ids.check_site(site)


def _findings(looking: Looking, wanted: Wanted) -> tuple[list[FindingView], str | None]:
    found = lookup_findings.find(looking, wanted, FINDINGS_PAGE + 1)
    page = found[:FINDINGS_PAGE]
    return page, f"{page[-1].since}.{page[-1].id}" if len(found) > FINDINGS_PAGE else None


def _page(found: list[ItemAt]) -> tuple[list[ItemAt], str | None]:
    page = found[:ITEMS_PAGE]
    return page, page[-1].item if len(found) > ITEMS_PAGE else None
