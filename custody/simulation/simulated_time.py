"""The days of an election, told on devices' clocks: they have passed when the story is played."""

import secrets
from datetime import UTC, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7))
MINUTE_MS = 60_000


class Time:
    """One time for all devices, days before now; somebody who tells a story turns it, also back."""

    def __init__(self, days_ago: int) -> None:
        """Day 0 began so many days before the last midnight (WIB)."""
        midnight = datetime.now(WIB).replace(hour=0, minute=0, second=0, microsecond=0)
        self._first = midnight - timedelta(days=days_ago)
        self.ms = self.of(0, 0)

    def of(self, day: int, hour: float) -> int:
        """Unix ms of an hour of a day."""
        return int((self._first + timedelta(days=day, hours=hour)).timestamp() * 1000)

    def turn_to(self, day: int, hour: float) -> None:
        self.ms = self.of(day, hour)

    def pass_minutes(self, minutes: int) -> None:
        self.ms += minutes * MINUTE_MS

    def iso(self, day: int, hour: float) -> str:
        """As plans and policies write it."""
        return datetime.fromtimestamp(self.of(day, hour) / 1000, UTC).astimezone(WIB).isoformat()


class SimulatedClock:
    """The clocks of one device, which began to run with the story."""

    def __init__(self, time: Time) -> None:
        self.boot = secrets.token_hex(16)
        self._time, self._began = time, time.ms

    def now(self) -> int:
        return self._time.ms

    def since_boot(self) -> int:
        return self._time.ms - self._began
