"""The report's HTML in a browser: nothing is fetched, run or cut off, and everybody can read it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from custody.audit.report.faces.content import page
from custody.audit.report.faces.html import html
from tests.audit import sample_report as sample

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORTS = {
    "whole": sample.report(),
    "faulty": sample.faulty_report(),
    "handover": msgspec.structs.replace(sample.handover_report(), figures=None),
}
PHONE, DESK = 390, 1100


@pytest.fixture(scope="module", params=REPORTS)
def opened(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """On a phone, without scripts of its own; what the browser complains of is a fault."""
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    file.write_bytes(html(page(REPORTS[request.param], "id")))
    shown = browser.new_page(viewport={"width": PHONE, "height": 800})
    said: list[str] = []
    asked: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    shown.on("dialog", lambda dialog: said.append(dialog.message))
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert said == []
    yield shown
    shown.close()


def test_everybody_can_read_it(opened: Page) -> None:
    found = Axe().run(opened, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nothing_runs_over_the_edge(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_its_policy_lets_in_nothing_but_its_own_style(opened: Page) -> None:
    ran = opened.evaluate(
        """() => {
          window.ran = []
          for (const [tag, put] of [['script', e => e.textContent = 'ran.push("script")'],
                                    ['style', e => e.textContent = 'h1 { color: rgb(1, 2, 3) }']]) {
            const element = document.createElement(tag); put(element); document.body.append(element) }
          return [window.ran, getComputedStyle(document.querySelector('h1')).color]
        }"""
    )
    assert ran == [[], "rgb(22, 50, 79)"]
