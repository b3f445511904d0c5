from pathlib import Path

import pytest

from custody.accounts.store import ACCOUNTS, Store

NOON = 1_800_000_000_000


class Time:
    """A clock that stands until it is told to go on."""

    now = NOON

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def store(tmp_path: Path, time: Time) -> Store:
    return Store(tmp_path / "private" / ACCOUNTS, time)
