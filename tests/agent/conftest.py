"""An agent that has the roster, and no network, for the tests of what readers send."""

import msgspec
import pytest

from scanner_agent.config import AgentConfig
from tests.agent.scene import Scene, sync
from tests.agent.simulated_ledger import serve


@pytest.fixture(scope="session")
def shared_scene() -> Scene:
    return Scene()


@pytest.fixture(scope="module")
def known(shared_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> AgentConfig:
    folder = tmp_path_factory.mktemp("agent")
    with serve(shared_scene.ledger) as url:
        config = shared_scene.config(folder, url)
        sync(config)
    return msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, url="http://127.0.0.1:1"))
