"""The audit trail: what is in it stays as it is, and a change beneath it shows."""

import sqlite3
from pathlib import Path

import pytest

from custody.accounts import trail
from custody.accounts.store import ACCOUNTS, Store
from custody.core.errors import CustodyError, Malformed, NewerFormat, StorageFault
from tests.accounts.conftest import NOON, Time


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    """The file of a store whose trail has five rows."""
    for number in range(5):
        store.record("a-1", "signed-in", f"Firefox {number}")
    return tmp_path / "private" / ACCOUNTS


def edit(file: Path, *statements: str) -> None:
    """What somebody does who can write to the file."""
    with sqlite3.connect(file) as db:
        for name in ("update", "delete", "replace"):
            db.execute(f"DROP TRIGGER trail_no_{name}")
        for statement in statements:
            db.execute(statement)
    db.close()


def verified(store: Store) -> trail.Head:
    with store.reading() as work:
        return trail.verify(work.db)


def test_the_trail_gives_what_was_recorded_the_newest_first_a_page_at_a_time(store: Store, time: Time) -> None:
    store.record(None, "account-created", "siti")
    time.now += 5
    store.record("a-1", "signed-in", "Firefox")
    with store.reading() as work:
        newest, oldest = trail.lines(work.db, None, 10)
        assert (newest.seq, newest.time, newest.account, newest.act) == (2, NOON + 5, "a-1", "signed-in")
        assert (oldest.seq, oldest.time, oldest.account, oldest.subject) == (1, NOON, None, "siti")
        assert trail.lines(work.db, 2, 10) == [oldest]
        assert trail.lines(work.db, None, 1) == [newest]


def test_what_is_undone_leaves_no_row(store: Store) -> None:
    def fail() -> None:
        with store.writing() as work:
            work.record("a-1", "signed-in", "Firefox")
            raise Malformed("no")

    with pytest.raises(Malformed, match="no"):
        fail()
    assert verified(store).seq == 0
    store.record("a-1", "signed-in", "Firefox")
    assert verified(store).seq == 1


@pytest.mark.parametrize("subject", ["x" * 201, "two\nlines", "\u202eback"])
def test_a_subject_that_cannot_be_shown_whole_is_refused(store: Store, subject: str) -> None:
    with pytest.raises(Malformed, match="cannot stand in the trail"):
        store.record("a-1", "signed-in", subject)
    store.record("a-1", "signed-in", "x" * 200)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET act = 'signed-out' WHERE seq = 3",
        "DELETE FROM trail WHERE seq = 5",
        "DELETE FROM trail",
        "REPLACE INTO trail SELECT seq, time, account, 'signed-out', subject, hash FROM trail WHERE seq = 3",
    ],
)
def test_no_statement_changes_a_row_or_takes_it_out(store: Store, file: Path, statement: str) -> None:
    with pytest.raises(StorageFault, match="append-only"), store.writing() as work:
        work.db.execute(statement)
    assert verified(store).seq == 5


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE trail SET subject = 'Safari' WHERE seq = 3", "row 3 of the trail"),
        ("UPDATE trail SET account = 'a-2' WHERE seq = 3", "row 3 of the trail"),
        ("UPDATE trail SET time = time + 1 WHERE seq = 5", "row 5 of the trail"),
        ("DELETE FROM trail WHERE seq = 1", "expected row 1; got row 2"),
        ("DELETE FROM trail WHERE seq = 4", "expected row 4; got row 5"),
    ],
)
def test_an_edit_of_the_file_is_found(store: Store, file: Path, statement: str, found: str) -> None:
    edit(file)
    assert verified(store).seq == 5
    with sqlite3.connect(file) as db:
        db.execute(statement)
    db.close()
    with pytest.raises(StorageFault, match=found):
        verified(store)


def test_a_row_that_was_taken_out_and_the_rest_counted_anew_is_found(store: Store, file: Path) -> None:
    edit(file, "DELETE FROM trail WHERE seq = 2", "UPDATE trail SET seq = seq - 1 WHERE seq > 2")
    with pytest.raises(StorageFault, match="row 2 of the trail"):
        verified(store)


def test_rows_that_were_taken_off_the_end_or_made_anew_are_found_by_who_kept_the_last(store: Store, file: Path) -> None:
    known = verified(store)

    def check() -> trail.Head:
        with store.reading() as work:
            return trail.verify(work.db, known)

    assert check() == known
    edit(file, "DELETE FROM trail WHERE seq = 5")
    assert verified(store).seq == 4
    with pytest.raises(StorageFault, match="expected row 5; got row 4"):
        check()
    store.record("a-1", "signed-out", "Firefox 4")
    assert verified(store).seq == 5
    with pytest.raises(StorageFault, match="made anew"):
        check()


def test_the_store_is_private_and_is_not_opened_once_others_can_read_it(store: Store, file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    with pytest.raises(CustodyError, match="can be read by others"):
        verified(store)


def test_a_store_of_newer_software_is_left_alone(store: Store, file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 1000")
    db.close()
    with pytest.raises(NewerFormat, match="newer software"):
        verified(store)
