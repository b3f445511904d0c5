"""What each of our events is in EPCIS 2.0: one sentence a rule, and GS1's schema and examples over all of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from custody.audit.epcis import DISCREPANCIES, STEPS
from custody.core import roster
from custody.core.event import ACTIONS, Paper, Seal, Serials
from tests.audit.exported import GS1_FOLDER, Told, events_of, example, export, validator, with_gs1
from tests.rules.story import BOX, CRATE, OFFICE, OTHER, STATION, VILLAGE, WAREHOUSE, A, B, seals

PAGE = Path(__file__).parents[2] / "docs/epcis.md"
GS1 = "https://id.gs1.org/"
WAREHOUSE_LINK = GS1 + "414/9520000000011"
STATION_LINK = GS1 + "414/9520000000028"
PEOPLE = "https://ledger.test/drill/handler/"
Json = dict[str, Any]


@pytest.fixture
def story() -> Told:
    return Told()


def drawn(story: Told, folder: Path, **options: Any) -> list[Json]:
    return events_of(export(story, folder / "log", **options))


def only(story: Told, folder: Path, **options: Any) -> Json:
    [found] = drawn(story, folder, **options)
    return found


def last(story: Told, folder: Path, **options: Any) -> Json:
    return drawn(story, folder, **options)[-1]


# Every action

PARTIES = {"releaser": "h-aaaaaaaaaaaaaaaa", "receiver": "h-aaaaaaaaaaaaaaab"}
THERE = {"to": "414/9520000000028"}
ROWS: list[tuple[str, Json, tuple[str, str, str, str | None]]] = [
    ("commission", {"kind": "box"}, ("ObjectEvent", "ADD", "commissioning", "active")),
    ("pack", {"container": CRATE}, ("AggregationEvent", "ADD", "packing", None)),
    ("unpack", {"container": CRATE}, ("AggregationEvent", "DELETE", "unpacking", None)),
    ("seal", {"seals": seals(A)}, ("ObjectEvent", "OBSERVE", "other", "container_closed")),
    ("unseal", {"seals": seals(A)}, ("ObjectEvent", "OBSERVE", "other", "container_open")),
    ("inspect", {}, ("ObjectEvent", "OBSERVE", "inspecting", None)),
    ("inspect", {"condition": "damaged"}, ("ObjectEvent", "OBSERVE", "inspecting", "damaged")),
    ("handover", PARTIES, ("ObjectEvent", "OBSERVE", "accepting", None)),
    ("handover", PARTIES | THERE, ("ObjectEvent", "OBSERVE", "accepting", "in_transit")),
    ("release", {"releaser": PARTIES["releaser"]} | THERE, ("ObjectEvent", "OBSERVE", "shipping", "in_transit")),
    ("accept", {"receiver": PARTIES["releaser"]}, ("ObjectEvent", "OBSERVE", "accepting", None)),
    ("accept", {"receiver": PARTIES["releaser"], "condition": "damaged"},
     ("ObjectEvent", "OBSERVE", "accepting", "damaged")),
    ("depart", THERE, ("ObjectEvent", "OBSERVE", "departing", "in_transit")),
    ("arrive", {}, ("ObjectEvent", "OBSERVE", "arriving", None)),
    ("store", {}, ("ObjectEvent", "OBSERVE", "storing", None)),
    ("store", {"condition": "damaged"}, ("ObjectEvent", "OBSERVE", "storing", None)),
    ("open", {"purpose": "psu"}, ("ObjectEvent", "OBSERVE", "other", "container_open")),
    ("close", {"purpose": "psu"}, ("ObjectEvent", "OBSERVE", "other", "container_closed")),
    ("discrepancy", {"kind": "missing"}, ("ObjectEvent", "OBSERVE", "inspecting", "unknown")),
    ("discrepancy", {"kind": "damaged"}, ("ObjectEvent", "OBSERVE", "inspecting", "damaged")),
    ("discrepancy", {"kind": "wrong-data"}, ("ObjectEvent", "OBSERVE", "inspecting", "non_conformant")),
    ("retire", {}, ("ObjectEvent", "DELETE", "decommissioning", "inactive")),
]  # fmt: skip


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
def test_an_event_is_told_in_the_time_of_its_site_and_recorded_when_the_log_received_it(
    story: Told, tmp_path: Path, code: str, offset: str, clock: str
) -> None:
    site = f"414/9521234567899/254/{code}"
    story.decide(roster.Site, site=site, category="warehouse", name="Gudang", parent=story.sites[OFFICE])
    story.sites.append(site)
    story.say("inspect", site=len(story.sites) - 1, received=story.now + 3_600_000)

    found = only(story, tmp_path)

    assert re.fullmatch(rf"2026-01-01T{clock}:00:..\.000\+{offset[1:]}", found["eventTime"])
    assert found["eventTimeZoneOffset"] == offset
    assert re.fullmatch(r"2026-01-01T01:00:..\.000\+00:00", found["recordTime"])


def test_a_clock_beyond_all_calendars_is_told_as_the_last_day_of_one(story: Told, tmp_path: Path) -> None:
    story.world.time = 2**53 - 1
    story.say("inspect", received=story.book.entries[-1][0])
    assert only(story, tmp_path)["eventTime"] == "9999-12-31T07:00:00.000+07:00"


def test_an_event_is_named_after_its_statement_and_leads_to_it(story: Told, tmp_path: Path) -> None:
    first, second = story.say("inspect"), story.say("inspect")

    one, other = drawn(story, tmp_path)

    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one["eventID"])
    assert one["eventID"] != other["eventID"]
    assert (one["custody:statement"], other["custody:statement"]) == (first.id, second.id)
    assert one["custody:index"] == story.index(first)


# Who had it and has it


def parties(found: Json) -> tuple[Json, Json]:
    """By type: sources, and destinations."""
    sources = {one["type"]: one["source"] for one in found.get("sourceList", ())}
    return sources, {one["type"]: one["destination"] for one in found.get("destinationList", ())}


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
    story.say(action, container=CRATE, **members)

    plain, packed = drawn(story, tmp_path)

    assert (plain["type"], packed["type"], packed["action"], packed["bizStep"]) == (
        *("ObjectEvent", "AggregationEvent", "ADD", "packing"),
    )
    assert (packed["parentID"], packed["childEPCs"]) == (GS1 + CRATE, plain["epcList"])
    assert (plain["custody:statement"], plain["eventTime"]) == (packed["custody:statement"], packed["eventTime"])
    assert plain["eventID"] != packed["eventID"]


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


# Corrections


def test_an_event_that_was_corrected_is_declared_wrong_and_followed_by_how_it_reads(
    story: Told, tmp_path: Path
) -> None:
    wrong = story.handover(0, 1, to=story.sites[STATION])
    right = story.say("correct", refs=[wrong.id], to=story.sites[VILLAGE], received=story.now + 60_000)

    declared, corrective = drawn(story, tmp_path)

    declaration = declared["errorDeclaration"]
    assert (declaration["reason"], declaration["correctiveEventIDs"]) == ("incorrect_data", [corrective["eventID"]])
    assert declaration["declarationTime"] == "2026-01-01T07:00:14.000+07:00"
    assert declaration["custody:corrections"] == corrective["custody:corrections"] == [right.id]
    assert (parties(declared)[1]["location"], parties(corrective)[1]["location"]) == (
        STATION_LINK,
        GS1 + story.sites[VILLAGE],
    )
    assert (corrective["eventTime"], corrective["custody:statement"]) == (declared["eventTime"], wrong.id)
    assert corrective["recordTime"] > declared["recordTime"]
    assert "errorDeclaration" not in corrective


def test_an_event_that_was_annulled_did_not_occur(story: Told, tmp_path: Path) -> None:
    story.say("correct", refs=[story.say("inspect").id])

    declaration = only(story, tmp_path)["errorDeclaration"]

    assert declaration["reason"] == "did_not_occur"
    assert "correctiveEventIDs" not in declaration


def test_what_was_corrected_for_some_items_reads_as_before_for_the_others(story: Told, tmp_path: Path) -> None:
    wrong = story.say("store", items=[BOX, OTHER], container=CRATE)
    story.say("correct", refs=[wrong.id], items=[OTHER])

    *declared, stored, packed = drawn(story, tmp_path)

    assert [one["errorDeclaration"]["correctiveEventIDs"] for one in declared] == [
        [stored["eventID"], packed["eventID"]]
    ] * 2
    assert (stored["epcList"], packed["childEPCs"]) == ([GS1 + BOX], [GS1 + BOX])
    assert len({one["eventID"] for one in [*declared, stored, packed]}) == 4


def test_a_correction_that_was_annulled_corrects_nothing(story: Told, tmp_path: Path) -> None:
    wrong = story.say("inspect")
    story.say("correct", refs=[story.say("correct", refs=[wrong.id]).id])
    assert "errorDeclaration" not in only(story, tmp_path)


def test_a_correction_by_who_may_not_corrects_nothing(story: Told, tmp_path: Path) -> None:
    wrong = story.say("inspect", 0, device=0)
    story.say("correct", 1, device=1, refs=[wrong.id])
    assert "errorDeclaration" not in only(story, tmp_path)


def test_a_correction_of_nothing_in_the_log_is_left_out(story: Told, tmp_path: Path) -> None:
    story.say("correct", refs=["9" * 64])
    assert drawn(story, tmp_path) == []


# The document


def test_as_of_an_instant_only_what_the_log_had_received_is_told_as_it_read_then(story: Told, tmp_path: Path) -> None:
    wrong = story.say("inspect")
    then = story.book.entries[-1][0]
    story.say("correct", refs=[wrong.id])

    before, after = (events_of(export(story, tmp_path / str(until), until=until)) for until in (then, None))

    assert [("errorDeclaration" in one) for one in before + after] == [False, True]
    assert drawn(story, tmp_path, until=story.book.entries[0][0] - 1) == []


def test_of_a_site_is_told_what_happened_at_it_and_below_or_was_on_its_way_there(story: Told, tmp_path: Path) -> None:
    story.say("inspect", site=WAREHOUSE)
    story.say("depart", site=WAREHOUSE, to=story.sites[VILLAGE])
    story.say("arrive", site=VILLAGE)

    def actions(site: int) -> list[str]:
        data = export(story, tmp_path / str(site), site=story.sites[site])
        return [one["custody:action"] for one in events_of(data)]

    assert actions(VILLAGE) == ["depart", "arrive"]
    assert actions(WAREHOUSE) == ["inspect", "depart"]
    assert actions(STATION) == []
    assert actions(OFFICE) == ["inspect", "depart", "arrive"]


def everything() -> Told:
    """Every action, with all that it may have, and corrections."""
    story = Told()
    for action, members, _ in ROWS:
        story.say(action, items=[BOX, OTHER], **members)
    for kind in DISCREPANCIES:
        story.say("discrepancy", kind=kind, quantity=2, serials=Serials(first="1", last="2"), container=CRATE)
    story.begin(OTHER, container=CRATE, quantity=3, ballot_type="dpr", district="jabar-1")
    release = story.release(0, STATION, carrier=story.id(2), receiver=story.id(1), items=["plain/kota/%+<>&'?"],
                            seals=[Seal(item=0, count=2, state="intact")])  # fmt: skip
    story.accept(1, release, seals=seals(A, expected=B, state="broken"), attesters=[story.id(3)])
    story.say("depart", to=story.sites[STATION], carrier=story.id(2), compartment=[A, B])
    story.say("correct", refs=[story.handover(0, 1, items=[BOX, OTHER], to=story.sites[STATION]).id],
              to=story.sites[VILLAGE])  # fmt: skip
    story.say("correct", refs=[story.say("inspect").id])
    return story


def test_the_same_log_gives_the_same_bytes(tmp_path: Path) -> None:
    story = everything()
    assert (
        export(story, tmp_path / "one") == export(story, tmp_path / "other") != export(story, tmp_path / "x", until=0)
    )


@with_gs1
def test_every_event_is_valid_by_gs1s_schema_with_its_formats(tmp_path: Path) -> None:
    document = msgspec.json.decode(export(everything(), tmp_path / "log"))
    assert len(document["epcisBody"]["eventList"]) > len(ROWS)
    assert validator()(document) == []


@with_gs1
@pytest.mark.parametrize(
    ("name", "value"),
    [("bizStep", "opening"), ("disposition", "lost"), ("eventTime", "yesterday"), ("eventID", "42"), ("seals", []),
     ("epcList", ["seal/a/1"]), ("eventTimeZoneOffset", "WIB"), ("readPoint", "here"), ("errorDeclaration", {})],
)  # fmt: skip
def test_the_schema_would_find_what_is_wrong(story: Told, tmp_path: Path, name: str, value: object) -> None:
    story.say("inspect")
    document = msgspec.json.decode(export(story, tmp_path / "log"))
    assert validator()(document) == []
    document["epcisBody"]["eventList"][0][name] = value
    assert validator()(document) != []


# GS1's examples

NOT_OURS = {"bizTransactionList", "childQuantityList", "disposition", "persistentDisposition"}
"""What their events have and ours need not: commercial documents, classes of goods, and what is said only at times."""


def differences(ours: Any, theirs: Any, at: str = "") -> Iterator[str]:
    """Where ours is not shaped as theirs: another kind of value, or a key that is not there."""
    if type(ours) is not type(theirs):
        yield f"{at}: {type(ours).__name__}, not {type(theirs).__name__}"
    elif isinstance(ours, dict):
        yield from (
            f"{at}/{key}: not there" for key in theirs if key not in ours and ":" not in key and key not in NOT_OURS
        )
        for key in ours.keys() & theirs.keys():
            yield from differences(ours[key], theirs[key], f"{at}/{key}")
    elif isinstance(ours, list):
        for one in ours:
            yield from min((list(differences(one, other, f"{at}/-")) for other in theirs), key=len, default=[])


def shaped_alike(ours: Json, theirs: Json) -> None:
    assert list(differences(ours, theirs)) == []


@with_gs1
@pytest.mark.parametrize("name", ["Example_9.6.1-ObjectEvent", "Example_9.6.1-ObjectEventWithDigitalLink"])
def test_a_release_and_an_acceptance_are_shaped_as_shipping_and_receiving(
    story: Told, tmp_path: Path, name: str
) -> None:
    story.accept(1, story.release(0, STATION))
    for ours, theirs in zip(drawn(story, tmp_path), example(name)["epcisBody"]["eventList"], strict=True):
        shaped_alike(ours, theirs)


@with_gs1
def test_packing_is_shaped_as_aggregation(story: Told, tmp_path: Path) -> None:
    story.say("pack", container=CRATE)
    [theirs] = example("Example_9.6.3-AggregationEvent")["epcisBody"]["eventList"]
    shaped_alike(only(story, tmp_path), theirs)


@with_gs1
def test_parties_and_lasting_dispositions_are_shaped_as_theirs(story: Told, tmp_path: Path) -> None:
    story.handover(0, 1)
    story.say("discrepancy", kind="swapped")
    first, second = example("PersistentDisposition-example")["epcisBody"]["eventList"]

    handover, swapped = drawn(story, tmp_path)

    shaped_alike(handover, first)
    shaped_alike(swapped["persistentDisposition"], {"set": second["persistentDisposition"]["set"]})


@with_gs1
def test_a_correction_is_shaped_as_an_error_declaration_and_its_corrective_event(story: Told, tmp_path: Path) -> None:
    story.say("correct", refs=[story.handover(0, 1).id], receiver=story.id(2))
    theirs = example("ErrorDeclarationAndCorrectiveEvent")["epcisBody"]["eventList"]
    goods = {name for one in theirs for name in one if name.startswith(("input", "output"))}

    for ours, other in zip(drawn(story, tmp_path), theirs, strict=True):
        shaped_alike(ours, {key: value for key, value in other.items() if key not in goods})


@with_gs1
def test_the_document_is_shaped_as_each_of_theirs(story: Told, tmp_path: Path) -> None:
    ours = msgspec.json.decode(export(story, tmp_path / "log"))
    names = sorted(path.stem for path in GS1_FOLDER.glob("*.jsonld"))
    assert len(names) == 6
    for name in names:
        theirs = example(name)
        shaped_alike({**ours, "@context": [], "epcisBody": {}}, {**theirs, "@context": [], "epcisBody": {}})
        assert (ours["@context"][0], ours["type"]) == (theirs["@context"][0], theirs["type"])
        assert [type(one) for one in ours["@context"]] == [type(one) for one in theirs["@context"]]
        assert ours["schemaVersion"] == theirs["schemaVersion"]
