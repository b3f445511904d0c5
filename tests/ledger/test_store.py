"""The database: append-only, made by its migrations, synchronous."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from custody.core.errors import CustodyError
from custody.ledger import engine, schema
from custody.ledger.config import LedgerConfig
from custody.ledger.engine import DRIVER
from custody.ledger.ledger import Ledger
from custody.ledger.migrating import settings
from custody.ledger.store import FILE, EntryRow, HashRow, Reading, Store
from custody.ledger.upgrade import REVISIONS, upgrade

LookUp = Callable[[Reading], object]


@pytest.mark.parametrize("table", ["entries", "hashes", "roster"])
@pytest.mark.parametrize("change", ["DELETE FROM {table}", "UPDATE {table} SET {column} = {column}"])
def test_what_is_logged_is_neither_changed_nor_deleted(
    config: LedgerConfig, ledger: Ledger, table: str, change: str
) -> None:
    column = list(schema.metadata.tables[table].columns.keys())[-1]
    connection = DRIVER.connect(config.data / FILE)
    with pytest.raises(DRIVER.DatabaseError, match="append-only"):
        connection.execute(change.format(table=table, column=column))
    connection.close()


# Neither library can read an index over an expression; the next test looks at what it does.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection", "ignore:autogenerate skipping")
def test_the_migrations_make_the_tables_that_the_code_expects() -> None:
    memory = engine.open_memory()
    upgrade(memory)
    with memory.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    assert differences == []


def test_the_revisions_that_are_known_are_those_of_the_migrations() -> None:
    assert [script.revision for script in ScriptDirectory.from_config(settings()).walk_revisions()] == REVISIONS


def test_a_ledger_whose_database_lacks_nothing_opens_without_alembic(config: LedgerConfig, ledger: Ledger) -> None:
    ledger.close()
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from custody.ledger.store import Store\n"
        "Store(Path(sys.argv[1]), readers=1).close()\n"
        "print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, config.data]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "False\n"


@pytest.mark.parametrize("driver", [DRIVER, sqlite3], ids=["bundled", "standard library"])
@pytest.mark.parametrize(
    ("look_up", "index"),
    [
        (lambda reading: reading.index(bytes(32)), "entries_by_id"),
        (lambda reading: reading.known(bytes(32), [1, 2, 3]), "entries_by_issuer"),
        (lambda reading: reading.at(bytes(32), 1, 3, before=9), "entries_by_issuer"),
    ],
    ids=["by id", "what is known", "around a seq"],
)
def test_statements_are_looked_up_by_an_index(
    config: LedgerConfig, monkeypatch: pytest.MonkeyPatch, driver: ModuleType, look_up: LookUp, index: str
) -> None:
    monkeypatch.setattr(engine, "DRIVER", driver)
    store = Store(config.data, readers=1)
    executed = []

    @event.listens_for(store._reader, "before_cursor_execute")
    def note(_connection: object, _cursor: object, sql: str, values: tuple[object, ...], *_: object) -> None:
        executed.append((sql, values))

    with store.reading() as reading:
        look_up(reading)
        sql, values = executed[-1]
        plan = reading._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    found = [step.detail for step in plan if "entries" in step.detail]
    assert found == [step for step in found if re.match(rf"SEARCH entries USING (COVERING )?INDEX {index} \(", step)]
    assert found
    store.close()


@pytest.mark.parametrize("index", [1, 2, 16_383, 16_384, 16_385, 99_999])
def test_a_statement_is_found_by_its_id_wherever_in_a_long_log_it_stands(config: LedgerConfig, index: int) -> None:
    store = Store(config.data, readers=1)
    rows = [EntryRow(at, id=at.to_bytes(32, "big"), issuer=bytes(32), seq=at, entry=b"{}") for at in (index, 100_000)]
    with store.writing() as writing:
        writing.append(rows, [], [])
    with store.reading() as reading:
        assert [reading.index(row.id) for row in rows] == [index, 100_000]
        assert reading.index(b"other".ljust(32)) is None
    store.close()


def test_no_statement_can_be_stored_twice(config: LedgerConfig) -> None:
    store = Store(config.data, readers=1)
    row = EntryRow(1, id=bytes(32), issuer=bytes(32), seq=1, entry=b"{}")
    again = row._replace(entry_index=100_000)
    with pytest.raises(CustodyError, match="UNIQUE"), store.writing() as writing:
        writing.append([row, again], [], [])
    store.close()


def test_every_commit_waits_for_the_disk(config: LedgerConfig) -> None:
    store = Store(config.data, readers=1)
    with store._writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar().upper() == engine.JOURNAL
    store.close()


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),
        ((3, 52, 1), True),
        ((3, 53, 4), True),
    ],
)
def test_a_write_ahead_log_is_used_only_where_its_reset_is_sound(version: tuple[int, ...], sound: bool) -> None:
    class Driver:
        sqlite_version_info = version

    assert engine._wal_is_sound(Driver) is sound


def test_a_reader_cannot_write(config: LedgerConfig) -> None:
    reader = engine.open_reader(config.data / FILE, connections=1)
    with reader.connect() as connection, pytest.raises(engine.DAMAGE, match="readonly"):
        connection.exec_driver_sql("DELETE FROM heads")
    reader.dispose()


@pytest.mark.parametrize("count", [0, 1, 3, 4, 21, 340, 513])
def test_any_number_of_rows_is_added_each_in_its_place(config: LedgerConfig, count: int) -> None:
    rows = [HashRow(level=1, number=number, hash=number.to_bytes(32, "big")) for number in range(count)]
    store = Store(config.data, readers=1)
    with store.writing() as writing:
        writing.append([], rows, [])
    with store.reading() as reading:
        assert reading.hash_rows(1, 0, count + 1) == rows
    store.close()
