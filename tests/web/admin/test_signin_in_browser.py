"""Passkeys in a real browser: from the link of the command line to a session that is ended elsewhere."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from custody.accounts import accounts, passkeys
from tests.cli.programs import succeed
from tests.web.admin.in_browser import Person, Served, one_time_link, served
from tests.web.admin.visitor import store

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("log")) as site:
        yield site


def test_a_person_signs_up_by_the_link_signs_out_and_in_and_is_signed_out_from_elsewhere(
    site: Served, browser: "Browser"
) -> None:
    siti = Person(browser, site.url)
    siti.sign_up(one_time_link(site, "create", "siti", "supervisor"), "Ponsel Siti")
    assert "siti" in siti.page.inner_text(".facts")
    assert len(siti.passkeys()) == 1
    siti.page.get_by_role("button", name="Keluar").click()
    siti.page.wait_for_url("**/sign-in")
    siti.page.goto("/desk/trail")
    assert "next=%2Fdesk%2Ftrail" in siti.page.url
    siti.page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    siti.page.wait_for_url("**/desk/trail")
    assert "Ponsel Siti" in siti.page.inner_text("table")
    siti.page.goto("/desk/sessions")
    assert siti.page.locator(".own > li").count() == 1
    assert "Chrome" in siti.page.inner_text(".own")
    config = site.portal.ledger.config.private.parent / "ledger.toml"
    assert "1" in succeed("account", "end-sessions", "siti", "--config", config)
    siti.page.goto("/desk")
    assert "/sign-in" in siti.page.url
    siti.context.close()


def test_a_recovered_account_has_its_new_passkey_only(site: Served, browser: "Browser") -> None:
    old, new = Person(browser, site.url, "en"), Person(browser, site.url, "en")
    old.sign_up(one_time_link(site, "create", "lost", "auditor"), "Old phone")
    path = one_time_link(site, "recover", "lost")
    new.page.goto(path)
    assert "The old passkeys no longer work after this" in new.page.inner_text("main")
    new.sign_up(path, "New phone")
    old.page.goto("/sign-in")
    old.page.get_by_role("button", name="Sign in with a passkey").click()
    old.page.locator(".told").wait_for()
    assert "The passkey was refused" in old.page.inner_text(".told")
    new.page.goto(path)
    assert "This link is not valid" in new.page.inner_text("main")
    for one in (old, new):
        one.context.close()


def test_without_the_right_finger_nobody_gets_in_and_the_page_says_so(site: Served, browser: "Browser") -> None:
    one = Person(browser, site.url)
    one.sign_up(one_time_link(site, "create", "finger", "auditor"), "Ponsel")
    one.page.get_by_role("button", name="Keluar").click()
    one.verify(well=False)
    one.page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    one.page.locator(".told").wait_for()
    assert "tidak berhasil" in one.page.inner_text(".told")
    one.page.goto("/desk")
    assert "/sign-in" in one.page.url
    one.verify(well=True)
    one.sign_in()
    one.context.close()


def test_one_device_makes_one_passkey_for_an_account(site: Served, browser: "Browser") -> None:
    one = Person(browser, site.url)
    one.sign_up(one_time_link(site, "create", "twice", "auditor"), "Ponsel")
    one.page.goto("/desk/passkeys")
    one.page.get_by_role("button", name="Tambah kunci sandi").click()
    one.page.locator(".told").wait_for()
    assert "sudah ada kunci sandi" in one.page.inner_text(".told")
    with store(site.portal).reading() as work:
        assert len(passkeys.of_account(work.db, accounts.get_handle(work.db, "twice").id)) == 1
    one.context.close()


def test_under_another_name_the_page_leads_to_the_portals_own(site: Served, browser: "Browser") -> None:
    page = browser.new_page()
    page.goto(site.url.replace("localhost", "127.0.0.1") + "/sign-in")
    page.locator(".told").wait_for()
    assert page.locator(".elsewhere a").get_attribute("href") == f"{site.url}/sign-in"
    assert page.locator("form[data-ceremony]").is_hidden()
    page.close()


def test_without_javascript_the_page_says_what_is_missing(site: Served, browser: "Browser") -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site.url)
    page = context.new_page()
    page.goto("/sign-in")
    assert "JavaScript harus aktif" in page.inner_text("main")
    assert page.locator("form[data-ceremony]").is_hidden()
    context.close()
