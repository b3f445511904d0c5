"""The tree of sites as the tables have it, against what a plain loop over every item and finding counts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from custody.core.findings import Severity
from custody.core.roster import Site
from custody.ledger import lookup_sites
from custody.ledger.lookups import Looking, Lookups
from custody.ledger.views import SiteStanding
from tests import country
from tests.by_loop import ByLoop
from tests.country import (
    DELIVERED,
    DISTRICT,
    FAR,
    HOUR,
    LATE,
    OTHER,
    OTHER_VILLAGE,
    PROVINCE,
    REGENCY,
    STATIONS,
    VILLAGE,
    Country,
)
from tests.ledger.files import LedgerFiles
from tests.rules.scene import Book
from tests.world import START, World

NOW = START + 1000 * HOUR
INDEXES = {"items_by_site", "items_by_to", "items_by_device", "items_by_custodian"}


@pytest.fixture(scope="module")
def world() -> Country:
    return Country(NOW)


@pytest.fixture(scope="module")
def book(world: Country) -> Book:
    """The rules' own memory of the log."""
    book = Book(world)
    for one in [*world.roster, *world.story()]:
        book.add(one, one.body.time)
    return book


@pytest.fixture(scope="module")
def looking(world: Country, book: Book, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    """The tables of the same log, three days before the last box is due."""
    files = LedgerFiles(world, tmp_path_factory.mktemp("log"))
    for received, one in book.entries[1:]:
        files.append(received, [one])
    files.follow(len(book.entries))
    lookups = Lookups(files.config.data, 1)
    with lookups.at(NOW) as found:
        yield found
    lookups.renewed()
    files.close()


@pytest.fixture(scope="module")
def truth(book: Book) -> ByLoop:
    return ByLoop(book, NOW)


def below(looking: Looking, site: str | None) -> dict[str, SiteStanding]:
    return {one.site: one for one in lookup_sites.children(looking, site)}


@pytest.mark.parametrize("site", [None, PROVINCE, REGENCY, OTHER, DISTRICT, VILLAGE, OTHER_VILLAGE])
def test_what_lies_under_a_site_stands_as_every_item_and_finding_says(
    looking: Looking, truth: ByLoop, site: str | None
) -> None:
    found = below(looking, site)
    assert sorted(found) == truth.under(site)
    for one in found.values():
        made = one.deliveries
        counted = {"delivered": made.delivered, "on-time": made.on_time, "at-risk": made.at_risk, "late": made.late}
        assert {status: n for status, n in counted.items() if n} == truth.deliveries(one.site)
        assert (one.holds, one.findings) == (truth.holds(one.site), truth.findings(one.site))


def test_a_site_comes_to_what_lies_under_it_and_what_is_its_own(looking: Looking, truth: ByLoop) -> None:
    [village] = [one for one in below(looking, DISTRICT).values() if one.site == VILLAGE]
    stations = below(looking, VILLAGE).values()
    assert village.sites == 1 + sum(one.sites for one in stations)
    assert village.deliveries.late == sum(one.deliveries.late for one in stations) == 1
    assert village.deliveries.delivered == sum(one.deliveries.delivered for one in stations) == 2
    assert sum(map(len, map(truth.own, STATIONS))) == sum(truth.deliveries(VILLAGE).values())


@pytest.mark.parametrize("site", [PROVINCE, REGENCY, VILLAGE])
def test_sites_come_in_the_order_of_what_is_wrong_there(looking: Looking, truth: ByLoop, site: str) -> None:
    def wrong(one: str) -> tuple[object, ...]:
        found, made = truth.findings(one), truth.deliveries(one)
        critical, major, minor = (found.get(severity, 0) for severity in Severity)
        late, risk = made["late"], made["at-risk"]
        grave = (critical > 0, late + major > 0, risk + minor > 0, critical, late, major, risk, minor)
        return (*(-n for n in grave), one)

    assert list(below(looking, site)) == sorted(truth.under(site), key=wrong)


def test_a_site_has_the_position_that_was_stated(looking: Looking, world: Country) -> None:
    assert [(one.lat, one.lon) for one in below(looking, OTHER_VILLAGE).values()] == [(None, None)]
    province = below(looking, world.sites[0])[PROVINCE]
    assert (province.lat, province.lon) == (-7_796_500, 110_391_500)


def test_the_way_to_a_site_leads_from_the_top(looking: Looking, world: Country) -> None:
    path = [row.site for row in lookup_sites.path_to(looking, STATIONS[0])]
    assert path == [world.sites[0], PROVINCE, REGENCY, DISTRICT, VILLAGE, STATIONS[0]]
    assert lookup_sites.path_to(looking, country.at("99")) == []


def test_a_tree_of_one_trunk_is_entered_where_it_forks(looking: Looking, world: Country) -> None:
    assert lookup_sites.first_fork(looking) == world.sites[0]


@pytest.mark.parametrize("site", [None, PROVINCE, VILLAGE, FAR])
def test_what_is_due_when_is_told_of_what_is_neither_made_nor_late(
    looking: Looking, truth: ByLoop, site: str | None
) -> None:
    assert {one.at: one.deliveries for one in lookup_sites.agenda(looking, site, 10)} == truth.due(site)


def test_what_is_due_first_is_told_where_there_is_more_than_is_asked_for(looking: Looking, truth: ByLoop) -> None:
    assert [one.at for one in lookup_sites.agenda(looking, None, 1)] == [min(truth.due(None))]


def test_a_polling_station_waits_for_what_its_plan_says_with_seals_and_contents(looking: Looking) -> None:
    missing, here = lookup_sites.arrivals(looking, STATIONS[0], 10, unpacked=True)
    assert (missing.item.item, missing.status, missing.item.status) == (country.PLANNED, "on-time", "planned")
    assert (missing.seals, missing.item.seals, missing.contents) == ([country.seal(4)], [], [])
    assert (here.item.item, here.status) == (DELIVERED, "delivered")
    assert (here.seals, here.item.seals) == ([country.seal(1)], [country.seal(99)])
    assert [one.item for one in here.contents] == [country.bundle(1, "ppwp")]


def test_what_has_not_come_is_listed_for_a_site_and_all_below_it(
    looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one.item.item for one in lookup_sites.overdue(looking, REGENCY, 10) or []] == [LATE]
    assert lookup_sites.overdue(looking, OTHER, 10) == []
    monkeypatch.setattr(lookup_sites, "LISTED", 3)
    assert lookup_sites.overdue(looking, REGENCY, 10) is None
    assert lookup_sites.overdue(looking, STATIONS[1], 10) is not None


def test_findings_count_at_a_site_that_is_stated_after_them(
    tmp_path: Path,
) -> None:
    """And from then on at those above it."""
    world = World()
    files = LedgerFiles(world, tmp_path)
    new = country.at("34.71.03")
    for one in [
        *world.roster[1:],
        world.event("inspect", items=[country.box(50)], site=new, by=[0]),
    ]:
        files.append(one.body.time, [one])
    files.follow(files.tree.size)
    stated = world.sign(Site, world.authority, site=new, category="district", name="New", parent=world.sites[0])
    files.append(world.time, [stated])
    files.follow(files.tree.size)
    lookups = Lookups(files.config.data, 1)
    with lookups.at(world.time) as looking:
        [top] = lookup_sites.children(looking, None)
        [found] = [one for one in lookup_sites.children(looking, top.site) if one.site == new]
        assert found.findings
        assert top.findings == found.findings
    lookups.renewed()
    files.close()


def test_items_are_found_by_where_they_are_and_who_has_them_without_looking_through_all(looking: Looking) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(*about: object) -> None:
        asked.append(about[2:4])  # type: ignore[arg-type]  # a statement and its parameters

    event.listen(looking.connection, "before_cursor_execute", note)
    looking.site_items(DISTRICT, "", 5)
    looking.held_by("h-somebody", "", 5)
    looking.count_held_by("h-somebody")
    looking.left_at("0" * 64, "", 5)
    event.remove(looking.connection, "before_cursor_execute", note)
    explained = [looking.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given) for query, given in asked]
    plans = [str(row[3]) for rows in explained for row in rows]
    assert {index for index in INDEXES if any(f"INDEX {index}" in plan for plan in plans)} == INDEXES
    assert not [plan for plan in plans if plan.startswith("SCAN items")]
