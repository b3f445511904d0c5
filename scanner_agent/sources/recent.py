"""Which reads are new: a label left in view is one read, and a 1D code of a camera counts when it is seen twice."""

import math
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it brings OpenCV, and other readers have no pictures
    from scanner_agent.decode import Decoded


class Recent:
    """Remembers what was seen within the last `window` seconds. Memory is bounded by what can be seen in that time.

    What was refused may be right once something else was taken, such as a seal after its item: it is new again then.
    One thread asks, another may say what became of it. It holds hashes, and so no badge's secret.
    """

    def __init__(self, window: float) -> None:
        self._window = window
        self._seen: dict[int, float] = {}
        self._taken: dict[int, bool] = {}
        self._latest: int | None = None
        self._lock = threading.Lock()

    def is_new(self, what: object, at: float, window: float | None = None) -> bool:
        """Whether `what` was not seen within the window before `at` (monotonic seconds); each sighting renews it.

        `window`: another one, for this.
        """
        mark = hash(what)
        with self._lock:
            self._seen = {key: time for key, time in self._seen.items() if at - time < self._window}
            self._taken = {key: taken for key, taken in self._taken.items() if key in self._seen}
            new = at - self._seen.get(mark, -math.inf) >= (self._window if window is None else window)
            self._seen[mark] = at
            self._latest = mark
            if new:
                self._taken.pop(mark, None)
            return new

    def renew(self, what: object, at: float) -> None:
        """`what` is still in view, if it was seen within the window."""
        with self._lock:
            if at - self._seen.get(hash(what), -math.inf) < self._window:
                self._seen[hash(what)] = at

    def judged(self, what: object, *, taken: bool) -> None:
        """What became of something that was new."""
        with self._lock:
            self._judge(hash(what), taken=taken)

    def judged_latest(self, *, taken: bool) -> None:
        """What became of what was seen last of all."""
        with self._lock:
            if self._latest is not None:
                self._judge(self._latest, taken=taken)

    def was_taken(self, what: object) -> bool | None:
        """What became of something that was seen; None: that is not known yet."""
        with self._lock:
            return self._taken.get(hash(what))

    def _judge(self, mark: int, *, taken: bool) -> None:
        if taken:
            for refused in [key for key, was_taken in self._taken.items() if not was_taken]:
                del self._taken[refused]
                self._seen.pop(refused, None)
        if mark in self._seen:
            self._taken[mark] = taken


class Confirmed:
    """Holds 1D codes back until they are seen in a second frame within the window: rotated copies pass a checksum."""

    def __init__(self, window: float) -> None:
        self._once = Recent(window)

    def is_sure(self, code: "Decoded", at: float) -> bool:
        """Whether `code`, seen in the frame of `at` (monotonic seconds), may be used. Call it once a frame and code."""
        return not code.is_linear or not self._once.is_new(code, at)
