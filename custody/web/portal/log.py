"""The log itself: its checkpoint, its entries one by one, and a receipt that a visitor brings, held against it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, abort, redirect, render_template, request
from msgspec import Struct

from custody.core import held_receipt
from custody.core.checkpoint import open_checkpoint, parse_decimal
from custody.core.errors import Malformed
from custody.core.event import Event, Paper
from custody.core.held_receipt import Proved, Refusal, Refused
from custody.core.note import Verifier, split_note
from custody.core.roster import RosterStatement
from custody.core.roster_words import KINDS, NO_EFFECT
from custody.core.statement import Statement
from custody.core.words import ACTIONS, Pair
from custody.ledger.lookups import Looking
from custody.web.access import readers
from custody.web.current import check_visible, entry_visible, ledger, looking, public_size
from custody.web.portal.pages import area, page
from custody.web.portal.stated import shown, statement_rows
from custody.web.portal.told import Told, read, read_all
from custody.web.sizes import FIELDS, takes

ROWS = 50
DAYS = 30
"""On which entries came; of those before there is one figure."""
ITEMS = 100
MOST_BYTES = 128 * 1024

log = area("log_pages")


class Line(Struct, frozen=True):
    """An entry in a list. `said`: what it is, of one that can be read."""

    index: int
    received: int
    said: Pair | None
    issuer: str | None
    site: str | None


@log.get("/log")
@readers
def front() -> Response:
    """The checkpoint, and entries, the newest first."""
    sought = request.args.get("index", "").strip()
    if sought:
        return redirect(f"/find?{urlencode({'q': sought})}", 303)  # type: ignore[return-value]  # Werkzeug's
    try:
        before = parse_decimal(request.args["before"]) if "before" in request.args else None
    except Malformed:
        before = None

    def look(tables: Looking) -> Mapping[str, object]:
        told, size = Told(tables), public_size()
        end = size if before is None else min(before, size)
        start = max(end - ROWS, 0)
        lines = [_line(index, *read) for index, read in enumerate(read_all(start, end), start)][::-1]
        tables.learn_names({one.site for one in lines if one.site is not None})
        days = ledger().arrivals.days(DAYS)
        return {
            **_published(),
            "told": told,
            "shown": size,
            "lines": lines,
            "start": start,
            "end": end,
            "after": min(end + ROWS, size),
            "days": days,
            "busiest": max(day.count for day in days),
        }

    return page("log.html", look, ledger().status().size, public_size())


@log.get("/log/entries/<index>")
@readers
def entry(index: str) -> Response:
    """An entry that there is, as people read it."""
    at = parse_decimal(index)
    if at >= ledger().status().size:
        abort(404, "the log has no such entry")
    check_visible(at, at + 1)

    def look(tables: Looking) -> Mapping[str, object]:
        told, (found, received) = Told(tables), read(at)
        body = found.body if found is not None else None
        return {
            "told": told,
            "index": at,
            "received": received,
            "found": found,
            "said": _said(found),
            "is_last": at + 1 == ledger().status().size,
            "parties": _parties(told, found),
            "refs": _refs(found),
            "prev": _prev(found),
            "most": ITEMS,
            "event": body if isinstance(body, Event) else None,
            "rows": [] if body is None or isinstance(body, Event) else shown(told, statement_rows(body)),
            "effect": _effect(at, body),
        }

    return page("entry.html", look, ledger().status().size)


@log.get("/log/receipt")
@readers
def bring() -> str:
    """The form for a receipt: by itself, so that the log's page is the same for everybody."""
    return render_template("bring_receipt.html")


@log.post("/log/receipt")
@readers
@takes(MOST_BYTES + FIELDS)
def receipt() -> tuple[str, int]:
    """Judges a receipt; nothing of it is kept."""
    found = _judge(_brought())
    with looking() as tables:
        text = render_template(
            "receipt.html",
            told=Told(tables),
            found=found,
            is_proved=isinstance(found, Proved),
            said=_said(found.statement) if isinstance(found, Proved) else None,
            visible=isinstance(found, Proved) and found.index < public_size(),
            **_published(),
        )
    return text, 200 if isinstance(found, Proved) else 422


def _brought() -> bytes:
    """A file as it is; a text with the line ends that browsers change put right."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.stream.read()
    text = request.form.get("receipt", "").replace("\r\n", "\n").strip()
    return f"{text}\n".encode("utf-8", "replace") if text else b""


def _judge(data: bytes) -> Proved | Refused:
    if len(data) > MOST_BYTES:
        return Refused(Refusal.OVERSIZE)
    verifier = Verifier(ledger().vkey)
    published = open_checkpoint(ledger().checkpoint(), verifier)
    return held_receipt.judge(data, verifier, published, ledger().consistency)


def _published() -> dict[str, object]:
    verifier, note = Verifier(ledger().vkey), ledger().checkpoint()
    signatures = split_note(note)[1]
    return {
        "checkpoint": open_checkpoint(note, verifier),
        "note": note.decode(),
        "vkey": verifier.vkey,
        "received": ledger().status().received,
        "other_names": [one.name for one in signatures if (one.name, one.key_id) != (verifier.name, verifier.key_id)],
    }


def _line(index: int, found: Statement | None, received: int) -> Line:
    issuer, site = (found.body.issuer, getattr(found.body, "site", None)) if found else (None, None)
    return Line(index, received, _said(found), issuer, site)


def _said(found: Statement | None) -> Pair | None:
    if found is None:
        return None
    if isinstance(found.body, Event):
        return ACTIONS[found.body.action]
    return KINDS[found.body.__struct_config__.tag]  # type: ignore[index]  # each has one


def _parties(told: Told, found: Statement | None) -> dict[str, str]:
    """By the member that names them."""
    if found is None or not isinstance(found.body, Event):
        return {}
    body = found.body
    named = {"releaser": body.releaser, "receiver": body.receiver, "carrier": body.carrier}
    parties = {name: told.person(one) for name, one in named.items() if isinstance(one, str)}
    if isinstance(body.receiver, Paper):
        parties["paper"] = ""
    if body.attesters:
        parties["attesters"] = "; ".join(map(told.person, body.attesters))
    return parties


def _effect(index: int, body: Event | RosterStatement | None) -> Pair | None:
    """Why a roster statement has none."""
    if body is None or isinstance(body, Event):
        return None
    [(_, effect, _)] = ledger().roster_entries(index - 1, 1)
    return NO_EFFECT[effect] if effect is not None else None


def _refs(found: Statement | None) -> list[int]:
    refs = found.body.refs if found is not None and isinstance(found.body, Event) else []
    return [index for index in map(ledger().statement, refs) if index is not None and entry_visible(index)]


def _prev(found: Statement | None) -> int | None:
    index = None if found is None or found.body.prev is None else ledger().statement(found.body.prev)
    return index if index is not None and entry_visible(index) else None
