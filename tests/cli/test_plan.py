"""`custody plan import`: a table becomes signed plans that say exactly what it says, or every fault is told."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from custody.core import roster
from custody.core.head import MAX_PAYLOAD
from custody.core.planning import Plan, Planned, Way
from custody.lists import plan as plan_list
from custody.lists import plan_parts
from custody.lists.plan import Journey
from custody.lists.plan_parts import MAX_BYTES, deliveries, split
from tests.cli.desks import OFFICE, STORE, VILLAGE, Desk
from tests.cli.programs import at_a_terminal, refused, succeed
from tests.core.statements import head, key

EXAMPLE = Path(__file__).parents[2] / "config/plan.example.csv"
HEADER = "item,kind,quantity,seals,way,to,due,via\n"
BOX = "8003/09521234000013KS0001"
GOOD = f"{BOX},box,300,seal/kpu/A1 seal/kpu/A2,1,{STORE},2029-02-13 17:00 WIB,{OFFICE}\n"
BACK = f"{BOX},box,300,,2,{OFFICE},2029-02-15T06:00+07:00,\n"


@pytest.fixture
def places(desk: Desk) -> Desk:
    """A desk that knows a warehouse and a village."""
    desk.roster("site", "--site", STORE, "--category", "warehouse", "--name", "Gudang", "--parent", OFFICE)
    desk.roster("site", "--site", VILLAGE, "--category", "village", "--name", "Sukajadi", "--parent", STORE)
    return desk


def table(desk: Desk, text: str) -> Path:
    path = desk.folder / "plan.csv"
    path.write_text(text, encoding="utf-8")
    return path


def import_(desk: Desk, text: str) -> str:
    return succeed("plan", "import", table(desk, text), "--desk", desk.folder, "--yes")


def refuses(desk: Desk, text: str) -> str:
    before = desk.lines()
    output = refused("plan", "import", table(desk, text), "--desk", desk.folder, "--yes")
    assert desk.lines() == before
    return output


def plans(desk: Desk) -> list[Plan]:
    return [one.body for one in desk.statements() if isinstance(one.body, Plan)]


def test_a_table_becomes_a_signed_plan_that_has_effect(places: Desk) -> None:
    said = import_(places, HEADER + GOOD + BACK)

    [plan] = plans(places)
    assert plan.items == [
        Planned(item=BOX, kind="box", quantity=300, seals=["seal/kpu/A1", "seal/kpu/A2"], ways=[0, 1])
    ]
    assert plan.ways == [
        Way(to=STORE, due=1_865_671_200_000, via=[OFFICE]),
        Way(to=OFFICE, due=1_865_804_400_000),
    ]
    assert places.replay().verdicts[-1].effect is None
    for shown in ("Pengiriman / Deliveries", "2029-02-13 17:00:00 WIB", "2029-02-15 06:00:00 WIB", "box: 1"):
        assert shown in said


def test_the_example_can_be_imported_once_its_sites_are_there(places: Desk) -> None:
    above = OFFICE
    for code, category in (("32.73.01", "district"), ("32.73.01.1001.001", "polling-station")):
        site = f"{OFFICE}/254/{code}"
        places.roster("site", "--site", site, "--category", category, "--name", code, "--parent", above)
        above = site
    import_(places, EXAMPLE.read_text())
    [plan] = plans(places)
    assert [len(one.ways) for one in sorted(plan.items, key=lambda one: one.item)] == [2, 2, 1]
    assert len(plan.ways) == 2 + 1  # the ink goes by another way than the boxes, which go together


@pytest.mark.parametrize("due", ["1865671200000", "2029-02-13 19:00 WIT", "2029-02-13T18:00WITA", "2029-02-13T10:00Z"])
def test_a_time_may_be_written_in_any_zone(places: Desk, due: str) -> None:
    import_(places, f"item,kind,way,to,due\n{BOX},box,1,{STORE},{due}\n")
    assert plans(places)[0].ways[0].due == 1_865_671_200_000


def test_a_table_as_a_spreadsheet_in_bahasa_indonesia_saves_it_is_read(places: Desk) -> None:
    text = (HEADER + GOOD + BACK).replace(",", ";").replace("\n", "\r\n") + ";;;;;;;\r\n"
    import_(places, "\ufeff" + text)
    assert len(plans(places)[0].items) == 1


def test_every_fault_is_told_with_line_and_column_and_nothing_is_signed(places: Desk) -> None:
    other, third, unknown = BOX[:-1] + "2", BOX[:-1] + "3", "414/9521234567899/254/nowhere"
    output = refuses(
        places,
        HEADER
        + GOOD
        + BACK.replace("300", "299")
        + f"8003/x,Box,many,A1,0,{unknown},besok,414/1\n"
        + f"{other},box,,seal/kpu/A1,1,{STORE},2029-02-13 17:00 WIB,\n"
        + f"{other},box,,,3,{OFFICE},2029-02-14 17:00 WIB,\n"
        + f"{third},box,,,1,{STORE},2029-02-13 17:00 WIB,\n"
        + f"{third},box,,,2,{OFFICE},2029-02-13 16:00 WIB,\n"
        + f"{BOX}9,box,,,1,{STORE}\n",
    )
    faults = {
        (3, "quantity"): "line 2",
        (4, "item"): "normal form",
        (4, "kind"): "no word",
        (4, "quantity"): "digits",
        (4, "seals"): "a seal",
        (4, "way"): "from 1",
        (4, "to"): "not in the roster",
        (4, "due"): "its zone",
        (4, "via"): "normal form",
        (5, "seals"): BOX,
        (6, "way"): "expected way 2",
        (8, "due"): "not after",
    }
    for (line, column), reason in faults.items():
        assert any(f"line {line}, {column}:" in shown and reason in shown for shown in output.splitlines()), output
    assert "line 9: the row has another number of cells; expected 8; got 6" in output
    assert output.count("\n  line ") == len(faults) + 1
    assert "6 lines cannot be taken" in output


def test_of_very_many_faults_the_first_hundred_are_told(places: Desk) -> None:
    output = refuses(places, HEADER + "".join(f"{BOX},Box,,,{n},{STORE},1865671200000,\n" for n in range(1, 131)))
    assert output.count(", kind:") + output.count(", way:") == 100
    assert "more" in output


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("item,kind,way,to\n", "other columns"),
        (HEADER.replace("via", "viaa"), "viaa"),
        (HEADER, "plans nothing"),
        (HEADER + GOOD + 'a,"b', "line 3"),
    ],
)
def test_a_table_of_another_shape_is_refused(places: Desk, text: str, named: str) -> None:
    assert named in refuses(places, text)


def test_a_table_in_another_encoding_is_told_with_its_line(places: Desk) -> None:
    path = places.folder / "plan.csv"
    path.write_bytes((HEADER + GOOD).encode() + b"caf\xe9\n")
    assert "line 3: the row is not UTF-8" in refused("plan", "import", path, "--desk", places.folder, "--yes")


def test_a_site_outside_the_signing_authoritys_is_told_with_its_line(places: Desk, tmp_path: Path) -> None:
    succeed("authority", "request", tmp_path / "second", "--root", places.folder / "root.json", "--no-passphrase")
    places.roster("authority", "--request", tmp_path / "second/authority.request", "--site", VILLAGE)
    second = Desk(tmp_path / "second")
    (second.folder / "statements.ndjson").write_bytes(b"".join(line + b"\n" for line in places.lines()))

    output = refuses(second, HEADER + GOOD)

    assert "line 2, to:" in output
    assert "outside the signing authority's" in output
    import_(second, HEADER + GOOD.replace(STORE, VILLAGE))


def test_importing_again_after_a_correction_signs_the_deliveries_that_changed(places: Desk) -> None:
    other = GOOD.replace(BOX, BOX[:-1] + "2").replace("A1 seal/kpu/A2", "A3").replace(STORE, VILLAGE)
    import_(places, HEADER + GOOD + other)
    assert "passed over: 2" in import_(places, HEADER + GOOD + other)
    assert len(plans(places)) == 1

    said = import_(places, HEADER + GOOD + other.replace("300", "301"))

    assert "passed over: 1" in said
    assert [[one.quantity for one in plan.items] for plan in plans(places)[1:]] == [[301]]


def test_nothing_is_signed_without_a_yes(places: Desk) -> None:
    before = places.lines()
    command = ["plan", "import", table(places, HEADER + GOOD), "--desk", places.folder]
    assert at_a_terminal(command, [("Sign this?", "n")]).code != 0
    assert places.lines() == before
    assert at_a_terminal(command, [("Sign this?", "y")]).code == 0
    assert len(places.lines()) == len(before) + 1


def stations(count: int, boxes: int) -> list[Journey]:
    """Boxes for polling stations of one district, out by ways of their own and back by one."""
    back = Way(to=f"{OFFICE}/254/32.73.01", due=1_865_804_400_000)
    return [
        Journey(
            Planned(item=f"{BOX}{box}{station:04}", kind="box", district="bandung-1", quantity=300, ways=[]),
            (Way(to=f"{OFFICE}/254/32.73.01.1001.{station:03}", due=1_865_671_200_000 + station), back),
        )
        for box in range(boxes)
        for station in range(count)
    ]


def payload(part: plan_parts.Part) -> bytes:
    who = head(key("authority"), 2**53 - 1, "a" * 64) | {"log": "a" * 80 + ("/" + "a" * 40) * 4, "time": 2**53 - 1}
    return roster.encode(Plan(**who, ways=part.ways, items=part.items))


def test_a_plan_of_a_regency_is_split_into_few_statements_and_says_the_same() -> None:
    journeys = stations(300, 5)
    parts = split(deliveries(journeys))
    sizes = [len(payload(part)) for part in parts]

    assert max(sizes) <= MAX_PAYLOAD
    assert min(sizes[:-1]) > 0.9 * MAX_BYTES
    stated = {
        one.item: Journey(Planned(**{**_members(one), "ways": []}), tuple(part.ways[n] for n in one.ways))
        for part in parts
        for one in part.items
    }
    assert stated == {one.planned.item: one for one in journeys}


def test_the_items_of_one_delivery_stand_in_one_statement_unless_it_is_too_large_for_one() -> None:
    def statements_of(parts: Sequence[plan_parts.Part]) -> dict[str, int]:
        reached: dict[str, set[int]] = {}
        for number, part in enumerate(parts):
            for one in part.items:
                reached.setdefault(part.ways[one.ways[0]].to, set()).add(number)
        return {site: len(numbers) for site, numbers in reached.items()}

    assert set(statements_of(split(deliveries(stations(300, 5)))).values()) == {1}
    [large] = statements_of(split(deliveries(stations(1, 1000)))).values()
    assert large > 1


def test_the_largest_item_that_a_table_may_plan_fits_into_one_statement() -> None:
    site = f"414/9521234567899/254/{'x' * 20}"
    ways = tuple(Way(to=site, due=2**53 - 1 - n, via=[site] * plan_list.MAX_VIA) for n in range(plan_list.MAX_WAYS))
    seals = [f"seal/{'m' * 16}/{'9' * 24}"] * plan_list.MAX_SEALS
    words = {"kind": "k" * 32, "ballot_type": "b" * 32, "district": "d" * 32}
    largest = Planned(item="plain/" + "s" * 16 + "/" + "t" * 40, **words, quantity=2**53 - 1, seals=seals,
                      unnumbered=2**53 - 1, ways=[])  # fmt: skip
    assert plan_parts.Part().takes([Journey(largest, ways)])


def _members(planned: Planned) -> dict[str, object]:
    return {name: getattr(planned, name) for name in Planned.__struct_fields__}
