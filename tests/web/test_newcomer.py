"""Somebody who has never been here: from the home page to what is wrong, a proof, the desk, and a device enrolled."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import zxingcpp
from msgspec import Struct
from PIL import Image

from custody.core.event import Seal
from custody.core.keys import fingerprint
from custody.printing.labels import LabelSpec, label_sheet, words
from tests.agent.scene import HOST, Scene
from tests.printing.rendering import codes, pages
from tests.web.admin.enrolling import let_scan, make_desk, run, sign
from tests.web.admin.in_browser import Person, Served, one_time_link, served
from tests.world import World, item_id, key_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BOX, LOST = item_id(1), item_id(2)
DPI = 300


class Election(Struct):
    """A log with a box whose seal has changed; `label`: what the box's printed label says."""

    scene: Scene
    site: Served
    desk: Path
    label: str


@pytest.fixture(scope="module")
def election(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Election]:
    scene = Scene(enrolled=False, world=World(devices=1, handlers=2))
    folder = tmp_path_factory.mktemp("election")
    with served(tmp_path_factory.mktemp("log"), scene.world) as site:
        site.portal.submit(scene.roster[len(scene.world.roster) :])
        desk = make_desk(scene, folder / "desk")
        event, there = scene.world.event, scene.world.sites[2]
        site.portal.submit(
            [
                event("commission", items=[BOX, LOST], by=[0], kind="ballot-box"),
                event("seal", items=[BOX], by=[0], seals=[Seal(item=0, id="seal/952/A1")]),
                scene.world.handover(items=[BOX], site=there, seals=[Seal(item=0, id="seal/952/B7")]),
                event("discrepancy", items=[LOST], by=[1], kind="missing", site=there),
            ]
        )
        sheet = label_sheet([LabelSpec(text=scene.label(1), id=BOX, kind=words("ballot-box"))], "a4-24")
        [printed] = codes(pages(sheet)[0], DPI)
        yield Election(scene, site, desk, printed.text)


@pytest.mark.parametrize(("language", "screen"), [("id", "phone"), ("en", "desktop")])
def test_a_newcomer_finds_what_is_wrong_verifies_an_item_signs_in_and_enrols_a_device(
    election: Election, browser: "Browser", tmp_path: Path, language: str, screen: str
) -> None:
    person = Person(browser, election.site.url, language, screen)
    page = person.page
    said = Said(language)

    page.goto("/")
    page.get_by_role("link", name=said("Ketidaksesuaian", "Findings"), exact=True).first.click()
    page.get_by_role("link", name=said("Segel berubah tanpa catatan", "Seals changed with no record")).first.click()
    assert "seal/952/B7" in page.inner_text("main")
    page.locator('main a[href^="/log/entries/"]').first.click()
    assert said("Serah terima", "Handover") in page.inner_text("h1")

    printed = urlsplit(election.label)
    assert printed.hostname == HOST
    page.goto(f"{printed.path}?{printed.query}")
    assert said("Label asli.", "The label is genuine.") in page.inner_text("main")
    page.get_by_role("button", name=said("Verifikasi peristiwa terakhir", "Verify the last event")).click()
    page.locator('#verify .proof[data-state="passed"]').wait_for()
    steps = page.locator("#verify .proof [data-step]").evaluate_all("all => all.map((one) => one.dataset.state)")
    assert set(steps) == {"passed", "skipped"}
    assert steps.count("skipped") == 1  # a first visit has no earlier checkpoint to go on from

    person.sign_up(one_time_link(election.site, "create", f"siti-{language}", "supervisor", "operator"), "Ponsel")
    enrol(election, page, said, tmp_path)
    assert page.evaluate("document.documentElement.lang") == language
    person.context.close()


def enrol(election: Election, page: "Page", said: "Said", folder: Path) -> None:
    """From the desk to a device that may record."""
    scene, portal = election.scene, election.site.portal
    scene.device = key_of("device of", said.language)
    shown = fingerprint(scene.device.keyid)
    config = scene.settle(folder, election.site.url, portal.ledger.vkey, portal.ledger.entry(0) or b"")

    page.get_by_role("link", name=re.compile(said("^Perangkat", "^Devices"))).click()
    page.locator("#site").fill(config.site)
    page.clock.install()
    page.get_by_role("button", name=said("Tampilkan kode QR", "Show a QR code")).click()
    picture = Image.open(BytesIO(page.get_by_role("img", name=said("Kode QR", "QR code")).screenshot()))
    let_scan(folder / "agent.toml", *(one.text for one in zxingcpp.read_barcodes(picture)))
    assert shown in run(folder)

    page.clock.fast_forward(3_000)
    page.get_by_role("link", name=said("bandingkan dan siapkan", "compare and prepare")).click()
    asking = page.locator(".asks > li", has_text=shown)
    asking.get_by_role("button", name=said("Sidik jari sama", "The fingerprint is the same")).click()
    page.get_by_role("link", name=said("Daftar kepercayaan", "Roster")).first.click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name=re.compile(said("Unduh semuanya", "Download all"))).click()
    draft = folder / downloading.value.suggested_filename
    downloading.value.save_as(draft)
    signed, compared = sign(election.desk, draft)
    assert shown in compared

    assert portal.ledger.device(scene.device.keyid) is None
    page.locator("#signed").set_input_files(signed)
    page.get_by_role("button", name=said("Unggah dan kirim", "Upload, and send")).click()
    assert said("berlaku", "in effect") in page.inner_text("main table")
    page.goto("/desk/devices")
    assert said("Sudah terdaftar", "Enrolled") in asking.inner_text()
    assert page.locator("main table").get_by_text(shown, exact=True).is_visible()


class Said:
    """Of two texts, the one in a language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, indonesian: str, english: str) -> str:
        return indonesian if self.language == "id" else english
