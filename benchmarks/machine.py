"""On what it was measured: nothing that names one machine."""

import platform
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

from benchmarks.bench import CORES
from custody.ledger.engine import DRIVER, JOURNAL

LIBRARIES = ("cryptography", "flask", "gunicorn", "msgspec", "pynacl", "sqlalchemy")


class Machine(Struct, frozen=True):
    """Cores and processor, kernel, Python, libraries, and how SQLite keeps its journal."""

    cores: int
    processor: str
    kernel: str
    python: str
    sqlite: str
    libraries: dict[str, str]


def machine() -> Machine:
    """This one."""
    return Machine(
        cores=CORES,
        processor=_processor(),
        kernel=platform.release(),
        python=platform.python_version(),
        sqlite=f"{DRIVER.sqlite_version} {JOURNAL}",
        libraries={name: version(name) for name in LIBRARIES},
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
