"""The snapshot of a site: a real server's word on real items, which a real agent takes as advice."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.core.admission import State, admit
from custody.core.errors import Oversize
from custody.core.keys import SigningKey
from custody.core.planning import Plan, Planned, Way
from custody.core.roster import Advisor
from custody.core.snapshot import Snapshot, open_signed
from custody.core.statement import Statement
from custody.files import save_key
from custody.ledger.advice import snapshot
from custody.ledger.lookups import Lookups
from scanner_agent import exchange_texts, texts
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from tests.agent.scene import PIN, Scene, sync
from tests.web.serving import Serving, make_log, problem
from tests.world import START, World, item_id, key_of, site_id

ADVISOR = key_of("advisor")
HERE, THERE = site_id(1), site_id(2)


def plan(world: World, item: str, to: str) -> Statement:
    return world.sign(
        Plan, world.authority, ways=[Way(to=to, due=START)], items=[Planned(item=item, kind="box", ways=[0])]
    )


def enrol(world: World) -> Statement:
    return world.sign(Advisor, world.authority, **world.possession(ADVISOR, "advisor"))


def with_advice(config: Path, key: SigningKey = ADVISOR) -> Path:
    """The settings of a log that gives advice."""
    save_key(config.with_name("advice.pem"), key)
    config.write_text(f'advice = "advice.pem"\n{config.read_text()}')
    return config


def opened(serving: Serving, roster: list[Statement], site: str) -> Snapshot:
    serving.wait_until_followed()
    state = State(roster[0].body.log)
    for index, one in enumerate(roster):
        admit(state, one, index)
    answer = serving.get(f"/api/v1/snapshot?site={site}")
    assert answer.status_code == 200, answer.text
    made, _ = open_signed(answer.content, state)
    return made


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def serving(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(with_advice(make_log(tmp_path_factory.mktemp("log"), world))) as serving:
        yield serving


def test_a_site_is_told_of_what_is_there_on_the_way_or_planned_with_what_is_in_it(
    world: World, serving: Serving
) -> None:
    roster = [*world.roster, enrol(world)]
    boxes = [item_id(number) for number in range(6)]
    events = [
        world.event("commission", items=boxes[:3], by=[0], kind="bag"),
        world.event("pack", items=boxes[1:2], by=[0], container=boxes[0]),
        world.event("release", items=boxes[:1], by=[0], releaser=world.handler_ids[0], to=THERE),
        world.event("commission", items=boxes[3:4], by=[0], kind="bag", site=site_id(0)),
        plan(world, boxes[4], THERE),
        plan(world, boxes[5], site_id(0)),
    ]
    serving.accepted([*roster[1:], *events])
    there = opened(serving, roster, THERE)
    assert [one.item for one in there.items] == [boxes[0], boxes[1], boxes[4]]
    released, inside, planned = there.items
    assert released.release is not None
    assert (released.release.id, released.to, released.site) == (events[2].id, THERE, HERE)
    assert (inside.container, inside.to, inside.release) == (boxes[0], THERE, released.release)
    assert planned.site is None
    assert (there.site, there.size) == (THERE, len(roster) + len(events))
    assert [one.item for one in opened(serving, roster, HERE).items] == boxes[:3]
    departure = world.event("depart", items=boxes[:1], by=[0], to=THERE)
    serving.accepted([departure])
    assert [one.departure for one in opened(serving, roster, THERE).items] == [departure.id, departure.id, None]


def test_of_a_site_with_too_many_items_no_snapshot_is_made(world: World, serving: Serving) -> None:
    """What is in them counts."""
    serving.wait_until_followed()
    lookups = Lookups(serving.config_file.parent / "data", 1)
    with lookups.at(START) as looking:
        assert len(snapshot(looking, world.origin, THERE, most=3).items) == 3
        with pytest.raises(Oversize):
            snapshot(looking, world.origin, THERE, most=2)
        with pytest.raises(Oversize):
            snapshot(looking, world.origin, HERE, most=1)
    lookups.renewed()


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        (f"?site={site_id(7)}", 404, "not-found"),
        ("?site=Bandung", 400, "malformed"),
        ("", 400, "malformed"),
        (f"?site={HERE}&size=1", 400, "malformed"),
    ],
)
def test_what_is_no_site_has_no_snapshot(serving: Serving, query: str, status: int, kind: str) -> None:
    assert problem(serving.get(f"/api/v1/snapshot{query}")) == (status, kind)


def test_a_ledger_without_an_advisors_key_gives_no_advice(tmp_path: Path) -> None:
    with Serving(make_log(tmp_path, World())) as serving:
        assert serving.get(f"/api/v1/snapshot?site={HERE}").status_code == 404


def test_a_snapshot_that_is_still_the_same_is_not_sent_again(world: World, serving: Serving) -> None:
    def commission(number: int, site: str) -> None:
        serving.accepted([world.event("commission", items=[item_id(number)], by=[0], kind="bag", site=site)])
        serving.wait_until_followed()

    site = site_id(2)
    url = f"/api/v1/snapshot?site={site}"
    commission(100, site)
    tag = serving.get(url).headers["ETag"]
    commission(101, site_id(0))
    again = serving.client.get(serving.url + url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    commission(102, site)
    newer = serving.client.get(serving.url + url, headers={"If-None-Match": tag})
    assert (newer.status_code, newer.headers["ETag"] != tag) == (200, True)


def test_of_an_item_that_is_reported_missing_nobody_is_told_as_its_custodian(world: World, serving: Serving) -> None:
    there, missing = item_id(200), item_id(201)
    site = site_id(0)
    begun = world.event("commission", items=[there, missing], by=[0], kind="bag", site=site)
    serving.accepted([begun, world.event("discrepancy", items=[missing], by=[0], kind="missing", site=site)])
    serving.wait_until_followed()
    lookups = Lookups(serving.config_file.parent / "data", 1)
    with lookups.at(2 * START) as looking:
        custodians = {one.item: one.custodian for one in snapshot(looking, world.origin, site).items}
    lookups.renewed()
    assert (custodians[there], custodians[missing]) == (site, None)


def test_an_agent_takes_no_snapshot_whole_that_says_the_same(tmp_path: Path) -> None:
    scene = Scene()
    world = scene.world
    world.handlers.append(scene.ann.key)
    another = key_of("another device")
    with Serving(with_advice(make_log(tmp_path, world))) as serving:
        serving.accepted([*scene.roster, enrol(world), world.enrol_device(another)][1:])

        def state() -> tuple[int, int, bool]:
            """(size of the log, of the snapshot, whether that has a tag), as the agent has them."""
            outbox = Outbox(config.outbox)
            seen, held = outbox.last_checkpoint(), outbox.basis()
            outbox.close()
            return seen.checkpoint.size if seen else 0, held.size, held.tag is not None

        def commission(number: int, site: str) -> tuple[int, int, bool]:
            items = [item_id(number)]
            event = world.event("commission", device=1, items=items, by=[-1], kind="bag", site=site)
            serving.accepted([event])
            serving.wait_until_followed()
            sync(config)
            return state()

        folder = tmp_path / "agent"
        folder.mkdir()
        config = scene.settle(folder, serving.url, serving.vkey, serving.get("/api/v1/log/entries/0").content)
        first, *_ = commission(1, HERE)
        assert state() == (first, first, True)
        assert commission(2, site_id(0)) == (first + 1, first, True), "it says the same, and is not sent"
        assert commission(3, HERE) == (first + 2, first + 2, True)
        session = [scene.ann.badge, PIN, "action inspect", scene.label(1), "confirm", "wait receipts"]
        assert run_agent(config, io.StringIO("\n".join(session)), io.StringIO()) == 0
        serving.wait_until_followed()
        sync(config)
        assert state() == (first + 3, first + 3, True), "where it has recorded something itself, it is sent"


def test_an_agent_that_was_synced_warns_its_handler_without_a_network(tmp_path: Path) -> None:
    scene = Scene()
    world = scene.world
    roster = [*scene.roster, enrol(world), world.enrol_device(key_of("another device"))]
    with Serving(with_advice(make_log(tmp_path, world))) as serving:
        serving.accepted(roster[1:])
        box: dict[str, Any] = {"device": 1, "items": [item_id(1), item_id(2)], "site": site_id(0)}
        world.handlers.append(scene.ann.key)
        commission = world.event("commission", **box, by=[-1], kind="bag")
        parties = {"releaser": scene.ann.handler, "receiver": scene.budi.handler}
        release = world.event("release", **box, by=[-1], to=HERE, **parties)
        serving.accepted([commission, release])
        serving.wait_until_followed()
        folder = tmp_path / "agent"
        folder.mkdir()
        config = scene.settle(folder, serving.url, serving.vkey, serving.get("/api/v1/log/entries/0").content)
        assert sync(config) == [exchange_texts.ROSTER, exchange_texts.ENROLLED]
    out = io.StringIO()
    paper = f"scan {release.id}"
    session = [scene.ann.badge, PIN, "action accept", paper, scene.label(1), "confirm", "confirm"]
    assert run_agent(config, io.StringIO("\n".join(session)), out) == 0
    for said, count in ((texts.EXPECTED, "0 dari 2"), (texts.ITEM, "1 dari 2")):
        assert f"{said[0]}, {count}" in out.getvalue()
    assert " / ".join(texts.LOOK) in out.getvalue()
    assert "[accepted-by-another]" in out.getvalue()
