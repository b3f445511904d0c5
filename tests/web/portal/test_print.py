"""A polling station's checklist on paper: one sheet of A4, which its officers take to the table."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from custody.core.planning import Planned, Way
from custody.web.portal.kept_pages import KeptPages
from custody.web.portal.pages import address
from tests.web.admin.in_browser import Served, served
from tests.world import World, item_id

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DUE = 1_900_000_000_000
BALLOTS = ("ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab")


def usual(world: World) -> tuple[list[Planned], list[tuple[str, str]]]:
    """(what a station is to have, (bundle, box) of what is in its boxes): five boxes with ballots and three seals,
    four booths, envelopes and supplies.
    """
    boxes = [
        Planned(item=item_id(n), kind="ballot-box", ways=[0],
                seals=[f"seal/acme/A{n:04}{one}" for one in range(3)])
        for n in range(5)
    ]  # fmt: skip
    others = [("voting-booth", 4), ("form-envelope", 1), ("supplies-bag", 1)]
    kinds = [kind for kind, count in others for _ in range(count)]
    rest = [Planned(item=item_id(20 + n), kind=kind, ways=[0]) for n, kind in enumerate(kinds)]
    return boxes + rest, [(item_id(40 + n), box.item) for n, box in enumerate(boxes)]


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    with served(tmp_path_factory.mktemp("log")) as found:
        world = found.portal.world
        planned, packed = usual(world)
        found.portal.submit([
            world.plan([Way(to=world.sites[2], due=DUE)], planned),
            *(world.event("commission", items=[bundle], by=[0], kind="ballot-bundle", ballot_type=type_, quantity=306,
                          district="dapil-1") for (bundle, _), type_ in zip(packed, BALLOTS, strict=True)),
            *(world.event("pack", items=[bundle], by=[0], container=box) for bundle, box in packed),
        ])  # fmt: skip
        yield found, address(world.sites[2])


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_checklist_of_a_polling_station_of_the_usual_size_is_one_sheet_of_a4(
    station: tuple[Served, str], browser: "Browser", language: str
) -> None:
    found, path = station
    context = browser.new_context(base_url=found.url)
    context.add_cookies([{"name": "language", "value": language, "url": found.url}])
    try:
        page = context.new_page()
        page.goto(path)
        assert page.locator(".checklist > tbody > tr").count() == 11
        assert page.locator(".checklist .contents li").count() == 5
        assert pages(page.pdf(prefer_css_page_size=True)) == (1, 595, 842)
    finally:
        context.close()


def test_what_arrives_while_a_stations_page_is_open_is_on_paper_too(
    station: tuple[Served, str], browser: "Browser"
) -> None:
    found, path = station
    context = browser.new_context(base_url=found.url)
    try:
        page = context.new_page()
        page.clock.install()
        page.goto(path)
        page.emulate_media(media="print")
        others = page.get_by_text("Barang lain yang tercatat di sini")
        assert (others.count(), others.is_visible()) == (1, False)  # that there are none needs no ink
        world = found.portal.world
        found.portal.submit([
            world.event("commission", items=[item_id(60)], by=[0], kind="parcel", site=world.sites[2])
        ])  # fmt: skip
        found.portal.app.extensions["custody.pages"] = KeptPages()
        page.clock.run_for(20_000)
        page.locator(f"#items a[href='/{item_id(60)}']").wait_for(state="attached")
        assert others.is_visible()
    finally:
        context.close()


def pages(pdf: bytes) -> tuple[int, int, int]:
    """(how many, the first one's width and height in points)."""
    tree = PdfFileReader(BytesIO(pdf)).root["/Pages"]
    box = tree["/Kids"][0]["/MediaBox"]
    return int(tree["/Count"]), round(float(box[2])), round(float(box[3]))


def test_what_is_folded_on_a_screen_is_on_paper(station: tuple[Served, str], browser: "Browser") -> None:
    context = browser.new_context(base_url=station[0].url)
    try:
        page = context.new_page()
        page.goto("/log")
        folded = page.locator("#note pre")
        assert not folded.is_visible()
        page.emulate_media(media="print")
        assert folded.is_visible()
        assert page.locator("button:visible").count() == 0
    finally:
        context.close()
