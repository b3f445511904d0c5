"""Devices: a code by which one asks to be enrolled, those that ask, and those that are enrolled."""

import segno
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from msgspec import Struct
from werkzeug.wrappers import Response

from custody.accounts.store import unix_ms
from custody.core import ids
from custody.core.canonical import b64decode
from custody.core.enrolment import Code, encode_code
from custody.core.errors import CustodyError, NoEffect, OutOfReach
from custody.core.keys import fingerprint, keyid
from custody.core.prepared import kind_of, prepare
from custody.preparations import Preparations, Waiting
from custody.web.access import anyone, roles, viewer
from custody.web.admin.codes import GOOD_MS, handle_of
from custody.web.admin.given import Given
from custody.web.admin.preparing import look_in_log, preparations, proposing, record
from custody.web.admin.present import device_rows, page_of
from custody.web.current import ledger
from custody.web.enrolments import codes
from custody.web.fault_words import told
from custody.web.identity import gate
from custody.web.portal.pages import area
from custody.web.portal.showing import said

devices = area("devices", "/desk/devices")
scanned = area("scanned")


class Asks(Struct, frozen=True):
    """A device that asks: its fingerprint, and whether its enrolment is prepared, or in the log as an entry."""

    waiting: Waiting
    fingerprint: str
    prepared: bool
    entry: int | None


@scanned.get("/enrol")
@anyone
def explain() -> str:
    """For who opens an enrolment code with a phone."""
    return render_template("enrol.html")


@devices.get("")
@roles("operator", "authority")
def show() -> str:
    """The devices, and the form for a code."""
    return _page(Given(request.args))


@devices.post("/code")
@roles("operator", "authority")
def show_code() -> Response | str:
    """A new code, shown this once."""
    given = Given.of(request)
    site = given.read("site", ids.check_site)
    state = ledger().trusted()
    if site and site not in state.sites:
        given.fault(NoEffect("the site is not in the roster", got="site-unknown"), "site")
    elif site and not state.within(site, viewer().site):
        given.fault(NoEffect("the site lies elsewhere", got="out-of-scope"), "site")
    if site is None or given.faults:
        return Response(_page(given), 400, content_type="text/html; charset=utf-8")
    code = codes().show(site, viewer().account)
    record("code-shown", site)
    text = encode_code(Code(f"{gate().party.origin}/", code))
    return render_template(
        "code.html",
        text=text,
        picture=Markup(segno.make_qr(text, error="m").svg_inline(omitsize=True, border=4, light="#fff")),  # noqa: S704
        site=state.sites[site],
        until=unix_ms() + GOOD_MS,
        handle=handle_of(code),
    )


@devices.get("/code/<handle>")
@roles("operator", "authority")
def look(handle: str) -> str:
    """What has become of a code."""
    found = codes().look(handle)
    if found is None:
        abort(404, "no such code was shown, or it is forgotten")
    shown, good = found
    used_by = fingerprint(shown.used_by) if shown.used_by else None
    return render_template("code_state.html", shown=shown, good=good, used_by=used_by)


@devices.post("/<key>/prepare")
@roles("operator", "authority")
def prepare_enrolment(key: str) -> Response:
    """Puts a device's request among what an authority is to sign."""
    waiting = _waiting(key)
    try:
        with proposing() as these:
            asked = waiting.request
            these.propose(prepare("device", {"key": asked.key, "proof": asked.proof, "site": waiting.site}))
    except CustodyError as error:
        flash(said(told(error)), "wrong")
    else:
        flash(_("Disiapkan. Belum berlaku sebelum ditandatangani otoritas dan diunggah."), "good")
    return redirect(url_for("devices.show"), 303)


@devices.post("/<key>/set-aside")
@roles("operator", "authority")
def set_aside(key: str) -> Response:
    """Takes a request off the list."""
    waiting = _waiting(key)
    if not ledger().trusted().within(waiting.site, viewer().site):
        raise OutOfReach("this device asks to belong to a site beyond those of this account", got=waiting.site)
    with preparations() as store:
        store.set_aside(waiting.keyid, unix_ms())
    record("request-set-aside", fingerprint(waiting.keyid))
    return redirect(url_for("devices.show"), 303)


def _page(given: Given) -> str:
    with preparations() as store:
        look_in_log(store)
        asks = _asks(store)
    return render_template("devices.html", given=given, asks=asks, which="devices", people={}, **page_of(device_rows))


def _asks(store: Preparations) -> list[Asks]:
    prepared = {keyid(b64decode(getattr(one.said, "key", ""))) for one in store.open() if kind_of(one.said) == "device"}
    found = []
    for one in store.waiting():
        known = ledger().device(one.keyid)
        found.append(Asks(one, fingerprint(one.keyid), one.keyid in prepared, known.index if known else None))
    return found


def _waiting(key: str) -> Waiting:
    with preparations() as store:
        found = next((one for one in store.waiting() if one.keyid == key), None)
    return found or abort(404, "no such device asks to be enrolled")
