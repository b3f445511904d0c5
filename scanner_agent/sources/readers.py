"""Several readers at once: a thread each, one bounded queue."""

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress

import structlog

from custody.core.errors import ConfigFault, Unavailable
from scanner_agent.sources.source import Output, Source, Status, now

_WAITING = 256
_log = structlog.get_logger(__name__)


def no_still() -> bytes:
    """Raises Unavailable, as where there is no camera."""
    raise Unavailable("no camera shows a picture", expected="a camera that sees something", remedy="Name a file.")


class Readers:
    """Runs sources from construction to `close`; use it in a `with`. One consumer."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Raises ConfigFault where two have one name."""
        self._sources: dict[str, Source] = {}
        for source in sources:
            if source.name in self._sources:
                remedy = "Give each [[source]] a name of its own."
                raise ConfigFault("two readers have one name", got=source.name, remedy=remedy)
            self._sources[source.name] = source
        self._live: dict[str, bool | None] = dict.fromkeys(self._sources)
        self._queue: queue.Queue[Output | None] = queue.Queue(_WAITING)
        self._closed = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(source,), name=source.name, daemon=True)
            for source in self._sources.values()
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Output]:
        """What the readers give, as it comes; ends when all of them have ended, or at `close` from another thread."""
        running = len(self._threads)
        while running:
            output = self._queue.get()
            if self._closed.is_set():
                return
            if output is None:
                running -= 1
            else:
                yield output
            del output  # while the next is waited for, nobody holds what may be a badge

    @property
    def live(self) -> dict[str, bool | None]:
        """Whether each reader, by name, is there; None of one that has not said, as those of drills."""
        return dict(self._live)

    def preview(self, name: str) -> bytes | None:
        """What the camera of this name sees now, as a small JPEG; None where there is no such camera, or no picture."""
        source = self._sources.get(name)
        return source.preview() if source else None

    def source(self, name: str) -> Source:
        """The reader that a read came from, to be answered."""
        return self._sources[name]

    def still(self) -> bytes:
        """What the first camera that sees anything sees now, as a JPEG file. Raises Unavailable, BadgeInView."""
        found = next(filter(None, (source.still() for source in self._sources.values())), None)
        return found or no_still()

    def close(self) -> None:
        """Closes every reader and waits for it; what was not consumed is dropped."""
        self._closed.set()
        for source in self._sources.values():
            source.close()
        for thread in self._threads:
            while thread.is_alive():
                self._drain()
                thread.join(0.05)
        self._drain()
        self._queue.put(None)  # wakes the consumer

    def _drain(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._queue.get_nowait()

    def _run(self, source: Source) -> None:
        try:
            for output in source.reads():
                if isinstance(output, Status):
                    self._live[source.name] = output.live
                self._queue.put(output)
                del output  # here neither
        except Exception as error:
            # One reader's fault may stop neither the others nor pass unseen.
            _log.exception("reader failed", source=source.name)
            self._live[source.name] = False
            fault = Unavailable("a reader has failed", got=repr(error), remedy="Start the agent again.")
            self._queue.put(Status(source.name, False, fault, now()))
        finally:
            self._queue.put(None)
