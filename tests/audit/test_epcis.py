"""What each of our events is in EPCIS 2.0: one sentence a rule."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from custody.audit.epcis import DISCREPANCIES, STEPS, timestamp
from custody.core import roster
from custody.core.event import ACTIONS, Paper, Seal, Serials
from tests.audit.epcis_rows import PARTIES, ROWS, THERE
from tests.audit.exported import (
    GS1,
    PEOPLE,
    STATION_LINK,
    WAREHOUSE_LINK,
    Json,
    Told,
    drawn,
    export,
    last,
    only,
    parties,
)
from tests.rules.story import BOX, CRATE, OFFICE, OTHER, STATION, A, B

PAGE = Path(__file__).parents[2] / "docs/epcis.md"


@pytest.fixture
def story() -> Told:
    return Told()


# Every action


@pytest.mark.parametrize(("action", "members", "expected"), ROWS, ids=[f"{row[0]}-{i}" for i, row in enumerate(ROWS)])
def test_an_action_is_this_event_with_this_step_and_disposition(
    story: Told, tmp_path: Path, action: str, members: Json, expected: tuple[str, str, str, str | None]
) -> None:
    story.say(action, **members)

    found = only(story, tmp_path)

    assert (found["type"], found["action"], found["bizStep"], found.get("disposition")) == expected
    assert found["custody:action"] == action


def test_every_action_but_a_correction_has_its_step_and_a_row_above() -> None:
    assert set(STEPS) == set(ACTIONS) - {"correct"} == {action for action, _, _ in ROWS}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"kind": "extra"}, "mismatch_quantity"),
        ({"kind": "swapped"}, "mismatch_instance"),
        ({"kind": "missing", "quantity": 3}, "mismatch_quantity"),
        ({"kind": "missing", "serials": Serials(first="1", last="9")}, "mismatch_quantity"),
    ],
)
def test_a_mismatch_lasts_until_it_is_cleared_up(story: Told, tmp_path: Path, members: Json, expected: str) -> None:
    story.say("discrepancy", **members)

    found = only(story, tmp_path)

    assert found["persistentDisposition"] == {"set": [expected]}
    assert "disposition" not in found


def test_the_page_has_the_table_as_it_is() -> None:
    rows = [re.findall(r"`([^`]*)`|\| (—)", line) for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    told = {cells[0][0]: tuple(one or None for one, _ in cells[1:5]) for cells in rows}
    for action, step in STEPS.items():
        type_ = "AggregationEvent" if step.aggregation else "ObjectEvent"
        disposition = step.disposition
        assert told[action] == (type_, step.action, step.step, disposition), action
    for kind, disposition in DISCREPANCIES.items():
        assert f"`{kind}` → `{disposition}`" in PAGE.read_text()


# Ids, places, times


def test_items_sites_and_containers_are_gs1_digital_links_and_what_is_not_gs1s_is_on_the_logs_host(
    story: Told, tmp_path: Path
) -> None:
    story.say("pack", items=[BOX, "plain/kota/BOX-1", "8003/09521234567899A%1"], container=CRATE)

    found = only(story, tmp_path)

    assert found["parentID"] == GS1 + CRATE
    assert found["childEPCs"] == [
        GS1 + BOX,
        "https://ledger.test/plain/kota/BOX-1",
        GS1 + "8003/09521234567899A%251",
    ]
    assert found["readPoint"] == found["bizLocation"] == {"id": WAREHOUSE_LINK}


@pytest.mark.parametrize(
    ("action", "members", "stays"),
    [
        ("accept", {"receiver": PARTIES["receiver"]}, True),
        ("handover", PARTIES, True),
        ("handover", PARTIES | THERE, False),
        ("release", {"releaser": PARTIES["releaser"]} | THERE, False),
        ("depart", THERE, False),
        ("retire", {}, False),
        ("commission", {"kind": "missing"}, True),
        ("discrepancy", {"kind": "missing"}, False),
        ("discrepancy", {"kind": "missing", "quantity": 2}, True),
    ],
)
def test_what_leaves_or_is_missing_is_afterwards_nowhere(
    story: Told, tmp_path: Path, action: str, members: Json, stays: bool
) -> None:
    story.say(action, **members)

    found = only(story, tmp_path)

    assert found["readPoint"] == {"id": WAREHOUSE_LINK}
    assert ("bizLocation" in found) == stays


@pytest.mark.parametrize(
    ("code", "offset", "clock"), [("34.71", "+07:00", "07"), ("51.71", "+08:00", "08"), ("94.01", "+09:00", "09")]
)
def test_an_event_is_told_in_the_time_of_its_place_and_recorded_when_the_log_received_it(
    story: Told, tmp_path: Path, code: str, offset: str, clock: str
) -> None:
    site = f"414/9521234567899/254/{code}"
    story.decide(roster.Site, site=site, category="warehouse", name="Gudang", parent=story.sites[OFFICE])
    story.sites.append(site)
    within = "414/9521234567899/254/x"
    story.decide(roster.Site, site=within, category="warehouse", name="Gudang", parent=site)
    story.sites.append(within)
    for number in (-2, -1):
        story.say("inspect", site=number, received=story.now + 3_600_000)

    found, same = drawn(story, tmp_path)
    assert same["eventTimeZoneOffset"] == found["eventTimeZoneOffset"]

    assert re.fullmatch(rf"2026-01-01T{clock}:00:..\.000\+{offset[1:]}", found["eventTime"])
    assert found["eventTimeZoneOffset"] == offset
    assert re.fullmatch(r"2026-01-01T01:00:..\.000\+00:00", found["recordTime"])


def test_a_clock_beyond_all_calendars_is_told_as_the_last_day_of_one(story: Told, tmp_path: Path) -> None:
    story.world.time = 2**53 - 1
    story.say("inspect", received=story.book.entries[-1][0])
    assert only(story, tmp_path)["eventTime"] == "9999-12-31T07:00:00.000+07:00"


@pytest.mark.parametrize("hours", [0, 7, 9])
@pytest.mark.parametrize("ms", [0, 59_999, 60_000, 951_782_399_999, 1_735_689_599_999, 253_402_214_399_999])
def test_a_time_is_that_of_the_calendar(ms: int, hours: int) -> None:
    there = datetime(1970, 1, 1, tzinfo=UTC).astimezone(timezone(timedelta(hours=hours)))
    assert timestamp(ms, hours) == (there + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")


def test_an_event_is_named_after_its_statement_and_leads_to_it(story: Told, tmp_path: Path) -> None:
    first, second = story.say("inspect"), story.say("inspect")

    one, other = drawn(story, tmp_path)

    names = uuid5(NAMESPACE_URL, "custody-epcis/v1")
    assert [one["eventID"], other["eventID"]] == [uuid5(names, f"{event.id}/0").urn for event in (first, second)]
    assert one["eventID"] != other["eventID"]
    assert (one["custody:statement"], other["custody:statement"]) == (first.id, second.id)
    assert one["custody:index"] == story.index(first)


# Who had it and has it


def test_a_handover_goes_from_who_gives_to_who_receives_and_from_place_to_place(story: Told, tmp_path: Path) -> None:
    story.handover(0, 1, to=story.sites[STATION])

    assert parties(only(story, tmp_path)) == (
        {"possessing_party": PEOPLE + story.id(0), "location": WAREHOUSE_LINK},
        {"possessing_party": PEOPLE + story.id(1), "location": STATION_LINK},
    )


def test_a_handover_that_leads_nowhere_else_has_no_locations(story: Told, tmp_path: Path) -> None:
    story.handover(0, 1)
    assert parties(only(story, tmp_path)) == (
        {"possessing_party": PEOPLE + story.id(0)},
        {"possessing_party": PEOPLE + story.id(1)},
    )


def test_who_signs_on_paper_has_no_id(story: Told, tmp_path: Path) -> None:
    story.say("handover", 0, releaser=story.id(0), receiver=Paper(paper="8" * 64))

    found = only(story, tmp_path)

    assert parties(found) == ({"possessing_party": PEOPLE + story.id(0)}, {})
    assert found["custody:receivedOnPaper"] is True


def test_a_release_is_on_its_way_to_who_is_named(story: Told, tmp_path: Path) -> None:
    story.release(0, STATION, receiver=story.id(1), carrier=story.id(2))

    found = only(story, tmp_path)

    assert parties(found)[1] == {"possessing_party": PEOPLE + story.id(1), "location": STATION_LINK}
    assert found["custody:carrier"] == PEOPLE + story.id(2)


@pytest.mark.parametrize(
    ("released_to", "brought_by", "giver"), [(None, None, 0), (2, None, 2), (2, 3, 3), (1, None, 0)]
)
def test_who_accepts_has_it_from_the_carrier_or_else_from_who_released_it(
    story: Told, tmp_path: Path, released_to: int | None, brought_by: int | None, giver: int
) -> None:
    release = story.release(0, STATION, **({} if released_to is None else {"carrier": story.id(released_to)}))
    story.accept(1, release, **({} if brought_by is None else {"carrier": story.id(brought_by)}))

    found = last(story, tmp_path)

    assert parties(found) == (
        {"possessing_party": PEOPLE + story.id(giver)},
        {"possessing_party": PEOPLE + story.id(1)},
    )
    assert found["custody:refs"] == [release.id]


def test_who_gave_it_before_is_not_who_it_is_accepted_from(story: Told, tmp_path: Path) -> None:
    story.accept(1, story.handover(0, 2))
    assert parties(last(story, tmp_path))[0] == {}


def test_who_accepts_without_a_release_has_it_from_nobody_that_is_known(story: Told, tmp_path: Path) -> None:
    story.accept(1)
    assert parties(only(story, tmp_path))[0] == {}


def test_what_departs_is_with_its_carrier_and_what_arrives_comes_from_him(story: Told, tmp_path: Path) -> None:
    story.say("depart", to=story.sites[STATION], carrier=story.id(2), compartment=[A])
    story.say("arrive", site=STATION, carrier=story.id(2))

    depart, arrive = drawn(story, tmp_path)

    assert parties(depart) == (
        {"location": WAREHOUSE_LINK},
        {"possessing_party": PEOPLE + story.id(2), "location": STATION_LINK},
    )
    assert depart["custody:compartment"] == ["https://ledger.test/" + A]
    assert parties(arrive) == ({"possessing_party": PEOPLE + story.id(2)}, {})


@pytest.mark.parametrize("receiver", [None, 1])
def test_what_is_stored_is_with_its_keeper_or_with_the_site(story: Told, tmp_path: Path, receiver: int | None) -> None:
    story.say("store", **({} if receiver is None else {"receiver": story.id(receiver)}))
    expected = WAREHOUSE_LINK if receiver is None else PEOPLE + story.id(receiver)
    assert parties(only(story, tmp_path))[1] == {"possessing_party": expected}


# Containers, seals and the rest


@pytest.mark.parametrize(("action", "members"), [("commission", {"kind": "bag"}), ("store", {})])
def test_what_begins_or_is_stored_in_a_container_is_packed_into_it_besides(
    story: Told, tmp_path: Path, action: str, members: Json
) -> None:
    story.say(action, container=CRATE, condition="wet", **members)

    plain, packed = drawn(story, tmp_path)

    assert (plain["type"], packed["type"], packed["action"], packed["bizStep"]) == (
        *("ObjectEvent", "AggregationEvent", "ADD", "packing"),
    )
    assert (packed["parentID"], packed["childEPCs"]) == (GS1 + CRATE, plain["epcList"])
    assert (plain["custody:statement"], plain["eventTime"]) == (packed["custody:statement"], packed["eventTime"])
    assert plain["eventID"] != packed["eventID"]
    assert ("custody:condition" in plain, "custody:condition" in packed) == (True, False)


def test_what_an_item_is_is_master_data_of_its_beginning(story: Told, tmp_path: Path) -> None:
    story.begin(kind="ballot-box", quantity=300, ballot_type="dpr", district="jabar-1")

    assert only(story, tmp_path)["ilmd"] == {
        "custody:kind": "ballot-box",
        "custody:quantity": 300,
        "custody:ballot_type": "dpr",
        "custody:district": "jabar-1",
    }


def test_seals_are_an_extension_of_the_event_each_on_its_item(story: Told, tmp_path: Path) -> None:
    found = [
        Seal(item=0, id=A, expected=B, state="broken"),
        Seal(item=1, count=2),
    ]
    story.say("seal", items=[BOX, OTHER], seals=found)

    assert only(story, tmp_path)["custody:seals"] == [
        {
            "custody:item": GS1 + BOX,
            "custody:seal": "https://ledger.test/" + A,
            "custody:expected": "https://ledger.test/" + B,
            "custody:state": "broken",
        },
        {"custody:item": GS1 + OTHER, "custody:count": 2},
    ]


def test_what_epcis_has_no_word_for_is_an_extension(story: Told, tmp_path: Path) -> None:
    lost = Serials(first="0001", last="0009")
    story.say("discrepancy", 0, 1, kind="missing", serials=lost, container=CRATE, attesters=[story.id(1)],
              condition="wet")  # fmt: skip
    story.say("open", purpose="psu", quantity=7)

    discrepancy, opened = drawn(story, tmp_path)

    assert (discrepancy["custody:kind"], discrepancy["custody:serials"]) == ("missing", "0001-0009")
    assert (discrepancy["custody:container"], discrepancy["custody:condition"]) == (GS1 + CRATE, "wet")
    assert discrepancy["custody:attesters"] == [PEOPLE + story.id(1)]
    assert (opened["custody:purpose"], opened["custody:quantity"]) == ("psu", 7)


def test_no_hash_of_anything_private_is_in_it(story: Told, tmp_path: Path) -> None:
    private = {name: digit * 64 for name, digit in (("note", "1"), ("vehicle", "2"))}
    story.say("depart", to=story.sites[STATION], photos=["3" * 64], **private)
    story.say("handover", releaser=story.id(0), receiver=Paper(paper="4" * 64))

    data = export(story, tmp_path / "log").decode()

    assert [digit for digit in "1234" if digit * 64 in data] == []
