"""The follower: what it keeps in tables is what the rules say of the log, whatever happens to it on the way."""

import multiprocessing
import subprocess
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from multiprocessing.process import BaseProcess

import pytest
from sqlalchemy import Engine, event

from custody.core import entry, roster, statement
from custody.core.event import Seal
from custody.core.findings import Severity, finding_id
from custody.core.item import Track
from custody.core.judgement import Finding
from custody.core.planning import Planned, Way
from custody.core.resolving import sites_of
from custody.core.standing import Place, count, deliveries, item_state, place
from custody.core.statement import Statement
from custody.ledger import follower, following, lookup_counts, lookup_findings, tables
from custody.ledger.config import LedgerConfig
from custody.ledger.engine import open_writer
from custody.ledger.following import Following
from custody.ledger.ledger import Ledger
from custody.ledger.lookup_findings import Wanted
from custody.ledger.lookups import Lookups
from custody.ledger.views import FindingView, SiteCounts
from tests.audit.logs import spoilt
from tests.ledger.helpers import TABLES, Rows, accept, all_entries, dump, followed
from tests.rules.scene import Book
from tests.world import START, Chain, World, handler_id, item_id, key_of, site_id

HOUR = 3_600_000
FAR = START + 1_000_000 * HOUR
"""Whenever this runs, it is to come."""
NEW_SITE = site_id(9)
FAR_SITE = site_id(8)


def troubles(world: World) -> Iterator[list[Statement]]:
    """A log in which much goes wrong, by batches: late arrivals, a gap, a fork, unknown keys, changed rules,
    a receiver who carries what he gets, a seal that is on two items, an item that is said to be in itself."""
    there = world.sites[2]
    yield world.roster[1:]
    ways = [Way(to=there, due=START + 40 * HOUR), Way(to=world.sites[0], due=START + 90 * HOUR)]
    planned = [Planned(item=item_id(n), kind="box", quantity=10, ways=[0, 1]) for n in range(6)]
    ways.append(Way(to=there, due=FAR - HOUR))
    planned.append(Planned(item=item_id(12), kind="box", ways=[2]))
    plan = world.plan(ways, planned)
    resolve = finding_id("late", f"{plan.id}/0")
    yield [plan, world.sign(roster.Resolve, world.authority, finding=resolve, reason="not-yet")]
    offline = [world.event("commission", device=1, items=[item_id(n)], by=[0], kind="box") for n in range(4)]
    yield [world.handover(items=[item_id(n)], to=there) for n in range(5)]
    sealed = {"items": [item_id(0), item_id(1)], "seals": [Seal(item=n, id="seal/a/1") for n in range(2)]}
    yield [world.event("depart", by=[1], to=there, carrier=world.handler_ids[1], **sealed)]
    yield offline[2:]
    seen = world.event(
        "inspect", device=1, items=[item_id(9)], by=[2], site=NEW_SITE, warnings=["seal-differs"], photos=["5" * 64]
    )
    below, auditor = Chain(key_of("authority below")), Chain(key_of("auditor"))
    yield [
        seen,
        world.sign(roster.Authority, world.authority, **world.possession(below.key, "authority"), site=world.sites[0]),
        world.sign(roster.Auditor, world.authority, **world.possession(auditor.key, "auditor")),
        world.sign(roster.Resolve, below, finding=finding_id("unknown-item", seen.id), reason="ours-if-stated"),
    ]
    yield [world.event("depart", items=[item_id(6)], by=[1], to=FAR_SITE, carrier=world.handler_ids[1])]
    stranger = key_of("late handler")
    world.handlers.append(stranger)
    yield [statement.parse(spoilt(world.event("inspect", items=[item_id(0)], by=[4]), stranger.keyid))]
    forked = world.event("inspect", items=[item_id(1)], by=[0])
    chain = world.devices[0]
    yield [forked, world.event("inspect", items=[item_id(1)], by=[1], at=(chain.seq, forked.body.prev), site=there)]
    yield offline[:2]
    yield [
        world.sign(roster.Site, world.authority, site=site, category="village", name="New", parent=parent)
        for site, parent in ((NEW_SITE, world.sites[0]), (FAR_SITE, NEW_SITE))
    ]
    yield [world.policy(begins=START, late_ms=HOUR, signatures=[])]
    yield [world.event("open", items=[item_id(10)], by=[0], purpose="psu")]
    world.time, before = FAR, world.time
    yield [world.event("open", items=[item_id(10)], by=[0], purpose="psu")]
    world.time = before
    yield [world.plan(ways[:1], [Planned(item=item_id(5), kind="bag", ways=[0])])]
    yield [world.revoke(world.devices[1].key.keyid, "compromised", since=START + HOUR)]
    yield [world.event("pack", items=[item_id(2), item_id(3)], container=item_id(7), by=[0])]
    yield [world.event("store", items=[item_id(0)], by=[2], site=there)]
    yield [world.event("release", items=[item_id(7)], by=[0], releaser=world.handler_ids[0], to=there)]
    giver = world.handler_ids[0]
    for action, taker, by in (("release", handler_id(78), [0]), ("handover", handler_id(77), [0, 4])):
        taken = {"releaser": giver, "receiver": taker, "carrier": taker}
        yield [world.event(action, items=[item_id(8)], by=by, to=there, **taken)]
    for action, members in (("commission", {"kind": "bag"}), ("store", {}), ("discrepancy", {"kind": "damaged"})):
        yield [world.event(action, items=[item_id(8)], container=item_id(8), by=[0], **members)]
    enrolment = world.possession(stranger, "handler", handler_id(77))
    yield [
        world.sign(
            roster.Handler, world.authority, **enrolment, handler=handler_id(77), badge=1, role="carrier",
            site=there, begins=START,
        )
    ]  # fmt: skip
    lost = world.event("inspect", items=[item_id(4)], by=[0])
    yield [world.event("retire", items=[item_id(4)], by=[0, 1], refs=[lost.id])]
    fork = finding_id("chain-fork", f"{world.devices[0].key.keyid}/{forked.body.seq}")
    yield [world.sign(roster.Resolve, world.authority, finding=fork, reason="explained")]
    yield [world.sign(roster.Resolve, auditor, finding=fork, reason="a-thiefs")]
    yield [world.revoke(auditor.key.keyid, "compromised", since=START)]


def book_of(world: World, ledger: Ledger) -> Book:
    """What the rules say of a log, in memory."""
    book = Book(world)
    for data in all_entries(ledger):
        envelope, received = entry.decode(data)
        book.add(statement.parse(envelope), received)
    return book


def refilled(config: LedgerConfig, sizes: Sequence[int]) -> Rows:
    """The tables filled anew, up to each of these sizes in turn, by another process each time as it were."""
    tables.renew_tables(config.data)
    for size in sizes:
        filling = Following.open(config.data, config.data, config.origin)
        while filling.follow(size) < size:
            pass
        filling.close()
    return dump(config.data)


def all_findings(ledger: Ledger, now: int) -> list[FindingView]:
    with Lookups(ledger.config.data, 1).at(now) as looking:
        return lookup_findings.find(looking, Wanted(), 10_000)


@pytest.fixture
def troubled(world: World, ledger: Ledger) -> Ledger:
    for batch in troubles(world):
        accept(ledger, *batch)
        followed(ledger)
    return ledger


def test_live_tables_and_rebuilt_ones_are_equal_however_the_log_is_split(
    world: World, config: LedgerConfig, troubled: Ledger
) -> None:
    size = troubled.status().size
    troubled.close()
    live = dump(config.data)
    assert all(live[table.name] for table in TABLES), "a table of the test's log is empty"
    assert refilled(config, [size]) == live
    assert refilled(config, range(1, size + 1)) == live


def test_a_follower_that_begins_again_judges_by_a_policy_what_happened_since_the_log_has_it(
    config: LedgerConfig, troubled: Ledger
) -> None:
    size = troubled.status().size
    troubled.close()
    refilled(config, range(1, size + 1))
    found = all_findings(troubled, FAR)
    [after] = [one.evidence[0] for one in found if one.code == "clock-ahead"]
    short = {one.evidence[0] for one in found if one.code == "too-few-signatures"}
    assert {after - 1, after} & short == {after - 1}


def test_a_transaction_ends_early_when_many_items_change_and_the_tables_are_the_same(
    config: LedgerConfig, troubled: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = troubled.status().size
    troubled.close()
    live = dump(config.data)
    monkeypatch.setattr(following, "ITEMS", 3)
    assert refilled(config, [size]) == live
    tables.renew_tables(config.data)
    filling = Following.open(config.data, config.data, config.origin)
    assert filling.follow(size) < size
    filling.close()


def test_what_is_in_a_moved_container_is_read_at_once_however_much_it_is(
    world: World, config: LedgerConfig, ledger: Ledger
) -> None:
    asked = []
    for first, number in ((0, 2), (100, 60)):
        held = [item_id(first + n) for n in range(number)]
        outer = item_id(first + 99)
        accept(ledger, world.event("commission", items=held, by=[0], kind="box"))
        accept(ledger, world.event("pack", items=held, container=outer, by=[0]))
        size = accept(ledger, world.event("depart", items=[outer], by=[1], to=world.sites[2]))[-1].index
        asked.append(questions(config, size))
    assert asked[0] == asked[1]


def questions(config: LedgerConfig, size: int) -> int:
    """How many questions about tracks the follower asks for the entry at an index, from what was written before."""
    folder = config.data.parent / "again"
    folder.mkdir(exist_ok=True)
    # By another process: to close a file drops this one's locks on it, also those of the ledger that has it open
    # (https://sqlite.org/howtocorrupt.html, 2.2).
    subprocess.run(["cp", "-r", f"{config.data}/.", folder], check=True)
    tables.renew_tables(folder)
    before = Following.open(folder, folder, config.origin)
    while before.follow(size) < size:
        pass
    before.close()
    filling = Following.open(folder, folder, config.origin)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    filling.follow(size + 1)
    event.remove(Engine, "before_cursor_execute", note)
    filling.close()
    return sum("FROM tracks" in one for one in asked)


def test_the_tables_give_the_findings_that_the_rules_give_in_memory(world: World, troubled: Ledger) -> None:
    book = book_of(world, troubled)
    for now in (START + 30_000, START + 50 * HOUR, FAR):
        expected, found = book.findings(now), all_findings(troubled, now)
        assert found, now
        for state in (True, False):
            with Lookups(troubled.config.data, 1).at(now) as looking:
                asked = lookup_findings.find(looking, Wanted(open=state), 10_000)
            assert [one.id for one in asked] == [one.id for one in found if one.open is state]
        names = Finding.__struct_fields__
        assert {one.id: [getattr(one, name) for name in names] for one in found} == {
            one.id: [getattr(one, name) for name in names] for one in expected
        }
    assert "late" in {one.code for one in found}
    resolved = {one.code: one.resolved for one in found if one.resolved}
    assert resolved == {"unknown-item": "ours-if-stated", "chain-fork": "explained"}


def test_a_finding_is_found_at_each_site_that_has_a_part_in_it(world: World, troubled: Ledger) -> None:
    book = book_of(world, troubled)
    sites: dict[str, set[str]] = {}
    for draft in book.rules.drafts():
        found = sites_of(draft, lambda index: book.event(index).event.site)
        sites.setdefault(finding_id(draft.code, draft.subject), set()).update(found)
    assert any({world.sites[1], world.sites[2]} <= found for found in sites.values())
    for site in (*world.sites, NEW_SITE):
        with Lookups(troubled.config.data, 1).at(FAR) as looking:
            asked = {one.id for one in lookup_findings.find(looking, Wanted(site=site), 10_000)}
        assert asked == {one for one, found in sites.items() if any(book.state.within(at, site) for at in found)}


def test_the_findings_about_an_item_are_given_page_by_page(troubled: Ledger) -> None:
    everything = all_findings(troubled, FAR)
    for item in {part.item for one in everything for part in one.parts if part.item is not None}:
        expected = [one.id for one in everything if item in {part.item for part in one.parts}]
        got: list[FindingView] = []
        with Lookups(troubled.config.data, 1).at(FAR) as looking:
            while page := lookup_findings.find(
                looking, Wanted(item=item, after=(got[-1].since, got[-1].id) if got else None), 2
            ):
                got += page
        assert [one.id for one in got] == expected
        assert len(expected) < len(everything)


def test_the_tables_give_the_states_and_the_counts_that_the_rules_give_in_memory(
    world: World, troubled: Ledger
) -> None:
    book = book_of(world, troubled)
    known, resolution = book.memory.tracks, book.rules.with_resolution
    for now in (START + 30_000, START + 50 * HOUR, FAR):
        with Lookups(troubled.config.data, 1).at(now) as looking:
            assert {item: looking.item(item) for item in known} == {
                item: item_state(track, known.__getitem__, now, lambda one: place(one, resolution))
                for item, track in known.items()
            }
            overview, counts = lookup_counts.overview(looking, 0), count(known.values(), now, resolution)
        assert overview.items == counts.items
        made = overview.deliveries
        by_status = {"delivered": made.delivered, "on-time": made.on_time, "at-risk": made.at_risk, "late": made.late}
        assert {status: number for status, number in by_status.items() if number} == counts.deliveries


def test_the_tables_count_the_findings_that_are_open_as_the_rules_have_them(world: World, troubled: Ledger) -> None:
    book = book_of(world, troubled)
    open_at = []
    for now in (book.entries[-1][0], FAR):
        with Lookups(troubled.config.data, 1).at(now) as looking:
            open_at.append(lookup_counts.overview(looking, 0).findings)
        assert open_at[-1] == Counter(one.severity for one in book.findings(now) if one.open)
    assert open_at[0].keys() == set(Severity)
    assert open_at[0] != open_at[1], "nothing is late at a time to come"


def test_the_tables_count_at_each_site_what_is_there_and_due_there_by_itself_and_with_all_below(
    world: World, troubled: Ledger
) -> None:
    book = book_of(world, troubled)
    tracks, resolution = book.memory.tracks.values(), book.rules.with_resolution
    places = {track.id: place(track, resolution) for track in tracks}
    office, warehouse, station = world.sites
    below = {office: {*world.sites, NEW_SITE, FAR_SITE}, NEW_SITE: {NEW_SITE, FAR_SITE}}
    for now, site in product(
        (START + 30_000, START + 50 * HOUR, FAR), (office, warehouse, station, NEW_SITE, FAR_SITE)
    ):
        subtree = below.get(site, {site})
        with Lookups(troubled.config.data, 1).at(now) as looking:
            assert lookup_counts.subtree_size(looking, site) == len(subtree)
            assert lookup_counts.site_counts(looking, site, subtree=False) == counted(tracks, places, {site}, now)
            assert lookup_counts.site_counts(looking, site, subtree=True) == counted(tracks, places, subtree, now)
            page = lookup_counts.deliveries_by_site(looking, site, "", 10)
            assert {one.site for one in page} == {way.to for track in tracks for way in deliveries(track)} & subtree
            assert sum(one.late for one in page) == lookup_counts.deliveries(looking, site).late
            assert page == [lookup_counts.deliveries_by_site(looking, None, one.site[:-1], 1)[0] for one in page]
    assert counted(tracks, places, {FAR_SITE}, FAR).expects, "nothing is on its way to a site that is stated later"


def counted(tracks: Iterable[Track], places: dict[str, Place], sites: set[str], now: int) -> SiteCounts:
    """One by one, as `SiteCounts` says."""
    holds, expects, overdue = set(), set(), set()
    for track in tracks:
        where = places[track.id]
        owed = [way for way in deliveries(track) if not way.delivered and way.to in sites]
        if where.site in sites and where.status(now) == "held":
            holds.add(track.id)
        if owed or where.to in sites:
            expects.add(track.id)
        if any(way.due <= now for way in owed):
            overdue.add(track.id)
    return SiteCounts(len(holds), len(expects), len(overdue))


def test_the_tables_give_page_by_page_what_each_device_recorded_last_and_is_still_there(
    world: World, troubled: Ledger
) -> None:
    book = book_of(world, troubled)
    states = [item_state(track, book.memory.tracks.__getitem__, FAR) for track in book.memory.tracks.values()]
    here = [one for one in states if one.status in ("held", "uncertain") and one.to is None and one.last is not None]
    with Lookups(troubled.config.data, 1).at(FAR) as looking:
        for key in (chain.key.keyid for chain in world.devices):
            expected = sorted(one.item for one in here if one.last and book.event(one.last.index).event.issuer == key)
            pages = [looking.left_at(key, "", 1)]
            while (following := pages[-1].next) is not None:
                pages.append(looking.left_at(key, following, 1))
            assert [item for page in pages for item in page.items] == expected
            assert {page.holds for page in pages} == {len(expected)}
            assert expected
    assert len(here) < len(states)


def test_the_follower_goes_on_where_it_was_when_its_process_is_killed(world: World, ledger: Ledger) -> None:
    accept(ledger, *world.handovers(3))
    followed(ledger)
    [process] = children("follower")
    process.kill()
    answers = accept(ledger, *world.handovers(3))
    with followed(ledger).looking() as looking:
        assert looking.item_events(item_id(0), -1, 10) == [answers[0].index - 3, answers[0].index]
    assert children("follower") != [process]


def test_the_followers_process_ends_with_the_ledger(world: World, config: LedgerConfig) -> None:
    ledger = Ledger.open(config)
    followed(ledger)
    [process] = children("follower")
    ledger.close()
    assert not process.is_alive()


def test_a_follower_that_gathers_what_comes_ends_with_the_ledger(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed(ledger)  # else it might gather after the roster, and leave what comes
    monkeypatch.setattr(follower, "MANY", 3)
    monkeypatch.setattr(follower, "GATHER_S", threading.TIMEOUT_MAX)
    accept(ledger, *world.handovers(3))
    followed(ledger).close()
    assert "follower" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("damage", [b"", b"not a database" * 100], ids=["deleted", "overwritten"])
def test_the_followers_tables_are_made_anew_when_lost(
    world: World, config: LedgerConfig, ledger: Ledger, damage: bytes
) -> None:
    accept(ledger, world.handover(items=[item_id(7)]))
    followed(ledger).close()
    expected = dump(config.data)
    (config.data / tables.FILE).write_bytes(damage)
    followed(Ledger.open(config)).close()
    assert dump(config.data) == expected


def test_tables_that_are_damaged_while_the_ledger_runs_are_made_anew(
    world: World, config: LedgerConfig, ledger: Ledger
) -> None:
    accept(ledger, *world.handovers(3))
    followed(ledger)
    engine = open_writer(config.data / tables.FILE)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE tracks")
    engine.dispose()
    accept(ledger, *world.handovers(3))
    with followed(ledger).looking() as looking:
        state = looking.item(item_id(0))
    assert state is not None
    assert state.custodian == world.handler_ids[1]


def children(name: str) -> list[BaseProcess]:
    return [process for process in multiprocessing.active_children() if process.name == name]
