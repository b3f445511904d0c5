"""What is made once for all who may see the same, and what is not even looked up."""

import re

import pytest

from custody.ledger.lookups import Lookups
from custody.web.portal.kept_pages import LARGEST, MOST, RECENT_S, KeptPages
from custody.web.portal.pages import page
from tests.web.portal.opened import BROWSER, Opened
from tests.world import item_id

PAGES = ["/", "/findings", "/log", "/about", f"/{item_id(0)}"]


@pytest.fixture
def looks(portal: Opened, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each look into the tables; no page is kept from before, and the minute does not change."""
    times: list[int] = []
    look, now = Lookups.at, portal.ledger._clock.now()

    def counted(self: Lookups, at: int) -> object:
        times.append(at)
        return look(self, at)

    monkeypatch.setattr(Lookups, "at", counted)
    monkeypatch.setattr(portal.ledger._clock, "now", lambda: now)
    portal.app.extensions["custody.pages"] = KeptPages()
    return times


def ask(portal: Opened, path: str, tag: str = "", language: str = "id") -> tuple[int, str, str]:
    """(status, tag, text)"""
    answer = portal.client(language).get(path, headers={**BROWSER, "If-None-Match": tag})
    return answer.status_code, answer.headers["ETag"], answer.text


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/status"])
def test_who_has_a_page_is_told_so_without_a_look_into_the_tables(portal: Opened, path: str, looks: list[int]) -> None:
    _, tag, _ = ask(portal, path)
    assert (len(looks), ask(portal, path, tag)[0], len(looks)) == (1, 304, 1)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_made_once_for_all_visitors(portal: Opened, path: str, looks: list[int]) -> None:
    assert ask(portal, path) == ask(portal, path)
    assert len(looks) == 1


def test_a_page_in_another_language_or_with_other_choices_is_made_by_itself(portal: Opened, looks: list[int]) -> None:
    of_before = 'W/"of before"'
    texts = {
        ask(portal, "/findings", of_before)[2],
        ask(portal, "/findings", of_before, language="en")[2],
        ask(portal, "/findings?open=true", of_before)[2],
    }
    assert (len(texts), len(looks)) == (3, 3)


def test_a_page_with_a_form_is_each_visitors_own(portal: Opened, looks: list[int]) -> None:
    tokens = set()
    for _ in range(2):
        with portal.app.test_request_context("/form"):
            tokens |= set(
                re.findall(
                    r'name="csrf_token" value="([^"]+)"',
                    page("bring_receipt.html", lambda _: {}).get_data(as_text=True),
                )
            )
    assert (len(tokens), len(looks)) == (2, 2)


def test_who_comes_sees_what_has_just_happened_and_who_looks_again_soon_does(portal: Opened, looks: list[int]) -> None:
    time = [100.0]
    portal.app.extensions["custody.pages"] = KeptPages(lambda: time[0])
    path = f"/{item_id(7)}"
    _, first, _ = ask(portal, path)
    portal.submit([portal.world.event("commission", items=[item_id(7)], kind="parcel", by=(0,))])
    assert ask(portal, path, first)[0] == 304
    time[0] += RECENT_S
    status, second, text = ask(portal, path, first)
    assert (status, second != first, "belum mencatat apa pun" in text) == (200, True, False)
    portal.submit([portal.world.event("inspect", items=[item_id(7)], by=(0,))])
    assert ask(portal, path)[1] not in (first, second)


def test_pages_are_kept_within_bounds() -> None:
    kept = KeptPages()
    for number in range(MOST + 1):
        kept.keep((number,), "tag", "text")
    kept.keep(("large",), "tag", "x" * (LARGEST + 1))
    found = [kept.find(key, "tag", recent=False) is not None for key in ((0,), (1,), (MOST,), ("large",))]
    assert found == [False, True, True, False]
    assert kept.find((1,), "another", recent=False) is None
