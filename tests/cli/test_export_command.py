"""`custody export` as an auditor runs it: from a folder of tiles, and from a ledger that is running."""

import subprocess
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from custody.audit.csv_tables import TABLES
from custody.core.statement import Statement
from custody.core.tiles import bundle_decode
from custody.simulation.log_copy import copy_log
from tests.audit.exported import Told
from tests.audit.logs import entries_of, flip, publish, rewritten
from tests.cli.programs import CUSTODY, PLAIN, custody, succeed
from tests.full_disk import no_file_longer_than
from tests.rules.story import STATION
from tests.web.serving import Serving, make_log
from tests.world import World


class Published:
    """A log of a few events in a folder of tiles, and the auditor's settings beside it."""

    def __init__(self, folder: Path) -> None:
        self.story = Told()
        self.story.begin()
        self.story.accept(1, self.story.release(0, STATION))
        self.entries = self.story.entries()
        self.folder = folder / "log"
        self.settings = folder / "log.toml"
        self.out = folder / "log.jsonld"
        publish(self.folder, self.entries, self.story.world.origin)

    def spoil(self) -> None:
        bundle = self.folder / f"tile/entries/000.p/{len(self.entries)}"
        flip(bundle, bundle.read_bytes().index(self.entries[-2]) + 300)


@pytest.fixture
def log(tmp_path: Path) -> Published:
    return Published(tmp_path)


def actions(data: str | bytes) -> list[str]:
    return [one["custody:action"] for one in msgspec.json.decode(data)["epcisBody"]["eventList"]]


def test_the_file_and_standard_output_are_the_same_document(log: Published) -> None:
    said = succeed("export", "epcis", "--config", log.settings)
    assert succeed("export", "epcis", "--config", log.settings, "--out", log.out) == ""

    assert actions(said) == ["commission", "release", "accept"]
    assert log.out.read_text() == said


def test_a_site_and_an_instant_bound_what_is_told(log: Published) -> None:
    story = log.story
    last = story.book.entries[-1][0]

    assert actions(succeed("export", "epcis", "--config", log.settings, "--site", story.sites[STATION])) == [
        *("release", "accept"),
    ]
    assert actions(succeed("export", "epcis", "--config", log.settings, "--as-of", last - 1)) == [
        *("commission", "release"),
    ]


def test_a_site_that_the_log_does_not_have_is_an_error_and_no_document(log: Published) -> None:
    ended = custody("export", "epcis", "--config", log.settings, "--out", log.out, "--site", "414/9521234567899")

    assert (ended.code, "the log has no such site" in ended.output) == (1, True)
    assert {path.name for path in log.out.parent.iterdir()} == {"log", "log.toml"}


def test_a_log_that_does_not_hold_gives_no_export_and_leaves_the_file_of_before(log: Published) -> None:
    succeed("export", "epcis", "--config", log.settings, "--out", log.out)
    before = log.out.read_bytes()
    log.spoil()

    ended = custody("export", "epcis", "--config", log.settings, "--out", log.out)
    shown = custody("export", "epcis", "--config", log.settings)

    assert (ended.code, log.out.read_bytes()) == (1, before)
    assert f"{len(log.entries) - 2}" in ended.output
    assert (shown.code, "EPCISDocument" in shown.output) == (1, False)
    assert {path.name for path in log.out.parent.iterdir()} == {"log", "log.toml", "log.jsonld"}


def test_csv_files_come_whole_in_a_new_folder_and_take_the_place_of_none(log: Published) -> None:
    story, beside = log.story, log.folder.parent
    (beside / "log-csv").mkdir()
    refused = custody("export", "csv", "--config", log.settings, "--out", beside / "log-csv")
    of_none = custody("export", "csv", "--config", log.settings, "--out", beside / "none", "--site", "414/1")
    succeed("export", "csv", "--config", log.settings, "--out", beside / "all")
    succeed(
        *("export", "csv", "--config", log.settings, "--site", story.sites[STATION]),
        *("--as-of", story.book.entries[-1][0] - 1, "--out", beside / "part"),
    )

    assert (refused.code, "a new folder" in refused.output) == (2, True)
    assert (of_none.code, "the log has no such site" in of_none.output) == (1, True)
    assert {path.name for path in beside.iterdir()} == {"log", "log.toml", "log-csv", "all", "part"}
    assert {path.name for path in (beside / "all").iterdir()} == set(TABLES)
    assert [line.split(",")[4] for line in (beside / "all/events.csv").read_text().splitlines()] == [
        *("action", "commission", "release", "accept"),
    ]
    assert (beside / "part/events.csv").read_text().count("\n") == 2


def test_that_a_disk_is_full_is_said_with_the_places_where_it_may_be(log: Published, tmp_path: Path) -> None:
    with no_file_longer_than(1000):
        ended = subprocess.run(
            [CUSTODY, "export", "csv", "--config", log.settings, "--out", tmp_path / "out", "--workers", "0"],
            capture_output=True,
            env=PLAIN | {"TMPDIR": str(tmp_path)},
            check=False,
            text=True,
        )

    assert ended.returncode == 1
    assert f"there is no more room for a file (File too large): where it is to lie, or in {tmp_path}," in ended.stderr
    assert "tidak ada lagi tempat" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_newer_format_exits_with_3_and_gives_no_export(tmp_path: Path) -> None:
    world = World()
    log: list[Statement | bytes] = [*world.roster, world.handover()]
    publish(tmp_path / "log", entries_of([*log, rewritten(world, world.handover(), v=2)]), world.origin)

    ended = custody("export", "epcis", "--config", tmp_path / "log.toml")

    assert (ended.code, "EPCISDocument" in ended.output) == (3, False)


def test_a_place_without_a_log_exits_with_4(log: Published, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = custody("export", "epcis", "--config", log.settings, "--folder", tmp_path / "empty")
    assert (ended.code, "no checkpoint" in ended.output) == (4, True)


def test_a_running_ledger_and_a_copy_of_its_tiles_give_the_same_bytes(tmp_path: Path) -> None:
    world = World()
    with Serving(make_log(tmp_path, world)) as ledger:
        url = ledger.url + ledger.prefix
        ledger.accepted([*world.roster[1:], *world.handovers(3)])
        copy_log(url, ledger.vkey, tmp_path / "tiles")
        [bundle] = (tmp_path / "tiles/tile/entries/000.p").iterdir()
        entry0 = sha256(bundle_decode(bundle.read_bytes(), int(bundle.name))[0]).hexdigest()
        (tmp_path / "auditor.toml").write_text(f'vkey = "{ledger.vkey}"\nentry0 = "{entry0}"\nurl = "{url}"\n')
        live = succeed("export", "epcis", "--config", tmp_path / "auditor.toml")
    copied = succeed("export", "epcis", "--config", tmp_path / "auditor.toml", "--folder", tmp_path / "tiles")

    assert actions(live) == ["handover"] * 3
    assert live == copied
