"""What is prepared for an authority: listed, given out as a draft file, and taken in again once it is signed."""

import time

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from msgspec import Struct
from werkzeug.wrappers import Response as Answered

from custody.accounts.store import unix_ms
from custody.core import prepared, statement
from custody.core.errors import CustodyError, Malformed, Oversize, legible
from custody.core.event import Event
from custody.core.prepared import MAX_STATEMENTS, DraftFile, without_head
from custody.core.roster_words import KINDS, NO_EFFECT
from custody.core.words import Pair
from custody.ledger.views import Accepted
from custody.preparations import Preparation
from custody.web.access import roles
from custody.web.admin.preparing import check_withdrawal, line, look_in_log, preparations, record
from custody.web.admin.stating import FORMS
from custody.web.admin.worded import worded
from custody.web.current import ledger
from custody.web.fault_words import told
from custody.web.portal.pages import area
from custody.web.sizes import FILE, takes

roster = area("roster", "/desk/roster")

SHOWN, CLOSED_SHOWN = 500, 50
DRAFT_BYTES = prepared.MAX_BYTES - 1024
MAX_LINES = 10_000


class Answer(Struct, frozen=True):
    """What became of a line of a signed file: what it says (kind and line, None for what does not parse), its index in
    the log and why it has no effect there, or why it was refused."""

    kind: str | None
    said: str
    index: int | None = None
    duplicate: bool = False
    effect: str | None = None
    refused: Pair | None = None


@roster.get("")
@roles("operator", "authority")
def show() -> str:
    """What waits to be signed, and what became of the rest."""
    return _page()


@roster.post("/draft")
@roles("operator", "authority")
def download() -> Response:
    """The draft file of what was chosen, or of all: as many as one file holds, the oldest first."""
    chosen = {int(text) for text in request.form.getlist("id") if text.isdecimal() and len(text) < 16}
    everything = request.form.get("which") == "all"
    with preparations() as store:
        look_in_log(store)
        open_ = [one for one in store.open() if everything or one.id in chosen]
    if not open_:
        abort(409, "nothing is prepared, or nothing was chosen")
    data = prepared.encode_file(DraftFile(v=1, log=ledger().config.origin, statements=_fitting(open_)))
    origin = ledger().config.origin.replace("/", "-").replace(":", "-")
    name = f"{origin}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.custody-draft.json"
    record("draft-downloaded", name)
    response = Response(data, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@roster.post("/<int:number>/withdraw")
@roles("operator", "authority")
def withdraw(number: int) -> Answered:
    """Takes a statement out that is not signed yet."""
    with preparations() as store:
        look_in_log(store)
        check_withdrawal(store, number)
        found = store.withdraw(number, unix_ms()) if number < 2**62 else None
    if found is None:
        abort(404, "no such statement is prepared, or the log has it already")
    kind, said = prepared.kind_of(found.said), line(found.said)
    record("statement-withdrawn", f"{kind} {said}")
    flash(_("Ditarik: %(line)s", line=worded(said, kind)), "good")
    return redirect(url_for("roster.show"), 303)


@roster.post("/signed")
@roles("operator", "authority")
@takes(FILE)
def upload() -> Response | str:
    """Sends the statements of a signed file into the log, as any other, and shows each answer."""
    file = request.files.get("signed")
    try:
        lines = _lines(file.read() if file else b"")
    except CustodyError as error:
        return Response(_page(told(error)), 400)
    answers = _submit(lines)
    logged = sum(one.index is not None for one in answers)
    record("signed-uploaded", f"{file.filename if file else ''}: {logged} / {len(answers)}")
    with preparations() as store:
        look_in_log(store)
    logged_words = ngettext("%(num)s pernyataan ada di log.", "%(num)s pernyataan ada di log.", logged)
    return render_template("signed.html", answers=answers, told=logged_words, kinds=KINDS, reasons=NO_EFFECT)


def _page(fault: Pair | None = None) -> str:
    with preparations() as store:
        look_in_log(store)
        open_, closed = store.open(), store.closed(CLOSED_SHOWN)
    return render_template(
        "roster.html",
        open=open_[:SHOWN],
        count=len(open_),
        closed=closed,
        forms=FORMS,
        kinds=KINDS,
        reasons=NO_EFFECT,
        line=line,
        kind_of=prepared.kind_of,
        fault=fault,
    )


def _fitting(open_: list[Preparation]) -> list[prepared.Prepared]:
    """As many as a draft file takes."""
    found, size = [], 0
    for one in open_[:MAX_STATEMENTS]:
        size += len(prepared.encode(one.said)) + 1
        if size > DRAFT_BYTES:
            break
        found.append(one.said)
    return found


def _lines(data: bytes) -> list[bytes]:
    """The lines of a signed file. Raises Malformed, Oversize."""
    if not data.strip():
        raise Malformed("the file is empty", expected="a signed file, *.custody-signed.ndjson")
    lines = data.removesuffix(b"\n").split(b"\n")
    if len(lines) > MAX_LINES:
        raise Oversize("the file has too many lines", expected=f"at most {MAX_LINES}", got=len(lines))
    if not data.startswith(b"{"):
        raise Malformed("this is no signed file", expected="*.custody-signed.ndjson", got=repr(data[:40]))
    return lines


def _submit(lines: list[bytes]) -> list[Answer]:
    most = ledger().config.limits.max_batch
    answers: list[Answer] = []
    for start in range(0, len(lines), most):
        batch = lines[start : start + most]
        results = ledger().submit(batch, receipts=False)
        answers += [_answer(one, result) for one, result in zip(batch, results, strict=True)]
    return answers


def _answer(envelope: bytes, result: Accepted | CustodyError) -> Answer:
    kind, said = _said(envelope)
    if isinstance(result, CustodyError):
        return Answer(kind, said, refused=told(result))
    return Answer(kind, said, result.index, result.duplicate, result.effect)


def _said(envelope: bytes) -> tuple[str | None, str]:
    """(kind, what it says) of a line; (None, its beginning) where it is no roster statement."""
    try:
        body = statement.parse(envelope).body
    except CustodyError:
        return None, legible(envelope[:40].decode(errors="replace"))
    if isinstance(body, Event):
        return None, body.action
    found = without_head(body)
    return ("root", "") if found is None else (prepared.kind_of(found), line(found))
