"""An item's page, which a phone opens from its label: where it is, what happened to it, what is wrong with it."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from flask import Response, request

from custody.core import ids, standing
from custody.core.choices import CONDITIONS, DISCREPANCIES, PURPOSES, SEAL_STATES
from custody.core.finding_titles import TITLES
from custody.core.findings import Severity
from custody.core.item import Track
from custody.core.keys import fingerprint, keyid
from custody.core.note import Verifier
from custody.core.words import ACTIONS, BALLOT_TYPES, ITEM_STATUSES, KINDS, ROLES
from custody.ledger import lookup_findings
from custody.ledger.lookup_findings import Wanted
from custody.ledger.lookup_marks import item_mark
from custody.ledger.lookup_sites import path_to
from custody.ledger.lookups import Looking
from custody.ledger.views import FindingView
from custody.web.access import readers, viewer
from custody.web.current import ledger
from custody.web.people import names_of
from custody.web.photographs import is_kept
from custody.web.portal.happened import Party, Telling
from custody.web.portal.labels import label_verdict
from custody.web.portal.pages import area, page
from custody.web.tiles import prefix

EVENTS = 50
FINDINGS = 100
CONTENTS = 100
CORRECTED = 2000
"""Of an item with more events it is not looked which of them were corrected."""
WORDS = {
    "ACTIONS": ACTIONS,
    "CONDITIONS": CONDITIONS,
    "DISCREPANCIES": DISCREPANCIES,
    "ITEM_STATUSES": ITEM_STATUSES,
    "KINDS": KINDS,
    "BALLOT_TYPES": BALLOT_TYPES,
    "PURPOSES": PURPOSES,
    "ROLES": ROLES,
    "SEAL_STATES": SEAL_STATES,
    "TITLES": TITLES,
}

item = area("item")


@item.get("/8003/<path:rest>", defaults={"namespace": "8003"})
@item.get("/8004/<path:rest>", defaults={"namespace": "8004"})
@item.get("/00/<path:rest>", defaults={"namespace": "00"})
@item.get("/plain/<path:rest>", defaults={"namespace": "plain"})
@readers
def show(namespace: str, rest: str) -> Response:
    """The page of an item, at its Digital Link."""
    item_ = ids.check_item(f"{namespace}/{rest}")
    number = max(request.args.get("page", 1, type=int), 1)
    return page(
        "item.html", lambda looking: _look(looking, item_, number), marks=lambda looking: _marks(looking, item_)
    )


def _marks(looking: Looking, item_: str) -> object:
    """The item, and what the roster says of sites, badges, issuers and the delay, as far as the tables have it too.

    Not among them: a statement about other items only, logged after the one of this item that names it. Of that the
    page tells with its next minute.
    """
    last = ledger().last_roster()
    return item_mark(looking, item_), last, min(looking.followed, last + 1)


def _look(looking: Looking, item_: str, number: int) -> Mapping[str, object]:
    state = looking.item(item_)
    query = request.query_string.decode("ascii", "replace")
    found: dict[str, object] = {
        "item": item_,
        "label": label_verdict(item_, query, request.host, lambda: ledger().enrolled_as("label-issuer")),
        "state": state,
        "site_name": looking.name_of,
        **WORDS,
    }
    if state is None:
        return found
    track = looking.track(item_)
    telling = Telling(ledger(), item_, looking.followed, people=viewer().sees_people)
    custodian = telling.present(state.custodian) if state.custodian and state.custodian.startswith("h-") else None
    shown = track.history[::-1][(number - 1) * EVENTS : number * EVENTS]
    events = telling.tell(shown, _corrections(track))
    wrong = _findings(looking, item_)
    return found | {
        "outermost": looking.item(state.containers[-1]) if state.containers else state,
        "custodian": custodian,
        "path": [(one.site, one.name) for one in path_to(looking, state.site)] if state.site else [],
        "contents": state.contents[:CONTENTS],
        "deliveries": standing.deliveries(track),
        "events": events,
        "names": names_of(set().union(_handler(custodian), *(one.handlers for one in events))),
        "number": number,
        "pages": -(-len(track.history) // EVENTS),
        "findings": wrong,
        "findings_at": _by_entry(wrong),
        "more_findings": len(wrong) > FINDINGS,
        "is_kept": is_kept,
        **_to_verify(),
    }


def _to_verify() -> dict[str, str]:
    """What a visitor's browser checks the log with, and where."""
    verifier = Verifier(ledger().vkey)
    first = ledger().entry(0)
    return {
        "vkey": verifier.vkey,
        "fingerprint": fingerprint(keyid(verifier.public)),
        "entry0": sha256(first or b"").hexdigest(),
        "prefix": prefix(verifier.name),
    }


def _handler(party: Party | None) -> set[str]:
    return {party.handler} if party is not None and party.handler is not None else set()


def _corrections(track: Track) -> list[int]:
    """The events of an item that correct others."""
    if not track.revised or len(track.history) > CORRECTED:
        return []
    return [one.index for one in ledger().events(track.history) if one.action == "correct"]


def _findings(looking: Looking, item_: str) -> list[FindingView]:
    """Those that are open first, then the gravest, then the oldest."""
    grades = list(Severity)
    found = lookup_findings.find(looking, Wanted(item=item_), FINDINGS + 1)
    return sorted(found, key=lambda one: (not one.open, grades.index(one.severity), one.since, one.id))


def _by_entry(found: Sequence[FindingView]) -> Mapping[int, list[FindingView]]:
    """Findings by the entry that is their cause."""
    at: dict[int, list[FindingView]] = {}
    for one in found:
        for index in {part.evidence[0] for part in one.parts}:
            at.setdefault(index, []).append(one)
    return at
