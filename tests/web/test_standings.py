"""How things stand, asked of a running ledger: items, sites, handlers, findings, the plan."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.core.planning import Planned, Way
from custody.ledger import tables
from custody.ledger.engine import open_writer
from tests.web.serving import CUSTODY, SOON_S, Serving, make_log, problem
from tests.world import World, item_id

HOUR = 3_600_000
NOW = time.time_ns() // 1_000_000
BOX, LATE_BOX, PACK, UNPLANNED = (item_id(number) for number in range(4))


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two boxes are due at a polling station: one is on its way, a pack in it, the other late; one item is unknown."""
    there = world.sites[2]
    with Serving(make_log(tmp_path_factory.mktemp("log"), world)) as serving:
        serving.accepted(world.roster[1:])
        world.time = NOW - 2 * HOUR
        ways = [Way(to=there, due=NOW + 48 * HOUR), Way(to=there, due=NOW - HOUR)]
        planned = [Planned(item=item, kind="parcel", ways=[way]) for item, way in ((BOX, 0), (LATE_BOX, 1))]
        batch = [
            world.plan(ways, planned),
            world.event("commission", items=[BOX, LATE_BOX, PACK], by=[0], kind="parcel"),
            world.event("pack", items=[PACK], container=BOX, by=[0]),
            world.event("depart", items=[BOX], by=[1], to=there, carrier=world.handler_ids[1]),
            world.event("inspect", items=[UNPLANNED], by=[0]),
        ]
        size = serving.accepted(batch)[-1]["index"] + 1
        wait_for(serving, size)
        yield serving


def wait_for(serving: Serving, size: int) -> None:
    deadline = time.monotonic() + SOON_S
    while serving.get_json("/api/v1/status")["followed"] < size:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def findings(ledger: Serving, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ledger.get_json(f"/api/v1/findings{query}")["findings"]
    return found


def test_an_item_shows_who_has_it_where_it_goes_and_how_it_stands_to_the_plan(ledger: Serving, world: World) -> None:
    answer = ledger.get_json(f"/api/v1/items/{BOX}")
    state, there = answer["state"], world.sites[2]
    assert (state["status"], state["custodian"], state["site"], state["to"]) == (
        "in-transit", world.handler_ids[1], world.sites[1], there
    )  # fmt: skip
    assert (state["contents"], state["plan"]["status"], state["plan"]["to"]) == ([PACK], "on-time", there)
    assert [event["action"] for event in answer["events"]] == ["commission", "pack", "depart"]
    assert abs(answer["now"] - NOW) < HOUR
    inside = ledger.get_json(f"/api/v1/items/{PACK}")["state"]
    assert (inside["status"], inside["containers"], inside["custodian"]) == ("contained", [BOX], world.handler_ids[1])


def test_an_item_shows_the_findings_about_it(ledger: Serving) -> None:
    found = ledger.get_json(f"/api/v1/items/{LATE_BOX}")
    [late] = [one for one in found["findings"] if one["code"] == "late"]
    assert (late["open"], late["severity"], late["parts"][0]["item"]) == (True, "major", LATE_BOX)
    assert found["state"]["plan"]["status"] == "late"
    assert "WIB" in late["text"]["id"]
    assert set(late["text"]) == {"id", "en"}


def test_an_item_of_which_the_log_has_nothing_has_no_state(ledger: Serving) -> None:
    answer = ledger.get_json(f"/api/v1/items/{item_id(999_999)}")
    assert (answer["state"], answer["findings"], answer["events"]) == (None, [], [])


def test_a_site_shows_what_it_holds_expects_and_should_have(ledger: Serving, world: World) -> None:
    office, warehouse, station = (ledger.get_json(f"/api/v1/sites/{site}") for site in world.sites)
    assert warehouse["own"] == {"holds": 1, "expects": 0, "overdue": 0}
    # Of what nobody has commissioned, and somebody saw, nobody can say whose it is.
    assert [(one["item"], one["status"]) for one in warehouse["items"]] == [(LATE_BOX, "held")]
    assert station["own"] == {"holds": 0, "expects": 2, "overdue": 1}
    assert [one["item"] for one in station["items"]] == [BOX, LATE_BOX]
    assert (office["own"]["holds"], office["subtree"], office["sites"]) == (
        0, {"holds": 1, "expects": 2, "overdue": 1}, 3
    )  # fmt: skip
    rest = ledger.get_json(f"/api/v1/sites/{world.sites[2]}?after={BOX}")
    assert [one["item"] for one in rest["items"]] == [LATE_BOX]


def test_a_handler_shows_their_badge_and_what_they_hold(ledger: Serving, world: World) -> None:
    answer = ledger.get_json(f"/api/v1/handlers/{world.handler_ids[1]}")
    badge = answer["badge"]
    assert (badge["role"], badge["site"], badge["keyid"]) == ("staff", world.sites[0], world.handlers[1].keyid)
    assert (answer["holds"], [one["item"] for one in answer["items"]]) == (1, [BOX])
    assert ledger.get_json(f"/api/v1/handlers/{world.handler_ids[0]}")["holds"] == 0


def test_a_device_shows_what_it_saw_last_and_is_still_there(ledger: Serving, world: World) -> None:
    """Not the box that has left, nor the pack in it."""
    first, second = (f"/api/v1/devices/{device.key.keyid}" for device in world.devices[:2])
    held = ledger.get_json(first)["held"]
    assert (held["holds"], held["items"], held["next"]) == (2, [LATE_BOX, UNPLANNED], None)
    rest = ledger.get_json(f"{first}?after={LATE_BOX}")["held"]
    assert (rest["holds"], rest["items"]) == (2, [UNPLANNED])
    held = ledger.get_json(second)["held"]
    assert (held["holds"], held["items"], held["next"]) == (0, [], None)


def test_findings_are_asked_for_by_code_severity_site_state_and_time(ledger: Serving, world: World) -> None:
    everything = findings(ledger)
    assert {"late", "unknown-item"} <= {one["code"] for one in everything}
    assert [one["since"] for one in everything] == sorted(one["since"] for one in everything)
    [unknown] = findings(ledger, "?code=unknown-item")
    assert findings(ledger, f"?item={UNPLANNED}") == [
        one for one in everything if UNPLANNED in {part["item"] for part in one["parts"]}
    ]
    assert ledger.get_json(f"/api/v1/items/{UNPLANNED}")["findings"] == findings(ledger, f"?item={UNPLANNED}")
    assert unknown["parts"][0]["item"] == UNPLANNED
    assert {one["severity"] for one in findings(ledger, "?severity=minor")} <= {"minor"}
    assert "late" in {one["code"] for one in findings(ledger, f"?site={world.sites[2]}&open=true")}
    assert "unknown-item" not in {one["code"] for one in findings(ledger, f"?site={world.sites[2]}")}
    assert {one["id"] for one in findings(ledger, f"?site={world.sites[0]}")} == {one["id"] for one in everything}
    assert findings(ledger, "?open=false") == [one for one in everything if not one["open"]]
    assert findings(ledger, f"?since={everything[-1]['since'] + 1}") == []
    last = everything[0]
    assert findings(ledger, f"?after={last['since']}.{last['id']}") == everything[1:]


def test_the_plan_shows_deliveries_by_status_and_by_destination(ledger: Serving, world: World) -> None:
    counts = {"delivered": 0, "on_time": 1, "at_risk": 0, "late": 1, "due": NOW - HOUR}
    for query in ("", f"?site={world.sites[0]}", f"?site={world.sites[2]}"):
        answer = ledger.get_json(f"/api/v1/plan/status{query}")
        assert answer["total"] == counts | {"site": None}
        assert answer["sites"] == [counts | {"site": world.sites[2]}]
    assert ledger.get_json(f"/api/v1/plan/status?site={world.sites[1]}")["sites"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sites/414/9520000000000", 400), ("sites/8004/952", 400), ("sites/{unknown}", 404), ("handlers/h-x", 404),
        ("findings?code=nothing", 400), ("findings?severity=grave", 400), ("findings?site=", 400),
        ("findings?open=yes", 400), ("findings?since=-1", 400), ("findings?since=", 400), ("findings?after=5", 400),
        ("findings?colour=red", 400), ("findings?item=seal/a/1", 400), ("plan/status?site=x", 400), ("status?x=1", 200),
    ],
)  # fmt: skip
def test_a_bad_question_is_answered_with_a_problem(ledger: Serving, path: str, status: int) -> None:
    response = ledger.get("/api/v1/" + path.format(unknown="414/9529999999993"))
    assert response.status_code == status, response.text
    if status != 200:
        problem(response)


def test_who_polls_is_told_that_nothing_has_changed(ledger: Serving) -> None:
    for _ in range(2):  # the minute may be over in between
        first = ledger.get("/api/v1/findings")
        again = ledger.client.get("/api/v1/findings", headers={"If-None-Match": first.headers["etag"]})
        if again.status_code == 304:
            break
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = ledger.client.get("/api/v1/findings", headers={"If-None-Match": 'W/"0-0"'})
    assert other.status_code == 200


def test_the_status_command_shows_the_same_figures_from_a_url_and_from_the_folder(ledger: Serving) -> None:
    for where in (["--url", ledger.url], ["--config", str(ledger.config_file)]):
        said = subprocess.run([CUSTODY, "status", *where], capture_output=True, text=True, timeout=SOON_S, check=True)
        lines = {" ".join(line.split()) for line in said.stdout.splitlines()}
        assert {
            "1 di dalam wadah / in a container",
            "1 dipegang / held",
            "1 tidak pasti / uncertain",
            "1 terlambat / late",
        } <= lines, lines
    nowhere = subprocess.run(
        [CUSTODY, "status", "--url", "http://127.0.0.1:9"], capture_output=True, text=True, timeout=SOON_S, check=False
    )
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (4, 1)


def test_a_device_shows_its_chain_also_while_the_tables_are_not_ready(tmp_path: Path) -> None:
    world = World()
    with Serving(make_log(tmp_path, world)) as serving:
        handover = world.handover()
        wait_for(serving, serving.accepted([*world.roster[1:], handover])[-1]["index"] + 1)
        path = f"/api/v1/devices/{world.devices[0].key.keyid}"
        ready = serving.get_json(path)
        engine = open_writer(tmp_path / "data" / tables.FILE)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE items")
        engine.dispose()
        assert problem(serving.get(f"/api/v1/sites/{world.sites[1]}"))[0] == 503
        assert serving.get_json(path) == ready | {"held": None}
    assert (ready["head"], ready["held"]["items"]) == (handover.id, [BOX])


def test_rebuild_fills_the_tables_of_a_ledger_that_is_stopped_and_of_no_other(tmp_path: Path) -> None:
    world = World()
    with Serving(make_log(tmp_path, world)) as serving:
        answers = serving.accepted([*world.roster[1:], *world.handovers(5)])
        wait_for(serving, answers[-1]["index"] + 1)
        assert "in use" in rebuild(serving.config_file, code=1)
        before = findings(serving)
    assert rebuild(serving.config_file, code=0).startswith(f"{answers[-1]['index'] + 1} entri")
    with Serving(serving.config_file) as again:
        assert findings(again) == before


def rebuild(config_file: Path, *, code: int) -> str:
    ended = subprocess.run(
        [CUSTODY, "rebuild", "--config", str(config_file)], capture_output=True, text=True, timeout=SOON_S, check=False
    )
    assert ended.returncode == code, ended.stderr
    return ended.stdout + ended.stderr
