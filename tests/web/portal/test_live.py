"""A page keeps up by itself: it asks again with its ETag, and swaps what has changed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.web.admin.in_browser import Served, served
from tests.world import World, item_id, site_id

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LATER = 200_000
"""Of a page's clock, ms: longer than it ever waits before it asks again."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("log"), World()) as site:
        site.portal.submit([site.portal.world.event("commission", items=[item_id(1)], kind="ballot-box")])
        yield site


@pytest.fixture
def page(browser: "Browser", site: Served) -> Iterator["Page"]:
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def test_what_has_changed_is_shown_without_a_reload_and_what_was_opened_stays_open(site: Served, page: "Page") -> None:
    page.goto("/")
    page.evaluate("window.same = true")
    page.locator("summary").first.click()
    page.mouse.click(2, 2)
    before, size = page.inner_text("#log"), site.portal.ledger.status().size
    site.portal.submit([site.portal.world.handover(items=[item_id(1)])])
    page.clock.fast_forward(LATER)
    page.wait_for_function("before => document.querySelector('#log').innerText !== before", arg=before)
    assert f"{size + 1} entri log" in page.inner_text("#log")
    assert page.evaluate("window.same") is True
    assert page.locator("#log details").get_attribute("open") is not None


def test_a_connection_that_is_lost_is_told_until_it_is_there_again(site: Served, page: "Page") -> None:
    page.goto("/findings")
    lost = page.get_by_text("Sambungan terputus")
    assert not lost.is_visible()
    page.route("**/findings", lambda route: route.abort())
    page.clock.fast_forward(LATER)
    lost.wait_for(state="visible")
    page.unroute("**/findings")
    page.clock.fast_forward(LATER)
    lost.wait_for(state="hidden")


@pytest.mark.parametrize("path", ["/", "/log", "/findings", f"/{item_id(1)}", f"/{site_id(0)}"])
def test_what_can_be_opened_in_a_part_that_is_swapped_has_a_name_by_which_it_stays_open(
    site: Served, path: str
) -> None:
    found = html.fromstring(site.portal.text(path)).xpath(
        "//*[@data-live]//details[not(@id)] | //*[@data-live][not(@id)]"
    )
    assert [html.tostring(one) for one in found] == []
