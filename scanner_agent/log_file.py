"""The log file beside the outbox: for whoever helps, so that nothing of it runs across the handler's screen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

MAX_BYTES = 8 * 1024 * 1024
"""Of the file, and of the one before it, `….1`: a reader that sends for ever may not fill the disk."""


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """While it lasts, what structlog is told goes to the end of `path`, a JSON object a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _Lines(path),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.reset_defaults()


class _Lines:
    """A logger of structlog's. What cannot be written is lost: an agent that cannot log goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def msg(self, message: str) -> None:
        with suppress(OSError):
            if self._path.exists() and self._path.stat().st_size + len(message) > MAX_BYTES:
                self._path.replace(self._path.with_name(f"{self._path.name}.1"))
            with open(self._path, "a", encoding="utf-8", errors="backslashreplace", opener=_as_owner) as file:
                file.write(message + "\n")

    log = debug = info = warning = error = critical = exception = msg


def _as_owner(path: str, flags: int) -> int:
    """Nobody else is to read what people scanned and when, as of the outbox beside it."""
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)  # one that was there before may be open to more
    return descriptor
