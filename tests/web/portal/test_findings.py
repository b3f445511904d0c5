"""The pages of findings: chosen by filters, each with a page of its own, and no handler's id in public."""

import re
from collections.abc import Iterator

import pytest

from custody.core.findings import Severity
from custody.ledger.lookup_findings import Wanted, find
from custody.ledger.views import FindingView
from tests.ledger.test_follower import troubles
from tests.web.portal.opened import BROWSER, Opened, opened
from tests.world import World, item_id

HANDLER = re.compile(r"h-[a-z2-7]{16}")
LINK = re.compile(r'href="/findings/(f-[a-z2-7]{26})"')


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    world = World()
    with opened(tmp_path_factory.mktemp("log"), world) as portal:
        for number, batch in enumerate(troubles(world)):
            if number:
                portal.submit(batch)
        yield portal


@pytest.fixture(scope="module")
def known(portal: Opened) -> list[FindingView]:
    with portal.ledger.looking() as looking:
        return find(looking, Wanted(), 1000)


def listed(portal: Opened, query: str = "", language: str = "id") -> list[str]:
    """The ids on all pages."""
    found, path = list[str](), f"/findings?{query}"
    for _ in range(100):
        text = portal.text(path, language)
        found += LINK.findall(text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        if following is None:
            return found
        path = following[1].replace("&amp;", "&")
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("order", ["newest", "gravest"])
def test_all_findings_are_listed_once(portal: Opened, known: list[FindingView], order: str) -> None:
    assert sorted(listed(portal, f"order={order}")) == sorted(one.id for one in known)


def test_filters_choose_as_a_plain_loop_does(portal: Opened, known: list[FindingView]) -> None:
    for severity in Severity:
        for word, is_open in (("true", True), ("false", False)):
            expected = [one.id for one in known if one.severity is severity and one.open is is_open]
            assert sorted(listed(portal, f"severity={severity.value}&open={word}")) == sorted(expected)
    about = [one.id for one in known if any(part.item == item_id(0) for part in one.parts)]
    assert sorted(listed(portal, f"item={item_id(0)}")) == sorted(about)
    assert listed(portal, "since=9000-01-01") == []


@pytest.mark.parametrize(
    "query", ["code=x", "severity=x", "site=x", "item=<script>", "since=x", "after=x.1.y", "open=x"]
)
def test_what_is_not_well_asked_is_said_and_filters_nothing(portal: Opened, query: str) -> None:
    text = portal.text(f"/findings?{query}")
    assert LINK.search(text)
    assert "<script>" not in text.replace('<script src="', "")


@pytest.mark.parametrize("language", ["id", "en"])
def test_each_finding_has_a_page_and_none_names_a_handler(
    portal: Opened, known: list[FindingView], language: str
) -> None:
    assert any(HANDLER.search(str(one.facts)) for one in known)
    for one in known:
        text = portal.text(f"/findings/{one.id}", language)
        assert one.id in text
        assert not HANDLER.search(text)
        assert all(f'href="/log/entries/{index}"' in text for index in one.evidence)
    assert not HANDLER.search(portal.text("/findings", language))


@pytest.mark.parametrize(("language", "said"), [("id", "tidak berlaku lagi"), ("en", "holds no longer")])
def test_a_permalink_that_holds_no_longer_says_why_that_may_be(portal: Opened, language: str, said: str) -> None:
    answer = portal.client(language).get("/findings/f-" + "a" * 26, headers=BROWSER)
    assert (answer.status_code, said in answer.text, "/sign-in?next=" in answer.text) == (404, True, False)
    assert said not in portal.client(language).get("/findings/f-" + "a" * 25, headers=BROWSER).text
    assert portal.client().get("/findings/f-" + "a" * 26).mimetype == "application/problem+json"


def test_a_finding_that_is_not_there_is_answered_with_a_page(portal: Opened) -> None:
    for finding in ("f-" + "a" * 26, "x", "<b>"):
        answer = portal.client().get(f"/findings/{finding}", headers=BROWSER)
        assert (answer.status_code, answer.mimetype, "<b>" in answer.text) == (404, "text/html", False)


def test_an_unchanged_list_is_answered_without_itself(portal: Opened) -> None:
    client = portal.client()
    tag = client.get("/findings", headers=BROWSER).headers["ETag"]
    again = client.get("/findings", headers={**BROWSER, "If-None-Match": tag})
    assert again.status_code == 304 or again.headers["ETag"] != tag
