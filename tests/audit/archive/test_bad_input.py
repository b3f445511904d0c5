"""An archive that was made to harm its reader: refused before anything of it is read, unpacked or followed."""

import os
import resource
import socket
import stat
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from custody.audit.archive import layout, members, zip_members
from custody.audit.archive.check import verify_archive
from custody.audit.archive.source import open_archive
from custody.audit.compare import open_view
from custody.audit.source import FolderSource, open_source
from custody.core.errors import CustodyError, CutShort, Malformed, Oversize, StorageFault, Unsafe
from tests.audit.archive.made import Made, copy, files, verify


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("made"))
    made.full("full")
    made.full("full.zip", zip=True)
    return made


def repacked(made: Made, name: str, change: Callable[[ZipFile], object], method: int = ZIP_DEFLATED) -> Path:
    """The archive packed by some other program, and something more."""
    path = made.folder / name
    with ZipFile(path, "w", method) as zip_:
        for file, data in files(made.folder / "full").items():
            zip_.writestr(f"full/{file}", data)
        change(zip_)
    return path


# Zips


def test_a_zip_packed_by_another_program_is_read_as_well(made: Made) -> None:
    path = repacked(made, "deflated.zip", lambda zip_: zip_.mkdir("full/data"))
    assert verify(path, made.config).faults == []
    bare = made.folder / "bare.zip"
    with ZipFile(bare, "w") as zip_:
        for file, data in files(made.folder / "full").items():
            zip_.writestr(file, data)
    assert verify(bare, made.config).faults == []


def test_a_zip_that_is_cut_short_is_named_as_that_wherever_it_ends(made: Made) -> None:
    data = (made.folder / "full.zip").read_bytes()
    for length in (4, 30, 1000, len(data) // 2, len(data) - 23, len(data) - 1):
        path = made.folder / "cut.zip"
        path.write_bytes(data[:length])
        with pytest.raises(CutShort, match="cut short"):
            open_archive(path)


def test_a_byte_flipped_anywhere_in_a_zip_is_found_or_changes_nothing(made: Made) -> None:
    data = (made.folder / "full.zip").read_bytes()
    whole = verify(made.folder / "full.zip", made.config)
    path = made.folder / "flipped.zip"
    found = 0
    for at in range(11, len(data), len(data) // 30):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
        try:
            result = verify(path, made.config)
        except CustodyError:
            found += 1
            continue
        found += result.verdict == "faulty"
        assert result.verdict == "faulty" or result == whole
    assert found > 20


@pytest.mark.parametrize(
    "name",
    ["../out", "full/../../out", "/etc/out", "full\\..\\out", "full/a\\b", "C:/out", "full/nul\x00.txt", "full/./a",
     "full//a", "full/data/x\ny", "full/.hidden", "full/ümlaut", "full/" + "a" * 300, "-", "full/con ", ""],
)  # fmt: skip
def test_a_name_that_leads_out_or_hides_is_refused(made: Made, name: str) -> None:
    def add(zip_: ZipFile) -> None:
        info = ZipInfo("x")
        info.filename = name
        zip_.writestr(info, b"x")

    with pytest.raises(Unsafe if name != "-" else CustodyError):
        open_archive(repacked(made, "names.zip", add))


@pytest.mark.parametrize(
    ("folder", "refused"),
    [("full/data/more/", None), ("../../evil/", Unsafe), ("/etc/cron.d/", Unsafe), ("full/\x1b[31m/", Unsafe),
     ("/", Unsafe), ("full/README.md/", Malformed), ("full/bagit.txt/x/", Malformed), ("full/Readme.md/", Malformed)],
)  # fmt: skip
def test_a_folder_in_a_zip_is_held_to_the_same_rules(
    made: Made, folder: str, refused: type[CustodyError] | None
) -> None:
    path = repacked(made, "folders.zip", lambda zip_: zip_.writestr(folder, b""))
    if refused is None:
        assert verify(path, made.config).faults == []
    else:
        with pytest.raises(refused):
            open_archive(path)


class Unseekable(BytesIO):
    """Where a zip is written as it goes: sizes come after each file."""

    def seekable(self) -> bool:
        return False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_STORED])
@pytest.mark.parametrize("large", [False, True])
def test_a_zip_that_was_packed_into_a_pipe_is_read_as_well(made: Made, method: int, large: bool) -> None:
    into = Unseekable()
    with ZipFile(into, "w", method) as zip_:
        zip_.mkdir("full/data")
        for file, data in files(made.folder / "full").items():
            with zip_.open(f"full/{file}", "w", force_zip64=large) as packed:
                packed.write(data)
    path = made.folder / "piped.zip"
    path.write_bytes(into.getvalue())
    assert verify(path, made.config).faults == []


def hidden(data: bytes, at: int, more: bytes) -> bytes:
    """A zip into which something is put at a place, so that its directory still leads to each file that it lists."""
    end = data.rindex(b"PK\x05\x06")
    directory = int.from_bytes(data[end + 16 : end + 20], "little")
    moved = bytearray(data[directory:end])
    place = 0
    while place < len(moved):
        lengths = struct.unpack_from("<HHH", moved, place + 28)
        (offset,) = struct.unpack_from("<I", moved, place + 42)
        struct.pack_into("<I", moved, place + 42, offset + len(more) * (offset >= at))
        place += 46 + sum(lengths)
    last = data[end : end + 16] + struct.pack("<I", directory + len(more)) + data[end + 20 :]
    return data[:at] + more + data[at:directory] + bytes(moved) + last


@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_bytes_that_no_directory_lists_are_found_wherever_they_lie(made: Made, place: str) -> None:
    """Who unpacks a zip as it comes would have this table, and not the one that was verified."""
    forged = BytesIO()
    with ZipFile(forged, "w") as zip_:
        zip_.writestr("full/data/csv/events.csv", b"forged")
    more = forged.getvalue()[: forged.getvalue().index(b"PK\x01\x02")]
    data = (made.folder / "full.zip").read_bytes()
    with ZipFile(made.folder / "full.zip") as zip_:
        at = {"before": 0, "between": zip_.infolist()[5].header_offset, "after": zip_.start_dir}[place]
    path = made.folder / "hidden.zip"
    path.write_bytes(hidden(data, at, b""))
    assert verify(path, made.config).faults == []
    path.write_bytes(hidden(data, at, more))
    with ZipFile(path) as zip_:
        assert zip_.testzip() is None
    with pytest.raises(Malformed, match="hides bytes"):
        open_archive(path)


def test_a_zip_with_a_comment_or_with_more_in_a_folder_or_after_its_end_is_refused(made: Made) -> None:
    with pytest.raises(Malformed, match="goes on after its directory"):
        open_archive(repacked(made, "comment.zip", lambda zip_: setattr(zip_, "comment", b"more")))
    longer = made.folder / "longer.zip"
    longer.write_bytes((made.folder / "full.zip").read_bytes() + b"more")
    with pytest.raises(Malformed, match="goes on after its directory"):
        open_archive(longer)
    with pytest.raises(Unsafe):
        open_archive(repacked(made, "filled.zip", lambda zip_: zip_.writestr("full/data/", b"more")))


@pytest.mark.parametrize("at", [8, 18, 30])
def test_a_file_that_is_another_before_its_bytes_than_in_the_directory_is_refused(made: Made, at: int) -> None:
    """Its method, its size, its name."""
    data = bytearray((made.folder / "full.zip").read_bytes())
    data[at] ^= 1
    (made.folder / "other.zip").write_bytes(data)
    with pytest.raises(Malformed, match="another before its bytes"):
        open_archive(made.folder / "other.zip")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_link_or_a_device_in_a_zip_is_refused(made: Made, kind: int) -> None:
    def add(zip_: ZipFile) -> None:
        info = ZipInfo("full/data/link")
        info.external_attr = (kind | 0o777) << 16
        zip_.writestr(info, b"/etc/passwd")

    with pytest.raises(Unsafe, match="no plain file"):
        open_archive(repacked(made, "link.zip", add))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["full/bagit.txt", "full/BAGIT.TXT", "full/readme.MD"])
def test_two_files_that_one_name_may_stand_for_are_refused(made: Made, name: str) -> None:
    with pytest.raises(Malformed, match="one name"):
        open_archive(repacked(made, "twice.zip", lambda zip_: zip_.writestr(name, b"other")))


def test_a_file_that_is_a_folder_too_is_refused(made: Made) -> None:
    with pytest.raises(Malformed, match="a folder too"):
        open_archive(repacked(made, "both.zip", lambda zip_: zip_.writestr("full/bagit.txt/x", b"")))


def test_a_zip_that_would_unpack_to_far_more_is_refused_unread(made: Made) -> None:
    path = repacked(made, "bomb.zip", lambda zip_: zip_.writestr("full/data/zeros", bytes(64 << 20)))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(Oversize, match="far more than it holds"):
        open_archive(path)


def test_a_file_that_holds_more_than_it_declares_is_read_no_further(made: Made) -> None:
    """The directory says ten bytes; what is packed is 64 MB."""
    path = repacked(made, "liar.zip", lambda zip_: zip_.writestr("full/data/zeros", bytes(64 << 20)))
    data = path.read_bytes()
    at = data.rindex(b"full/data/zeros") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    path.write_bytes(data[: at + 24] + struct.pack("<I", 10) + data[at + 28 :])

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = verify(path, made.config)

    assert any("data/zeros" in fault.message for fault in result.faults)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_file_that_holds_less_than_it_declares_is_named(made: Made) -> None:
    path = repacked(made, "less.zip", lambda zip_: zip_.writestr("full/data/short", b"short"))
    data = path.read_bytes()
    at = data.rindex(b"full/data/short") - 46
    path.write_bytes(data[: at + 24] + struct.pack("<I", 50) + data[at + 28 :])
    with open_archive(path) as source, pytest.raises(Malformed, match="not as long"):
        members.read(source.members, "data/short", 100)


def test_files_that_lie_one_over_another_are_refused(made: Made) -> None:
    """Many names for the same packed bytes: each is small, all together are not."""
    path = repacked(made, "over.zip", lambda zip_: zip_.writestr("full/data/a", b"a" * 1000))
    data = path.read_bytes()
    with ZipFile(path) as zip_:
        offset = zip_.getinfo("full/data/a").header_offset
    for name in (b"full/bagit.txt", b"full/README.md"):
        at = data.rindex(name) - 46
        data = data[: at + 42] + struct.pack("<I", offset) + data[at + 46 :]
    path.write_bytes(data)
    with pytest.raises(Malformed, match="one over another"):
        open_archive(path)


def test_a_zip_in_a_zip_is_one_more_file_and_is_not_opened(made: Made) -> None:
    inner = (made.folder / "full.zip").read_bytes()
    result = verify(repacked(made, "nested.zip", lambda zip_: zip_.writestr("full/data/full.zip", inner)), made.config)
    assert [fault.message for fault in result.faults][:2] == [
        "data/full.zip is in the archive and not in manifest-sha256.txt",
        f"data/full.zip is none of the files of an archive of {len(made.entries)} entries",
    ]


def test_too_many_files_are_refused_in_a_zip_and_in_a_folder(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MAX_FILES", 3)
    for name in ("full.zip", "full"):
        with pytest.raises(Oversize, match="too many files"):
            open_archive(made.folder / name)


@pytest.mark.parametrize("short", [0, 1])
def test_files_of_all_folders_count_together(made: Made, monkeypatch: pytest.MonkeyPatch, short: int) -> None:
    monkeypatch.setattr(members, "MAX_FILES", len(files(made.folder / "full")) - short)
    if short:
        with pytest.raises(Oversize, match="too many files"):
            open_archive(made.folder / "full")
    else:
        open_archive(made.folder / "full").close()


def test_empty_folders_count_too(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = copy(made.folder / "full", "hollow")
    there = len(files(archive))
    monkeypatch.setattr(members, "MAX_FILES", there)
    for number in range(2 * there):
        (archive / f"empty/{number}").mkdir(parents=True)
    with pytest.raises(Oversize, match="too many files"):
        open_archive(archive)


def test_a_directory_that_is_too_large_is_not_read(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_members, "MAX_DIRECTORY", 500)
    with pytest.raises(Oversize, match="directory"):
        open_archive(made.folder / "full.zip")


def test_what_is_encrypted_or_packed_in_another_way_is_refused(made: Made) -> None:
    with pytest.raises(Malformed, match="no archive is"):
        open_archive(repacked(made, "bzip2.zip", lambda _zip: None, ZIP_BZIP2))
    data = (made.folder / "full.zip").read_bytes()
    at = data.index(b"PK\x01\x02")
    (made.folder / "secret.zip").write_bytes(data[: at + 8] + b"\x01" + data[at + 9 :])
    with pytest.raises(Malformed, match="no archive is"):
        open_archive(made.folder / "secret.zip")


def test_a_file_that_is_no_zip_is_no_archive(tmp_path: Path, made: Made) -> None:
    (tmp_path / "text").write_text("nothing")
    (tmp_path / "empty.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(Malformed, match="no archive"):
        open_source(str(tmp_path / "text"))
    with pytest.raises(StorageFault, match="missing"):
        open_source(str(tmp_path / "empty.zip"))


def test_packed_bytes_that_do_not_unpack_are_a_fault_of_that_file(made: Made) -> None:
    path = repacked(made, "broken.zip", lambda _zip: None)
    with ZipFile(path) as zip_:
        info = zip_.getinfo("full/data/csv/events.csv")
    data = path.read_bytes()
    start = info.header_offset + 30 + len(info.filename)
    assert zlib.decompress(data[start : start + info.compress_size], -15)
    path.write_bytes(data[:start] + b"\xff" * info.compress_size + data[start + info.compress_size :])
    assert any("data/csv/events.csv" in fault.message for fault in verify(path, made.config).faults)


# Folders


def with_pipe(path: Path) -> None:
    os.mkfifo(path)


def with_link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def with_folder_link(path: Path) -> None:
    path.symlink_to("/etc", target_is_directory=True)


def with_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(path))


@pytest.mark.parametrize("spoil", [with_pipe, with_link, with_folder_link, with_socket])
@pytest.mark.parametrize("place", ["extra", "data/log/tile/extra", "data/csv/events.csv", "README.md"])
def test_what_is_no_plain_file_in_a_folder_is_refused(
    made: Made, spoil: Callable[[Path], None], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = copy(made.folder / "full", "odd")
    (archive / place).unlink(missing_ok=True)
    monkeypatch.chdir(archive)
    spoil(archive / place)
    for opened in (open_archive, lambda path: open_source(str(path)), lambda path: open_view(str(path))):
        with pytest.raises(Unsafe, match="no plain file"):
            opened(archive)


def test_a_pipe_that_takes_the_place_of_a_file_while_it_is_read_makes_nobody_wait(made: Made) -> None:
    archive = copy(made.folder / "full", "swapped")
    with open_archive(archive) as source:
        for name in (layout.README, f"data/log/tile/0/000.p/{len(made.entries)}"):
            (archive / name).unlink()
            os.mkfifo(archive / name)
        result = verify_archive(source, made.config, workers=0)
    assert result.verdict == "faulty"


def test_a_pipe_in_a_folder_of_tiles_makes_nobody_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "checkpoint")
    with pytest.raises(StorageFault, match="no plain file"):
        FolderSource(tmp_path).read("checkpoint", 100)


def test_folders_that_lie_too_deep_are_refused(made: Made) -> None:
    archive = copy(made.folder / "full", "deep")
    (archive / "/".join("a" * 20)).mkdir(parents=True)
    with pytest.raises(Oversize, match="too deep"):
        open_archive(archive)


@pytest.mark.parametrize("name", ["Readme.md", "with space", "új"])
def test_a_name_in_a_folder_is_held_to_the_same_rule(made: Made, name: str) -> None:
    archive = copy(made.folder / "full", "named")
    (archive / name).write_bytes(b"")
    with pytest.raises(CustodyError, match="name"):
        open_archive(archive)


def test_a_manifest_without_end_is_not_read_whole(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = copy(made.folder / "full", "endless")
    monkeypatch.setattr(layout, "MAX_FILES", 5)
    assert "manifest-sha256.txt is too large" in verify(archive, made.config).faults[0].message


@pytest.mark.parametrize(
    "line",
    ["", "x" * 64 + "  data/a", "0" * 64 + " data/a", "0" * 64 + "  ../a", "0" * 64 + "  data/csv/events.csv",
     "0" * 64 + "  data/a b"],
)  # fmt: skip
def test_a_manifest_in_another_spelling_is_named(made: Made, line: str) -> None:
    archive = copy(made.folder / "full", "spelling")
    path = archive / layout.MANIFEST
    path.write_text(path.read_text() + line + "\n")
    said = [fault.message for fault in verify(archive, made.config).faults]
    assert any("manifest-sha256.txt" in one or "name that none may have" in one for one in said)


def test_a_manifest_that_lists_a_file_twice_is_named(made: Made) -> None:
    archive = copy(made.folder / "full", "listed-twice")
    path = archive / layout.MANIFEST
    path.write_text(path.read_text() + path.read_text().splitlines()[-1] + "\n")
    assert "none of a manifest" in verify(archive, made.config).faults[0].message


def test_bounds_are_those_that_are_documented() -> None:
    assert ZIP_STORED == 0
    assert (layout.MAX_FILES, zip_members.MAX_DIRECTORY, zip_members.MAX_RATIO) == (250_000, 68_500_000, 100)
