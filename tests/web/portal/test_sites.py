"""Home and the pages of sites, against what a plain loop over every item and finding counts."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from custody.core.findings import Severity
from custody.core.roster import Site
from custody.web.portal import tree
from custody.web.portal.pages import address
from tests import country
from tests.by_loop import ByLoop, book_of
from tests.country import (
    DELIVERED,
    DISTRICT,
    EXTRA,
    LATE,
    NAMELESS,
    OTHER,
    OTHER_VILLAGE,
    PLANNED,
    PROVINCE,
    QUIET,
    REGENCY,
    SCRIPT,
    STATIONS,
    VILLAGE,
    Country,
)
from tests.web.portal.opened import BROWSER, Opened, opened

HEAVIEST = 150_000
"""Bytes of a page and all that it fetches."""
STATUSES = ("delivered", "on-time", "at-risk", "late")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Of a small country with goods in every state."""
    world = Country(time.time_ns() // 1_000_000)
    with opened(tmp_path_factory.mktemp("log"), world) as portal:
        portal.submit(world.story())
        yield portal


@pytest.fixture(scope="module")
def top(portal: Opened) -> str:
    return portal.world.sites[0]


@pytest.fixture(scope="module")
def truth(portal: Opened) -> ByLoop:
    return ByLoop(book_of(portal.ledger, portal.world), time.time_ns() // 1_000_000)


def shown(portal: Opened, path: str, language: str = "id") -> Any:
    return html.fromstring(portal.text(path, language))


def figures(page: Any) -> dict[str, int]:
    """The deliveries that a page tells of, by status; nothing of a page that says there are none."""
    found = {}
    for figure in page.xpath('//dl[contains(@class, "goods")]/div[.//span[contains(@class, "delivery")]]'):
        [status] = figure.xpath('.//span[contains(@class, "delivery")]/@class')
        found[status.split()[1]] = int(figure.xpath("./dd[1]")[0].text_content())
    return found


def graveness(part: Any) -> dict[Severity, int]:
    """Findings by severity, as a cell or a line has them."""
    found = {}
    for one in part.xpath('.//span[contains(@class, "severity")]'):
        number = re.search(r"\d+", one.text_content()) or re.search(r"\d+", one.getparent().text_content())
        assert number is not None
        found[Severity(one.get("class").split()[1])] = int(number[0])
    return found


def rows(page: Any) -> dict[str, tuple[list[int], dict[Severity, int]]]:
    """What the table says of each site: (on time, at risk, late), and findings."""
    return {
        row.xpath("./th//a/@href")[0]: (
            [int(cell.text_content()) for cell in row.xpath("./td")[:3]],
            graveness(row.xpath("./td")[3]),
        )
        for row in page.xpath('//table[contains(@class, "sites")]/tbody/tr')
    }


def items(page: Any, section: str) -> list[str]:
    """The ids that a section lists, in order."""
    return [one.text for one in page.xpath(f'//section[@id="{section}"]//tbody/tr/th/a')]


def expected(truth: ByLoop, site: str | None) -> dict[str, int]:
    counted = truth.deliveries(site)
    return {status: counted[status] for status in STATUSES}


def test_home_says_how_all_goods_stand(portal: Opened, truth: ByLoop) -> None:
    page = shown(portal, "/")
    assert figures(page) == expected(truth, None)
    assert graveness(page.xpath('//p[@class="graveness"]')[0]) == truth.findings(None)


def test_home_says_how_far_the_log_goes_and_that_the_server_says_so(portal: Opened) -> None:
    [lede] = shown(portal, "/").xpath('//p[@class="lede"]')
    assert f"{portal.ledger.status().size} entri" in lede.text_content()
    assert lede.xpath(".//time")
    assert lede.xpath('./a[@href="/about"]')


def test_home_begins_where_the_tree_of_sites_forks(portal: Opened, truth: ByLoop, top: str) -> None:
    assert sorted(rows(shown(portal, "/"))) == sorted(map(address, truth.under(top)))


@pytest.mark.parametrize("site", [PROVINCE, REGENCY, DISTRICT, VILLAGE, OTHER_VILLAGE, OTHER])
def test_each_row_of_the_drill_down_says_what_its_page_and_every_item_say(
    portal: Opened, truth: ByLoop, site: str
) -> None:
    page = shown(portal, address(site))
    assert figures(page) == expected(truth, site)
    found = rows(page)
    assert sorted(found) == sorted(map(address, truth.under(site)))
    for one in truth.under(site):
        counted = expected(truth, one)
        assert found[address(one)] == ([counted[status] for status in STATUSES[1:]], truth.findings(one))
        assert figures(shown(portal, address(one))) == (counted if any(counted.values()) else {})


@pytest.mark.parametrize("site", [PROVINCE, REGENCY, DISTRICT, VILLAGE])
def test_a_page_comes_to_its_rows_and_what_is_its_own(portal: Opened, truth: ByLoop, site: str) -> None:
    page = shown(portal, address(site))
    sums = [sum(column) for column in zip(*(numbers for numbers, _ in rows(page).values()), strict=True)]
    assert truth.own(site) == []
    assert sums == [figures(page)[status] for status in STATUSES[1:]]


def test_the_page_of_a_site_lists_what_has_not_come_there_or_below(portal: Opened) -> None:
    assert [items(shown(portal, address(site)), "overdue") for site in (REGENCY, VILLAGE)] == [[LATE], [LATE]]
    other = shown(portal, address(OTHER))
    assert items(other, "overdue") == []
    assert "Tidak ada yang terlambat." in other.text_content()


def test_a_polling_stations_page_is_a_checklist_of_what_must_come(portal: Opened) -> None:
    page = shown(portal, address(STATIONS[0]))
    assert items(page, "checklist") == [PLANNED, DELIVERED]
    missing, here = page.xpath('//section[@id="checklist"]//tbody/tr')
    assert "A000004" in missing.text_content()
    assert "Tercatat: belum ada" in missing.text_content()
    assert re.search(r"Ditetapkan:\s+A000001\s*Tercatat:\s+A000099\s+berbeda", here.text_content())
    assert [one.text for one in here.xpath(".//li/a")] == [country.bundle(1, "ppwp")]
    assert "Presiden dan Wakil Presiden · dapil-1 · 300 lembar" in here.text_content()


def test_a_seal_that_is_as_assigned_is_said_to_be(portal: Opened) -> None:
    page = shown(portal, address(STATIONS[2]))
    assert re.search(r"Tercatat:\s+A000005\s+cocok", page.text_content())


def test_a_polling_stations_page_tells_what_is_there_beyond_the_plan(portal: Opened) -> None:
    assert items(shown(portal, address(STATIONS[0])), "items") == [EXTRA]


def test_a_site_lies_on_its_way_from_the_top(portal: Opened, top: str) -> None:
    crumbs = shown(portal, address(STATIONS[0])).xpath('//nav[@class="crumbs"]//a/@href')
    assert crumbs == ["/", *map(address, (top, PROVINCE, REGENCY, DISTRICT, VILLAGE))]


def test_script_in_the_name_of_a_site_is_text(portal: Opened) -> None:
    for site in (OTHER_VILLAGE, NAMELESS):
        text = portal.text(address(site))
        assert SCRIPT not in text
        assert SCRIPT.replace("<", "&lt;").replace(">", "&gt;") in text


def test_the_map_has_each_site_with_a_position_and_says_how_many_have_none(portal: Opened) -> None:
    page = shown(portal, address(VILLAGE))
    assert sorted(page.xpath('//figure[@class="map"]//a/@href')) == sorted(map(address, STATIONS))
    nowhere = shown(portal, address(OTHER_VILLAGE))
    assert nowhere.xpath('//figure[@class="map"]') == []
    assert rows(nowhere)


@pytest.mark.parametrize("path", ["/", address(VILLAGE), address(STATIONS[0])])
def test_an_unchanged_page_is_not_sent_again(portal: Opened, path: str) -> None:
    client = portal.client()
    tag = client.get(path, headers=BROWSER).headers["ETag"]
    again = client.get(path, headers={**BROWSER, "If-None-Match": tag})
    # The minute may have changed between.
    assert again.status_code == 304 or again.headers["ETag"] != tag


@pytest.mark.parametrize("path", [address(country.at("99")), address(country.at("34.71.01.1001-999"))])
def test_a_site_that_nobody_has_stated_is_not_there(portal: Opened, path: str) -> None:
    answer = portal.client().get(path, headers=BROWSER)
    assert (answer.status_code, "Tidak ada di sini" in answer.text) == (404, True)


def test_an_address_that_can_be_no_sites_is_refused(portal: Opened) -> None:
    assert portal.client().get("/414/9521234567890", headers=BROWSER).status_code == 400


def test_a_site_without_a_plan_says_so(portal: Opened) -> None:
    page = shown(portal, address(QUIET))
    assert "Belum ada pengiriman yang direncanakan ke sini." in page.text_content()
    assert figures(page) == {}


@pytest.mark.parametrize("path", ["/", address(REGENCY), address(STATIONS[0])])
def test_a_page_says_the_same_in_english(portal: Opened, path: str) -> None:
    page, english = (shown(portal, path, language) for language in ("id", "en"))
    assert figures(page) == figures(english)
    assert rows(page) == rows(english)
    for word in ("Pengiriman", "Lokasi", "Barang", "Jatuh tempo", "Tercatat"):
        assert word not in english.xpath("//main")[0].text_content()


@pytest.mark.parametrize("path", ["/", address(REGENCY), address(STATIONS[0])])
def test_a_page_is_light(portal: Opened, path: str) -> None:
    page = portal.text(path)
    fetched = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert any("coastline" in one for one in fetched) or path == address(STATIONS[0])
    whole = [page, *(portal.client().get(one.replace("&amp;", "&")).text for one in fetched)]
    assert sum(len(one.encode()) for one in whole) <= HEAVIEST


def test_a_site_with_hundreds_below_it_is_shown_a_page_at_a_time(portal: Opened) -> None:
    """Last, for it adds to the tree."""
    world, above = portal.world, QUIET
    names = [country.at(f"34.71.02-{number:03}") for number in range(230)]
    members = {"category": "polling-station", "parent": above}
    portal.submit(world.sign(Site, world.authority, site=one, name=one[-3:], **members) for one in names)
    seen = [list(rows(shown(portal, f"{address(above)}?page={number}"))) for number in (1, 2, 3, 99)]
    assert [len(one) for one in seen] == [tree.ROWS, tree.ROWS, 30, 30]
    assert sorted({path for one in seen for path in one}) == sorted(map(address, names))
    first = shown(portal, f"{address(above)}?page=1")
    assert first.xpath('//nav[@class="pages"]/a/@href') == ["?page=2"]
