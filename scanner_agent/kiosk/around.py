"""What is around a session: outbox, readers, battery and clock, as they are now."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from custody.core.keys import fingerprint
from scanner_agent.clock import ClockState, clock_state, is_synchronised, newest_received
from scanner_agent.outbox import Counts, Outbox

POWER = Path("/sys/class/power_supply")


class Battery(Struct, frozen=True):
    percent: int
    charging: bool


class Around(Struct, frozen=True):
    """`synced`: whole minutes since the last exchange with the ledger, None before the first. `incidents`: kinds;
    `halted`: one of them is of this device's own chain, and nothing is signed.

    `beside`: photographs and carried statements that wait to be sent, which `counts` leaves out.
    `unenrolled`: this device's fingerprint, while the roster does not have it.
    `readers`: name, and whether it is there, None of one that has not said.
    """

    counts: Counts = Counts(0, 0, 0)
    beside: int = 0
    incidents: tuple[str, ...] = ()
    halted: bool = False
    unenrolled: str | None = None
    synced: int | None = None
    readers: tuple[tuple[str, bool | None], ...] = ()
    battery: Battery | None = None
    clock: ClockState = "sound"


def look(
    outbox: Outbox,
    device: str,
    readers: Mapping[str, bool | None],
    now: int,
    power: Path = POWER,
    *,
    enrolled: bool = True,
) -> Around:
    """As of `now`, Unix ms by the clock of this device, of which `device` is the keyid. Raises StorageFault."""
    synced = outbox.synced()
    return Around(
        counts=outbox.counts(),
        beside=outbox.photographs().waiting + len(outbox.carried_pending()),
        incidents=tuple(dict.fromkeys(incident.kind for incident in outbox.incidents())),
        halted=outbox.is_halted(device),
        unenrolled=None if enrolled else fingerprint(device),
        synced=max(0, now - synced[0]) // 60_000 if synced else None,
        readers=tuple(readers.items()),
        battery=battery(power),
        clock=clock_state(now, newest_received(outbox), synchronised=is_synchronised()),
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


def _scope(supply: Path) -> str:
    """A mouse's or a scanner's own battery says `Device`."""
    path = supply / "scope"
    return path.read_text().strip() if path.exists() else "System"
