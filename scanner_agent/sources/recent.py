"""Which reads are new: a label left in view is one read, and a 1D code of a camera counts when it is seen twice."""

import math

from scanner_agent.decode import Decoded


class Recent:
    """Remembers what was seen within the last `window` seconds. Memory is bounded by what can be seen in that time."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._seen: dict[object, float] = {}

    def is_new(self, what: object, at: float) -> bool:
        """Whether `what` was not seen within the window before `at` (monotonic seconds); each sighting renews it."""
        self._seen = {key: time for key, time in self._seen.items() if at - time < self._window}
        new = what not in self._seen
        self._seen[what] = at
        return new

    def renew(self, what: object, at: float) -> None:
        """`what` is still in view, if it was seen within the window."""
        if at - self._seen.get(what, -math.inf) < self._window:
            self._seen[what] = at


class Confirmed:
    """Holds 1D codes back until they are seen in a second frame within the window: rotated copies pass a checksum."""

    def __init__(self, window: float) -> None:
        self._once = Recent(window)

    def is_sure(self, code: Decoded, at: float) -> bool:
        """Whether `code`, seen in the frame of `at` (monotonic seconds), may be used. Call it once a frame and code."""
        return not code.is_linear or not self._once.is_new(code, at)
