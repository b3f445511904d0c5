"""What is or was wrong: a list to choose from, and a page for each, with its evidence and what closed it."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from flask import Response, render_template, request
from msgspec import Struct
from werkzeug.exceptions import NotFound

from custody.core import ids
from custody.core.errors import Malformed
from custody.core.event import Event
from custody.core.finding_titles import TITLES
from custody.core.findings import CATALOGUE, Severity
from custody.core.practices import PRACTICES
from custody.core.roster import Handler
from custody.core.roster_words import KINDS
from custody.core.words import ACTIONS, SEVERITIES, Pair
from custody.core.zones import ZONES
from custody.ledger import lookup_counts
from custody.ledger.lookup_causes import MOST_COUNTED, Causes, Order, Place
from custody.ledger.lookup_causes import page as look_up
from custody.ledger.lookup_findings import Wanted, by_id
from custody.ledger.lookups import Looking
from custody.web.access import readers
from custody.web.admin.notes import notes_tag
from custody.web.current import entry_visible, ledger, looking
from custody.web.portal.pages import area, page
from custody.web.portal.told import Told, read
from custody.web.problems import is_browsing

ROWS = 50
EVIDENCE = 50
ITEMS = 100
_FINDING = re.compile(r"f-[a-z2-7]{26}")

findings = area("findings")


class Evidence(Struct, frozen=True):
    """An entry in short. `said`: what it is, of one that can be read; `by`: who signed; `item`: the first it names."""

    index: int
    received: int
    said: Pair | None
    site: str | None
    time: int
    by: list[str]
    item: str | None
    reason: str | None


@findings.get("/findings")
@readers
def listed() -> Response:
    """The findings that are asked for: what is not well asked is said beside the form, and not asked."""
    given = {name: request.args.get(name, "").strip() for name in ("severity", "code", "site", "open", "since", "item")}
    wanted, wrong = _wanted(given)
    order = Order.GRAVEST if request.args.get("order") == Order.GRAVEST.value else Order.NEWEST
    chosen = {name: value for name, value in given.items() if value}
    if order is not Order.NEWEST:
        chosen["order"] = order.value

    def look(looking: Looking) -> Mapping[str, object]:
        found = look_up(looking, wanted, order, _after(request.args.get("after", "")), ROWS)
        looking.learn_names({one.finding.site for one in found.rows if one.finding.site is not None})
        following = found.next
        after = following and f"{following.severity.value}.{following.since}.{following.id}"
        return {
            "told": Told(looking),
            "found": found,
            "most": MOST_COUNTED,
            "given": given,
            "wrong": wrong,
            "order": order.value,
            "next": urlencode({**chosen, "after": after}) if after else None,
            "first": urlencode(chosen),
            "is_first": "after" not in request.args,
            "open": lookup_counts.overview(looking, 0).findings,
            "titles": dict(sorted(TITLES.items(), key=lambda one: one[1])),
            "severities": SEVERITIES,
        }

    return page("findings.html", look)


@findings.get("/findings/<finding>")
@readers
def one(finding: str) -> Response:
    """A finding that there is; who browses and asks for another is told why there may be none."""

    def look(looking: Looking) -> Mapping[str, object]:
        told, found = Told(looking), by_id(looking, [finding])
        if not found:
            raise NotFound("there is no such finding by what the log holds now")
        [known] = found
        [with_all] = Causes(looking, Wanted()).listed([known])
        parents = by_id(looking, [known.parent]) if known.parent is not None else []
        return {
            "told": told,
            "one": known,
            "beneath": with_all.beneath,
            "parent": parents[0] if parents else None,
            "evidence": _evidence(told, known.evidence),
            "closed_by": _evidence(told, known.closed_by),
            "void": _evidence(told, known.void),
            "items": [part for part in known.parts if part.item is not None][:ITEMS],
            "titles": TITLES,
            "practices": PRACTICES,
        }

    try:
        return page("finding.html", look, notes_tag(finding))
    except NotFound:
        if not (_FINDING.fullmatch(finding) and is_browsing()):
            raise
        return _gone(finding)


def _gone(finding: str) -> Response:
    """Of what is kept back it says the same as of what never was."""
    with looking() as tables:
        text = render_template("finding_gone.html", finding=finding, now=tables.now, followed=tables.followed)
    return Response(text, 404, content_type="text/html; charset=utf-8")


def _evidence(told: Told, indexes: Sequence[int]) -> list[Evidence]:
    return [_entry(told, index) for index in indexes[:EVIDENCE] if entry_visible(index)]


def _entry(told: Told, index: int) -> Evidence:
    found, received = read(index)
    if found is None:
        return Evidence(index, received, None, None, received, [], None, None)
    body = found.body
    if isinstance(body, Event):
        badges = [
            key for key in body.signers if (known := ledger().enrolled(key)) and isinstance(known.enrolment, Handler)
        ]
        by = [told.key(key) for key in badges] or [told.key(body.issuer)]
        return Evidence(index, received, ACTIONS[body.action], body.site, body.time, by, body.items[0], None)
    kind = KINDS[body.__struct_config__.tag]  # type: ignore[index]  # each has one
    by, reason = [told.key(body.issuer)], getattr(body, "reason", None)
    return Evidence(index, received, kind, getattr(body, "site", None), body.time, by, None, reason)


def _wanted(given: Mapping[str, str]) -> tuple[Wanted, list[str]]:
    """What is asked for, and the names of what cannot be asked so."""
    wrong: list[str] = []
    if given["code"] and given["code"] not in CATALOGUE:
        wrong.append("code")
    if given["severity"] not in ("", *Severity):
        wrong.append("severity")
    for name, check in (("site", ids.check_site), ("item", ids.check_item)):
        try:
            if given[name]:
                check(given[name])
        except Malformed:
            wrong.append(name)
    since = None
    try:
        since = _midnight(given["since"]) if given["since"] else None
    except (ValueError, OverflowError):
        wrong.append("since")
    good = {name: value for name, value in given.items() if value and name not in wrong}
    return Wanted(
        code=good.get("code"),
        severity=Severity(good["severity"]) if "severity" in good else None,
        site=good.get("site"),
        item=good.get("item"),
        open={"true": True, "false": False}.get(good.get("open", "")),
        since=since,
    ), wrong


def _midnight(day: str) -> int:
    """When a day (ISO 8601) begins in Jakarta, Unix ms."""
    begins = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) - timedelta(hours=ZONES["WIB"])
    return int(begins.timestamp() * 1000)


def _after(given: str) -> Place | None:
    severity, _, rest = given.partition(".")
    since, _, known = rest.partition(".")
    if severity not in set(Severity) or not (since.isascii() and since.isdigit() and len(since) < 17):
        return None
    return Place(Severity(severity), int(since), known)
