"""The ledger does not start, or go on, over a database that is not the one which the log has signed."""

import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from custody.core.errors import BadKey, ConfigFault, CustodyError, NewerFormat, StorageFault, Unavailable, WrongLog
from custody.files import load_key, save_key
from custody.ledger.config import LedgerConfig
from custody.ledger.engine import DRIVER
from custody.ledger.ledger import Ledger
from custody.ledger.store import FILE
from tests.ledger.helpers import accept
from tests.world import LOG_KEY, World, begin_log, key_of


def refused(config: LedgerConfig) -> CustodyError:
    with pytest.raises((ConfigFault, StorageFault)) as caught:
        Ledger.open(config).close()
    assert caught.value.remedy
    return caught.value


@pytest.fixture
def closed(world: World, ledger: Ledger) -> Ledger:
    accept(ledger, *world.handovers(3))
    ledger.close()
    return ledger


def test_a_closed_ledger_opens_where_it_stopped(world: World, config: LedgerConfig, closed: Ledger) -> None:
    reopened = Ledger.open(config)
    assert reopened.checkpoint() == closed.checkpoint()
    [answer] = accept(reopened, world.handover(device=1))
    assert (answer.index, answer.link) == (14, "ok")
    reopened.close()


def test_a_database_restored_from_an_older_copy_does_not_start(
    world: World, config: LedgerConfig, closed: Ledger, tmp_path: Path
) -> None:
    shutil.copytree(config.data, tmp_path / "backup")
    reopened = Ledger.open(config)
    accept(reopened, world.handover())
    reopened.close()
    shutil.rmtree(config.data)
    shutil.copytree(tmp_path / "backup", config.data)
    error = refused(config)
    assert (error.kind, error.expected, error.got) == (
        "storage-fault",
        "at least 15 entries, as the guard says",
        "14 entries",
    )


def test_a_guard_older_than_the_database_is_brought_up_to_it(
    world: World, config: LedgerConfig, closed: Ledger
) -> None:
    old = config.guard.read_bytes()
    reopened = Ledger.open(config)
    accept(reopened, *world.handovers(2))
    newest = reopened.checkpoint()
    reopened.close()
    config.guard.write_bytes(old)
    again = Ledger.open(config)
    assert again.checkpoint() == newest == config.guard.read_bytes()
    again.close()


def test_a_database_of_another_history_does_not_start(world: World, config: LedgerConfig, closed: Ledger, tmp_path):
    # The same size, another entry: as after a restore and new statements.
    other = begin_log(world, tmp_path / "other")
    forked = Ledger.open(other)
    accept(forked, *world.roster, *World().handovers(2), World().handover(device=1))
    assert forked.status().size == closed.status().size
    forked.close()
    shutil.copy(other.data / FILE, config.data / FILE)
    assert "is not the one that this log has signed" in refused(config).message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"", "does not hold a checkpoint"),
        (b"\xff" * 200, "does not hold a checkpoint"),
    ],
    ids=["missing", "empty", "overwritten"],
)
def test_a_guard_that_is_lost_is_told_with_what_to_do(
    config: LedgerConfig, closed: Ledger, content: bytes | None, message: str
) -> None:
    config.guard.unlink() if content is None else config.guard.write_bytes(content)
    error = refused(config)
    assert message in error.message
    assert "newest checkpoint" in error.remedy


def test_no_flipped_byte_of_the_guard_is_taken(config: LedgerConfig, closed: Ledger) -> None:
    whole = config.guard.read_bytes()
    for at in range(0, len(whole), 7):
        config.guard.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        refused(config)


def test_another_key_does_not_open_the_log(config: LedgerConfig, closed: Ledger) -> None:
    config.key.unlink()
    save_key(config.key, key_of("another"))
    assert "does not hold a checkpoint" in refused(config).message


def test_the_command_that_mends_an_open_key_works_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "kunci log (baru).pem"
    save_key(path, key_of("log"))
    path.chmod(0o644)
    with pytest.raises(ConfigFault) as caught:
        load_key(path)
    subprocess.run(["sh", "-c", (caught.value.remedy or "").removeprefix("Run: ")], check=True)
    assert load_key(path).keyid == key_of("log").keyid


def test_a_damaged_or_open_key_is_told(config: LedgerConfig, closed: Ledger) -> None:
    config.key.chmod(0o644)
    assert "chmod 600" in refused(config).remedy
    config.key.chmod(0o600)
    config.key.write_bytes(b"nothing")
    with pytest.raises(BadKey):
        Ledger.open(config)


def test_two_processes_cannot_open_one_log(config: LedgerConfig, ledger: Ledger) -> None:
    assert "is in use" in refused(config).message


def test_a_guard_that_somebody_else_moves_stops_the_ledger(world: World, config: LedgerConfig, ledger: Ledger) -> None:
    first = ledger.checkpoint()
    accept(ledger, world.handover())
    config.guard.write_bytes(first)
    with pytest.raises(Unavailable) as caught:
        accept(ledger, world.handover())
    assert "moved the guard" in caught.value.got


def test_two_ledgers_with_copies_of_one_database_cannot_both_sign(
    world: World, config: LedgerConfig, closed: Ledger, tmp_path: Path
) -> None:
    twin = replace(config, data=tmp_path / "twin")
    shutil.copytree(config.data, twin.data)
    other = Ledger.open(twin)
    outcomes: list[str] = []

    def both_have_looked(step: str) -> None:
        # The first has seen that the guard is where it left it, and has signed; now the other tries.
        if step == "after-sign":
            try:
                accept(other, world.handover(device=1))
                outcomes.append("signed")
            except Unavailable as error:
                outcomes.append(error.got or "")

    first = Ledger.open(config, hook=both_have_looked)
    accept(first, world.handover())
    assert ["moved the guard" in outcome for outcome in outcomes] == [True]
    assert (first.checkpoint(), other.status().size) == (config.guard.read_bytes(), closed.status().size)
    first.close()
    other.close()


def test_a_log_is_created_once(world: World, config: LedgerConfig) -> None:
    guard = config.guard.read_bytes()
    with pytest.raises(ConfigFault):
        Ledger.initialise(config, world.root_statement.envelope, LOG_KEY)
    config.guard.unlink()
    with pytest.raises(ConfigFault):
        Ledger.initialise(config, world.root_statement.envelope, LOG_KEY)
    config.guard.write_bytes(guard)
    Ledger.open(config).close()


@pytest.mark.parametrize(
    ("envelope", "kind"),
    [
        (World(origin="ledger.test/other").roster[0].envelope, WrongLog),
        (World().roster[1].envelope, CustodyError),
        (b"{}", CustodyError),
    ],
    ids=["for another log", "not a root statement", "not a statement"],
)
def test_a_log_begins_with_its_own_root_statement_only(
    world: World, tmp_path: Path, envelope: bytes, kind: type[CustodyError]
) -> None:
    config = LedgerConfig(
        origin=world.origin, data=tmp_path / "data", guard=tmp_path / "guard", key=tmp_path / "log-key.pem"
    )
    with pytest.raises(kind):
        Ledger.initialise(config, envelope, LOG_KEY)
    save_key(config.key, LOG_KEY)
    Ledger.initialise(config, world.root_statement.envelope, LOG_KEY)
    Ledger.open(config).close()


def test_a_log_that_was_never_created_is_told(world: World, tmp_path: Path) -> None:
    save_key(tmp_path / "log-key.pem", LOG_KEY)
    config = LedgerConfig(
        origin=world.origin, data=tmp_path / "data", guard=tmp_path / "guard", key=tmp_path / "log-key.pem"
    )
    assert refused(config).remedy == "Run custody init."


def test_a_database_of_newer_software_is_left_alone(config: LedgerConfig, closed: Ledger) -> None:
    set_revision(config, "9999")
    with pytest.raises(NewerFormat):
        Ledger.open(config)
    set_revision(config, "0001")
    Ledger.open(config).close()


def set_revision(config: LedgerConfig, revision: str) -> None:
    connection = DRIVER.connect(config.data / FILE)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()


@pytest.mark.parametrize("taken", ["data", "guard"])
def test_a_place_where_nothing_can_be_created_is_told(world: World, tmp_path: Path, taken: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    places = {"data": tmp_path / "data", "guard": tmp_path / "guard"} | {taken: tmp_path / "file" / taken}
    config = LedgerConfig(origin=world.origin, key=tmp_path / "log-key.pem", **places)
    with pytest.raises(ConfigFault, match="cannot be"):
        Ledger.initialise(config, world.root_statement.envelope, LOG_KEY)
    mended = replace(config, data=tmp_path / "data", guard=tmp_path / "guard")
    Ledger.initialise(mended, world.root_statement.envelope, LOG_KEY)
