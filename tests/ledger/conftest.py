from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.note import Verifier
from custody.ledger.config import LedgerConfig
from custody.ledger.ledger import Ledger
from tests.world import World, begin_log


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def config(world: World, tmp_path: Path) -> LedgerConfig:
    return begin_log(world, tmp_path)


@pytest.fixture
def ledger(world: World, config: LedgerConfig) -> Iterator[Ledger]:
    """An open ledger with the world's roster in it."""
    opened = Ledger.open(config)
    opened.submit([statement.envelope for statement in world.roster])
    yield opened
    opened.close()


@pytest.fixture
def verifier(ledger: Ledger) -> Verifier:
    return Verifier(ledger.vkey)
