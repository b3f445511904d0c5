"""The days of an election, told fast: devices' clocks tell a story's hours in seconds, and never leave the ledger's.

What a device signs between two meetings with the ledger lies between these by its clock too, as in the field: it names
what it saw at the first, and arrives at the second.
"""

import secrets
import time
from datetime import UTC, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7))


class Time:
    """One time for all devices, Unix ms; somebody who tells a story turns it, also back.

    `hour_ms`: an hour of the story, on every clock.
    """

    def __init__(self, hour_ms: int) -> None:
        self.hour_ms = hour_ms
        self.ms = self._first = self._latest = _now()

    def begin(self, lead_ms: int) -> None:
        """Day 0 begins in a moment; by then the log has what the story is judged by."""
        self.ms = _now()
        self._first = self.ms + lead_ms

    def of(self, day: int, hour: float) -> int:
        """Unix ms of an hour of a day."""
        return self._first + int((24 * day + hour) * self.hour_ms)

    def turn_to(self, day: int, hour: float) -> None:
        self._turn(self.of(day, hour))

    def pass_minutes(self, minutes: int) -> None:
        self._turn(self.ms + minutes * self.hour_ms // 60)

    def let_pass(self) -> None:
        """Waits until the ledger's clock has come as far as the story ever did: what was signed has happened then."""
        time.sleep(max(0, self._latest - _now()) / 1000)

    def catch_up(self) -> None:
        """The story goes on now: what happens next does so after the ledger was met."""
        behind = max(0, _now() - self.ms)
        self.ms += behind
        self._first += behind

    def _turn(self, ms: int) -> None:
        self.ms = ms
        self._latest = max(self._latest, ms)


def iso(ms: int) -> str:
    """An instant as plans and policies write it."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(WIB).isoformat()


class SimulatedClock:
    """The clocks of one device, which began to run with the story."""

    def __init__(self, time: Time) -> None:
        self.boot = secrets.token_hex(16)
        self._time, self._began = time, time.ms

    def now(self) -> int:
        return self._time.ms

    def since_boot(self) -> int:
        return self._time.ms - self._began


def _now() -> int:
    return time.time_ns() // 1_000_000
