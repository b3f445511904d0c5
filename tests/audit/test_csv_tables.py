"""What the CSV files tell of a log."""

import csv
import re
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from custody.audit.csv_cells import original
from custody.audit.csv_tables import TABLES, columns, csv_files
from custody.audit.source import FolderSource
from custody.audit.tabled import Tabled
from custody.audit.verify import recorded
from custody.core import roster
from custody.core.event import Read, ReadingOf, Seal
from tests.audit.exported import Told
from tests.audit.logs import publish
from tests.rules.story import BOX, DAY, HOUR, OFFICE, OTHER, STATION, VILLAGE, WAREHOUSE, A, B, seals
from tests.world import site_id

PAGE = Path(__file__).parents[2] / "docs/csv.md"
Row = dict[str, str]


@pytest.fixture
def story() -> Told:
    return Told()


def files(story: Told, folder: Path, site: str | None = None, until: int | None = None) -> dict[str, bytes]:
    config = publish(folder / "log", story.entries(), story.world.origin)
    record = partial(Tabled, until=until)
    with FolderSource(folder / "log") as source, recorded(source, config, record, workers=0) as (result, log):
        assert (result.verdict, result.faults) == ("holds", [])
        assert log is not None
        return {name: b"".join(pieces) for name, pieces in csv_files(log, site)}


def rows(data: bytes) -> list[Row]:
    found = csv.DictReader(StringIO(data.decode(), newline=""), strict=True)
    return [{name: original(cell) for name, cell in row.items()} for row in found]


def told(story: Told, folder: Path, name: str, **options: Any) -> list[Row]:
    return rows(files(story, folder, **options)[name])


def test_the_page_of_columns_has_each_file_with_its_columns_in_order() -> None:
    sections = dict(re.findall(r"^## `([a-z.]+)`\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.M | re.S))
    documented = {
        name: [
            word for cell in re.findall(r"^\| (`[^|]*?) \|", text, re.M) for word in re.findall(r"`([a-z_]+)`", cell)
        ]
        for name, text in sections.items()
    }
    assert documented == {name: columns(row) for name, row in TABLES.items()}


# Events


def test_each_item_of_an_event_has_a_row_with_what_the_event_says_of_it(story: Told, tmp_path: Path) -> None:
    story.begin(BOX, OTHER)
    on_both = [Seal(item=0, id=A), Seal(item=1, id=B, state="broken", expected=A), Seal(item=1, count=2)]
    read = Read(source="camera", others=[ReadingOf(source="manual", items=[1])])
    release = story.release(0, STATION, items=[BOX, OTHER], seals=on_both, read=read, warnings=["late"])
    story.accept(1, release, items=[BOX, OTHER])

    begun, _, one, other, taken, _ = told(story, tmp_path, "events.csv")

    assert (begun["action"], begun["kind"], begun["item"]) == ("commission", "bag", BOX)
    assert (one["item"], one["seals"], one["read_by"]) == (BOX, A, "camera")
    assert (other["item"], other["seals"], other["read_by"]) == (OTHER, f"{B}:broken unnumbered/2", "manual")
    assert (other["seals_expected"], other["warnings"], other["photographs"]) == (A, "late", "1")
    assert (one["releaser"], one["site"], one["to"]) == (story.id(0), story.sites[WAREHOUSE], story.sites[STATION])
    assert one["signers"] == f"{story.world.devices[0].key.keyid}:device {story.id(0)}:staff"
    assert (taken["receiver"], taken["refs"]) == (story.id(1), str(story.index(release)))
    assert taken["version"] == "signed"


def test_instants_are_in_the_zone_of_the_site_and_say_when_it_was_received(story: Told, tmp_path: Path) -> None:
    story.begin(received=story.now + HOUR)

    [row] = told(story, tmp_path, "events.csv")

    assert (row["time"], row["received"]) == ("2026-01-01T07:00:13.000+07:00", "2026-01-01T08:00:13.000+07:00")
    assert (row["happened"], row["not_before"]) == (row["time"], "")


def test_a_corrected_item_has_a_row_as_it_was_signed_and_one_as_it_reads_now(story: Told, tmp_path: Path) -> None:
    story.begin(BOX, OTHER)
    wrong = story.release(0, STATION, items=[BOX, OTHER])
    right = story.say("correct", refs=[wrong.id], items=[OTHER], to=story.sites[VILLAGE])

    released = [one for one in told(story, tmp_path, "events.csv") if one["entry"] == str(story.index(wrong))]

    assert [(one["item"], one["version"], one["to"], one["corrected_by"]) for one in released] == [
        (BOX, "signed", story.sites[STATION], ""),
        (OTHER, "superseded", story.sites[STATION], str(story.index(right))),
        (OTHER, "corrected", story.sites[VILLAGE], str(story.index(right))),
    ]


def test_what_was_annulled_has_no_row_that_counts(story: Told, tmp_path: Path) -> None:
    wrong = story.say("inspect")
    story.say("correct", refs=[wrong.id])

    assert [(one["action"], one["version"]) for one in told(story, tmp_path, "events.csv")] == [
        ("inspect", "superseded"),
        ("correct", "signed"),
    ]


def test_an_id_that_is_a_formula_where_lines_are_parted_by_semicolons_is_neutral(story: Told, tmp_path: Path) -> None:
    evil = "plain/tps/a;=HYPERLINK('evil')"
    story.begin(evil)

    data = files(story, tmp_path)["events.csv"]

    assert b";'=HYPERLINK" in data
    assert rows(data)[0]["item"] == evil


# Findings and deliveries


def test_a_finding_is_told_with_its_site_what_closed_it_and_in_both_languages(story: Told, tmp_path: Path) -> None:
    story.begin()
    story.say("seal", seals=seals(A))
    story.say("inspect", seals=seals(A, state="broken"), site=WAREHOUSE)

    found = [one for one in told(story, tmp_path, "findings.csv") if one["code"] == "seal-broken"]

    [broken] = found
    assert (broken["item"], broken["site"], broken["open"]) == (BOX, story.sites[WAREHOUSE], "yes")
    assert (broken["severity"], broken["closed_by"]) == ("critical", "")
    assert A in broken["text_id"]
    assert A in broken["text_en"]


def test_a_plan_is_told_with_when_each_way_was_gone(story: Told, tmp_path: Path) -> None:
    due, back = story.now + HOUR, story.now + DAY
    story.plan(due, VILLAGE, back=back)
    story.begin()
    story.accept(1, story.release(0, VILLAGE), site=VILLAGE)
    story.wait(2 * HOUR)
    story.accept(1, story.release(1, STATION, site=VILLAGE, device=1), site=STATION)

    out, home = told(story, tmp_path, "deliveries.csv")

    assert (out["from"], out["via"], out["to"]) == tuple(story.sites[one] for one in (WAREHOUSE, VILLAGE, STATION))
    assert (out["status"], out["way"], out["kind"]) == ("delivered", "0", "bag")
    assert (out["due"], out["delivered"]) == ("2026-01-01T08:00:13.000+07:00", "2026-01-01T09:00:18.000+07:00")
    assert (home["from"], home["status"], home["delivered"]) == (story.sites[STATION], "at-risk", "")


# Sites, and what a part of the log is


def test_a_site_bounds_what_is_told_and_the_sites_that_it_names_are_told_with_those_above(
    story: Told, tmp_path: Path
) -> None:
    story.begin(BOX, OTHER)
    story.release(0, STATION)
    story.release(0, VILLAGE, items=[OTHER])

    found = files(story, tmp_path, site=story.sites[VILLAGE])

    assert [one["item"] for one in rows(found["events.csv"])] == [OTHER]
    assert {one["site"] for one in rows(found["sites.csv"])} == {
        story.sites[one] for one in (OFFICE, WAREHOUSE, VILLAGE)
    }
    [log] = rows(found["log.csv"])
    assert (log["log"], log["size"], log["site"]) == (
        story.world.origin,
        str(len(story.entries())),
        story.sites[VILLAGE],
    )


def test_what_came_later_than_an_instant_is_not_told(story: Told, tmp_path: Path) -> None:
    story.begin()
    until = story.book.entries[-1][0]
    story.release(0, STATION)

    found = files(story, tmp_path, until=until)

    assert [one["action"] for one in rows(found["events.csv"])] == ["commission"]
    assert rows(found["log.csv"])[0]["size"] == str(len(story.entries()) - 1)


def test_a_site_has_its_official_name_and_a_position_that_is_a_number(story: Told, tmp_path: Path) -> None:
    story.decide(
        roster.Site,
        site=site_id(9),
        category="village",
        name="=1+1",
        parent=story.sites[OFFICE],
        lat=-6_914_744,
        lon=107_609_810,
    )

    data = files(story, tmp_path)["sites.csv"]

    assert b",'=1+1,village," in data
    assert b",-6.914744,107.609810\r\n" in data
