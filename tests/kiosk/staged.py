"""A screen without an agent behind it: it shows what a test puts on its board, in one language."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from custody.core.findings import Language
from custody.simulation.camera import encoded
from scanner_agent.inputs import Input
from scanner_agent.kiosk.around import Around
from scanner_agent.kiosk.board import Board
from scanner_agent.kiosk.gate import Gate
from scanner_agent.kiosk.lines import Lines
from scanner_agent.kiosk.server import Server
from scanner_agent.kiosk.view import Place, Told, View, view
from scanner_agent.kiosk.web import create_app
from scanner_agent.state import Say, State
from scanner_agent.workflow import step
from tests.world import site_id

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PLACE = Place("Gudang KPU Kabupaten Bandung Barat", {site_id(number): f"PPK Lembang {number}" for number in range(12)})
RELEASE = [f"CUSTODY-PIECE/1/{number}" for number in (1, 2, 3)]


def check(page: Page) -> None:
    """No rule of accessibility is broken, and nothing runs over the screen's edge."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    for side in ("Width", "Height"):
        assert page.evaluate(f"document.documentElement.scroll{side} <= inner{side}")
    assert page.evaluate("[...document.querySelectorAll('dialog')].every(e => e.scrollWidth <= e.clientWidth)")


class Stage:
    """What is on the board; a page that has entered sees it."""

    def __init__(self, board: Board, page: Page, language: Language) -> None:
        self._board = board
        self.page = page
        self._language = language

    def show(self, *given: Input, around: Around | None = None, said: Say | None = None) -> View:
        """The screen after these, of which the workflow says what the agent would; waits until the page has it."""
        state, told = State(), Told()
        for one in given:
            result = step(state, one)
            state, told = result.state, told.then(result.say)
        shown = view(state, told.then(said) if said else told, around or Around(), PLACE, self._language)
        self._board.publish(shown, None)
        page = self.page
        expect(page.locator("html")).to_have_attribute("lang", self._language)
        expect(page.locator("body")).to_have_attribute("data-level", shown.headline.level)
        expect(page.locator("#state .words")).to_have_text(shown.headline.words)
        expect(page.locator("#next strong")).to_have_text(shown.next)
        return shown

    def open(self, *buttons: str) -> None:
        """The panel behind these, one after another."""
        for button in buttons:
            title = self.page.locator("#panel-title")
            before = title.inner_text() if title.count() else ""
            self.page.click(button)
            expect(self.page.locator("#panel")).to_be_visible()
            expect(title).not_to_have_text(before)

    def close(self) -> None:
        self.page.locator("#panel").evaluate("panel => { panel.close(); panel.innerHTML = ''; }")


@contextmanager
def stage(browser: Browser, folder: Path, size: tuple[int, int], language: Language) -> Iterator[Stage]:
    """Fails where the page's console says anything."""
    board = Board(view(State(), Told(), Around(), PLACE, language))
    picture = encoded(np.full((360, 640), 90, np.uint8))
    server = Server(0)
    gate = Gate(server.port, start := folder / "kiosk.html")
    server.start(create_app(board, Lines(), gate, lambda _: picture, lambda: RELEASE))
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    said: list[str] = []
    try:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(start.as_uri())
        page.wait_for_url(f"http://127.0.0.1:{server.port}/")
        yield Stage(board, page, language)
    finally:
        context.close()
        board.close()
        server.close()
        with suppress(OSError):
            gate.close()
    assert said == [], said
