"""The forms by which statements are prepared, one for each kind: faults are told by field, and nothing is lost."""

from collections.abc import Callable
from typing import Any, get_args

import msgspec
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from msgspec import Struct
from werkzeug.wrappers import Response as Answered

from custody.accounts.store import unix_ms
from custody.blobs import BLOBS, open_blobs
from custody.core import ids
from custody.core.enrolment import open_request
from custody.core.errors import CustodyError, Malformed, NoEffect
from custody.core.head import HandlerRole, SiteCategory
from custody.core.prepared import prepare
from custody.core.roster import EnrolmentRequest, FindingId
from custody.core.roster_words import KINDS, REVOKED
from custody.core.trusted import State
from custody.core.words import ROLES, SITE_CATEGORIES
from custody.lists.policy import read_policy
from custody.lists.sites import propose_sites
from custody.lists.table import Faults
from custody.lists.written import code_word, instant, micro_degrees
from custody.web.access import roles
from custody.web.admin.given import FORM, Given
from custody.web.admin.preparing import Proposing, proposing, why_beyond
from custody.web.current import ledger
from custody.web.portal.pages import area
from custody.web.portal.showing import said
from custody.web.sizes import FILE, takes

stating = area("stating", "/desk/roster/new")

ENROLLED = ("keep", "revoke")
_FIELDS = {
    "site-known": "site",
    "site-unknown": "site",
    "out-of-scope": "site",
    "parent-unknown": "parent",
    "key-known": "request",
    "handler-out-of-scope": "request",
    "key-unknown": "key",
    "already-revoked": "key",
    "root-keys-change-by-root-statement": "key",
    "not-an-authority": "enrolled",
}
"""By the reason why a statement would have no effect, the field that is to be mended."""
_HAS_CARD = (
    "Petugas ini sudah punya kartu; centang untuk menggantinya",
    "This handler has a badge; tick to replace it",
)
_LINES = (
    "Perbaiki baris yang disebut di atas, lalu kirim lagi seluruh berkasnya. Lokasi yang di atas"
    " mendahului yang di bawahnya.",
    "Correct the lines named above, then send the whole file again. A site stands after the one that it lies under.",
)
_HAS_NONE = ("Petugas ini belum punya kartu", "This handler has no badge yet")


class Form(Struct, frozen=True):
    """A form: `read` proposes what it says, unless there are faults."""

    read: Callable[[Given, Proposing], None]
    fields: frozenset[str]


@stating.get("/<kind>")
@roles("operator", "authority")
def show(kind: str) -> str:
    """The form of a kind of statement, filled with what the address says."""
    return _page(kind, _form(kind), Given(request.args))


@stating.post("/<kind>")
@roles("operator", "authority")
@takes(FILE)
def take(kind: str) -> Answered:
    """Keeps what the form says, or shows it again with what is wrong."""
    form, given = _form(kind), Given.of(request)
    with proposing() as these:
        try:
            form.read(given, these)
        except NoEffect as error:
            field = _FIELDS.get(error.got or "", FORM)
            given.fault(error, field if field in form.fields else FORM)
        except CustodyError as error:
            given.fault(error)
        if given.faults:
            these.drop()
    if given.faults:
        return Response(_page(kind, form, given), 400)
    flash(_("Disiapkan. Belum berlaku sebelum ditandatangani otoritas dan diunggah."), "good")
    return redirect(url_for("roster.show"), 303)


def _form(kind: str) -> Form:
    return FORMS.get(kind) or abort(404, "no statement of this kind is prepared here")


def _page(kind: str, form: Form, given: Given) -> str:
    return render_template(
        "stating.html",
        kind=kind,
        title=KINDS.get(kind, KINDS["site"]),
        given=given,
        fields=form.fields,
        categories={word: said(pair) for word, pair in SITE_CATEGORIES.items()},
        handler_roles={word: said(pair) for word, pair in ROLES.items()},
        reasons={word: said(pair) for word, pair in REVOKED.items()},
    )


def _site(given: Given, these: Proposing) -> None:
    members = {
        "site": given.read("site", ids.check_site),
        "category": given.read("category", _one_of(get_args(SiteCategory))),
        "name": given.text("name"),
        "parent": given.read("parent", ids.check_site, must=False),
        "lat": given.read("lat", micro_degrees, must=False),
        "lon": given.read("lon", micro_degrees, must=False),
    }
    _propose(given, these, "site", members)


def _sites(given: Given, these: Proposing) -> None:
    given.listed = faults = Faults("CSV")

    def read(data: bytes) -> int:
        present = dict(these.state.sites)
        return propose_sites(data, faults, present, lambda members: these.propose(prepare("site", members)))

    known = given.file("list", read)
    if faults:
        given.faults["list"] = _LINES
    if known is not None and not given.faults and not these.count:
        given.faults["list"] = ("Semua lokasi ini sudah terdaftar", "All of these sites are in the roster")


def _key(kind: str, *, everywhere: bool) -> Callable[[Given, Proposing], None]:
    """A key that only has a site; `everywhere`: or none."""

    def read(given: Given, these: Proposing) -> None:
        asked = _request(given, kind)
        site = given.read("site", ids.check_site, must=not everywhere)
        if asked is not None:
            _propose(given, these, kind, {"key": asked.key, "proof": asked.proof, "site": site})

    return read


def _handler(given: Given, these: Proposing) -> None:
    asked = _request(given, "handler")
    members = {
        "role": given.read("role", _one_of(get_args(HandlerRole))),
        "site": given.read("site", ids.check_site),
        "begins": given.read("begins", instant, must=False) or unix_ms(),
        "ends": given.read("ends", instant, must=False),
    }
    if asked is None:
        return
    _check_reissue(given, these.state, asked.subject or "")
    own = {"handler": asked.subject, "key": asked.key, "proof": asked.proof, "badge": asked.badge}
    _propose(given, these, "handler", own | members)


def _check_reissue(given: Given, state: State, handler: str) -> None:
    present, wanted = handler in state.handlers, bool(given.said.get("reissue"))
    if present != wanted:
        given.faults["reissue"] = _HAS_CARD if present else _HAS_NONE


def _label_issuer(given: Given, these: Proposing) -> None:
    asked = _request(given, "label-issuer")
    members = {
        "site": given.read("site", ids.check_site),
        "hosts": given.lines("hosts"),
        "ranges": given.lines("ranges"),
    }
    if asked is not None:
        _propose(given, these, "label-issuer", {"key": asked.key, "proof": asked.proof, **members})


def _revoke(given: Given, these: Proposing) -> None:
    members = {
        "key": given.read("key", lambda text: these.state.whole_keyid(text.replace(" ", ""))),
        "reason": given.read("reason", _one_of(tuple(REVOKED))),
        "since": given.read("since", instant, must=given.said.get("reason") == "compromised"),
        "final": given.text("final", must=False),
        "enrolled": given.read("enrolled", _one_of(ENROLLED), must=False),
    }
    _propose(given, these, "revoke", members)


def _resolve(given: Given, these: Proposing) -> None:
    """A note stays in this ledger's private folder, and can be erased; the statement has its salted hash."""
    members: dict[str, Any] = {
        "finding": given.read("finding", _finding_id),
        "reason": given.read("reason", code_word),
    }
    note = given.text("note", must=False)
    # Nothing is kept of what would be refused.
    if note and not given.faults and why_beyond(prepare("resolve", members)) is None:
        with open_blobs(ledger().config.private / BLOBS) as blobs:
            members["note"] = blobs.put(note.encode())
    _propose(given, these, "resolve", members)


def _finding_id(text: str) -> str:
    try:
        return msgspec.convert(text, FindingId)
    except msgspec.ValidationError:
        raise Malformed("that is no id of a finding", expected="f-…", got=text) from None


def _policy(given: Given, these: Proposing) -> None:
    members = given.file("policy", lambda data: read_policy(data, "TOML"))
    if members is not None:
        _propose(given, these, "policy", members)


def _propose(given: Given, these: Proposing, kind: str, members: dict[str, Any]) -> None:
    if not given.faults:
        these.propose(prepare(kind, members))


def _request(given: Given, role: str) -> EnrolmentRequest | None:
    return given.file("request", lambda data: open_request(data, ledger().config.origin, role))


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise Malformed("that is none of the choices", expected=", ".join(words), got=text)
        return text

    return read


FORMS = {
    "site": Form(_site, frozenset({"site", "category", "name", "parent", "lat", "lon"})),
    "sites": Form(_sites, frozenset({"list"})),
    "device": Form(_key("device", everywhere=False), frozenset({"request", "site"})),
    "handler": Form(_handler, frozenset({"request", "role", "site", "begins", "ends", "reissue"})),
    "label-issuer": Form(_label_issuer, frozenset({"request", "site", "hosts", "ranges"})),
    "authority": Form(_key("authority", everywhere=True), frozenset({"request", "site"})),
    "auditor": Form(_key("auditor", everywhere=True), frozenset({"request", "site"})),
    "advisor": Form(_key("advisor", everywhere=True), frozenset({"request", "site"})),
    "revoke": Form(_revoke, frozenset({"key", "reason", "since", "final", "enrolled"})),
    "resolve": Form(_resolve, frozenset({"finding", "reason", "note"})),
    "policy": Form(_policy, frozenset({"policy"})),
}
"""By the last part of the address."""
