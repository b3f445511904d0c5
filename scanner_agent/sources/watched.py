"""The time in which a camera was watched. Pure."""

MOST_SECONDS = 0.5


class Watched:
    """Goes on with the frames that are seen, at most so much from one to the next.

    On a machine that is busy elsewhere none is seen for seconds; what was in view then has not left it.
    """

    def __init__(self) -> None:
        self._time = 0.0
        self._seen: float | None = None

    def at(self, seen: float) -> float:
        """The watched seconds at a frame that was seen at `seen` (monotonic seconds)."""
        if self._seen is not None:
            self._time += min(seen - self._seen, MOST_SECONDS)
        self._seen = seen
        return self._time
