"""The machine's clock, and the rule that keeps a wrong one out of the log."""

import time
from datetime import datetime

from custody.core.errors import Unavailable


class Clock:
    """Wall and monotonic time in ms; tests put another in its place."""

    def now(self) -> int:
        """Unix time in ms."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> int:
        """Ms since some moment, time asleep included; never set."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class Received:
    """Gives `received` times that never decrease, and none while the clock is behind or has jumped ahead.

    How far it may be is measured from the last time that was trusted, by the monotonic clock: a log that rests for a
    week while the ledger runs is no jump. After a start, what is trusted is the last entry or the operator's word.
    """

    def __init__(self, clock: Clock, confirmed: datetime | None, max_jump_ms: int) -> None:
        self._clock = clock
        self._max_jump = max_jump_ms
        self._trusted = int(confirmed.timestamp() * 1000) if confirmed else 0
        self._at = clock.monotonic()
        self.last = 0

    def resume(self, last: int) -> None:
        """The last entry that is stored was received at `last`."""
        self.last = last
        self._trusted = max(self._trusted, last)

    def next(self) -> int:
        """The time for entries that are appended now. Raises Unavailable."""
        now, at = self._clock.now(), self._clock.monotonic()
        if now < self.last:
            raise Unavailable(
                "the ledger's clock is behind its own log",
                expected=f"at least {self.last} ms",
                got=now,
                remedy="The operator must set the clock; send the statements again later.",
            )
        latest = self._trusted + (at - self._at) + self._max_jump
        if now > latest:
            raise Unavailable(
                "the ledger's clock has jumped ahead",
                expected=f"at most {latest} ms",
                got=now,
                remedy="The operator must check the clock and, if it is right, set clock_confirmed to now and restart.",
            )
        self._trusted, self._at = now, at
        return now
