"""The world whose log a test makes."""

import pytest

from tests.world import World


@pytest.fixture
def world() -> World:
    return World()
