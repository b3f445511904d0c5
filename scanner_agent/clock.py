"""The clocks of a device: wall time, what runs on whatever is done to that, and how far the former can be right."""

import ctypes
import time
from pathlib import Path
from typing import Literal, Protocol

from custody.core import entry
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now

BEHIND_MS = 60_000
"""So much may two clocks differ before anybody hears of it."""
_TIMEX_BYTES = 1024  # more than any `struct timex`
_TIME_ERROR = 5

ClockState = Literal["sound", "loose", "behind"]


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


def clock_state(now: int, received: int, *, synchronised: bool) -> ClockState:
    """How a clock stands to the newest entry that the ledger has shown, and to the world's: `loose` if to no other."""
    if now < received - BEHIND_MS:
        return "behind"
    return "sound" if synchronised else "loose"


def newest_received(outbox: Outbox) -> int:
    """Unix ms of the newest entry of the log that was seen here, by the ledger's clock; 0 for none."""
    synced, last = outbox.synced(), outbox.last_roster_entry()
    return max(synced[1] if synced else 0, entry.decode(last)[1] if last else 0)


def is_synchronised() -> bool:
    """Whether the kernel holds its clock to be near the true time: adjtimex(2), which changes nothing here."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes 0: only asks
    return int(ctypes.CDLL(None).adjtimex(timex)) not in (-1, _TIME_ERROR)
