"""An outbox of which nothing is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner_agent import database
from scanner_agent.outbox import Outbox
from tests.agent.advice.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database.create(tmp_path / "outbox.sqlite")
    outbox = Outbox(tmp_path / "outbox.sqlite")
    yield Desk(outbox)
    outbox.close()
