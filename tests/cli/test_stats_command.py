"""`custody audit stats` as an auditor runs it: on archives, and on CSV files that nobody can verify."""

import csv
import shutil
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from custody.audit.archive.write import Order
from custody.audit.stats.questions import QUESTIONS
from custody.cli.stats import NAMES
from tests.audit.archive.made import renew_manifests, write
from tests.audit.busy import write_tables
from tests.audit.exported import Told
from tests.audit.logs import publish
from tests.cli.programs import custody, succeed
from tests.rules.story import BOX, HOUR, OTHER, STATION, VILLAGE


class Asked:
    """Of a leg of two hours, and a short one: an archive, a zip of the station's part, and CSV files."""

    def __init__(self, folder: Path) -> None:
        story = Told()
        story.begin(BOX, OTHER)
        story.accept(1, story.release(0, VILLAGE, items=[OTHER]), items=[OTHER], site=VILLAGE)
        release = story.release(0, STATION)
        story.wait(2 * HOUR)
        story.accept(1, release)
        self.entries, self.origin = story.entries(), story.world.origin
        config = publish(folder / "log", self.entries, self.origin)
        self.whole, self.part = folder / "whole", folder / "part.zip"
        write(config, Order(self.whole))
        write(config, Order(self.part, story.sites[STATION], zip=True))
        self.tables = write_tables(story, folder, "tables")
        story.wait(HOUR)
        story.say("inspect", site=STATION)
        self.later = story.entries()[len(self.entries) :]
        self.settings = ("--config", folder / "log.toml", "--workers", 0)
        self.keys = ("--vkey", config.vkey, "--entry0", config.entry0, "--workers", 0)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return Asked(tmp_path_factory.mktemp("stats"))


def test_the_command_offers_every_question() -> None:
    assert list(QUESTIONS) == list(NAMES)


@pytest.mark.parametrize(
    ("language", "title", "took"),
    [("id", "Di mana waktu hilang", "2 j 0 mnt"), ("en", "Where time is lost", "2 h 0 min")],
)
def test_an_archive_answers_in_tables_of_one_language(asked: Asked, language: str, title: str, took: str) -> None:
    said = succeed("audit", "stats", asked.whole, *asked.settings, "--language", language).replace("\xa0", " ")

    assert all(one in said for one in (title, "Site 1 →", "Site 2", took))
    assert not any(one in said for one in ("TIDAK DIVERIFIKASI", "NOT VERIFIED", "terbukti", "proved"))


def test_of_a_part_it_says_what_is_not_proved_also_by_keys_alone(asked: Asked) -> None:
    said = succeed("audit", "stats", asked.part, *asked.keys, "--question", "legs", "--language", "en")
    said = " ".join(said.split())

    assert ("Site 2" in said, "A place" in said, "proved are its events alone" in said) == (True, False, True)


def test_an_archive_does_not_say_itself_how_its_log_begins(asked: Asked) -> None:
    vkey, entry0 = asked.keys[:2], asked.keys[2:4]
    for keys in (vkey, entry0):
        assert custody("audit", "stats", asked.whole, *keys).code == 2
    assert custody("audit", "stats", asked.whole, *vkey, "--entry0", "0" * 64).code == 1


def test_that_more_was_verified_before_than_an_archive_has_is_said(asked: Asked, tmp_path: Path) -> None:
    """Whoever has verified the log as it is now, and asks an archive of some days ago."""
    log = asked.whole.parent
    shutil.copytree(log / "log", tmp_path / "log")
    shutil.copy(log / "log.toml", tmp_path / "log.toml")
    settings = ("--config", tmp_path / "log.toml", "--workers", 0)
    succeed("audit", "verify", *settings)
    question = ("--question", "legs")
    assert "verified before" not in succeed("audit", "stats", asked.whole, *settings, *question)

    shutil.rmtree(tmp_path / "log")
    publish(tmp_path / "log", [*asked.entries, *asked.later], asked.origin)
    succeed("audit", "verify", *settings)

    said = succeed("audit", "stats", asked.whole, *settings, *question)
    assert f"it had {len(asked.entries) + 1} entries then, here are {len(asked.entries)}" in " ".join(said.split())


def test_the_whole_and_a_part_of_it_count_once(asked: Asked) -> None:
    alone, both = (
        succeed("audit", "stats", *archives, *asked.settings, "--question", "legs", "--csv")
        for archives in ([asked.whole], [asked.part, asked.whole])
    )
    assert alone == both


def test_of_an_archive_that_was_edited_nothing_is_taken_though_its_manifests_were_made_anew(
    asked: Asked, tmp_path: Path
) -> None:
    edited = shutil.copytree(asked.whole, tmp_path / "edited")
    file = edited / "data/csv/events.csv"
    file.write_bytes(file.read_bytes().replace(b"2026-01-01", b"2026-01-02"))
    renew_manifests(edited)

    ended = custody("audit", "stats", asked.whole, edited, *asked.settings)

    assert (ended.code, "data/csv/events.csv is not what follows" in ended.output) == (1, True)
    assert "Site 1" not in ended.output


def test_what_nobody_can_verify_is_taken_only_when_that_is_asked_for_and_said(asked: Asked) -> None:
    refused = custody("audit", "stats", asked.tables, *asked.settings)
    said = succeed("audit", "stats", asked.tables, "--unverified")

    assert (refused.code, "--unverified" in refused.output, "Site 1" in refused.output) == (1, True, False)
    assert ("Site 1 →" in said, said.count("TIDAK DIVERIFIKASI")) == (True, 1 + len(NAMES))


def test_one_question_as_csv_has_ids_names_and_milliseconds(asked: Asked) -> None:
    said = succeed("audit", "stats", asked.whole, *asked.settings, "--question", "legs", "--csv")

    row, _ = csv.DictReader(StringIO(said))
    assert (row["from_name"], row["to_name"], row["count"], row["median_ms"]) == ("Site 1", "Site 2", "1", "7201000")


def test_one_question_as_a_chart_that_says_what_is_in_doubt(asked: Asked, tmp_path: Path) -> None:
    chart = tmp_path / "legs.svg"

    assert succeed("audit", "stats", asked.part, *asked.keys, "--question", "legs", "--chart", chart) == ""

    said = " ".join(ElementTree.fromstring(chart.read_text()).itertext())
    assert all(one in said for one in (QUESTIONS["legs"].id, "menurut pembuat arsip", "Site 1 → Site 2"))


def test_csv_and_charts_of_several_questions_are_wrong_usage(asked: Asked) -> None:
    assert custody("audit", "stats", asked.whole, *asked.settings, "--csv").code == 2
    assert custody("audit", "stats", asked.whole, *asked.settings, "--chart", "x.svg").code == 2


def test_the_rows_that_are_shown_are_limited_and_the_rest_is_counted(asked: Asked) -> None:
    said = succeed("audit", "stats", asked.whole, *asked.settings, "--limit", 1, "--question", "legs")

    assert ("Site 2" in said, "A place" in said, "1 baris lagi" in said) == (True, False, True)
