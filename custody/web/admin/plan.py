"""Plans from a table: shown first, against what the log has planned; then prepared for an authority to sign."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from custody.core.admission import State
from custody.core.errors import CustodyError, Malformed, NoEffect
from custody.core.keys import fingerprint
from custody.core.prepared import Prepared, kind_of, prepare
from custody.core.roster_words import NO_EFFECT
from custody.core.words import KINDS, Pair
from custody.ledger import lookup_plans
from custody.lists.plan import Journey, read_plan
from custody.lists.plan_parts import Part, changed, split
from custody.lists.table import Faults
from custody.web.access import roles, viewer
from custody.web.admin import uploads
from custody.web.admin.plan_preview import SHOWN, Preview, preview
from custody.web.admin.preparing import Proposing, look_in_log, preparations, proposing
from custody.web.admin.uploads import Upload
from custody.web.current import ledger, looking
from custody.web.fault_words import told
from custody.web.portal.pages import area
from custody.web.sizes import FILE, takes

plan = area("plan", "/desk/plan")


@plan.get("")
@roles("operator")
def show() -> str:
    """The form."""
    return _form()


@plan.post("")
@roles("operator")
@takes(FILE)
def look() -> str | tuple[str, int]:
    """What a table would plan; nothing is prepared yet."""
    try:
        upload = uploads.read_upload("table")
    except CustodyError as error:
        return _form({"table": told(error)}), 400
    return _preview(upload)


@plan.post("/prepare")
@roles("operator")
def prepare_() -> Response | str | tuple[str, int]:
    """Makes the statements that the preview told of ready to be signed."""
    upload = uploads.find()
    if upload is None:
        return _form({"table": told(Malformed("the list is no longer here"))}), 400
    state = ledger().trusted()
    try:
        parts = _compare(read_plan(upload.data, state, _scope(state), Faults(upload.name)))[1]
        with proposing() as these:
            for part in parts:
                these.propose(_statement(part))
    except (Malformed, NoEffect):  # the roster has changed since it was shown
        return _preview(upload)
    uploads.drop()
    flash(_("Rencana disiapkan. Belum ada yang berlaku: otoritas harus menandatanganinya dulu."), "good")
    return redirect(url_for("roster.show"), 303)


def _preview(upload: Upload) -> str | tuple[str, int]:
    state, faults = ledger().trusted(), Faults(upload.name)
    try:
        journeys = read_plan(upload.data, state, _scope(state), faults)
    except Malformed:
        return render_template("plan_faults.html", upload=upload, faults=faults, unknown=_unknown(faults)), 400
    found, parts = _compare(journeys)
    against = _against(parts)
    return render_template(
        "plan_preview.html",
        upload=upload,
        token=uploads.keep(upload) if parts and not against else None,
        authority=request.form.get("authority", ""),
        found=found,
        against=against,
        waiting=_waiting(),
        most=SHOWN,
        site_name=state.name_of,
        kinds=KINDS,
    )


def _compare(journeys: Sequence[Journey]) -> tuple[Preview, list[Part]]:
    with looking() as tables:
        plans = lookup_plans.itineraries(tables, [one.planned.item for one in journeys])
        known = {item: Journey.of(one) for item, one in plans.items()}
        groups = changed(journeys, known)
        parts = split(groups) if groups else []
        return preview(journeys, known, lookup_plans.undelivered(tables, viewer().site), parts), parts


def _statement(part: Part) -> Prepared:
    return prepare("plan", {"ways": part.ways, "items": part.items})


def _against(parts: Sequence[Part]) -> list[Pair]:
    """Why statements would have no effect beside what is prepared, each reason once."""
    reasons: dict[str, Pair] = {}
    with preparations() as store:
        these = Proposing(store)
        for part in parts:
            try:
                these.propose(_statement(part))
            except NoEffect as error:
                reasons[error.got or ""] = NO_EFFECT[error.got or ""]
    return list(reasons.values())


def _waiting() -> int:
    """How many plan statements are prepared and not in the log yet."""
    with preparations() as store:
        look_in_log(store)
        return sum(kind_of(one.said) == "plan" for one in store.open())


def _authorities(state: State) -> list[tuple[str, str, str | None]]:
    """(keyid, fingerprint, site) of the authorities that are good, the highest first."""
    good = [(key, known.site) for key, known in state.keys.items() if known.role == "authority" and not known.revoked]
    return [(key, fingerprint(key), site) for key, site in sorted(good, key=lambda one: (one[1] or "", one[0]))]


def _scope(state: State) -> str | None:
    """The site under which the plan must stay: the account's, else that of the authority who is to sign."""
    if viewer().site is not None:
        return viewer().site
    chosen = request.form.get("authority", "")
    return next((site for key, _name, site in _authorities(state) if key == chosen), None)


def _unknown(faults: Faults) -> list[str]:
    """The sites that the roster does not have."""
    unknown = (fault.error.got for fault in faults.all if fault.error.message == "this site is not in the roster")
    return sorted({site for site in unknown if site is not None})


def _form(faults: Mapping[str, Pair] | None = None) -> str:
    state = ledger().trusted()
    return render_template(
        "plan.html",
        authorities=_authorities(state),
        site_name=state.name_of,
        chosen=request.form.get("authority", ""),
        faults=faults or {},
    )
