"""The portal: pages for the public and for who is signed in, each area in a module of its own."""

from flask import Blueprint, Flask, Response, request

from custody.web import fault_words
from custody.web.admin import (
    accounts,
    command_sheets,
    desk,
    devices,
    labels,
    names,
    notes,
    passkeys,
    plan,
    present,
    read_tokens,
    roster,
    sessions,
    signin,
    stating,
    trail,
    uploads,
    worded,
)
from custody.web.portal import about, find, findings, home, item, language, log, showing, site
from custody.web.portal.static_files import JOINED, content

PREPARING = (roster.roster, stating.stating, devices.devices, devices.scanned, present.present)
SIGNED_IN = (
    signin.signin,
    desk.desk,
    passkeys.passkeys,
    sessions.sessions,
    accounts.accounts,
    read_tokens.read_tokens,
    trail.trail,
)
OFFICE = (names.names, notes.notes, labels.labels, command_sheets.command_sheets, plan.plan)
PUBLIC = (home.home, site.site, item.item, find.find, findings.findings, log.log, about.about)
AREAS = (*PUBLIC, *SIGNED_IN, *PREPARING, *OFFICE)
"""Each area's pages."""


class _Portal(Blueprint):
    """With the files that are served as one."""

    def send_static_file(self, filename: str) -> Response:
        if filename not in JOINED:
            return super().send_static_file(filename)
        response = Response(content(filename), content_type="text/css; charset=utf-8")
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]  # Flask's own class, by what Werkzeug declares


def configure(app: Flask) -> None:
    """Adds the pages, and what their templates use."""
    app.register_blueprint(_Portal("portal", __name__, static_folder="static", template_folder="templates"))
    language.configure(app)
    showing.configure(app)
    fault_words.configure(app)
    uploads.configure(app)
    worded.configure(app)
    for one in AREAS:
        app.register_blueprint(one)
