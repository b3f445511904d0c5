"""What an archive is: a valid bag, the same bytes of the same log, whole or not at all."""

import csv
import os
import signal
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import bagit
import msgspec
import pytest

from custody.audit.archive import bag, layout, members, staging, zipped
from custody.audit.archive import write as write_module
from custody.audit.archive.check import verify_archive
from custody.audit.archive.source import open_archive
from custody.audit.archive.write import Order, write_archive
from custody.audit.csv_tables import TABLES
from custody.audit.files import bundles_of, file_count
from custody.audit.source import FolderSource, open_source
from custody.audit.verify import replay
from custody.core.checkpoint import Checkpoint
from custody.core.errors import ConfigFault, Malformed, Oversize, StorageFault
from custody.core.tiles import tiles_of
from custody.photographs import Photographs
from tests.audit.archive.made import ABSENT, PHOTOGRAPH, PICTURE, REPORT, SALTED, Made, files, info, verify, write
from tests.audit.logs import LOG_KEY, entries_of, flip, judged, publish
from tests.tile_folder import write_log
from tests.world import World


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("made"))
    made.full("full")
    made.write("plain")
    return made


def test_the_library_finds_the_folder_a_valid_bag_of_rfc_8493(made: Made) -> None:
    for name in ("full", "plain"):
        bag = bagit.Bag(str(made.folder / name))
        assert (bag.is_valid(), bag.version_info, bag.algorithms) == (True, (1, 0), ["sha256"])
        payload = [path for path in files(made.folder / name) if path.startswith("data/")]
        assert sorted(bag.payload_entries()) == payload
        assert set(bag.tagfile_entries()) == set(layout.TAGGED)


def test_it_holds_the_log_the_keys_the_tables_and_epcis(made: Made) -> None:
    found = files(made.folder / "plain")

    log = {name.removeprefix("data/log/"): data for name, data in found.items() if name.startswith("data/log/")}
    assert log == files(made.folder / "log")
    assert found["data/keys/vkey"].decode() == f"{made.config.vkey}\n"
    assert found["data/keys/entry0"].decode() == f"{made.config.entry0}\n"
    assert {name.removeprefix("data/csv/") for name in found if name.startswith("data/csv/")} == set(TABLES)
    assert len(msgspec.json.decode(found["data/epcis.jsonld"])["epcisBody"]["eventList"]) > 8
    assert not [name for name in found if name.startswith(("data/photographs", "report"))]


def test_the_roster_is_readable_with_what_each_statement_is_about(made: Made) -> None:
    roster = (made.folder / "plain/data/roster.csv").read_text()
    rows = list(csv.DictReader(StringIO(roster, newline=""), strict=True))
    world = made.story.world

    assert [row["kind"] for row in rows][:3] == ["root", "authority", "site"]
    assert {row["kind"] for row in rows} == {"root", "authority", "site", "device", "handler"}
    assert {row["effect"] for row in rows} == {"yes"}
    badge = next(row for row in rows if row["handler"] == world.handler_ids[0])
    assert (badge["keys"], badge["role"], badge["site"]) == (world.handlers[0].keyid, "staff", made.sites[0])


def test_photographs_and_a_report_are_in_it_only_if_asked_for(made: Made) -> None:
    found = files(made.folder / "full")

    stem = f"data/photographs/{PHOTOGRAPH[:2]}/{PHOTOGRAPH}"
    assert (found[f"{stem}.jpg"], found[f"{stem}.salt"]) == (PICTURE, SALTED[:16])
    assert found["report/report.pdf"] == REPORT
    assert not [name for name in found if ABSENT in name]
    assert (made.folder / "full").stat().st_mode & 0o777 == 0o700
    result = made.verify("full")
    assert result.archive is not None
    assert (result.archive.photographs, result.archive.photographs_named, len(result.archive.reports)) == (1, 2, 1)


def test_what_was_erased_is_passed_over(made: Made, tmp_path: Path) -> None:
    store = Photographs(tmp_path / "store")
    store.put(PHOTOGRAPH, SALTED)
    store.erase(PHOTOGRAPH)
    written = made.write("erased", photographs=tmp_path / "store")
    assert (written.photographs, written.missing) == (0, 2)
    assert not (made.folder / "erased/data/photographs").exists()


def test_a_report_changes_nothing_that_a_manifest_covers(made: Made) -> None:
    made.write("reported", reports=(made.report,))

    reported, plain = (files(made.folder / name) for name in ("reported", "plain"))
    assert {name: data for name, data in reported.items() if not name.startswith("report/")} == plain


def test_the_same_log_gives_the_same_bytes_as_a_folder_and_as_a_zip(made: Made) -> None:
    (made.folder / "again").mkdir()
    for folder in ("", "again/"):
        made.full(f"{folder}same.zip", zip=True)
        made.full(f"{folder}same")

    assert files(made.folder / "same") == files(made.folder / "again/same") == files(made.folder / "full")
    assert (made.folder / "same.zip").read_bytes() == (made.folder / "again/same.zip").read_bytes()
    with ZipFile(made.folder / "same.zip") as zip_:
        packed = {name.removeprefix("same/"): zip_.read(name) for name in zip_.namelist()}
        assert zip_.namelist() == sorted(zip_.namelist())
    assert packed == files(made.folder / "full")


def test_an_archive_of_an_archive_is_the_same_archive(made: Made) -> None:
    made.write("again.zip", zip=True)
    with open_source(str(made.folder / "again.zip")) as source:
        write_archive(source, made.config, Order(made.folder / "second"), workers=0)
    assert files(made.folder / "second") == files(made.folder / "plain")


def test_an_archive_replays_to_the_same_state_as_the_log(made: Made) -> None:
    _, live = judged(made.config)
    with open_source(str(made.folder / "plain")) as source:
        result, judging = replay(source, made.config, workers=0)

    assert live is not None
    assert judging is not None
    assert (result.verdict, judging.findings(2**45)) == ("holds", live.findings(2**45))
    assert judging.memory.tracks == live.memory.tracks


def test_processes_verify_a_packed_part_as_one_does(tmp_path: Path) -> None:
    world = World()
    config = publish(tmp_path / "log", entries_of([*world.roster, *world.handovers(260)]), world.origin)
    written = write(config, Order(tmp_path / "part", site=world.sites[2], zip=True))
    with open_archive(tmp_path / "part") as source:
        alone, many = (verify_archive(source, config, workers=workers) for workers in (0, 2))

    assert (alone.verdict, alone.size) == ("holds", len(world.roster) + 260)
    assert 0 < written.here < alone.size
    assert alone == many


def test_a_log_that_does_not_hold_gives_no_archive_and_leaves_nothing(tmp_path: Path) -> None:
    made = Made(tmp_path)
    flip(tmp_path / f"log/tile/entries/000.p/{len(made.entries)}", 3000)

    written = made.write("archive")

    assert written.result.verdict == "faulty"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "log.toml", "report.pdf", "store"]


def test_what_the_library_finds_invalid_gets_no_name(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bag, "digest_of_file", lambda _path: "0" * 64)
    with pytest.raises(StorageFault, match="no valid bag"):
        made.write("invalid")
    assert not (made.folder / "invalid").exists()


def test_reports_need_names_that_an_archive_may_have(made: Made) -> None:
    for names in (["a report.pdf"], ["sha256.txt"], ["Report.pdf", "report.pdf"]):
        for name in names:
            (made.folder / name).write_bytes(b"")
        with pytest.raises(ConfigFault):
            made.write("misnamed", reports=tuple(made.folder / name for name in names))
    made.report.write_bytes(REPORT)


@pytest.mark.parametrize(("size", "refused"), [(1 << 40, True), (30_000_000, False)])
def test_a_log_of_more_files_than_an_archive_may_have_is_refused_before_it_is_copied(
    tmp_path: Path, size: int, refused: bool
) -> None:
    """An operator can sign any size: of one that could be, the first tile is missing here."""
    world = World()
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin)
    (tmp_path / "log/checkpoint").write_bytes(Checkpoint(world.origin, size, bytes(32)).sign(LOG_KEY))
    with pytest.raises(Oversize if refused else StorageFault, match="too many files" if refused else "missing"):
        write(config, Order(tmp_path / "archive"))
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("short", [0, 1])
def test_photographs_beyond_what_an_archive_may_have_are_refused_before_they_are_copied(
    made: Made, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    payload = [name for name in files(made.folder / "full") if name.startswith("data/photographs")]
    monkeypatch.setattr(members, "MAX_FILES", len(files(made.folder / "full")) - short)
    monkeypatch.setattr(Photographs, "salted", unread if short else Photographs.salted)
    if short:
        with pytest.raises(Oversize, match="too many files"):
            made.full(f"many-{short}")
    else:
        made.full(f"many-{short}")
        assert files(made.folder / "many-0").keys() >= set(payload)


@pytest.mark.parametrize("size", [0, 1, 256, 257, 65_536, 65_537, 70_000])
def test_files_of_a_log_are_counted_as_there_are(size: int) -> None:
    assert file_count(size) == len([*tiles_of(size), *bundles_of(size)])


def unread(_self: Photographs, _hash: str) -> bytes:
    raise AssertionError


@pytest.mark.parametrize("length", [110, 111])
def test_a_zip_has_no_name_that_its_files_may_not_have(made: Made, length: int) -> None:
    target = "z" * length + ".zip"
    if length == 110:
        made.full(target, zip=True)
        assert made.verify(target).verdict == "holds"
    else:
        with pytest.raises(ConfigFault, match="name"):
            made.full(target, zip=True)
    made.write("z" * length)


@pytest.mark.parametrize("length", [193, 194])
def test_a_report_has_no_name_that_is_too_long_in_its_folder(made: Made, tmp_path: Path, length: int) -> None:
    report = tmp_path / ("r" * length)
    report.write_bytes(REPORT)
    if length == 193:
        made.write("long", reports=(report,))
        assert made.verify("long").verdict == "holds"
    else:
        with pytest.raises(ConfigFault, match="name"):
            made.write("longer", reports=(report,))


def test_what_is_there_is_never_replaced(made: Made) -> None:
    (made.folder / "there").write_text("mine")
    with pytest.raises(ConfigFault, match="exists"):
        made.write("there")
    assert (made.folder / "there").read_text() == "mine"


def test_a_site_that_the_log_does_not_have_is_an_error_and_a_second_try_goes_on(made: Made) -> None:
    with pytest.raises(Malformed, match="no such site"):
        made.write("typed", site="414/9521234567899")
    assert not (made.folder / "typed").exists()
    made.write("typed", site=made.sites[0])
    assert verify(made.folder / "typed", made.config).verdict == "holds"
    assert not (made.folder / ".typed.unfinished").exists()


STEPS = [
    *((staging, name) for name in ("write_file", "write_durably", "sync_folder")),
    *((write_module, name) for name in ("write_file", "_link", "copy_photographs")),
    *((bag, "validate"), (zipped, "pack"), (staging.os, "sync"), (staging.Path, "rename")),
]
"""What a run that is to die counts."""


def dies_at(step: int, made: Made) -> bool:
    """Writes in a process of its own, which kills itself before a step; whether there was such a step."""
    child = os.fork()
    if child == 0:
        left = step

        def dying(function: Any) -> Any:
            def counted(*given: Any, **named: Any) -> Any:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return function(*given, **named)

            return counted

        for module, name in STEPS:
            setattr(module, name, dying(getattr(module, name)))
        try:
            made.full("killed.zip", zip=True)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_anywhere_it_goes_on_to_the_same_bytes(made: Made, tmp_path: Path) -> None:
    """One run after another dies one step later, over what those before have left; the last one ends."""
    whole = made.full("killed.zip", zip=True).read_bytes()
    made = Made(tmp_path)
    target = tmp_path / "killed.zip"
    steps = 0
    while dies_at(steps, made) and not target.exists():
        steps += 1
    assert steps > 15
    assert target.read_bytes() == whole


def test_a_damaged_copy_of_an_earlier_run_is_made_anew(made: Made, tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        made.write("damaged", site="414/9521234567899")
    for path in (made.folder / ".damaged.unfinished/log/tile").rglob("*"):
        if path.is_file():
            flip(path, 500)
    made.write("damaged")
    assert files(made.folder / "damaged") == files(made.folder / "plain")


def test_an_unfinished_archive_goes_on_under_the_checkpoint_with_which_it_began(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.write("before")
    with pytest.raises(Malformed):
        made.write("after", site="414/9521234567899")
    world = made.story
    world.say("inspect")
    write_log(tmp_path / "log", world.entries(), world.world.origin, LOG_KEY)
    made.write("after")

    assert files(tmp_path / "after") == files(tmp_path / "before")
    with FolderSource(tmp_path / "log") as source:
        assert replay(source, made.config, workers=0)[0].size == info(tmp_path / "before").size + 1
