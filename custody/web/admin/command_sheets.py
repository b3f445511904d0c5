"""Command sheets of enrolled devices, to print: an agent obeys no other device's."""

from flask import Response, abort, render_template, request

from custody.command_sheet import command_sheet
from custody.core.admission import State
from custody.core.keys import fingerprint
from custody.web.access import roles, viewer
from custody.web.admin.acts import recorded
from custody.web.admin.labels import download
from custody.web.current import ledger
from custody.web.people import names_of
from custody.web.portal.pages import area

SHOWN = 100

command_sheets = area("command_sheets", "/desk/command-sheets")


@command_sheets.get("")
@roles("operator")
def show() -> str:
    """The devices, or those that are looked for by the beginning of their fingerprint, their site or its name."""
    state = ledger().trusted()
    sought = request.args.get("q", "").strip()[:200]
    found = [(key, site) for key, site in _devices(state).items() if _fits(state, key, site, sought)]
    found.sort(key=lambda one: (one[1], one[0]))
    return render_template(
        "command_sheets.html",
        sought=sought,
        count=len(found),
        devices=[(key, fingerprint(key), site, state.name_of(site)) for key, site in found[:SHOWN]],
        names=names_of(key for key, _ in found[:SHOWN]),
    )


@command_sheets.post("")
@roles("operator")
def print_() -> Response:
    """The sheet of one device; with the keys of a PIN if that is asked for."""
    keyid = request.form.get("device", "")
    site = _devices(ledger().trusted()).get(keyid)
    if site is None:
        abort(404, "no enrolled device has that key")
    pdf = command_sheet(keyid, site, digits="digits" in request.form, apart=True)
    with recorded("command-sheet-printed", fingerprint(keyid)):
        return download(pdf, f"lembar-perintah-{keyid[:8]}.pdf", "application/pdf")


def _devices(state: State) -> dict[str, str]:
    """The site of each device that is good and this account's to look after."""
    return {
        key: known.site
        for key, known in state.keys.items()
        if known.role == "device"
        and known.revoked is None
        and known.site is not None
        and state.within(known.site, viewer().site)
    }


def _fits(state: State, key: str, site: str, sought: str) -> bool:
    text = sought.lower()
    return key.startswith(text.replace(" ", "")) or sought in site or text in state.name_of(site).lower()
