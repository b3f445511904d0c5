from collections.abc import Iterator

import pytest

from tests.web.serving import Serving, make_log
from tests.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return World(devices=4)


@pytest.fixture(scope="module")
def ledger(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A running ledger with the world's roster, shared by the tests of a module."""
    with Serving(make_log(tmp_path_factory.mktemp("log"), world)) as serving:
        serving.accepted(world.roster[1:])
        yield serving
