"""What the screen may ask of the agent: the terminal's own commands, but none that names a file or ends it."""

import queue
import threading
from collections.abc import Iterator
from contextlib import suppress

from custody.core.errors import Malformed, Unavailable
from scanner_agent.commands import VERBS
from scanner_agent.members import FIELDS
from scanner_agent.private import CAMERA, MAX_TEXT, PHOTOGRAPHS, TEXTS

MOST_WAITING = 16
_LONGEST = MAX_TEXT + 100
_BY_CAMERA = frozenset(f"{field} {CAMERA}" for field in PHOTOGRAPHS)
ALLOWED = (VERBS | TEXTS | FIELDS.keys()) - PHOTOGRAPHS


class Lines:
    """A queue from the web server's threads to the agent's: open from `open` to `close`."""

    def __init__(self) -> None:
        self._queue: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._open = False

    def open(self) -> None:
        """From now on there is a session on the screen, which is what a touch is meant for."""
        self._open = True

    def put(self, line: str) -> None:
        """Raises Malformed for what is no command of the screen; Unavailable while the agent is not there or behind."""
        allowed = line.partition(" ")[0] in ALLOWED or line in _BY_CAMERA
        if not allowed or not line.isprintable() or len(line) > _LONGEST:
            # The line itself is not repeated: it may hold a PIN.
            raise Malformed("no command of the screen", expected=f"one of {', '.join(sorted(ALLOWED))}")
        with self._lock:
            if not self._open:
                raise Unavailable("the agent is not running yet, or no more", remedy="Wait a moment.")
            try:
                self._queue.put_nowait(line)
            except queue.Full:
                raise Unavailable("the agent is busy", remedy="Wait a moment.") from None

    def __iter__(self) -> Iterator[str]:
        """Until closed."""
        return iter(self._queue.get, None)

    def close(self) -> None:
        """Ends the iteration once it has given what waits; of what cannot be taken any more, nothing waits."""
        with self._lock:
            self._open = False
            if self._queue.full():
                with suppress(queue.Empty):
                    self._queue.get_nowait()
            self._queue.put_nowait(None)
