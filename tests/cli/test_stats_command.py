"""`custody audit stats` as an auditor runs it."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from custody.audit.stats.questions import QUESTIONS
from custody.cli.stats import NAMES
from tests.audit.busy import write_tables
from tests.audit.exported import Told
from tests.cli.programs import custody, succeed
from tests.rules.story import BOX, HOUR, OTHER, STATION, VILLAGE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a leg of two hours, and a short one."""
    story = Told()
    story.begin(BOX, OTHER)
    story.accept(1, story.release(0, VILLAGE, items=[OTHER]), items=[OTHER], site=VILLAGE)
    release = story.release(0, STATION)
    story.wait(2 * HOUR)
    story.accept(1, release)
    return write_tables(story, tmp_path_factory.mktemp("stats"), "tables")


def test_the_command_offers_every_question() -> None:
    assert list(QUESTIONS) == list(NAMES)


def test_without_being_told_so_it_takes_nothing_that_nobody_can_verify(folder: Path) -> None:
    ended = custody("audit", "stats", folder)

    assert (ended.code, "--unverified" in ended.output, "Site 1" in ended.output) == (1, True, False)


@pytest.mark.parametrize(
    ("language", "title", "took", "warned"),
    [
        ("id", "Di mana waktu hilang", "2 j 0 mnt", "TIDAK DIVERIFIKASI"),
        ("en", "Where time is lost", "2 h 0 min", "NOT VERIFIED"),
    ],
)
def test_tables_speak_one_language_and_say_that_nothing_was_verified(
    folder: Path, language: str, title: str, took: str, warned: str
) -> None:
    said = succeed("audit", "stats", folder, "--unverified", "--language", language).replace("\xa0", " ")

    assert all(one in said for one in (title, "Site 1 →", "Site 2", took))
    assert said.count(warned) == 5


def test_one_question_as_csv_has_ids_names_and_milliseconds(folder: Path) -> None:
    said = succeed("audit", "stats", folder, "--unverified", "--question", "legs", "--csv")

    row, _ = csv.DictReader(StringIO(said[said.index("from,") :]))
    assert (row["from_name"], row["to_name"], row["count"], row["median_ms"]) == ("Site 1", "Site 2", "1", "7201000")


def test_csv_of_several_questions_is_wrong_usage(folder: Path) -> None:
    assert custody("audit", "stats", folder, "--unverified", "--csv").code == 2


def test_the_rows_that_are_shown_are_limited_and_the_rest_is_counted(folder: Path) -> None:
    said = succeed("audit", "stats", folder, folder, "--unverified", "--limit", 1, "--question", "legs")

    assert ("Site 2" in said, "A place" in said, "1 baris lagi" in said) == (True, False, True)
