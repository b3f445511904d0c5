"""Who and what is in the roster now: sites, handlers and keys, searched and paged."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import render_template, request
from msgspec import Struct

from custody.core.keys import fingerprint
from custody.core.roster import Handler, Site
from custody.core.trusted import EnrolledKey, State
from custody.core.words import KEY_ROLES, ROLES, SITE_CATEGORIES, Pair
from custody.web.access import roles
from custody.web.current import ledger
from custody.web.people import names_of
from custody.web.portal.pages import area

PAGE = 50
LONGEST = 100

present = area("present", "/desk")


class Row(Struct, frozen=True):
    """What a list shows: an `id` with its `name`, `what` it is, at which `site`, since entry `index`; why `revoked`."""

    id: str
    name: str
    what: Pair
    site: str | None
    index: int | None = None
    revoked: str | None = None
    key: str | None = None


@present.get("/sites")
@roles("operator", "authority")
def sites() -> str:
    """The sites."""
    return render_template("present.html", which="sites", **page_of(_site_rows))


@present.get("/handlers")
@roles("operator", "authority")
def handlers() -> str:
    """The handlers' present badges, and those before them."""
    found = page_of(lambda state: _key_rows(state, "handler"))
    return render_template("present.html", which="handlers", **_named(found))


@present.get("/keys")
@roles("operator", "authority")
def keys() -> str:
    """Authorities, auditors, advisors and label issuers."""
    found = page_of(lambda state: _key_rows(state, "root", "authority", "auditor", "advisor", "label-issuer"))
    return render_template("present.html", which="keys", **_named(found))


def device_rows(state: State) -> Iterator[Row]:
    """The devices."""
    return _key_rows(state, "device")


def page_of(rows: Callable[[State], Iterator[Row]]) -> dict[str, Any]:
    """What a list's template needs: the rows of the page that the address asks for, of those that it searches for."""
    sought = request.args.get("q", "").strip()[:LONGEST]
    number = request.args.get("page", "1")
    first = (int(number) - 1) * PAGE if number.isdecimal() and 1 <= len(number) < 7 and int(number) else 0
    wanted = sought.casefold()
    state = ledger().trusted()
    found = [one for one in rows(state) if wanted in one.id.casefold() or wanted in one.name.casefold()]
    return {
        "rows": found[first : first + PAGE],
        "count": len(found),
        "sought": sought,
        "page": first // PAGE + 1,
        "pages": -(-len(found) // PAGE) or 1,
        "site_name": state.name_of,
    }


def _site_rows(state: State) -> Iterator[Row]:
    for one in state.sites.values():
        yield _site_row(one)


def _site_row(one: Site) -> Row:
    return Row(one.site, one.name, SITE_CATEGORIES[one.category], one.parent)


def _key_rows(state: State, *wanted: str) -> Iterator[Row]:
    for keyid, known in state.keys.items():
        if known.role in wanted:
            yield _key_row(keyid, known)


def _key_row(keyid: str, known: EnrolledKey) -> Row:
    revoked = known.revoked.reason if known.revoked else None
    if isinstance(known.enrolment, Handler):
        one = known.enrolment
        return Row(one.handler, fingerprint(keyid), ROLES[one.role], known.site, known.index, revoked, keyid)
    return Row(keyid, fingerprint(keyid), KEY_ROLES[known.role], known.site, known.index, revoked, keyid)


def _named(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "people": names_of(one.id for one in found["rows"])}
