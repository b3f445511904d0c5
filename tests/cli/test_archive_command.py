"""`custody archive`, and what reads an archive, as people run them: a folder, a zip, and a running ledger."""

from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest

from custody.core.tiles import bundle_decode
from custody.simulation.log_copy import copy_log
from tests.audit.archive.made import PHOTOGRAPH, Made, files
from tests.audit.logs import flip
from tests.cli.programs import custody, refused, succeed
from tests.web.serving import Serving, make_log
from tests.world import World

ALONE = ("--workers", 0)
"""A log so small is judged before other processes have begun."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("made"))
    settings = ("--config", made.folder / "log.toml")
    said = succeed("archive", *ALONE, made.folder / "whole", *settings)
    assert f"{len(made.entries)} dari / of {len(made.entries)} entri" in said
    options = ("--zip", "--photographs", made.folder / "store", "--report", made.report)
    said = succeed("archive", *ALONE, made.folder / "part.zip", "--site", made.sites[2], *options, *settings)
    assert "foto / photographs: 1; tidak ada / not there: 1" in said
    return made


def test_verify_judges_a_folder_and_a_zip_by_settings_or_by_keys(made: Made) -> None:
    keys = ("--vkey", made.config.vkey, "--entry0", made.config.entry0)
    whole = succeed("audit", "verify", *ALONE, made.folder / "whole", "--config", made.folder / "log.toml")
    part = succeed("audit", "verify", *ALONE, made.folder / "part.zip", *keys)

    assert "LOG UTUH / THE LOG HOLDS" in whole
    assert "derived again" in whole
    assert "BAGIAN LOG UTUH / THIS PART OF THE LOG HOLDS" in part
    assert "each is logged in its place" in part
    assert "That nothing was left out, neither an event of this site nor a roster statement" in part
    assert "taken from the archive itself" not in whole + part
    told = msgspec.json.decode(
        succeed("audit", "verify", *ALONE, "--folder", made.folder / "part.zip", *keys, "--json")
    )
    assert told["archive"]["photographs_named"] == 2
    assert told["archive"]["own_keys"] == []


def test_keys_that_came_from_the_archive_are_said_to_prove_nothing_of_whose_it_is(made: Made) -> None:
    own = succeed("audit", "verify", *ALONE, made.folder / "whole", "--own-keys")
    half = succeed("audit", "verify", *ALONE, made.folder / "whole", "--own-keys", "--vkey", made.config.vkey)

    assert "Whose log this is: the log's key was taken from the archive itself" in own
    assert "Entry 0 is the one in the auditor's settings" not in own
    assert "Whose log this is" not in half
    assert "its hash was taken from the archive itself" in half


def test_keys_without_what_they_are_for_are_wrong_usage(made: Made, tmp_path: Path) -> None:
    for options in (
        ("--own-keys",),
        ("--entry0", made.config.entry0, made.folder / "whole"),
        ("--vkey", made.config.vkey, made.folder / "whole"),
        ("--own-keys", made.folder / "log"),
        (made.folder / "whole", "--folder", made.folder / "whole"),
    ):
        assert custody("audit", "verify", *ALONE, *options).code == 2
    assert "settings" in refused("audit", "verify", *ALONE, made.folder / "whole", "--config", tmp_path / "none.toml")


def test_other_keys_are_not_convinced(made: Made) -> None:
    other = custody("audit", "verify", *ALONE, made.folder / "whole", "--vkey", made.config.vkey, "--entry0", "0" * 64)
    assert (other.code, "wrong-log" in other.output) == (1, True)


def test_what_reads_a_folder_of_tiles_reads_an_archive(made: Made) -> None:
    settings = ("--config", made.folder / "log.toml")
    for command in (
        ("audit", "replay", "--json", "--as-of", "1800000000000"),
        ("audit", "show", 3),
        ("export", "epcis"),
    ):
        archive = succeed(*command, *settings, "--folder", made.folder / "whole")
        assert archive == succeed(*command, *settings)
    assert "ONE HISTORY" in succeed("audit", "compare", made.folder / "part.zip", made.folder / "log", *settings)
    succeed("archive", *ALONE, made.folder / "again", "--folder", made.folder / "whole", *settings)
    assert files(made.folder / "again") == files(made.folder / "whole")


def test_a_part_is_not_judged_as_if_it_were_all(made: Made) -> None:
    for command in (
        ("audit", "replay", *ALONE),
        ("audit", "verify", *ALONE, "--judge"),
        ("audit", "show", 3),
        ("export", "epcis", *ALONE),
        ("archive", *ALONE, made.folder / "no"),
    ):
        ended = custody(*command, "--config", made.folder / "log.toml", "--folder", made.folder / "part.zip")
        assert (ended.code, "a part of the log" in ended.output, "HOLDS" in ended.output) == (4, True, False)
    assert not list(made.folder.glob("*no*"))


def test_an_edit_is_named_and_exits_with_1(made: Made) -> None:
    succeed("archive", *ALONE, made.folder / "edited", "--config", made.folder / "log.toml")
    flip(made.folder / "edited/data/csv/events.csv", 500)
    ended = custody("audit", "verify", *ALONE, made.folder / "edited", "--config", made.folder / "log.toml")
    assert (ended.code, "data/csv/events.csv is not what follows from the log" in ended.output) == (1, True)
    assert "THE ARCHIVE DOES NOT HOLD" in ended.output
    assert "THE LOG DOES NOT HOLD" not in ended.output, "nothing is wrong with that"


def test_a_log_that_does_not_hold_gives_no_archive(made: Made, tmp_path: Path) -> None:
    spoilt = Made(tmp_path)
    flip(tmp_path / f"log/tile/entries/000.p/{len(spoilt.entries)}", 3000)
    ended = custody("archive", *ALONE, tmp_path / "archive", "--config", tmp_path / "log.toml")
    assert (ended.code, "THE LOG DOES NOT HOLD" in ended.output) == (1, True)
    assert not (tmp_path / "archive").exists()


def test_photographs_and_the_report_lie_in_the_zip(made: Made) -> None:
    with ZipFile(made.folder / "part.zip") as zip_:
        names = set(zip_.namelist())
    assert {f"part/data/photographs/{PHOTOGRAPH[:2]}/{PHOTOGRAPH}.jpg", "part/report/report.pdf"} <= names


def test_a_running_ledger_and_a_copy_of_its_tiles_give_the_same_archive(tmp_path: Path) -> None:
    world = World()
    with Serving(make_log(tmp_path, world)) as ledger:
        url = ledger.url + ledger.prefix
        ledger.accepted([*world.roster[1:], *world.handovers(3)])
        copy_log(url, ledger.vkey, tmp_path / "tiles")
        [bundle] = (tmp_path / "tiles/tile/entries/000.p").iterdir()
        entry0 = sha256(bundle_decode(bundle.read_bytes(), int(bundle.name))[0]).hexdigest()
        (tmp_path / "auditor.toml").write_text(f'vkey = "{ledger.vkey}"\nentry0 = "{entry0}"\nurl = "{url}"\n')
        succeed("archive", *ALONE, tmp_path / "live", "--config", tmp_path / "auditor.toml")
    succeed(
        "archive", *ALONE, tmp_path / "copied", "--config", tmp_path / "auditor.toml", "--folder", tmp_path / "tiles"
    )

    assert files(tmp_path / "live") == files(tmp_path / "copied")
    assert "THE LOG HOLDS" in succeed(
        "audit", "verify", *ALONE, tmp_path / "live", "--config", tmp_path / "auditor.toml"
    )
