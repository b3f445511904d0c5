"""The libraries that read codes and lines. Without any but zbar the agent would not start."""

from collections.abc import Callable, Iterator
from importlib import metadata

from scanner_agent import database, texts
from scanner_agent.doctor.line import Line
from scanner_agent.zbar import INSTALL, pyzbar_available

_WHAT = ("Pustaka", "Libraries")
_NEEDED = ("zxing-cpp", "opencv-python-headless", "pyserial", "segno")


def check(zbar: Callable[[], bool] = pyzbar_available) -> Iterator[Line]:
    """Versions; and whether `zbar` is here, which reads what zxing-cpp misses."""
    versions = [f"{name} {metadata.version(name)}" for name in _NEEDED]
    yield Line("ok", _WHAT, ", ".join([*versions, f"SQLite {database.sqlite_version}"]))
    if zbar():
        yield Line("ok", ("zbar", "zbar"), f"pyzbar {metadata.version('pyzbar')}, libzbar0")
    else:
        yield Line("attention", ("zbar", "zbar"), " / ".join(texts.NO_ZBAR), INSTALL)
