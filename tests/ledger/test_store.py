"""The database: append-only, made by its migrations, synchronous."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from custody.ledger import engine, schema
from custody.ledger.config import LedgerConfig
from custody.ledger.engine import DRIVER
from custody.ledger.ledger import Ledger
from custody.ledger.store import FILE, HashRow, Store
from custody.ledger.upgrade import upgrade


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


def test_the_migrations_make_the_tables_that_the_code_expects() -> None:
    memory = engine.open_memory()
    upgrade(memory)
    with memory.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    assert differences == []


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
