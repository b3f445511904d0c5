"""Whole sessions by scans alone, but for the PIN, as handlers with gloves on make them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from custody.core import choices
from scanner_agent import texts
from scanner_agent.outbox import Outbox
from tests.agent.scene import Scene
from tests.kiosk.running import IN_BOTH, RunningAgent, running
from tests.kiosk.staged import check
from tests.kiosk.test_screen import events, headline, screen, touch_pin
from tests.world import item_id, site_id

DESTINATION = f"https://example.id/414/{site_id(2).partition('/')[2]}"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RunningAgent]:
    with running(Scene(), tmp_path) as running_agent:
        yield running_agent


def show_badge(page: Page, agent: RunningAgent, badge: str, party: int) -> None:
    agent.scan(badge)
    expect(page.locator(".pad")).to_be_visible()
    touch_pin(page)
    expect(page.locator(".parties li").nth(party)).to_have_class("there")


@IN_BOTH
def test_a_handover_by_scans_alone_but_for_the_pin(
    browser: Browser, agent: RunningAgent, language: str, size: tuple[int, int]
) -> None:
    scene = agent.scene
    with screen(browser, agent, size) as page:
        if language == "en":
            agent.order("language")
        expect(page.locator("html")).to_have_attribute("lang", language)
        agent.order("handover")
        headline(page, choices.ACTIONS["handover"], language)
        agent.scan(DESTINATION)
        headline(page, texts.SET, language)
        show_badge(page, agent, scene.ann.badge, 0)
        for number in (1, 2, 3):
            agent.scan(scene.label(number))
            expect(page.locator(".count strong")).to_have_text(str(number))
        agent.order("undo")
        headline(page, texts.UNDONE, language)
        show_badge(page, agent, scene.budi.badge, 1)
        agent.order("confirm")
        headline(page, texts.SIGNED, language)
        expect(page.locator("#do-handover")).to_be_visible()
        check(page)
    [event] = events(agent)
    assert (event.releaser, event.receiver, event.to) == (scene.ann.handler, scene.budi.handler, site_id(2))
    assert event.items == [item_id(1), item_id(2)]
    assert event.read
    assert (event.read.source, event.read.others) == ("serial", [])


def spell(page: Page, agent: RunningAgent, field: str, text: str) -> None:
    """Card by card; what there is so far stands in the large letters."""
    agent.order(f"spell={field}")
    for letter in text.lower():
        agent.order(f"letter={letter}")
    headline(page, (f"{texts.FIELDS[field][0]} {text}", ""))
    check(page)
    agent.order("done")
    headline(page, texts.SET)


def test_a_departure_with_its_vehicle_by_scans_alone_but_for_the_pin(browser: Browser, agent: RunningAgent) -> None:
    scene = agent.scene
    with screen(browser, agent) as page:
        agent.order("depart")
        agent.scan(DESTINATION)
        show_badge(page, agent, scene.ann.badge, 0)
        agent.scan(scene.label(1))
        spell(page, agent, "vehicle", "B9123KX")
        agent.order("confirm")
        headline(page, texts.SIGNED)
    [event] = events(agent)
    assert (event.action, event.to, event.items) == ("depart", site_id(2), [item_id(1)])
    outbox = Outbox(agent.config.outbox)
    assert (outbox.private(event.vehicle or "") or b"")[16:] == b"B9123KX"
    outbox.close()


def test_a_discrepancy_with_its_quantity_by_scans_alone_but_for_the_pin(browser: Browser, agent: RunningAgent) -> None:
    scene = agent.scene
    with screen(browser, agent) as page:
        agent.order("discrepancy")
        agent.order("kind=missing")
        show_badge(page, agent, scene.ann.badge, 0)
        agent.scan(scene.label(1))
        spell(page, agent, "quantity", "24")
        agent.order("confirm")
        headline(page, texts.SIGNED)
    [event] = events(agent)
    assert (event.kind, event.quantity, event.items) == ("missing", 24, [item_id(1)])
