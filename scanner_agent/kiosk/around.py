"""What is around a session: outbox, readers, battery and clock, as they are now."""

import ctypes
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from scanner_agent.outbox import Counts, Outbox

POWER = Path("/sys/class/power_supply")
BEHIND_MS = 60_000
"""So much may two clocks differ before the handler hears of it."""
_TIMEX_BYTES = 256
_TIME_ERROR = 5

ClockState = Literal["sound", "loose", "behind"]


class Battery(Struct, frozen=True):
    percent: int
    charging: bool


class Around(Struct, frozen=True):
    """`synced`: whole minutes since the last exchange with the ledger, None before the first. `incidents`: kinds.

    `readers`: name, and whether it is there, None of one that has not said.
    """

    counts: Counts = Counts(0, 0, 0)
    incidents: tuple[str, ...] = ()
    synced: int | None = None
    readers: tuple[tuple[str, bool | None], ...] = ()
    battery: Battery | None = None
    clock: ClockState = "sound"


def look(outbox: Outbox, readers: Mapping[str, bool | None], now: int, power: Path = POWER) -> Around:
    """As of `now`, Unix ms by this device's clock. Raises StorageFault."""
    synced = outbox.synced()
    return Around(
        counts=outbox.counts(),
        incidents=tuple(dict.fromkeys(incident.kind for incident in outbox.incidents())),
        synced=max(0, now - synced[0]) // 60_000 if synced else None,
        readers=tuple(readers.items()),
        battery=battery(power),
        clock=clock(now, synced[1] if synced else 0, synchronised=is_synchronised()),
    )


def battery(power: Path) -> Battery | None:
    """The first battery that supplies the system, as the kernel tells (Documentation/ABI/testing/sysfs-class-power)."""
    for supply in sorted(power.glob("*")):
        try:
            if (supply / "type").read_text().strip() == "Battery" and _scope(supply) == "System":
                percent = int((supply / "capacity").read_text())
                return Battery(percent, (supply / "status").read_text().strip() != "Discharging")
        except (OSError, ValueError):
            continue  # one that does not say how full it is
    return None


def clock(now: int, received: int, *, synchronised: bool) -> ClockState:
    """How the clock stands to the newest entry that the ledger has shown, and to the world's."""
    if now < received - BEHIND_MS:
        return "behind"
    return "sound" if synchronised else "loose"


def is_synchronised() -> bool:
    """Whether the kernel holds its clock to be near the true time: adjtimex(2), which changes nothing here."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    return int(ctypes.CDLL(None).adjtimex(timex)) != _TIME_ERROR


def _scope(supply: Path) -> str:
    """A mouse's or a scanner's own battery says `Device`."""
    path = supply / "scope"
    return path.read_text().strip() if path.exists() else "System"
