"""The outbox: a chain that goes on after every stop, nothing deleted, nothing changed that was signed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from custody.core.checkpoint import Checkpoint
from custody.core.errors import ConfigFault, StorageFault
from custody.core.statement import Statement
from scanner_agent import database, schema
from scanner_agent.outbox import Held, Outbox
from scanner_agent.private import Private
from tests.world import World

WORLD = World()
FIRST, SECOND, THIRD = WORLD.handovers(3, devices=1)
ISSUER = FIRST.body.issuer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database.create(tmp_path / "outbox.sqlite")
    return tmp_path / "outbox.sqlite"


@pytest.fixture
def outbox(path: Path) -> Outbox:
    return Outbox(path)


def pending(outbox: Outbox) -> list[str]:
    return [one.id for one in outbox.pending(100, 10**6)]


def test_a_chain_begins_at_1_and_goes_on_after_a_restart(path: Path) -> None:
    outbox = Outbox(path)
    assert outbox.next_link(ISSUER) == (1, None)
    outbox.commit([FIRST, SECOND])
    outbox.close()
    assert Outbox(path).next_link(ISSUER) == (3, SECOND.id)


def test_an_outbox_and_its_journal_are_their_owners_alone(path: Path) -> None:
    Outbox(path).commit([FIRST])
    assert {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {
        "outbox.sqlite": 0o600,
        "outbox.sqlite-journal": 0o600,
    }


def test_each_key_has_a_chain_of_its_own(outbox: Outbox) -> None:
    outbox.commit([FIRST])
    assert outbox.next_link(WORLD.devices[1].key.keyid) == (1, None)


@pytest.mark.parametrize("wrong", [SECOND, THIRD], ids=["a gap", "a gap of two"])
def test_a_statement_that_is_not_the_next_is_not_committed(outbox: Outbox, wrong: Statement) -> None:
    with pytest.raises(StorageFault, match="not the next"):
        outbox.commit([wrong])
    assert pending(outbox) == []


def test_of_two_statements_at_one_place_the_second_is_not_committed(outbox: Outbox) -> None:
    outbox.commit([FIRST])
    with pytest.raises(StorageFault, match="not the next"):
        outbox.commit([WORLD.handover(at=(1, None))])
    assert pending(outbox) == [FIRST.id]


def test_parts_are_committed_together_or_not_at_all(outbox: Outbox) -> None:
    with pytest.raises(StorageFault):
        outbox.commit([FIRST, THIRD])
    assert pending(outbox) == []
    outbox.commit([FIRST, SECOND])
    assert pending(outbox) == [FIRST.id, SECOND.id]


def test_a_session_stays_open_over_a_restart_until_it_ends(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add_draft(b"one")
    outbox.add_draft(b"two")
    outbox.close()
    outbox = Outbox(path)
    assert outbox.draft() == [b"one", b"two"]
    outbox.commit([FIRST])
    assert outbox.draft() == []
    outbox.add_draft(b"three")
    assert outbox.draft() == [b"three"]
    outbox.cancel_draft()
    assert Outbox(path).draft() == []


def test_a_refused_commit_leaves_the_session_open(outbox: Outbox) -> None:
    outbox.add_draft(b"one")
    with pytest.raises(StorageFault):
        outbox.commit([SECOND])
    assert outbox.draft() == [b"one"]


def test_pending_statements_come_oldest_first_in_batches_of_a_number_and_a_size(outbox: Outbox) -> None:
    outbox.commit([FIRST, SECOND, THIRD])
    assert [one.id for one in outbox.pending(2, 10**6)] == [FIRST.id, SECOND.id]
    two = len(FIRST.envelope) + len(SECOND.envelope) + 2
    assert [one.id for one in outbox.pending(9, two)] == [FIRST.id, SECOND.id]
    assert [one.id for one in outbox.pending(9, two - 1)] == [FIRST.id]
    assert [one.id for one in outbox.pending(9, 1)] == [FIRST.id]


def test_a_receipt_ends_the_waiting(outbox: Outbox) -> None:
    outbox.commit([FIRST, SECOND])
    outbox.keep_receipts([(SECOND.id, 5, b"receipt")])
    assert pending(outbox) == [FIRST.id]
    assert list(outbox.receipts()) == [(5, b"receipt")]
    assert str(outbox.counts()).startswith("1 menunggu / pending, 1 berbukti / receipted, 0")


def test_a_refused_statement_is_kept_and_stands_open_until_someone_has_looked(outbox: Outbox) -> None:
    outbox.commit([FIRST, SECOND])
    outbox.quarantine(FIRST.id, ISSUER, 1, "bad", "{}")
    assert pending(outbox) == [SECOND.id]
    [incident] = outbox.incidents()
    assert (incident.kind, incident.issuer, incident.statement, incident.detail) == ("refused", ISSUER, FIRST.id, "bad")
    outbox.review(incident.id, 2, resend=False)
    assert (outbox.incidents(), outbox.counts().quarantined) == ([], 1)
    assert [one.reviewed for one in outbox.incidents(reviewed=True)] == [2]


def test_a_refused_statement_can_be_sent_once_more(outbox: Outbox) -> None:
    outbox.commit([FIRST])
    outbox.quarantine(FIRST.id, ISSUER, 1, "bad", "{}")
    outbox.review(outbox.incidents()[0].id, 2, resend=True)
    assert pending(outbox) == [FIRST.id]


def test_what_is_not_open_cannot_be_reviewed(outbox: Outbox) -> None:
    with pytest.raises(ConfigFault, match="no such incident"):
        outbox.review(1, 2, resend=False)


def test_one_trouble_is_one_incident_until_it_was_reviewed(outbox: Outbox) -> None:
    for _ in range(2):
        outbox.report("chain-behind", ISSUER, 1, "behind", "{}")
    [incident] = outbox.incidents()
    outbox.review(incident.id, 2, resend=False)
    outbox.report("chain-behind", ISSUER, 3, "behind", "{}")
    assert len(outbox.incidents()) == 1


def test_the_largest_checkpoint_is_the_last(outbox: Outbox) -> None:
    assert outbox.last_checkpoint() is None
    held = [Held(Checkpoint("log", size, bytes(31) + bytes([size])), b"log\n%d\n" % size) for size in (5, 9, 7)]
    for one in held:
        outbox.keep_checkpoint(one)
    assert outbox.last_checkpoint() == held[1]


def test_roster_entries_come_back_in_order(outbox: Outbox) -> None:
    assert outbox.last_roster_index() is None
    outbox.keep_roster([(0, b"root"), (4, b"site")])
    outbox.keep_roster([(2, b"authority"), (4, b"site")])
    assert list(outbox.roster()) == [(0, b"root"), (2, b"authority"), (4, b"site")]
    assert outbox.last_roster_index() == 4


FORBIDDEN = [
    "DELETE FROM statement",
    "DELETE FROM draft",
    "DELETE FROM session_end",
    "DELETE FROM checkpoint",
    "DELETE FROM roster",
    "DELETE FROM incident",
    "UPDATE statement SET envelope = x'00' WHERE seq = 2",
    "UPDATE statement SET id = 'x' WHERE seq = 2",
    "UPDATE statement SET seq = 9 WHERE seq = 2",
    "UPDATE statement SET issuer = 'x' WHERE seq = 2",
    "UPDATE statement SET state = 'pending', receipt = NULL, entry_index = NULL WHERE seq = 1",
    "UPDATE statement SET receipt = x'00' WHERE seq = 1",
    "UPDATE draft SET input = x'00'",
    "UPDATE session_end SET outcome = 'cancelled'",
    "UPDATE checkpoint SET root = x'00'",
    "UPDATE roster SET entry = x'00'",
    "UPDATE incident SET detail = ''",
    "UPDATE incident SET evidence = ''",
    "UPDATE statement SET state = 'receipted' WHERE seq = 2",
    "DELETE FROM carried",
    "UPDATE carried SET envelope = x'00'",
    "UPDATE carried SET state = 'receipted'",
    "UPDATE carried SET state = 'quarantined', envelope = x'00'",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_nothing_is_deleted_or_changed_behind_the_programs_back(path: Path, sql: str) -> None:
    outbox = Outbox(path)
    outbox.add_draft(b"one")
    outbox.commit([FIRST, SECOND])
    outbox.keep_receipts([(FIRST.id, 5, b"receipt")])
    outbox.keep_checkpoint(Held(Checkpoint("log", 5, bytes(32)), b"log\n5\n"))
    outbox.keep_roster([(0, b"root")])
    outbox.report("split-view", None, 1, "two", "{}")
    outbox.keep_carried(THIRD, 1)
    outbox.close()
    with sqlite3.connect(path) as db, pytest.raises(sqlite3.IntegrityError):
        db.execute(sql)


def test_a_carried_statement_waits_for_its_receipt_beside_the_chain(outbox: Outbox) -> None:
    outbox.commit([FIRST])
    outbox.keep_carried(THIRD, 1)
    outbox.keep_carried(THIRD, 2)
    assert (pending(outbox), [one.id for one in outbox.carried_pending()]) == ([FIRST.id], [THIRD.id])
    assert outbox.carried(THIRD.id[:16]) == THIRD.envelope
    assert outbox.carried("0" * 16) is None
    outbox.keep_receipts([(THIRD.id, 7, b"receipt")])
    assert (outbox.carried_pending(), outbox.next_link(ISSUER)) == ([], (2, FIRST.id))


def test_a_carried_statement_that_the_ledger_refused_is_sent_once_more_when_someone_says_so(outbox: Outbox) -> None:
    outbox.keep_carried(THIRD, 1)
    outbox.quarantine(THIRD.id, THIRD.body.issuer, 1, "refused", "{}")
    assert outbox.carried_pending() == []
    outbox.review(outbox.incidents()[0].id, 2, resend=True)
    assert [one.id for one in outbox.carried_pending()] == [THIRD.id]


def test_an_outbox_is_never_written_over(path: Path) -> None:
    with pytest.raises(ConfigFault, match="exists"):
        database.create(path)


def test_a_lost_outbox_is_not_begun_anew_but_says_what_to_do(path: Path) -> None:
    path.unlink()
    with pytest.raises(ConfigFault, match=r"is not there.*make a new key"):
        Outbox(path)
    assert not path.exists()


def test_an_outbox_of_the_first_version_is_brought_up_to_date_by_who_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(f"{schema.STEPS[0]} PRAGMA user_version = 1;")
    with pytest.raises(ConfigFault, match=r"no outbox of this version.*start the agent once"):
        Outbox(path)
    outbox = Outbox(path, oldest=1)
    outbox.commit([FIRST])
    outbox.add_draft(b"one", Private("0" * 64, "note", b"salted"))
    outbox.close()
    again = Outbox(path)
    assert (pending(again), again.draft(), again.private("0" * 64)) == ([FIRST.id], [b"one"], b"salted")


def test_an_outbox_of_a_later_version_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(ConfigFault, match="no outbox of this version"):
        Outbox(path)


def test_a_file_that_is_no_outbox_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    sqlite3.connect(other).close()
    other.touch()
    with pytest.raises(ConfigFault, match="no outbox of this version"):
        Outbox(other)
    other.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageFault, match="cannot be used"):
        Outbox(other)


def test_a_full_disk_is_told_and_nothing_of_the_session_is_lost(path: Path) -> None:
    outbox = Outbox(path)
    outbox.add_draft(b"one")
    outbox._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageFault, match="full"):
        outbox.add_draft(bytes(100_000))
    outbox._db.execute("PRAGMA max_page_count = 10000")
    outbox.add_draft(b"two")
    assert outbox.draft() == [b"one", b"two"]


def test_commits_are_durable_before_they_return(outbox: Outbox) -> None:
    """FULL, and a journal that is not unlinked: an unlink is not made durable by it."""
    assert outbox._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert outbox._db.execute("PRAGMA journal_mode").fetchone() == ("persist",)


def test_what_waits_is_counted_without_reading_envelopes(tmp_path: Path) -> None:
    path = tmp_path / "counted.sqlite"
    database.create(path)
    with closing(database.connect(path)) as db:
        [plan] = db.execute("EXPLAIN QUERY PLAN SELECT state, count(*) FROM statement GROUP BY state").fetchall()
    assert "COVERING INDEX statement_state" in plan[-1]
