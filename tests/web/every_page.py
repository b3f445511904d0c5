"""Where the pages of the portal are, with something on each: the app's routes, and the forms that lead on."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from werkzeug.routing import Rule

from custody.core import prepared, roster
from custody.core.event import Seal
from custody.core.keys import SigningKey
from custody.core.roster import LabelIssuer, Site
from custody.directory import NAMES, open_directory
from custody.ledger.lookup_findings import Wanted, find
from custody.notes import NOTES, open_notes
from custody.photographs import FOLDER, Photographs
from custody.preparations import PREPARATIONS, Waiting, open_preparations
from custody.web.access import access_of
from custody.web.admin.stating import FORMS
from custody.web.portal.pages import address
from custody.web.portal.portal import AREAS
from tests.country import DELIVERED, DISTRICT, EXTRA, GLN, LATE, LOST, REGENCY, STATIONS, Country, at
from tests.photos import jpeg_file, salted
from tests.web.admin.in_browser import Served
from tests.web.admin.visitor import link
from tests.world import key_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Response

GONE = "/findings/f-" + "a" * 26
NOT_THERE = {"/find?q=peti": 404, "/sign-up/used": 410, GONE: 404}
"""Pages that say so."""
NO_PAGE = {"about.auditor", "devices.look"}
"""What pages lead to or fetch, and is none itself."""
HOST = "lacak.example"
PHOTOGRAPH, SALTED = salted(jpeg_file())
Act = Callable[["Page"], "Response"]


class Stop(Struct):
    """A page at `path`, or the one to which `act` leads from there; `status` is what it is answered with."""

    path: str
    act: Act | None = None
    status: int = 200


def fill(site: Served, world: Country) -> None:
    """Something for each page to show."""
    portal, now = site.portal, world.now
    portal.submit(world.story())
    issuer = world.possession(key_of("labels"), "label-issuer")
    portal.submit(
        [
            world.sign(LabelIssuer, world.authority, **issuer, site=REGENCY, hosts=[HOST], ranges=["8004/952"]),
            world.event("inspect", items=[DELIVERED], site=STATIONS[0], by=[2], condition="wet", photos=[PHOTOGRAPH]),
            world.event("unseal", items=[DELIVERED], site=STATIONS[0], by=[2, 3], purpose="pemungutan-suara",
                        seals=[Seal(item=0, id="seal/952/A000099")]),
            world.revoke(world.devices[1].key.keyid, "lost"),
        ]
    )  # fmt: skip
    private = portal.ledger.config.private
    with open_directory(private / NAMES) as names:
        names.set({world.handler_ids[0]: "Siti Rahayu", world.handler_ids[2]: "Budi Santoso"})
    with open_notes(private / NOTES) as notes:
        notes.write(finding(site), "siti", now, "Ketua KPPS 3: 0812-0000-0000")
    with open_preparations(private / PREPARATIONS) as store:
        store.add([prepared.prepare("site", a_site(11)), prepared.prepare("site", a_site(12))], None, now, 0)
        store.ask(Waiting(key_of("asks").keyid, request(world, key_of("asks")), REGENCY, None, now))
    Photographs(private / FOLDER).put(PHOTOGRAPH, SALTED)


def a_site(number: int) -> dict[str, str]:
    return {"site": at(f"34.71.01-{number:03}"), "category": "village", "name": f"PPS {number}", "parent": DISTRICT}


def request(world: Country, key: SigningKey) -> roster.EnrolmentRequest:
    return roster.request(key, world.origin, "device")


def finding(site: Served) -> str:
    """The id of one that concerns the delivered box."""
    with site.portal.ledger.looking() as tables:
        return find(tables, Wanted(item=DELIVERED), 1)[0].id


def routes(site: Served) -> list[Rule]:
    """Those at which the app answers with a page."""
    areas = {one.name for one in AREAS}
    return [
        rule
        for rule in site.portal.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in areas and rule.endpoint not in NO_PAGE
    ]


def samples(site: Served) -> dict[str, list[str]]:
    """By route with an argument: paths of it that differ in what they show. Of one without, those with a query."""
    one = finding(site)
    size = site.portal.ledger.status().size
    return {
        "/": ["/"],
        "/00/<path:rest>": ["/00/095212340000000013"],
        "/8003/<path:rest>": [address(one) for one in (DELIVERED, LOST)],
        "/8004/<path:rest>": [address(EXTRA)],
        "/plain/<path:rest>": ["/plain/kpu/1"],
        "/414/<gln>": [address(site.portal.world.sites[0])],
        "/414/<gln>/254/<extension>": [address(REGENCY), address(STATIONS[0]), f"/414/{GLN}/254/34.71-G"],
        "/findings": ["/findings", "/findings?since=x&severity=major", "/findings?since=2100-01-01"],
        "/findings/<finding>": [f"/findings/{one}", GONE],
        "/findings/<finding>/notes": [f"/findings/{one}/notes"],
        "/find": ["/find", "/find?q=peti"],
        "/log/entries/<index>": [f"/log/entries/{index}" for index in (0, size - 1)],
        "/sign-up/<secret>": [link(site.portal, "rina", "auditor"), "/sign-up/used"],
        "/desk/accounts/<handle>": ["/desk/accounts/rina"],
        "/desk/names/forget": [f"/desk/names/forget?id={site.portal.world.handler_ids[0]}"],
        "/desk/roster/new/<kind>": [f"/desk/roster/new/{kind}" for kind in FORMS],
    }


def stops(site: Served) -> tuple[list[Stop], list[Stop]]:
    """What everybody may open; and what is for who is signed in, with public pages that show them more."""
    known = samples(site)
    return _public(site, known), _signed_in(site, known)


def _public(site: Served, known: dict[str, list[str]]) -> list[Stop]:
    receipt = (site.portal.ledger.receipt(3) or b"").decode()
    return [
        *_stops(site, known, signed_in=False),
        Stop("/nothing-here", status=404),
        Stop("/log/receipt", _send("/log/receipt", receipt=receipt)),
        Stop("/log/receipt", _send("/log/receipt", receipt="buang"), 422),
    ]


def _signed_in(site: Served, known: dict[str, list[str]]) -> list[Stop]:
    world = site.portal.world
    handler = world.handler_ids[1]
    there = world.sign(Site, world.authority, **a_site(11)).envelope
    plan = f"item,kind,way,to,due\n{LATE},ballot-box,1,{STATIONS[1]},2029-02-13 17:00 WIB\n"
    names = f"id,name\n{handler},Dewi\n"
    return [
        *_stops(site, known, signed_in=True),
        *(Stop(path) for path in ("/", address(DELIVERED), f"/findings/{finding(site)}")),
        Stop("/desk/devices", _send("/desk/devices/code", site=REGENCY)),
        Stop("/desk/accounts", _send("/desk/accounts", handle="Siti!"), 400),
        Stop("/desk/accounts/rina", _send("/desk/accounts/rina/link"), 201),
        Stop("/desk/tokens", _send("/desk/tokens", label="Arsip {language}"), 201),
        Stop("/desk/tokens"),
        Stop("/desk/plan", _hand_in("/desk/plan", "table", plan)),
        Stop("/desk/plan", _hand_in("/desk/plan", "table", plan.replace("2029", "soon")), 400),
        Stop("/desk/names", _hand_in("/desk/names/import", "list", names)),
        Stop("/desk/names", _hand_in("/desk/names/import", "list", f"{names}x,y\n"), 400),
        Stop("/desk/labels", _send("/desk/labels/job", "check", lines=f"{EXTRA}\n")),
        Stop("/desk/labels", _send("/desk/labels/job", "check", lines="8003/1\n"), 400),
        Stop("/desk/roster/new/site", _send("/desk/roster/new/site", name="PPS"), 400),
        Stop("/desk/roster", _hand_in("/desk/roster/signed", "signed", f"{there.decode()}\nx\n")),
    ]


def _stops(site: Served, known: dict[str, list[str]], *, signed_in: bool) -> Iterator[Stop]:
    for rule in routes(site):
        if bool(access_of(site.portal.app, rule.endpoint).roles) is signed_in:
            assert rule.rule in known or not rule.arguments, f"{rule.rule} has no sample here"
            for path in known.get(rule.rule, [rule.rule]):
                yield Stop(path, status=NOT_THERE.get(path, 200))


def _send(action: str, button: str = "", **fields: str) -> Act:
    """Fills a page's form and sends it; `{language}` in what is filled in is the page's."""

    def act(page: "Page") -> "Response":
        form = _form(page, action)
        language = page.evaluate("document.documentElement.lang")
        for name, value in fields.items():
            form.locator(f'[name="{name}"]').fill(value.replace("{language}", language))
        with page.expect_navigation() as led:
            form.locator(f'button[name="{button}"]' if button else "button").first.click()
        return led.value

    return act


def _hand_in(action: str, field: str, text: str) -> Act:
    """Sends a page's form with a file."""

    def act(page: "Page") -> "Response":
        form = _form(page, action)
        file = {"name": "berkas.csv", "mimeType": "text/csv", "buffer": text.encode()}
        form.locator(f'[name="{field}"]').set_input_files(file)  # type: ignore[arg-type]
        with page.expect_navigation() as led:
            form.locator("button").first.click()
        return led.value

    return act


def _form(page: "Page", action: str) -> "Locator":
    return page.locator(f'form[action="{action}"], form[action^="{action}#"]')


def present() -> int:
    return time.time_ns() // 1_000_000
