"""Short ways to say what the ledger's tests say often."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from custody.core.errors import CustodyError
from custody.core.statement import Statement
from custody.ledger import tables
from custody.ledger.clock import Clock
from custody.ledger.engine import open_reader
from custody.ledger.ledger import Ledger
from custody.ledger.views import Accepted
from tests.world import START

TABLES = tables.metadata.sorted_tables
"""The follower's."""
Rows = dict[str, list[tuple[Any, ...]]]


class SetClock(Clock):
    """Stands still until it is set or time passes."""

    def __init__(self) -> None:
        self.wall, self.mono = START, 0

    def now(self) -> int:
        return self.wall

    def monotonic(self) -> int:
        return self.mono

    def passes(self, ms: int) -> None:
        self.wall += ms
        self.mono += ms


def submit(ledger: Ledger, *statements: Statement) -> list[Accepted | CustodyError]:
    return ledger.submit([statement.envelope for statement in statements])


def accept(ledger: Ledger, *statements: Statement) -> list[Accepted]:
    """`submit`, where nothing may be refused."""
    answers = submit(ledger, *statements)
    assert all(isinstance(answer, Accepted) for answer in answers), answers
    return answers


def kinds(answers: Iterable[Accepted | CustodyError]) -> list[str]:
    """`accepted`, or the kind of the refusal."""
    return ["accepted" if isinstance(answer, Accepted) else answer.kind for answer in answers]


def all_entries(ledger: Ledger) -> list[bytes]:
    return [ledger.entry(index) for index in range(ledger.status().size)]


def dump(folder: Path) -> Rows:
    """Every row of every table of the follower's, in the order of their keys."""
    engine = open_reader(folder / tables.FILE, 1)
    with engine.connect() as connection:
        rows = {table.name: [tuple(row) for row in connection.execute(select(table))] for table in TABLES}
    engine.dispose()
    return rows


def until(holds: Callable[[], bool]) -> None:
    """Waits for it."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def followed(ledger: Ledger) -> Ledger:
    """Waits for the follower."""
    deadline = time.monotonic() + 30
    while ledger.status().followed < ledger.status().size:
        assert time.monotonic() < deadline, "the follower does not follow"
        time.sleep(0.01)
    return ledger
