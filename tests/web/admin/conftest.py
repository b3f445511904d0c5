from collections.abc import Iterator

import pytest

from tests.web.portal.opened import Opened, opened
from tests.world import World


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The portal of a small world's log, shared by the tests of a module."""
    with opened(tmp_path_factory.mktemp("log"), World()) as portal:
        yield portal
