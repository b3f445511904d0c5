"""Every page of the portal, in both languages, on a phone and at a desk: each can read it, it fits, nothing fails."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import template_rendered
from msgspec import Struct, field

from custody.web import portal as pages
from tests.country import Country
from tests.web.admin.in_browser import SCREENS, Person, served
from tests.web.admin.visitor import link
from tests.web.every_page import Stop, fill, present, stops

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

READ = {"id": "phone", "en": "desktop"}
"""Where axe looks: a page is built alike in both languages, and each of them and each screen is looked at."""
PHONES = {"id": (320, 640), "en": (360, 780)}
"""Of 320 px: what 1280 px become for who enlarges a page four times (WCAG 2.1, 1.4.10). Words are longest in id."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = """([tags, rules]) => axe.run({ runOnly: tags, rules, resultTypes: ["violations"] }).then((all) =>
    all.violations.flatMap((one) => one.nodes.map((at) => `${one.id}: ${at.html}`)))"""
FOREIGN = {
    "en": re.compile(r"\b(yang|dan|untuk|dengan|tidak|belum|ini|itu|dari|pada|oleh|atau|sudah|dalam|akan|tanpa)\b"),
    "id": re.compile(r"\b(the|and|of|with|not|this|that|from|by|or|is|are|to|for|which|has|have|been)\b"),
}
"""By language, words that stand in almost every sentence of the other one, and in none of its own."""
TEXTS = """() => {
    const found = [], own = document.documentElement.lang;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.parentElement;
        if (at.closest("[lang]").lang === own && !at.closest("code, pre, script, textarea"))
            found.push(walker.currentNode.data);
    }
    for (const at of document.querySelectorAll("[aria-label], [placeholder], [alt], [title]"))
        if (at.closest("[lang]").lang === own)
            found.push(...["aria-label", "placeholder", "alt", "title"].map((name) => at.getAttribute(name) ?? ""));
    return [document.title, ...found];
}"""


class Walked(Struct):
    """What was wrong on the way, by kind; the templates that were filled."""

    unreadable: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def walked(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Each page was opened."""
    found, world = Walked(), Country(present())
    with served(tmp_path_factory.mktemp("log"), world) as site:
        fill(site, world)
        with template_rendered.connected_to(
            lambda _, template, **__: found.templates.add(template.name), site.portal.app
        ):
            person = Person(browser, site.url)
            person.sign_up(link(site.portal, "siti", "operator", "supervisor", "authority"), "Ponsel")
            cookies = person.context.cookies()
            for those, session in zip(stops(site), ([], cookies), strict=True):
                for language in READ:
                    context = browser.new_context(base_url=site.url, reduced_motion="reduce")
                    context.add_cookies([*session, {"name": "language", "value": language, "url": site.url}])
                    walk(context.new_page(), language, those, found)
                    context.close()
    return found


def walk(page: "Page", language: str, stops: list[Stop], found: Walked) -> None:
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for stop in stops:
        known = set(found.templates)
        answer = page.goto(stop.path)
        if stop.act is not None:
            answer = stop.act(page)
        assert answer
        at = f"{language} {stop.path} {page.url}"
        if answer.status != stop.status:
            found.failed.append(f"{at}: {answer.status}")
        # Chromium says so itself of a page that is an error's.
        found.failed += [f"{at}: {one}" for one in said if answer.status < 400 or "Failed to load" not in one]
        said.clear()
        look(page, language, at, found, is_new=found.templates != known)


def look(page: "Page", language: str, at: str, found: Walked, *, is_new: bool) -> None:
    """`is_new`: of its template no page was looked at yet. Colours, which take axe longest, are looked at in those."""
    rules = {"color-contrast": {"enabled": is_new}}
    for size, (width, height) in {"phone": PHONES[language], "desktop": SCREENS["desktop"]}.items():
        page.set_viewport_size({"width": width, "height": height})
        # Then nothing of the page waits to be laid out (look.css, live.js).
        page.wait_for_function("document.documentElement.classList.contains('painted')")
        if READ[language] == size:
            page.evaluate(AXE_SCRIPT)
            found.unreadable += [f"{at} {size}: {one}" for one in page.evaluate(AXE, [RULES, rules])]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.too_wide.append(f"{at} {size}")
    texts = page.evaluate(TEXTS)
    found.foreign += [f"{at}: {one}" for one in texts if FOREIGN[language].search(one.lower())]


def test_everybody_can_read_every_page(walked: Walked) -> None:
    assert not walked.unreadable, "\n".join(walked.unreadable)


def test_every_page_fits_its_screen(walked: Walked) -> None:
    assert not walked.too_wide, "\n".join(walked.too_wide)


def test_no_page_fails_or_is_refused_something_by_its_policy(walked: Walked) -> None:
    assert not walked.failed, "\n".join(walked.failed)


def test_no_page_says_anything_in_the_other_language(walked: Walked) -> None:
    assert not walked.foreign, "\n".join(walked.foreign)


def test_every_template_of_a_page_was_filled(walked: Walked) -> None:
    templates = (Path(pages.__file__).parent / "templates").glob("*.html")
    whole = {one.name for one in templates if "{% extends" in one.read_text()}
    left_out = whole - {"desk_layout.html"} - walked.templates
    assert not left_out, f"tests/web/every_page.py leads to none of {sorted(left_out)}"
