"""Findings as people read them: on some page each that is asked for, once, beneath what explains it."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from custody.core.findings import Severity
from custody.core.judgement import Finding
from custody.ledger import lookup_causes, lookup_findings
from custody.ledger.ledger import Ledger
from custody.ledger.lookup_causes import Listed, Order, page
from custody.ledger.lookup_findings import Wanted
from custody.ledger.lookups import Looking, Lookups
from custody.ledger.views import FindingView
from tests.ledger.helpers import accept, followed
from tests.ledger.test_follower import NEW_SITE, book_of, troubles
from tests.rules.scene import Book
from tests.world import START, World, begin_log, item_id

HOUR = 3_600_000
NOW = START + 3 * 365 * 24 * HOUR
"""By then all that depends on the clock has come to hold, but what is far off."""


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    opened = Ledger.open(begin_log(world, tmp_path_factory.mktemp("log")))
    for batch in troubles(world):
        accept(opened, *batch)
    yield followed(opened)
    opened.close()


@pytest.fixture(scope="module")
def book(world: World, ledger: Ledger) -> Book:
    return book_of(world, ledger)


@pytest.fixture
def looking(ledger: Ledger) -> Iterator[Looking]:
    with Lookups(ledger.config.data, 1).at(NOW) as looking:
        yield looking


def sites_of(book: Book, one: Finding) -> set[str]:
    """Where it was found, and all above."""
    found = {
        str(part.facts["to"]) if one.code in ("late", "at-risk") else book.event(index).event.site
        for part in one.parts
        for index in (part.evidence[:1] if one.code == "clock-before-cause" else part.evidence)
    }
    return {above for site in found for above in book.rules.grounds.path(site)}


def fitting(book: Book, wanted: Wanted) -> list[Finding]:
    """By a plain loop over all that the rules find."""
    return [
        one
        for one in book.findings(NOW)
        if (wanted.code is None or one.code == wanted.code)
        and (wanted.severity is None or one.severity is wanted.severity)
        and (wanted.site is None or wanted.site in sites_of(book, one))
        and (wanted.item is None or any(part.item == wanted.item for part in one.parts))
        and (wanted.open is None or one.open is wanted.open)
        and (wanted.since is None or one.since >= wanted.since)
    ]


def pages(looking: Looking, wanted: Wanted, order: Order, limit: int) -> list[Listed]:
    """The rows of all pages."""
    rows, after = list[Listed](), None
    for _ in range(1000):
        found = page(looking, wanted, order, after, limit)
        assert len(found.rows) <= limit
        rows += found.rows
        after = found.next
        if after is None:
            return rows
    raise AssertionError("the pages do not end")


def in_order(rows: list[Listed]) -> bool:
    """Whether what stands beneath each is in order: the gravest first, of those alike the oldest."""
    places = [[(grade(one.finding), one.finding.since, one.finding.id) for one in row.beneath] for row in rows]
    return all(place == sorted(place) for place in places) and all(in_order(row.beneath) for row in rows)


def grade(one: Finding) -> int:
    return list(Severity).index(one.severity)


def flat(rows: list[Listed], parent: str | None = None) -> Iterator[tuple[FindingView, str | None]]:
    """Each finding, and beneath which one it stands."""
    for row in rows:
        yield row.finding, parent
        yield from flat(row.beneath, row.finding.id)


WANTED: list[Callable[[World], Wanted]] = [
    lambda _: Wanted(),
    *(lambda _, severity=severity: Wanted(severity=severity) for severity in Severity),
    lambda _: Wanted(code="late"),
    lambda _: Wanted(code="unknown-item", open=True),
    lambda _: Wanted(open=True),
    lambda _: Wanted(open=False),
    lambda world: Wanted(site=world.sites[0]),
    lambda world: Wanted(site=world.sites[2]),
    lambda world: Wanted(site=world.sites[1], severity=Severity.MAJOR, open=True),
    lambda _: Wanted(site=NEW_SITE),
    lambda _: Wanted(site="414/9529999999993"),
    lambda _: Wanted(item=item_id(0)),
    lambda _: Wanted(item=item_id(8), severity=Severity.CRITICAL),
    lambda _: Wanted(since=START + HOUR),
]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("number", range(len(WANTED)))
def test_all_that_fit_stand_on_the_pages_once_and_beneath_what_explains_them(
    world: World, book: Book, looking: Looking, number: int, order: Order
) -> None:
    wanted = WANTED[number](world)
    expected = {one.id: one for one in fitting(book, wanted)}
    for limit in (1, 3, 50):
        rows = pages(looking, wanted, order, limit)
        beneath = {one.id: parent for one, parent in flat(rows)}
        assert len(beneath) == len(list(flat(rows)))
        assert beneath == {one.id: one.parent if one.parent in expected else None for one in expected.values()}
        assert in_order(rows)
        places = [(row.finding.since, row.finding.id) for row in rows]
        if order is Order.GRAVEST:
            grades = [grade(row.finding) for row in rows]
            assert grades == sorted(grades)
            places = [(-grade, *place) for grade, place in zip(grades, places, strict=True)]
        assert places == sorted(places, reverse=True)


def test_the_world_has_enough_of_each(book: Book) -> None:
    found = book.findings(NOW)
    assert {one.severity for one in found} == set(Severity)
    assert {one.open for one in found} == {one.root for one in found} == {True, False}
    assert len(found) > 30


@pytest.mark.parametrize("most", [0, 5, 1000])
def test_they_are_counted_up_to_a_limit(
    world: World, book: Book, looking: Looking, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(lookup_causes, "MOST_COUNTED", most)
    for wanted in (make(world) for make in WANTED):
        expected = min(len(fitting(book, wanted)), most + 1)
        assert page(looking, wanted, Order.NEWEST, None, 1).count == expected


@pytest.mark.parametrize("limits", [(0, 0), (0, 2), (3, 0), (3, 2)])
def test_where_much_was_found_or_is_below_the_same_is_found(
    world: World, book: Book, looking: Looking, monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int]
) -> None:
    monkeypatch.setattr(lookup_findings, "FEW", limits[0])
    monkeypatch.setattr(lookup_findings, "FEW_SITES", limits[1])
    for site in (*world.sites, NEW_SITE):
        wanted = Wanted(site=site)
        found = {one.id for one in lookup_findings.find(looking, wanted, 1000)}
        assert found == {one.id for one in fitting(book, wanted)}


@pytest.mark.parametrize("most", [0, 1])
def test_what_is_not_seen_from_its_cause_stands_by_itself(
    book: Book, looking: Looking, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(lookup_causes, "MOST_ITEMS", most)
    expected = sorted(one.id for one in book.findings(NOW))
    for order, limit in product(Order, (1, 7)):
        assert sorted(one.id for one, _ in flat(pages(looking, Wanted(), order, limit))) == expected


def test_a_page_of_which_most_stand_beneath_others_goes_on_where_it_stopped(
    book: Book, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_causes, "STRETCHES", 1)
    expected = sorted(one.id for one in book.findings(NOW))
    for order in Order:
        assert sorted(one.id for one, _ in flat(pages(looking, Wanted(), order, 2))) == expected


def test_findings_are_looked_up_by_id(book: Book, looking: Looking) -> None:
    some = [one.id for one in book.findings(NOW)][:3]
    assert sorted(one.id for one in lookup_findings.by_id(looking, [*some, "f-" + 26 * "a"])) == sorted(some)
    assert lookup_findings.by_id(looking, []) == []
