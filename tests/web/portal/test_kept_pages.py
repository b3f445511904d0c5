"""What is made once for all who may see the same, and what is not even looked up."""

import re

import pytest

from custody.ledger.lookups import Lookups
from custody.web.portal.kept_pages import LARGEST, MOST, RECENT_S, KeptPages, Made
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


def test_how_recent_a_page_is_counts_from_before_its_look_into_the_tables(
    portal: Opened, looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    time, path, look = [100.0], f"/{item_id(8)}", Lookups.at
    portal.app.extensions["custody.pages"] = KeptPages(lambda: time[0])

    def slow(self: Lookups, at: int) -> object:
        time[0] += RECENT_S
        return look(self, at)

    monkeypatch.setattr(Lookups, "at", slow)
    _, first, _ = ask(portal, path)
    portal.submit([portal.world.event("commission", items=[item_id(8)], kind="parcel", by=(0,))])
    assert (ask(portal, path, first)[0], len(looks)) == (200, 2)


@pytest.mark.parametrize(
    ("later", "age", "kept"),
    [((9, 5), 0.0, "slow"), ((8, 5), 0.0, "quick"), ((9, 4), 0.0, "quick"), ((8, 5), RECENT_S, "slow")],
)
def test_a_page_that_took_long_to_make_does_not_take_the_place_of_one_that_speaks_as_of_later(
    later: tuple[int, int], age: float, kept: str
) -> None:
    time = [100.0]
    pages = KeptPages(lambda: time[0])
    pages.keep((), Made("quick", b"quick", 1, (9, 5), time[0]))
    time[0] += age
    pages.keep((), Made("slow", b"slow", 2, later, 99.0))
    assert [tag for tag in ("quick", "slow") if pages.find((), tag, recent=False)] == [kept]


def test_pages_are_kept_within_bounds() -> None:
    kept = KeptPages()
    for number in range(MOST + 1):
        kept.keep((number,), Made("tag", b"text", "state", (1, 1), kept.clock()))
    kept.keep(("large",), Made("tag", bytes(LARGEST + 1), "state", (1, 1), kept.clock()))
    found = [kept.find(key, "tag", recent=False) is not None for key in ((0,), (1,), (MOST,), ("large",))]
    assert found == [False, True, True, False]
    assert [kept.find((1,), good, recent=False) is not None for good in ("state", "another")] == [True, False]
