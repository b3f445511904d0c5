"""The clocks of a device: wall time, and what runs on whatever is done to that."""

import time
from pathlib import Path
from typing import Protocol

from scanner_agent.sources.source import now


class DeviceClock(Protocol):
    """What an event says of its device's clocks."""

    @property
    def boot(self) -> str:
        """An id of this run of the device, 32 hex digits."""

    def now(self) -> int:
        """Unix ms."""

    def since_boot(self) -> int:
        """Milliseconds, time asleep included."""


class SystemClock:
    """The clocks of this machine (Linux)."""

    @property
    def boot(self) -> str:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")

    def now(self) -> int:
        return now()

    def since_boot(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
