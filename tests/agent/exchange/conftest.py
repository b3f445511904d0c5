"""An agent that its ledger knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agent.exchange.desk import Desk
from tests.agent.scene import Scene
from tests.agent.simulated_ledger import serve


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    scene = Scene()
    with serve(scene.ledger) as url:
        made = Desk(scene, url, tmp_path)
        yield made
        made.exchange.close()
        made.outbox.close()
