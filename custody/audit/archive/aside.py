"""Work beside other work, on what is in memory already: in a copy of this process that gives back bytes and ends."""

import gc
import os
import signal
from collections.abc import Callable
from typing import Self

_CHUNK = 1 << 16


class Aside:
    """`work` in another process, which ends with the block; or, `here`, in this one once its result is asked for."""

    def __init__(self, work: Callable[[], bytes], *, here: bool) -> None:
        self._work = work
        self._here = here
        self._child = 0

    def __enter__(self) -> Self:
        if not self._here:
            self._read, write = os.pipe()
            gc.freeze()  # else a collection, in either, would touch all that both share, and so copy it
            self._child = os.fork()
            if self._child == 0:
                _do(self._work, write)
            os.close(write)
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            self._wait()

    def result(self) -> bytes:
        """What it gave. If the other process failed it is done here, and raises what it raises."""
        if self._child == 0:
            return self._work()
        data = bytearray()
        while chunk := os.read(self._read, _CHUNK):
            data += chunk
        return bytes(data) if self._wait() == 0 else self._work()

    def _wait(self) -> int:
        os.close(self._read)
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return status


def _do(work: Callable[[], bytes], to: int) -> None:
    """Never returns: what follows in this process is the other one's to do."""
    code = 1
    try:
        # An interrupt at the terminal is for the process that began this one; without it the pipe breaks.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        data = memoryview(work())
        while data:
            data = data[os.write(to, data) :]
        code = 0
    finally:
        os._exit(code)
