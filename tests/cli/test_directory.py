"""`custody directory`: names and blobs that can be erased for good, while every proof still holds."""

import stat
from pathlib import Path

import pytest

from custody.blobs import BLOBS, open_blobs
from custody.core import badge, statement
from custody.core.errors import ConfigFault, StorageFault
from custody.core.roster import Resolve
from custody.directory import NAMES
from custody.erasable import open_erasable
from tests.audit.logs import entries_of, publish
from tests.cli.desks import LOG, Desk
from tests.cli.programs import at_a_terminal, refused, succeed

SITI, BUDI = badge.handler_id(b"0123456789"), badge.handler_id(b"9876543210")
FINDING = "f-" + "a" * 26


def held(folder: Path) -> bytes:
    """Every byte of every file in a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return tmp_path / "private"


def directory(private: Path, command: str, *arguments: object) -> str:
    return succeed("directory", command, *arguments, "--folder", private)


def test_a_name_is_kept_privately_and_shown(private: Path) -> None:
    directory(private, "set", SITI, "Siti Rahayu")
    assert directory(private, "show", SITI) == "Siti Rahayu\n"
    directory(private, "set", SITI, "Siti Aminah")
    assert directory(private, "show", SITI) == "Siti Aminah\n"
    assert "does not have" in refused("directory", "show", BUDI, "--folder", private)
    assert stat.S_IMODE((private / NAMES).stat().st_mode) == 0o600
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_the_settings_say_where_the_directory_lies(desk: Desk, tmp_path: Path) -> None:
    succeed("init", tmp_path / "ledger", "--root", desk.folder / "root.json", "--listen", "127.0.0.1:0")
    succeed("directory", "set", SITI, "Siti Rahayu", "--config", tmp_path / "ledger/ledger.toml")
    assert (tmp_path / "ledger/private" / NAMES).exists()


def test_a_directory_that_others_can_read_is_refused(private: Path) -> None:
    directory(private, "set", SITI, "Siti Rahayu")
    (private / NAMES).chmod(0o640)
    assert "chmod 600" in refused("directory", "show", SITI, "--folder", private)


def test_of_a_list_with_a_fault_no_name_is_kept(private: Path) -> None:
    table = private.with_name("names.csv")
    table.write_text(f"id,name\n{SITI},Siti Rahayu\nsiti,\n{SITI},Siti\n")
    said = refused("directory", "import", table, "--folder", private)
    for fault in ("line 3, id:", "line 3, name:", "line 4, id:"):
        assert fault in said
    assert "does not have" in refused("directory", "show", SITI, "--folder", private)
    table.write_text(f"name;id\nSiti Rahayu;{SITI}\nBudi Santoso;{BUDI}\n")
    assert "2" in directory(private, "import", table)
    assert directory(private, "show", BUDI) == "Budi Santoso\n"


def test_a_forgotten_name_leaves_no_byte_behind(private: Path) -> None:
    many = {badge.handler_id(number.to_bytes(10)): f"Orang Ke-{number:04} Yang Ada" for number in range(2000)}
    table = private.with_name("names.csv")
    table.write_text("id,name\n" + "".join(f"{one},{name}\n" for one, name in many.items()))
    directory(private, "import", table)
    for one in list(many)[1000:1010]:
        assert many[one].encode() in held(private)

        directory(private, "forget", one, "--yes")

        assert many[one].encode() not in held(private)
        assert one.encode() not in held(private)
    assert held(private).count(b"Yang Ada") >= 1990
    assert "does not have" in refused("directory", "forget", one, "--yes", "--folder", private)


def test_nothing_is_erased_without_a_yes(private: Path) -> None:
    directory(private, "set", SITI, "Siti Rahayu")
    command = ["directory", "forget", SITI, "--folder", private]
    assert at_a_terminal(command, [("Erase for good?", "n")]).code != 0
    assert directory(private, "show", SITI) == "Siti Rahayu\n"
    assert at_a_terminal(command, [("Erase for good?", "y")]).code == 0
    assert b"Siti" not in held(private)


def test_a_blob_is_salted_so_that_equal_contents_have_different_hashes(private: Path) -> None:
    with open_blobs(private / BLOBS) as blobs:
        one, other = blobs.put(b"D 1234 ABC"), blobs.put(b"D 1234 ABC")
        assert one != other
        assert blobs.get(one) == blobs.get(other) == b"D 1234 ABC"
        assert blobs.get("0" * 64) is None
    with open_blobs(private / BLOBS) as blobs:
        assert blobs.get(one) == b"D 1234 ABC"


def test_a_blob_that_was_changed_is_not_given_out(private: Path) -> None:
    with open_blobs(private / BLOBS) as blobs:
        hash_ = blobs.put(b"D 1234 ABC")
        assert blobs.get(hash_)
    (private / BLOBS).write_bytes((private / BLOBS).read_bytes().replace(b"D 1234 ABC", b"D 1234 ABX"))
    with open_blobs(private / BLOBS) as blobs, pytest.raises(StorageFault, match="not what was put"):
        blobs.get(hash_)


@pytest.mark.parametrize("content", [b"D 1234 ABC", bytes(range(256)) * 2000], ids=["a plate", "a photograph"])
def test_a_forgotten_blob_leaves_no_byte_behind(private: Path, content: bytes) -> None:
    with open_blobs(private / BLOBS) as blobs:
        kept, hash_ = blobs.put(b"another"), blobs.put(content)
        assert content[-10:] in held(private)
    directory(private, "forget", hash_, "--yes")
    assert content[-10:] not in held(private)
    with open_blobs(private / BLOBS) as blobs:
        assert (blobs.get(hash_), blobs.get(kept)) == (None, b"another")


def test_a_file_that_is_no_database_is_told(private: Path) -> None:
    private.mkdir()
    (private / NAMES).write_bytes(b"not a database" * 100)
    (private / NAMES).chmod(0o600)
    assert "does not answer as a database" in refused("directory", "show", SITI, "--folder", private)
    with pytest.raises(ConfigFault, match="cannot be opened"), open_erasable(private, "t (a)"):
        pass


def test_after_a_note_is_forgotten_the_log_still_verifies(desk: Desk, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Dihitung ulang bersama saksi Siti Rahayu")
    desk.roster("resolve", FINDING, "--reason", "recounted", "--note", note)
    statements = desk.statements()
    body = statements[-1].body
    assert isinstance(body, Resolve)
    assert body.note is not None
    assert b"Siti" not in statements[-1].envelope
    with open_blobs(desk.folder / BLOBS) as blobs:
        assert blobs.get(body.note) == note.read_bytes()
    root = (desk.folder / "root.json").read_bytes()
    publish(tmp_path / "log", entries_of([statement.parse(root), *statements]), LOG)
    verify = ("audit", "verify", "--config", tmp_path / "log.toml")
    assert "THE LOG HOLDS" in succeed(*verify)

    directory(desk.folder, "forget", body.note, "--yes")

    assert b"Siti" not in (desk.folder / BLOBS).read_bytes()
    assert "THE LOG HOLDS" in succeed(*verify)
