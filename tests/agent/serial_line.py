"""The scanner's end of a serial line: a real pseudo-terminal pair."""

import os
import pty
import select
import time
import tty
from pathlib import Path


class Scanner:
    """A scanner at `device`, which is a link as under /dev/serial/by-id: it stays when the number behind it changes."""

    def __init__(self, folder: Path) -> None:
        self.device = folder / "usb-scanner"
        self._end: int | None = None

    def plug_in(self) -> None:
        self._end, theirs = pty.openpty()
        tty.setraw(theirs)
        self.device.symlink_to(os.ttyname(theirs))
        self._theirs = theirs

    def unplug(self) -> None:
        if self._end is not None:
            self.device.unlink()
            os.close(self._end)
            os.close(self._theirs)
            self._end = None

    def send(self, data: bytes) -> None:
        assert self._end is not None
        os.write(self._end, data)

    def receive(self, size: int, seconds: float = 5.0) -> bytes:
        """The next bytes from the agent; fewer where they do not come in time."""
        data = b""
        deadline = time.monotonic() + seconds
        while self._end is not None and len(data) < size and (left := deadline - time.monotonic()) > 0:
            if select.select([self._end], [], [], left)[0]:
                data += os.read(self._end, size - len(data))
        return data
