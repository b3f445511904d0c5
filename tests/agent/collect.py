"""Waits for what a reader gives, with a time limit: a test may fail, not hang."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scanner_agent.sources.source import Output, Read, Refused, Repeated, Source, Status


class Heard:
    """A source consumed in a thread."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.outputs: list[Output] = []
        self._queue: queue.Queue[Output] = queue.Queue()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        for output in self.source.reads():
            self._queue.put(output)

    def until(self, wanted: Callable[[Output], bool], seconds: float = 10.0) -> Output:
        """The next output that is wanted; the others are kept in `outputs`."""
        deadline = time.monotonic() + seconds
        while True:
            output = self._queue.get(timeout=max(0.001, deadline - time.monotonic()))
            self.outputs.append(output)
            if wanted(output):
                return output

    def read(self, seconds: float = 10.0) -> Read:
        output = self.until(lambda output: isinstance(output, Read), seconds)
        assert isinstance(output, Read)
        return output

    def repeated(self) -> Repeated:
        output = self.until(lambda output: isinstance(output, Repeated))
        assert isinstance(output, Repeated)
        return output

    def refusal(self) -> Refused:
        output = self.until(lambda output: isinstance(output, Refused))
        assert isinstance(output, Refused)
        return output

    def live(self) -> Status:
        output = self.until(lambda output: isinstance(output, Status) and output.live)
        assert isinstance(output, Status)
        return output

    def lost(self) -> Status:
        output = self.until(lambda output: isinstance(output, Status) and not output.live)
        assert isinstance(output, Status)
        return output

    def silent(self, seconds: float) -> bool:
        """Whether nothing comes for so long."""
        try:
            self.outputs.append(self._queue.get(timeout=seconds))
        except queue.Empty:
            return True
        return False


@contextmanager
def listening(source: Source) -> Iterator[Heard]:
    heard = Heard(source)
    try:
        yield heard
    finally:
        source.close()
        heard.thread.join(15)
        assert not heard.thread.is_alive(), "the source did not end when it was closed"
