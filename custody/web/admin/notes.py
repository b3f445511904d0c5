"""Notes on findings, on the finding's own page: for who is signed in, and for nobody else."""

import re

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from msgspec import Struct
from werkzeug.wrappers import Response

from custody.accounts.roles import NAMES
from custody.core.errors import Malformed, OutOfReach
from custody.core.words import Pair
from custody.ledger import lookup_findings
from custody.ledger.views import FindingView
from custody.notes import LONGEST, NOTES, Note, open_notes
from custody.web.access import roles, viewer
from custody.web.admin.acts import recorded
from custody.web.admin.preparing import answers_for
from custody.web.current import ledger, looking
from custody.web.fault_words import told
from custody.web.portal.pages import area

SHOWN = 20
_FINDING = re.compile(r"f-[a-z2-7]{26}\Z")

notes = area("notes", "/findings/<finding>/notes")


class Shown(Struct, frozen=True):
    """The newest notes on a finding, and what who asks may do."""

    finding: str
    notes: list[Note]
    count: int
    longest: int
    may_write: bool
    may_erase: bool


def notes_on(finding: str) -> Shown | None:
    """What a finding's page shows of its notes; None for the public."""
    if not viewer().sees_people:
        return None
    with open_notes(ledger().config.private / NOTES) as kept:
        shown, count = kept.on(finding, SHOWN), kept.count(finding)
    return _shown(finding, shown, count)


def notes_tag(finding: str) -> str:
    """What changes with the notes that a finding's page shows who asks."""
    shown = notes_on(finding)
    return "" if shown is None else f"{shown.count} {shown.notes[0].id if shown.notes else ''}"


@notes.app_context_processor
def _for_templates() -> dict[str, object]:
    return {"notes_on": notes_on}


@notes.get("")
@roles(*NAMES)
def show(finding: str) -> str:
    """All of them, a page at a time."""
    return _page(finding)


@notes.post("")
@roles("supervisor", "auditor", "operator")
def write(finding: str) -> Response | tuple[str, int]:
    """One more."""
    _get(finding)
    text = request.form.get("text", "")
    try:
        with open_notes(ledger().config.private / NOTES) as kept, recorded("note-written", finding) as work:
            note = kept.write(finding, viewer().handle, work.now, text)
    except Malformed as error:
        return _page(finding, {"text": told(error)}), 400
    return redirect(f"/findings/{finding}?note={note.id}#notes", 303)


@notes.post("/<note>/erase")
@roles("supervisor")
def erase(finding: str, note: str) -> Response:
    """For good; the trail keeps that it was, and not what it said."""
    _get(finding)
    if not answers_for(finding):
        raise OutOfReach("this finding is about a site beyond those of this account")
    with open_notes(ledger().config.private / NOTES) as kept:
        if not any(one.id == note for one in kept.on(finding, 1, before=f"{note}~")):
            abort(404, "the finding has no such note")
        with recorded("note-erased", f"{finding} {note}"):
            kept.erase(note)
    flash(_("Catatan itu dihapus untuk selamanya."), "good")
    return redirect(f"/findings/{finding}?erased={note}#notes", 303)


def _page(finding: str, faults: dict[str, Pair] | None = None) -> str:
    _get(finding)
    with open_notes(ledger().config.private / NOTES) as kept:
        found = kept.on(finding, SHOWN + 1, before=request.args.get("before"))
        count = kept.count(finding)
    return render_template(
        "notes_page.html",
        shown=_shown(finding, found[:SHOWN], count),
        older=found[SHOWN - 1].id if len(found) > SHOWN else None,
        faults=faults or {},
        said=request.form.get("text", ""),
    )


def _shown(finding: str, found: list[Note], count: int) -> Shown:
    held = set(viewer().roles)
    may_write = bool(held & {"supervisor", "auditor", "operator"})
    may_erase = "supervisor" in held and answers_for(finding)
    return Shown(finding, found, count, LONGEST, may_write, may_erase)


def _get(finding: str) -> FindingView:
    found: list[FindingView] = []
    if _FINDING.match(finding):
        with looking() as tables:
            found = lookup_findings.by_id(tables, [finding])
    return found[0] if found else abort(404, "there is no such finding")
