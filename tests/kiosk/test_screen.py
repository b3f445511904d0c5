"""The screen as handlers use it, in a browser: seen, heard, lost and found again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, ViewportSize, expect

from custody.core import choices, statement
from custody.core.event import Event
from custody.simulation import camera as mjpeg
from scanner_agent import sheet_texts, texts
from scanner_agent.kiosk import words
from scanner_agent.outbox import Outbox
from scanner_agent.shown import last_release, pieces
from scanner_agent.sources.picture_settings import CameraConfig
from tests.agent.scene import PIN, Scene
from tests.kiosk.running import PHONE, SMALL, RunningAgent, running, wait
from tests.kiosk.staged import check
from tests.world import item_id, key_of

RECORD_TONES = """
const Real = OscillatorNode;
window.sounded = [];
window.OscillatorNode = class extends Real {
  constructor(context, options) { super(context, options); window.sounded.push(options.frequency); }
};
"""


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[RunningAgent]:
    with running(Scene(), tmp_path) as running_agent:
        yield running_agent


@contextmanager
def screen(
    browser: Browser, agent: RunningAgent, size: tuple[int, int] = SMALL, *, touch: bool = False
) -> Iterator[Page]:
    """A page that has entered; fails where its console says anything."""
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, reduced_motion="reduce", has_touch=touch)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(RECORD_TONES)
    agent.enter(page)
    yield page
    context.close()
    assert said == []


def headline(page: Page, words: texts.Words, language: str = "id") -> None:
    expect(page.locator("#state .words")).to_contain_text(words[language == "en"].partition(";")[0])


def touch_pin(page: Page, pin: str = PIN) -> None:
    for digit in pin:
        page.click(f"[data-digit='{digit}']")
    page.click("[data-digit='enter']")


def events(agent: RunningAgent) -> list[Event]:
    outbox = Outbox(agent.config.outbox)
    issuer = agent.scene.device.keyid
    envelopes = outbox.envelopes(issuer, 1, outbox.next_link(issuer)[0] - 1)
    bodies = [statement.parse(envelope).body for envelope in envelopes]
    outbox.close()
    return [body for body in bodies if isinstance(body, Event)]


def test_it_is_read_from_two_metres(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        size = page.locator("#state .words").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert size >= 56, "letters of 16 minutes of arc at two metres"


@pytest.mark.parametrize("size", [SMALL, PHONE], ids=["panel", "phone"])
def test_colour_is_never_alone_and_long_words_fit(browser: Browser, agent: RunningAgent, size: tuple[int, int]) -> None:
    scene = agent.scene
    with screen(browser, agent, size) as page:
        marks: dict[str, Any] = {}
        shapes: dict[str, Any] = {}
        for level, text in (
            ("good", scene.label(1)),
            ("look", scene.label(2, key_of("someone"))),
            ("wrong", "https://elsewhere.example/" + "x" * 200),
        ):
            agent.scan(text)
            expect(page.locator("body")).to_have_attribute("data-level", level)
            marks[level] = page.locator("#state .mark").inner_text()
            shapes[level] = page.locator("#state svg").inner_html()
            check(page)
        assert len(set(marks.values())) == len(set(shapes.values())) == 3
        agent.scan(scene.ann.badge)
        expect(page.locator(".pad")).to_be_visible()
        check(page)


def test_tones_differ_and_the_good_one_comes_once_it_is_durable(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        tones: dict[str, list[float]] = {}
        for tone, text in (
            ("good", agent.scene.label(1)),
            ("heard", agent.scene.label(1)),
            ("warned", agent.scene.label(2, key_of("someone"))),
            ("wrong", "nonsense"),
        ):
            page.evaluate("window.sounded = []")
            agent.scan(text)
            expect(page.locator("body")).to_have_attribute("data-tone", tone)
            tones[tone] = page.evaluate("window.sounded")
            if tone == "good":
                assert "draft-durable" in agent.hooks
            if tone == "heard":
                headline(page, texts.AGAIN)
        assert sorted(map(len, tones.values())) == [1, 1, 2, 3]
        assert tones["heard"] != tones["good"]
        page.click("#sound")
        check(page)
        page.check("#mute")
        page.click("[data-close]")
        expect(page.locator("#sound")).to_have_class("small off")
        page.evaluate("window.sounded = []")
        agent.scan(agent.scene.label(4))
        expect(page.locator("body")).to_have_attribute("data-tone", "good")
        assert page.evaluate("window.sounded") == []


def test_a_pin_is_shown_as_dots_and_stands_nowhere(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        agent.scan(agent.scene.ann.badge)
        expect(page.locator(".pad")).to_be_visible()
        page.keyboard.type("314159")
        expect(page.locator(".entered")).to_have_text("●" * 6)
        assert "314159" not in page.content()
        page.keyboard.press("Enter")
        headline(page, ("PIN salah", "Wrong PIN"))
        expect(page.locator(".entered")).to_have_text("")
        assert not any("314159" in url for url in asked)
        assert "314159" not in agent.said.getvalue()


def test_a_lost_connection_is_told_in_big_letters_and_mends_itself(browser: Browser, tmp_path: Path) -> None:
    with running(Scene(), tmp_path) as agent:
        context = browser.new_context(viewport={"width": 1024, "height": 600})
        page = context.new_page()
        agent.enter(page)
        headline(page, words.READY)
        expect(page.locator("#lost")).to_be_hidden()
        context.set_offline(True)
        agent.cut_connections()
        expect(page.locator("#lost")).to_be_visible()
        assert page.locator("#lost .large").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 56
        check(page)
        agent.scan(agent.scene.label(1))
        wait(lambda: "beeped" in agent.hooks)
        context.set_offline(False)
        expect(page.locator("#lost")).to_be_hidden()
        headline(page, texts.ITEM)
    expect(page.locator("#lost")).to_be_visible()
    context.close()


def test_a_second_screen_shows_the_same_and_a_late_one_the_present_state(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as first:
        first.click("#do-release")
        headline(first, choices.ACTIONS["release"])
        with screen(browser, agent, PHONE) as second:
            headline(second, choices.ACTIONS["release"])
            second.click("#do-undo")
            headline(first, texts.ACTION_UNDONE)


def test_focus_stays_where_it_is_while_the_screen_changes(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        page.click("#do-store")
        page.focus("#do-confirm")
        agent.scan(agent.scene.label(1))
        headline(page, texts.ITEM)
        assert page.evaluate("document.activeElement.id") == "do-confirm"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "do-undo"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_what_the_camera_sees_is_on_the_screen(browser: Browser, tmp_path: Path) -> None:
    with mjpeg.Camera(np.full((480, 640), 200, np.uint8)) as stream:
        source = CameraConfig(device=stream.url, name="tiang")
        with running(Scene(), tmp_path, source) as agent, screen(browser, agent) as page:
            expect(page.locator(".chip")).to_have_class(["chip on", "chip on"])
            assert page.locator("#eye img").count() == 0
            page.click("#do-store")
            picture = page.locator("#eye img")
            expect(picture).to_be_visible()
            page.wait_for_function("document.querySelector('#eye img')?.naturalWidth === 640")
            check(page)
            first = picture.get_attribute("src")
            expect(picture).not_to_have_attribute("src", first or "")


def test_a_release_is_shown_to_an_agent_without_a_network(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        page.click("#do-more")
        check(page)
        page.click("[data-panel='release-1']")
        expect(page.locator("#panel")).to_contain_text("Belum ada penyerahan")
        page.click("[data-close]")
        page.click("#do-release")
        agent.scan(agent.scene.ann.badge)
        expect(page.locator(".pad")).to_be_visible()
        touch_pin(page)
        agent.scan(agent.scene.label(1))
        expect(page.locator(".count strong")).to_have_text("1")
        page.click("#do-fields")
        page.click("[data-panel='field-to']")
        page.click("#panel [data-line]:has-text('Site 2')")
        page.click("#do-confirm")
        headline(page, texts.SIGNED)
        page.click("#do-more")
        page.click("[data-panel='release-1']")
        check(page)
        found: set[str] = set()
        for _ in range(10):
            shot = cv2.imdecode(np.frombuffer(page.locator(".code").screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
            found |= {code.text for code in zxingcpp.read_barcodes(shot, zxingcpp.BarcodeFormat.QRCode)}
            following = page.locator("#panel .main")
            if following.count() == 0 or len(found) == len(wanted(agent)):
                break
            title = page.locator("#panel-title").inner_text()
            following.click()
            expect(page.locator("#panel-title")).not_to_have_text(title)
        assert found == wanted(agent)
        if len(found) > 1:
            page.click("[data-turn]")
            for _ in range(2):
                title = page.locator("#panel-title").inner_text()
                expect(page.locator("#panel-title")).not_to_have_text(title)
                expect(page.locator("[data-turn]")).to_have_attribute("aria-pressed", "true")
            check(page)
            page.click("[data-turn]")
            expect(page.locator("[data-turn]")).to_have_attribute("aria-pressed", "false")
        page.click("[data-close]")
        accept_another(page, agent, found)


def accept_another(page: Page, agent: RunningAgent, codes: set[str]) -> None:
    """Takes the release that the codes hold for what is to be accepted, and brings something else."""
    for text in sorted(codes):
        agent.scan(text)
    expect(page.locator(".count strong")).to_have_text("0 dari 1")
    agent.scan(agent.scene.label(9))
    headline(page, texts.EXTRA)
    check(page)
    page.click("#missing")
    expect(page.locator("#panel")).to_contain_text(item_id(1))
    check(page)
    page.click("[data-close]")
    agent.scan(agent.scene.budi.badge)
    expect(page.locator(".pad")).to_be_visible()
    touch_pin(page)
    headline(page, texts.UNLOCKED)
    page.click("#do-confirm")
    headline(page, words.ON_SCREEN[texts.LOOK])
    expect(page.locator(".rows")).to_contain_text(item_id(9))
    check(page)


def wanted(agent: RunningAgent) -> set[str]:
    """The codes of the release that the outbox holds."""
    outbox = Outbox(agent.config.outbox)
    texts_ = pieces(last_release(outbox, agent.scene.device.keyid), 600)
    outbox.close()
    return set(texts_)


def test_a_reader_that_is_unplugged_shows(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        expect(page.locator(".chip")).to_have_class("chip on")
        agent.scanner.unplug()
        expect(page.locator(".chip")).to_have_class("chip off")
        expect(page.locator("#alarms")).to_contain_text("Pembaca tidak tersambung: meja")


def test_cancelling_is_asked_about_first(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        page.click("#do-store")
        agent.scan(agent.scene.label(1))
        headline(page, texts.ITEM)
        page.click("#do-cancel")
        check(page)
        page.click("[data-close]")
        expect(page.locator(".count strong")).to_have_text("1")
        page.click("#do-cancel")
        page.click("[data-line='cancel']")
        headline(page, texts.CANCELLED)


def test_the_question_whether_to_cancel_goes_when_the_session_changes_and_an_entry_stays(
    browser: Browser, agent: RunningAgent
) -> None:
    with screen(browser, agent) as page:
        page.click("#do-store")
        agent.scan(agent.scene.label(1))
        expect(page.locator(".count strong")).to_have_text("1")
        for panel, number in (("#do-manual", 2), ("#do-cancel", 3)):
            page.click(panel)
            expect(page.locator("#panel")).to_be_visible()
            agent.scan(agent.scene.label(number))
            expect(page.locator(".count strong")).to_have_text(str(number))
            if panel == "#do-manual":
                expect(page.locator("#panel")).to_be_visible()
                page.click("[data-close]")
        expect(page.locator("#panel")).to_be_hidden()


def test_a_touch_that_waited_behind_the_one_that_signed_says_so_and_leaves_the_outcome(
    browser: Browser, agent: RunningAgent
) -> None:
    with screen(browser, agent) as page:
        page.click("#do-store")
        agent.scan(agent.scene.ann.badge)
        expect(page.locator(".pad")).to_be_visible()
        touch_pin(page)
        headline(page, texts.UNLOCKED)
        agent.scan(agent.scene.label(1))
        headline(page, texts.ITEM)
        page.evaluate("fetch('/line', { method: 'POST', body: new URLSearchParams({ line: 'confirm' }) })")
        page.evaluate("fetch('/line', { method: 'POST', body: new URLSearchParams({ line: 'confirm' }) })")
        wait(lambda: sheet_texts.SIGNED_ALREADY[0] in agent.said.getvalue())
        headline(page, texts.SIGNED)
    assert len(events(agent)) == 1


def test_a_double_tap_is_one_touch_and_two_touches_are_two(browser: Browser, agent: RunningAgent) -> None:
    with screen(browser, agent) as page:
        agent.order("handover")
        for number in (1, 2, 3):
            agent.scan(agent.scene.label(number))
            expect(page.locator(".count strong")).to_have_text(str(number))
        page.dblclick("#do-undo")
        expect(page.locator(".count strong")).to_have_text("2")
        page.wait_for_timeout(800)
        expect(page.locator(".count strong")).to_have_text("2")
        page.click("#do-undo")
        expect(page.locator(".count strong")).to_have_text("1")
