"""The clocks of the devices that signed what is covered, against when the log had it."""

from collections import Counter
from collections.abc import Iterable

from custody.audit.report.figures import Clocks, DeviceClock, FindingRow
from custody.audit.report.material import Material
from custody.core.history import Logged

OF_CLOCKS = frozenset(
    ("clock-ahead", "clock-before-cause", "clock-jump", "clock-mono-back", "boot-returned", "late-entry")
)


class _Device:
    __slots__ = ("ahead", "delay", "events")

    def __init__(self) -> None:
        self.events = self.ahead = self.delay = 0


class ClockTally:
    """Is told of each event that is covered, as it was signed."""

    def __init__(self) -> None:
        self._devices: dict[str, _Device] = {}

    def add(self, logged: Logged) -> None:
        event, received = logged.event, logged.received
        device = self._devices.get(event.issuer)
        if device is None:
            device = self._devices[event.issuer] = _Device()
        device.events += 1
        device.ahead = max(device.ahead, event.time - received)
        device.delay = max(device.delay, received - logged.when)

    def clocks(self, material: Material, rows: Iterable[FindingRow]) -> Clocks:
        """`rows`: the findings that are covered; each counts for the device whose statement is its cause."""
        codes: Counter[str] = Counter()
        by_device: dict[str, Counter[str]] = {}
        for row in rows:
            if row.code in OF_CLOCKS:
                codes[row.code] += 1
                cause = material.find(row.subject)
                if cause is not None:
                    by_device.setdefault(cause.event.issuer, Counter())[row.code] += 1
        return Clocks(
            devices=len(self._devices),
            events=sum(one.events for one in self._devices.values()),
            ahead_ms=max((one.ahead for one in self._devices.values()), default=0),
            delay_ms=max((one.delay for one in self._devices.values()), default=0),
            findings=dict(sorted(codes.items())),
            differing=[
                _row(material, key, self._devices.get(key, _Device()), found)
                for key, found in sorted(by_device.items())
            ],
        )


def _row(material: Material, key: str, device: _Device, found: Counter[str]) -> DeviceClock:
    site = material.state.keys[key].site
    return DeviceClock(key, site, device.events, device.ahead, device.delay, dict(sorted(found.items())))
