"""What is wrong with an archive is named: each file, each kind of tampering, also with manifests made anew."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from custody.audit.archive import layout
from custody.audit.archive.check import own_keys, verify_archive
from custody.audit.archive.source import open_archive
from custody.audit.archive.write import Order
from custody.audit.claims import text, unproved
from custody.audit.source import open_source
from custody.audit.verify import verify as verify_log
from custody.core import note
from custody.core.checkpoint import Checkpoint
from custody.core.errors import CustodyError, Malformed, NewerFormat, StorageFault
from tests.audit.archive.made import ABSENT, PHOTOGRAPH, Made, copy, files, messages, renew_manifests, verify, write
from tests.audit.logs import LOG_KEY, entries_of, flip, publish
from tests.tile_folder import write_file
from tests.world import World, key_of

PICTURE = f"data/photographs/{PHOTOGRAPH[:2]}/{PHOTOGRAPH}.jpg"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("made"))
    made.full("full")
    made.full("part", site=made.sites[2])
    assert made.verify("full").faults == made.verify("part").faults == []
    return made


def said_of(archive: Path, made: Made) -> str:
    """All that is told of an archive that does not hold."""
    try:
        result = verify(archive, made.config)
    except CustodyError as error:
        return str(error)
    assert result.verdict == "faulty"
    return "\n".join(messages(result))


@pytest.mark.parametrize("kept", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data"])
def test_what_was_an_archive_is_never_taken_for_a_folder_of_tiles(made: Made, kept: str) -> None:
    """Else nothing of it but its log would be judged, and links at its top would lead there."""
    archive = copy(made.folder / "full", "unmarked")
    for path in archive.iterdir():
        if path.is_file() and path.name != kept:
            path.unlink()
    if kept != "data":
        shutil.move(archive / "data/log/tile", archive / "tile")
        shutil.move(archive / "data/log/checkpoint", archive / "checkpoint")
        shutil.rmtree(archive / "data")
    with pytest.raises(StorageFault, match=r"bagit\.txt is missing|bag-info\.txt is missing"):
        open_source(str(archive))
    (archive / kept).rename(archive / "aside")
    if kept != "data":
        with open_source(str(archive)) as source:
            assert verify_log(source, made.config, workers=0).verdict == "holds"


@pytest.mark.parametrize("name", ["full", "part"])
def test_an_edit_of_any_file_is_named(made: Made, name: str) -> None:
    archive = copy(made.folder / name, "edited")
    for number, (file, data) in enumerate(files(archive).items()):
        if name == "full":
            flip(archive / file, number * 7919 % len(data), number % 8)
        elif number % 2:
            (archive / file).write_bytes(data[:-1])
        else:
            (archive / file).unlink()
        assert file.removeprefix(layout.LOG) in said_of(archive, made), file
        (archive / file).write_bytes(data)
    assert verify(archive, made.config).verdict == "holds"


def test_an_edit_is_found_though_every_manifest_was_made_anew(made: Made) -> None:
    archive = copy(made.folder / "full", "renewed")
    listed = set(files(archive)) - {layout.MANIFEST, layout.TAG_MANIFEST, layout.REPORT_SUMS, "report/report.pdf"}
    for file in sorted(listed - {layout.BAGIT}):
        data = (archive / file).read_bytes()
        flip(archive / file, len(data) // 2)
        renew_manifests(archive)
        said = said_of(archive, made)
        # Where two files must fit each other, either may be meant.
        names = {file, file.removeprefix(layout.LOG).replace("entries", "0"), file.replace(".salt", ".jpg")}
        assert any(one in said for one in names), (file, said)
        (archive / file).write_bytes(data)
        renew_manifests(archive)
    assert files(archive) == files(made.folder / "full")


@pytest.mark.parametrize("name", ["csv/events.csv", "csv/log.csv", "roster.csv", "epcis.jsonld"])
def test_of_a_part_what_follows_from_its_entries_is_held_against_them(made: Made, name: str) -> None:
    archive = copy(made.folder / "part", "renewed-part")
    path = archive / "data" / name
    flip(path, path.stat().st_size // 2)
    renew_manifests(archive)
    assert messages(verify(archive, made.config))[0].startswith(f"data/{name} is not what follows from the log")


def renewed(made: Made, change: Callable[[Path], object], name: str = "full") -> list[tuple[str, str]]:
    """(kind, message) of each fault of an archive that was changed, and whose manifests were made anew."""
    archive = copy(made.folder / name, "changed")
    change(archive)
    renew_manifests(archive)
    return [(fault.kind, fault.message) for fault in verify(archive, made.config).faults]


def test_a_key_that_was_swapped_is_named(made: Made) -> None:
    vkey = note.encode_vkey(made.config.verifier.name, key_of("thief").public)

    [fault] = renewed(made, lambda archive: (archive / layout.VKEY).write_text(f"{vkey}\n"))

    assert fault[0] == "bad-key"
    assert "data/keys/vkey is not the one that this archive was held against" in fault[1]


def test_a_log_sealed_again_with_another_key_is_refused(made: Made) -> None:
    archive = copy(made.folder / "full", "thief")
    checkpoint = Checkpoint.parse(note.split_note((archive / "data/log/checkpoint").read_bytes())[0])
    (archive / "data/log/checkpoint").write_bytes(checkpoint.sign(key_of("thief")))
    renew_manifests(archive)
    assert [fault.kind for fault in verify(archive, made.config).faults] == ["bad-signature"]


def test_a_checkpoint_of_another_log_is_named(made: Made, tmp_path: Path) -> None:
    world = World(origin="ledger.test/old")
    publish(tmp_path / "old", entries_of(world.roster), world.origin)

    faults = renewed(made, lambda archive: shutil.copy(tmp_path / "old/checkpoint", archive / "data/log/checkpoint"))

    assert faults == [("wrong-log", "data/log/checkpoint is another log's")]


def test_an_older_checkpoint_of_the_log_does_not_fit_the_archive(made: Made) -> None:
    root = bytes(32)
    older = Checkpoint(made.config.verifier.name, len(made.entries), root).sign(LOG_KEY)

    faults = renewed(made, lambda archive: (archive / "data/log/checkpoint").write_bytes(older))

    assert ("storage-fault", "the entries lead to another root than the signed one") in faults


@pytest.mark.parametrize(
    "extra", ["data/log/tile/7/000.p/9", "data/log/tile/0/001", "data/more.csv", "data/log/tile/entries/x001/000", "x"]
)
def test_an_extra_file_is_named(made: Made, extra: str) -> None:
    faults = renewed(made, lambda archive: write_file(archive, extra, bytes(64)))
    assert any(message.startswith(f"{extra} is none of the files") for _, message in faults)


def test_a_missing_tile_is_named(made: Made) -> None:
    tile = f"tile/0/000.p/{len(made.entries)}"
    archive = copy(made.folder / "full", "missing")
    (archive / "data/log" / tile).unlink()

    plain = verify(archive, made.config)
    renew_manifests(archive)
    faults = verify(archive, made.config).faults

    assert messages(plain)[0] == f"data/log/{tile} is missing"
    assert [(fault.message, fault.expected) for fault in faults] == [("a file of the log is missing", tile)]


def test_a_photograph_that_no_event_names_is_named(made: Made) -> None:
    stem = f"data/photographs/{ABSENT[:2]}/{'4' * 64}"
    faults = renewed(made, lambda archive: write_file(archive, f"{stem}.jpg", b"x"))
    assert faults == [("storage-fault", f"{stem}.jpg is no photograph that an event in the archive names")]


def test_a_photograph_without_its_salt_is_named(made: Made) -> None:
    [(_, message)] = renewed(made, lambda archive: (archive / PICTURE.replace(".jpg", ".salt")).unlink())
    assert message.endswith(".salt is missing")


def test_an_archive_of_another_version_is_a_newer_format(made: Made) -> None:
    archive = copy(made.folder / "full", "newer")
    path = archive / layout.BAG_INFO
    path.write_bytes(path.read_bytes().replace(b"Custody-Archive: 1\n", b"Custody-Archive: 2\n"))
    with pytest.raises(NewerFormat, match="another version"):
        open_archive(archive)


def test_it_is_held_against_what_the_auditor_verified_before(made: Made, tmp_path: Path) -> None:
    """An archive of another history, under the log's own key, is told with the proof of it; an older copy holds."""
    world = World()
    log = [*world.roster, *world.handovers(2)]
    config = msgspec.structs.replace(publish(tmp_path / "log", entries_of(log), world.origin), state=tmp_path / "state")
    write(config, Order(tmp_path / "longer"))
    other = publish(tmp_path / "other", entries_of([*log[:-1], world.handover()]), world.origin)
    write(other, Order(tmp_path / "fork"))
    older = publish(tmp_path / "older", entries_of(log[:-1]), world.origin)
    write(older, Order(tmp_path / "shorter"))
    with open_archive(tmp_path / "longer") as source:
        assert verify_log(source, config, workers=0).verdict == "holds"
    state = (tmp_path / "state").read_bytes()

    assert verify(tmp_path / "longer", config).verdict == verify(tmp_path / "shorter", config).verdict == "holds"
    assert [fault.kind for fault in verify(tmp_path / "fork", config).faults] == ["split-view"]
    assert (tmp_path / "state").read_bytes() == state


def test_the_archives_own_keys_show_that_it_agrees_with_itself(made: Made) -> None:
    with open_archive(made.folder / "full") as source:
        config = own_keys(source)
        assert (config.vkey, config.entry0) == (made.config.vkey, made.config.entry0)
        assert verify_archive(source, config, workers=0).verdict == "holds"
        assert own_keys(source, entry0="0" * 64).entry0 == "0" * 64
    broken = copy(made.folder / "full", "keyless")
    (broken / layout.VKEY).write_text("no key\n")
    with open_archive(broken) as source, pytest.raises(CustodyError):
        own_keys(source)


def test_a_folder_that_only_looks_like_an_archive_is_none(tmp_path: Path) -> None:
    (tmp_path / "bagit.txt").write_text("BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
    with pytest.raises(Malformed, match="is none of an archive"):
        open_archive(tmp_path)


@pytest.mark.parametrize("renewed", [True, False])
def test_that_another_unsigned_report_lies_in_an_archive_shows_by_its_sum_alone_and_that_is_said(
    made: Made, renewed: bool
) -> None:
    archive = copy(made.folder / "full", "swapped")
    (archive / "report" / "report.pdf").write_bytes(b"another report")
    if renewed:
        renew_manifests(archive)
    result = verify(archive, made.config)
    assert result.verdict == ("holds" if renewed else "faulty")
    [said] = [text(one, "en") for one in unproved(result) if one.code == "report-unsigned"]
    assert said == "report/report.pdf: unsigned, so it proves nothing: anybody can put another there"
