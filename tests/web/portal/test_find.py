"""What the search field of every page leads to."""

import pytest

from custody.core import roster
from tests.web.portal.opened import BROWSER, Opened
from tests.world import item_id

ITEM = item_id(7)


@pytest.fixture(scope="module")
def with_code(portal: Opened) -> str:
    """A site with an official code, under the same location number as the top one."""
    world = portal.world
    site = f"{world.sites[0]}/254/34.71.01"
    portal.submit(
        [world.sign(roster.Site, world.authority, site=site, category="district", name="PPK", parent=world.sites[0])]
    )
    return site


def led_to(portal: Opened, sought: str) -> str | None:
    answer = portal.client().get("/find", query_string={"q": sought}, headers=BROWSER)
    return answer.headers.get("Location") if answer.status_code == 303 else None


@pytest.mark.parametrize(
    ("sought", "path"),
    [
        (ITEM, f"/{ITEM}"),
        (f"  {ITEM} ", f"/{ITEM}"),
        (f"https://id.example.org/{ITEM}?v=1&k=00000000&s=x", f"/{ITEM}?v=1&k=00000000&s=x"),
        (f"https://id.example.org/{ITEM}", f"/{ITEM}"),
        ("plain/kpu/a?b", "/plain/kpu/a%3Fb"),
        ("f-" + "a" * 26, "/findings/f-" + "a" * 26),
        ("2", "/log/entries/2"),
    ],
)
def test_what_is_sought_leads_to_its_page(portal: Opened, sought: str, path: str) -> None:
    assert led_to(portal, sought) == path


def test_an_official_code_leads_to_its_site(portal: Opened, with_code: str) -> None:
    assert led_to(portal, "34.71.01") == f"/{with_code}"
    assert led_to(portal, "34.71.02") is None


def test_the_id_of_a_statement_leads_to_its_entry(portal: Opened) -> None:
    assert led_to(portal, portal.world.roster[3].id) == "/log/entries/3"
    assert led_to(portal, "0" * 64) is None


@pytest.mark.parametrize(
    "sought", ["999999999", "box", "8003/1", "https://id.example.org/", "//evil.example", "/desk", "1" * 5000, "<b>"]
)
def test_what_is_not_there_is_said_and_leads_nowhere(portal: Opened, sought: str) -> None:
    answer = portal.client().get("/find", query_string={"q": sought}, headers=BROWSER)
    assert (answer.status_code, "Location" in answer.headers) == (404, False)
    assert "Tidak ditemukan" in answer.text
    assert "<b>" not in answer.text


def test_nothing_sought_says_what_can_be(portal: Opened) -> None:
    assert "kode wilayah" in portal.text("/find")
    assert "official code" in portal.text("/find", "en")
