"""fsck names what is wrong; no flipped byte of the database passes it unless nothing that is read has changed."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from custody.ledger import fsck, schema
from custody.ledger.config import LedgerConfig
from custody.ledger.engine import DRIVER
from custody.ledger.ledger import Ledger
from custody.ledger.store import FILE
from tests.ledger.helpers import accept
from tests.world import World, begin_log

FLIPS = 400


def build(folder: Path) -> LedgerConfig:
    """A closed log of 300 entries with a fork, a gap and revocations; another one but for the times in it each time."""
    world = World()
    config = begin_log(world, folder)
    ledger = Ledger.open(config)
    accept(ledger, *world.roster, world.revoke("f" * 64))
    handovers = world.handovers(290)
    accept(ledger, *handovers[:200], *handovers[204:])
    accept(ledger, world.handover(at=(2, handovers[0].id)), world.revoke(world.devices[0].key.keyid))
    ledger.close()
    return config


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> LedgerConfig:
    """Tests change copies of it: `unsound`."""
    return build(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def unsound(sound: LedgerConfig, tmp_path: Path) -> LedgerConfig:
    shutil.copytree(sound.data.parent, tmp_path / "copy")
    folder = tmp_path / "copy"
    return LedgerConfig(
        origin=sound.origin, data=folder / "data", guard=folder / "guard" / "checkpoint", key=folder / "log-key.pem"
    )


def change(config: LedgerConfig, *statements: str) -> None:
    """Runs SQL as somebody would who can write the file: without the triggers."""
    connection = DRIVER.connect(config.data / FILE, isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, sql in triggers:
        connection.execute(sql)
    connection.close()


def found(config: LedgerConfig) -> list[tuple[str, str]]:
    return [(fault.what, fault.where) for fault in fsck.check(config)]


def test_a_sound_log_has_no_fault(sound: LedgerConfig) -> None:
    seen = []
    assert list(fsck.check(sound, lambda done, total: seen.append((done, total)))) == []
    assert seen[-1] == (300, 300)


def test_a_running_log_can_be_checked(world: World, config: LedgerConfig, ledger: Ledger) -> None:
    for _ in range(5):
        accept(ledger, *world.handovers(3))
        assert list(fsck.check(config)) == []


FLIP_ENTRY = "UPDATE entries SET entry = CAST(replace(CAST(entry AS TEXT), 'payload\":\"ey', 'payload\":\"eY') AS BLOB)"
ZEROS = "x'" + "00" * 32 + "'"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (FLIP_ENTRY + ' WHERE "index" = 17', {("entry", "17"), ("leaf hash", "17")}),
        ('DELETE FROM entries WHERE "index" = 17', {("entry", "17"), ("leaf hash", "17"), ("table", "entries")}),
        ('DELETE FROM entries WHERE "index" = 299', {("database", FILE)}),
        (f'UPDATE entries SET "index" = {2**34} WHERE "index" = 299', {("entry", "299"), ("table", "entries")}),
        (f'UPDATE entries SET id = {ZEROS} WHERE "index" = 20', {("id of entry", "20")}),
        (f'UPDATE entries SET issuer = {ZEROS} WHERE "index" = 20', {("issuer of entry", "20")}),
        ('UPDATE entries SET seq = 999 WHERE "index" = 20', {("seq of entry", "20")}),
        (f"UPDATE hashes SET hash = {ZEROS} WHERE level = 0 AND number = 270", {("leaf hash", "270")}),
        (f"UPDATE hashes SET hash = {ZEROS} WHERE level = 1", {("tile hash", "1/0 at 0")}),
        ("DELETE FROM hashes WHERE level = 1", {("tile hash", "1/0 at 0"), ("table", "hashes")}),
        (f"INSERT INTO hashes VALUES (2, 0, {ZEROS})", {("table", "hashes")}),
        ('DELETE FROM roster WHERE "index" = 3', {("roster row", "3")}),
        ("UPDATE roster SET effect = 'out-of-scope' WHERE \"index\" = 3", {("roster row", "3")}),
        ("UPDATE roster SET effect = NULL WHERE effect IS NOT NULL", {("roster row", "11")}),
        ("INSERT INTO roster VALUES (30, NULL)", {("roster row", "30")}),
        ("DROP TRIGGER hashes_no_update", {("definition", "trigger hashes_no_update")}),
        ("DROP INDEX entries_by_issuer", {("definition", "index entries_by_issuer")}),
        ("UPDATE alembic_version SET version_num = '9999'", {("database", FILE)}),
        ("INSERT INTO alembic_version VALUES ('0000')", {("database", FILE)}),
    ],
)
def test_what_is_changed_is_named(unsound: LedgerConfig, sql: str, expected: set[tuple[str, str]]) -> None:
    if sql.startswith("DROP"):
        connection = DRIVER.connect(unsound.data / FILE, isolation_level=None)
        connection.execute(sql)
        connection.close()
    else:
        change(unsound, sql)
    assert expected <= set(found(unsound))


def test_a_fault_says_what_was_expected_and_what_came(unsound: LedgerConfig) -> None:
    change(unsound, 'UPDATE entries SET seq = 999 WHERE "index" = 20')
    assert "seq of entry 20: expected 5; got 999" in [str(fault) for fault in fsck.check(unsound)]


def test_every_changed_chain_head_is_named(unsound: LedgerConfig) -> None:
    connection = DRIVER.connect(unsound.data / FILE, isolation_level=None)
    issuers = [row[0] for row in connection.execute("SELECT issuer FROM heads ORDER BY issuer")]
    connection.close()
    assert len(issuers) == 4
    change(unsound, f"UPDATE heads SET head = (SELECT head FROM heads WHERE issuer = x'{issuers[0].hex()}')")
    assert {("chain head", issuer.hex()) for issuer in issuers[1:]} <= set(found(unsound))
    change(unsound, "DELETE FROM heads")
    assert {("chain head", issuer.hex()) for issuer in issuers} <= set(found(unsound))


def test_a_history_rewritten_throughout_is_caught_by_the_guard(unsound: LedgerConfig, tmp_path: Path) -> None:
    # All of the database made anew, hashes and heads included: only what was signed tells.
    other = build(tmp_path / "other")
    shutil.copy(other.data / FILE, unsound.data / FILE)
    assert found(unsound) == [("root", "of 300 entries")]
    shutil.copy(other.guard, unsound.guard)
    assert found(unsound) == []


def test_a_byte_flipped_in_an_index_is_found(unsound: LedgerConfig) -> None:
    path = unsound.data / FILE
    connection = DRIVER.connect(path)
    statement_id, issuer = connection.execute('SELECT id, issuer FROM entries WHERE "index" = 100').fetchone()
    connection.close()
    whole = path.read_bytes()
    flipped = bytes([statement_id[0] ^ 1]) + statement_id[1:]
    # In the table the issuer follows the id; where it does not, it is the index.
    damaged = whole.replace(statement_id + issuer, b"?" * 64).replace(statement_id, flipped)
    path.write_bytes(damaged.replace(b"?" * 64, statement_id + issuer))
    assert set(found(unsound)) == {("database", FILE)}


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda config: config.guard.unlink(), ("guard", "checkpoint")),
        (lambda config: config.guard.write_bytes(b"?"), ("guard", "checkpoint")),
        (lambda config: (config.data / FILE).unlink(), ("database", FILE)),
        (lambda config: (config.data / FILE).write_bytes(b""), ("database", FILE)),
        (lambda config: (config.data / FILE).write_bytes(b"not a database" * 999), ("database", FILE)),
        (lambda config: _cut(config.data / FILE), ("database", FILE)),
    ],
    ids=["guard missing", "guard overwritten", "missing", "empty", "overwritten", "cut short"],
)
def test_a_lost_file_is_a_fault_and_no_stack_trace(
    unsound: LedgerConfig, damage: Callable[[LedgerConfig], None], expected: tuple[str, str]
) -> None:
    damage(unsound)
    assert expected in found(unsound)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("column", ["entry", "id", "hash"])
def test_of_thousands_of_flipped_bytes_each_is_named(unsound: LedgerConfig, column: str) -> None:
    # One byte of every row at once, so that thousands cost few runs: each row must be named for itself.
    path = unsound.data / FILE
    whole = path.read_bytes()
    table, key = ("hashes", "number") if column == "hash" else ("entries", '"index"')
    connection = DRIVER.connect(path)
    rows = connection.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}").fetchall()[:300]
    connection.close()
    source = random.Random(2026)
    for _ in range(4):
        damaged = whole
        for _, value in rows:
            flipped = bytearray(value)
            flipped[source.randrange(len(value))] ^= 1 << source.randrange(8)
            damaged = damaged.replace(value, flipped)  # also where SQLite has left an old copy of the page
        path.write_bytes(damaged)
        named = {where for what, where in found(unsound) if what in ("entry", "leaf hash", "id of entry")}
        assert named >= {str(number) for number, _ in rows}


def test_a_byte_flipped_anywhere_is_found_or_changes_nothing_that_is_read(tmp_path: Path) -> None:
    world = World(devices=1, handlers=2)
    config = begin_log(world, tmp_path)
    ledger = Ledger.open(config)
    accept(ledger, *world.roster, *world.handovers(12))
    ledger.close()
    path = config.data / FILE
    whole, expected = path.read_bytes(), _contents(path)
    source = random.Random(2026)
    missed, found_count = [], 0
    with path.open("r+b", buffering=0) as file:
        for _ in range(FLIPS):
            at = source.randrange(len(whole))
            _write(file, at, whole[at] ^ (1 << source.randrange(8)))
            if list(fsck.check(config)):
                found_count += 1
            elif _contents(path) != expected:
                missed.append(at)
            _write(file, at, whole[at])
    assert missed == []
    assert found_count > FLIPS // 4


def _contents(path: Path) -> object:
    """Everything that can be read, or the error."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        tables = [*schema.metadata.tables, "alembic_version"]
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]
    except (sqlite3.DatabaseError, UnicodeError) as error:
        return str(error)
    finally:
        connection.close()


def _write(file: IO[bytes], at: int, byte: int) -> None:
    file.seek(at)
    file.write(bytes([byte]))
