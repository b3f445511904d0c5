"""A whole handover by touch alone: the reader is needed for the two badges, whose secrets nobody types."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from custody.core import choices
from custody.core.findings import Language
from scanner_agent import texts
from scanner_agent.outbox import Outbox
from tests.agent.scene import PIN, Scene
from tests.kiosk.running import IN_BOTH, RunningAgent, running
from tests.kiosk.test_screen import events, headline, screen
from tests.world import item_id, site_id


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RunningAgent]:
    with running(Scene(), tmp_path) as running_agent:
        yield running_agent


def tap(page: Page, *selectors: str) -> None:
    for selector in selectors:
        page.tap(selector)


def tap_pin(page: Page) -> None:
    """With a slip that is taken back."""
    expect(page.locator(".pad")).to_be_visible()
    tap(page, "[data-digit='9']", "[data-digit='back']")
    tap(page, *(f"[data-digit='{digit}']" for digit in PIN), "[data-digit='enter']")


def type_id(page: Page, text: str) -> None:
    """On the keys of the panel, with the first reason that is offered."""
    expect(page.locator("#panel .keyboard")).to_be_visible()
    tap(page, *(f"[data-key='{letter}']" for letter in text), "#panel fieldset label", "#panel .entry button")


def count(page: Page, items: int) -> None:
    expect(page.locator(".count strong")).to_have_text(str(items))


@IN_BOTH
def test_everything_but_the_badges_is_done_by_touch(
    browser: Browser, agent: RunningAgent, language: Language, size: tuple[int, int]
) -> None:
    scene = agent.scene
    with screen(browser, agent, size, touch=True) as page:
        if language == "en":
            tap(page, "#language")
        expect(page.locator("html")).to_have_attribute("lang", language)
        tap(page, "#help")
        expect(page.locator("#panel .steps li")).to_have_count(6)
        tap(page, "[data-close]", "#do-handover")
        headline(page, choices.ACTIONS["handover"], language)
        tap(page, "#do-fields", "[data-panel='field-to']", "#panel [data-line]:has-text('Site 2')")
        headline(page, texts.SET, language)
        agent.scan(scene.budi.badge)
        expect(page.locator(".pad")).to_be_visible()
        tap(page, "#do-aside")
        headline(page, texts.BADGE_ASIDE, language)
        agent.scan(scene.ann.badge)
        tap_pin(page)
        headline(page, texts.UNLOCKED, language)
        for number, item in enumerate(("plain/kpu/1", "plain/kpu/2"), 1):
            tap(page, "#do-manual")
            type_id(page, item)
            count(page, number)
        tap(page, "#do-undo")
        count(page, 1)
        tap(page, "#do-cancel", "[data-close]")
        count(page, 1)
        agent.scan(scene.budi.badge)
        tap_pin(page)
        expect(page.locator("#do-confirm")).not_to_have_class("main quiet")
        tap(page, "#do-confirm")
        headline(page, texts.SIGNED, language)
    [event] = events(agent)
    assert (event.releaser, event.receiver, event.to) == (scene.ann.handler, scene.budi.handler, site_id(2))
    assert event.items == ["plain/kpu/1"]
    assert event.read
    assert (event.read.source, event.read.others, event.note is not None) == ("manual", [], True)


def test_an_item_that_came_before_the_action_is_taken_back_or_cancelled_by_touch(
    browser: Browser, agent: RunningAgent
) -> None:
    with screen(browser, agent, touch=True) as page:
        tap(page, "#do-more", "[data-panel='manual']")
        type_id(page, item_id(1))
        headline(page, texts.ITEM)
        tap(page, "#do-more", "#panel [data-line='undo']")
        headline(page, texts.UNDONE)
        agent.scan(agent.scene.label(2))
        headline(page, texts.ITEM)
        tap(page, "#do-more", "#panel [data-panel='cancel']", "#panel [data-line='cancel']")
        headline(page, texts.CANCELLED)


def test_a_carrier_and_a_container_are_named_by_touch(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent, touch=True) as page:
        tap(page, "#do-store", "#do-fields", "[data-panel='field-container']")
        tap(page, *(f"#panel [data-key='{letter}']" for letter in item_id(7)), "#panel .entry button")
        headline(page, texts.SET)
        tap(page, "#do-cancel", "#panel [data-line='cancel']", "#do-depart", "#do-fields")
        expect(page.locator("[data-panel='field-carrier']")).to_be_visible()
        tap(page, "[data-panel='field-compartment']")
        tap(page, *(f"#panel [data-key='{letter}']" for letter in "seal/kpu/a1"), "#panel .entry button")
        headline(page, texts.COMPARTMENT_SEAL)


def test_a_badge_that_is_put_aside_leaves_what_was_read_before_and_after_a_restart(
    browser: Browser, agent: RunningAgent
) -> None:
    with screen(browser, agent, touch=True) as page:
        tap(page, "#do-store")
        agent.scan(agent.scene.label(1))
        count(page, 1)
        agent.scan(agent.scene.ann.badge)
        expect(page.locator(".pad")).to_be_visible()
        tap(page, "#do-aside")
        headline(page, texts.BADGE_ASIDE)
        count(page, 1)
    outbox = Outbox(agent.config.outbox)
    assert len(outbox.draft()) == 2, "the action and the item"
    outbox.close()
