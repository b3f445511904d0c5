"""One process at a time on a folder."""

import fcntl
import os
from pathlib import Path

from custody.core.errors import ConfigFault


class FolderLock:
    """Held from the beginning to `release`, or to the end of the process, however it ends."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigFault if there is no such folder, or another process has it."""
        try:
            self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise ConfigFault(
                f"{folder} cannot be opened",
                expected="a ledger's folder",
                got=error.strerror,
                remedy="Run custody init.",
            ) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise ConfigFault(
                f"{folder} is in use", expected="one ledger on a log", remedy="Stop the other process first."
            ) from None

    def release(self) -> None:
        """Idempotent."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
