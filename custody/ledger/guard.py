"""The guard: the last signed checkpoint, kept where a restored database does not reach it.

A database that is older than the guard would sign a second history; the ledger does not start on one.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import ConfigFault, CustodyError, StorageFault
from custody.core.note import Verifier
from custody.files import sync_folder, write_durably

REMEDY = (
    "Put the newest checkpoint of this log there: from a backup of the guard, an agent's last receipt or an auditor. "
    "Never one that is older than what the log has published."
)


class Guard:
    """The file, a signed note like any other checkpoint."""

    def __init__(self, path: Path, verifier: Verifier) -> None:
        self._path = path
        self._verifier = verifier

    def read(self) -> tuple[Checkpoint, bytes]:
        """The last signed checkpoint, and its note. Raises ConfigFault if it is missing or not this log's."""
        try:
            note = self._path.read_bytes()
            return open_checkpoint(note, self._verifier), note
        except OSError as error:
            raise ConfigFault(
                f"the guard {self._path} cannot be read",
                expected="the last signed checkpoint",
                got=error.strerror,
                remedy=REMEDY,
            ) from None
        except CustodyError as error:
            raise ConfigFault(
                f"the guard {self._path} does not hold a checkpoint of this log",
                expected=f"a note signed by {self._verifier.vkey}",
                got=error,
                remedy=REMEDY,
            ) from None

    def check_absent(self) -> None:
        """Raises ConfigFault if there is a guard: it belongs to a log that has begun."""
        if self._path.exists():
            raise ConfigFault(f"the guard {self._path} exists", expected="no guard yet", remedy="Name another file.")

    def create(self, note: bytes) -> None:
        """Writes the first checkpoint. Raises ConfigFault if it cannot."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self.write(note)
            sync_folder(self._path.parent.parent)
        except OSError as error:
            raise ConfigFault(
                f"the guard {self._path} cannot be written",
                expected="a folder for it",
                got=error.strerror,
                remedy="Name another file.",
            ) from None

    @contextmanager
    def turn(self, expected: Checkpoint) -> Iterator[None]:
        """What is signed in it goes on from `expected`: nobody else moves the guard meanwhile.

        Raises StorageFault if the guard is elsewhere, or somebody has a turn: another process signs for this log.
        """
        with self._path.with_name(f".{self._path.name}.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise _moved(expected, "about to move it") from None
            current, _ = self.read()
            if current != expected:
                raise _moved(expected, f"size {current.size}")
            yield

    def write(self, note: bytes) -> None:
        """Puts the next checkpoint in place of the last, durably."""
        write_durably(self._path, note)


def _moved(expected: Checkpoint, got: str) -> StorageFault:
    return StorageFault(
        "another process has moved the guard",
        expected=f"size {expected.size}",
        got=got,
        remedy="Only one ledger may run on a log: stop the other.",
    )
