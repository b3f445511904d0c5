"""Agents in tests: with the roster and no network, or beside a ledger that listens; and badges that open at once."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from custody.core import badge
from scanner_agent.config import AgentConfig
from tests.agent.scene import Scene, sync
from tests.agent.simulated_ledger import serve
from tests.photos import jpeg_file

_seed = cache(badge._seed)


@pytest.fixture(scope="module", autouse=True)
def each_badge_and_pin_is_derived_once() -> Iterator[None]:
    """A quarter of a second of a core each, by design, and the same few people show theirs hundreds of times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(badge, "_seed", _seed)
        yield


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


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def url(scene: Scene) -> Iterator[str]:
    with serve(scene.ledger) as url:
        yield url


@pytest.fixture
def config(scene: Scene, url: str, tmp_path: Path) -> AgentConfig:
    """A device's settings, and its ledger listens."""
    return scene.config(tmp_path, url)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "foto.jpg"
    path.write_bytes(jpeg_file(400, 300))
    return path
