"""The CSV files of several archives laid together in DuckDB, which is kept from everything but what it is given.

What the SQL here and in `questions` says is ours; what the files say only ever comes as values.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from custody.audit.stats.reading import Described, Readers, Row, Tables, batches, described, rows, text, unix_ms, whole
from custody.core.errors import ConfigFault, Oversize, WrongLog

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "768MB"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "memory_limit": MEMORY,
    "temp_directory": "",
    "threads": "2",
}
_INTEGER, _TEXT = "bigint", "varchar"
_ABSENT = -(2**62)
"""In the place of an integer that is not there."""


def _instant(cell: str) -> int | None:
    return unix_ms(cell) if cell else None


def _first(cell: str) -> int:
    return whole(cell.partition(" ")[0])


def _carriers(cell: str) -> str | None:
    """Of the signers the carriers, each between spaces."""
    found = [word.removesuffix(":carrier") for word in cell.split(" ") if word.endswith(":carrier")]
    return f" {' '.join(found)} " if found else None


def _many(cell: str) -> int:
    return len(cell.split())


_READ: dict[str, Readers] = {
    "events.csv": {
        "entry": whole,
        "item": text,
        "version": text,
        "action": text,
        "happened": unix_ms,
        "site": text,
        "to": text,
        "kind": text,
        "container": text,
        "releaser": text,
        "receiver": text,
        "carrier": text,
        "signers": _carriers,
        "seals": _many,
    },
    "findings.csv": {"finding": text, "code": text, "item": text, "site": text, "evidence": _first},
    "deliveries.csv": {
        "item": text,
        "plan": whole,
        "way": whole,
        "from": text,
        "to": text,
        "due": unix_ms,
        "status": text,
        "delivered": _instant,
    },
    "sites.csv": {"site": text, "name": text, "category": text, "parent": text},
}
"""The columns that are laid together, and how each is read."""
_INTEGERS = frozenset({"archive", "entry", "happened", "seals", "evidence", "plan", "way", "due", "delivered"})

# The archive with the most entries is number 0; where two tell the same, the one with the lower number counts.
_SETTLE = """
create table events as
select * from "events.csv" join (select entry, min(archive) as archive from "events.csv" group by entry)
using (entry, archive) where version <> 'superseded';

create table findings as
select * from "findings.csv" join (select finding, min(archive) as archive from "findings.csv" group by finding)
using (finding, archive);

create table deliveries as
select * from "deliveries.csv" join (select item, max(plan) as plan from "deliveries.csv" group by item)
using (item, plan) qualify row_number() over (partition by item, way order by archive) = 1;

create table sites as
select * from "sites.csv" qualify row_number() over (partition by site order by archive) = 1;

create table covered as
with recursive below as (
    select archive, site from archives where site is not null
    union
    select below.archive, sites.site from below join sites on sites.parent = below.site
) from below;

-- What a newer archive would tell and does not tell any more.
delete from findings where exists (from archives where archives.archive < findings.archive and archives.site is null)
or exists (from covered where covered.archive < findings.archive and covered.site = findings.site);

drop table "events.csv"; drop table "findings.csv"; drop table "deliveries.csv"; drop table "sites.csv";
"""


class Laid:
    """Archives of one log, laid together. `described` is each one's, in the order in which they count."""

    def __init__(self, archives: Sequence[Tables]) -> None:
        """Raises WrongLog for archives of two logs, ConfigFault without DuckDB, Oversize, and what `rows` raises."""
        told = sorted(((described(one), one) for one in archives), key=lambda pair: _precedence(pair[0]))
        self.described = [one for one, _ in told]
        _check_one_log(told)
        self._connection = _connect()
        self.ask("create table archives (archive bigint, size bigint, last bigint, site varchar)")
        for name, wanted in _READ.items():
            members = ", ".join(f'"{one}" {_type(one)}' for one in ("archive", *wanted))
            self.ask(f'create table "{name}" ({members})')
        for number, (one, tables) in enumerate(told):
            self.ask("insert into archives values (?, ?, ?, ?)", [number, one.size, one.last, one.site])
            for name in _READ:
                self._lay(number, tables, name)
        self.ask(_SETTLE)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows that the SQL gives. Raises Oversize if there is more than fits into memory."""
        import duckdb  # noqa: PLC0415  # an extra

        try:
            return self._connection.execute(sql, values).fetchall()
        except duckdb.OutOfMemoryException:
            raise Oversize(
                "this is more than fits into memory",
                expected=f"at most {MEMORY}",
                remedy="Lay fewer archives together, or those of smaller sites.",
            ) from None

    def close(self) -> None:
        self._connection.close()

    def _lay(self, number: int, tables: Tables, name: str) -> None:
        wanted = _READ[name]
        for batch in batches(rows(tables, name, wanted)):
            columns = zip(wanted, zip(*batch, strict=True), strict=True)
            self._connection.register("chunk", {column: _array(column, cells) for column, cells in columns})
            try:
                members = ", ".join(map(_value, wanted))
                self.ask(f'insert into "{name}" select {number}, {members} from chunk')  # noqa: S608  # our own names
            finally:
                with suppress(Exception):
                    self._connection.unregister("chunk")


def _array(column: str, cells: Sequence[Any]) -> "np.ndarray[Any, Any]":
    if column not in _INTEGERS:
        return np.array(cells, dtype=object)
    # Of objects, DuckDB would guess from a few how large all are.
    return np.array([_ABSENT if cell is None else cell for cell in cells], dtype=np.int64)


def _value(column: str) -> str:
    return f'nullif("{column}", {_ABSENT})' if column in _INTEGERS else f'"{column}"::{_TEXT}'


def _type(column: str) -> str:
    return _INTEGER if column in _INTEGERS else _TEXT


def _precedence(one: Described) -> tuple[int, bool]:
    return -one.size, one.site is not None


def _check_one_log(told: Sequence[tuple[Described, Tables]]) -> None:
    first, at = told[0]
    for one, tables in told[1:]:
        if one.log != first.log:
            raise WrongLog(
                f"{at.name} and {tables.name} are of two logs",
                expected=first.log,
                got=one.log,
                remedy="Ask of each by itself: what two elections took cannot be laid together.",
            )
    roots: dict[int, tuple[str, str]] = {}
    for one, tables in told:
        known, where = roots.setdefault(one.size, (one.root, tables.name))
        if known != one.root:
            raise WrongLog(
                f"{where} and {tables.name} are of two histories of one log",
                expected=f"root {known} of {one.size} entries",
                got=one.root,
                remedy="Hold them against each other: custody audit compare.",
            )


def _connect() -> "DuckDBPyConnection":
    try:
        import duckdb  # noqa: PLC0415  # an extra
    except ImportError:
        raise ConfigFault(
            "statistics are made with DuckDB, which is not installed",
            expected="the extra `stats`",
            remedy="Where this software lies, run: make venv, or .venv/bin/pip install '.[stats]'",
        ) from None
    connection = duckdb.connect(":memory:", config=_CONFIG)
    connection.execute("set lock_configuration = true")
    return connection
