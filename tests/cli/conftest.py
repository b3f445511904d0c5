import shutil
from pathlib import Path

import pytest

from tests.cli.desks import LOG, OFFICE, Desk
from tests.cli.programs import succeed


@pytest.fixture(scope="session")
def fresh_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority's desk with unencrypted keys and one site, made by the real programs; tests work in copies."""
    folder = tmp_path_factory.mktemp("fresh") / "desk"
    succeed("authority", "init", folder, "--log", LOG, "--root-keys", 3, "--threshold", 2, "--no-passphrase")
    Desk(folder).roster("site", "--site", OFFICE, "--category", "office", "--name", "KPU Kota Bandung")
    return folder


@pytest.fixture
def desk(fresh_desk: Path, tmp_path: Path) -> Desk:
    return Desk(shutil.copytree(fresh_desk, tmp_path / "desk"))
