"""HID point-of-sale scanners, read as Linux raw HID devices."""

import fcntl
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

from custody.core.errors import Malformed
from scanner_agent.sources import report
from scanner_agent.sources.device import SILENT, Answers, Device, FileWire, Link
from scanner_agent.sources.nodes import THIS_MACHINE, DeviceConfig, Nodes
from scanner_agent.sources.report import Report
from scanner_agent.sources.scanned import Scanned, layout_of

_REPORT_BYTES = 4096

HOSTS_WORDS: dict[Literal["plain", "honeywell"], Answers] = {
    "plain": SILENT,
    # Output report FD: three bytes, the menu command that beeps. There is none for a bad read.
    "honeywell": Answers(good=(b"\xfd\x03\x16\x07\x0d",)),
}
"""What a make of these scanners understands."""


def _reports(about: Path) -> list[Report]:
    """The reports of the device in this folder of sysfs; none where it does not describe them."""
    try:
        return report.parse((about / "report_descriptor").read_bytes())
    except (OSError, Malformed):
        return []


def describes_labels(about: Path) -> bool:
    """Whether the device that a folder in sysfs describes says that it reports labels."""
    return layout_of(_reports(about)) is not None


def _can_switch(reports: list[Report]) -> bool:
    """Whether a scanner has the feature report that makes it a point-of-sale device, whatever it is now."""
    return any(one.direction == "feature" and one.id == _SWITCH[0] for one in reports)


class HidPosConfig(DeviceConfig, frozen=True, kw_only=True, tag="hidpos"):
    """`device` is a `/dev/hidraw…` path (a udev rule makes one that stays); `usb` finds it by itself."""

    subsystem = "hidraw"
    profile: Literal["plain", "honeywell"] = "plain"

    @property
    def switches(self) -> bool:
        """Whether a scanner in another mode is brought into this one."""
        return self.profile == "honeywell"

    def fits(self, about: Path) -> bool:
        return describes_labels(about) or (self.switches and _can_switch(_reports(about)))


_SWITCH = b"\xfe\x01"
"""Honeywell's feature report 254: point-of-sale mode."""
_SET_FEATURE = 0xC0004806  # HIDIOCSFEATURE of linux/hidraw.h, without its length


def set_feature(descriptor: int, data: bytes) -> None:
    """Sends a feature report, its id first. Raises OSError."""
    fcntl.ioctl(descriptor, _SET_FEATURE | len(data) << 16, data)


def open_node(path: Path) -> int:
    """An open device file."""
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


class HidPos(Device):
    """Only a device that describes itself as a scanner is read."""

    def __init__(
        self,
        config: HidPosConfig,
        nodes: Nodes = THIS_MACHINE,
        opener: Callable[[Path], int] = open_node,
        set_feature: Callable[[int, bytes], None] = set_feature,
    ) -> None:
        """`opener` gives a descriptor that reads and writes one report at a time; both may raise OSError."""
        super().__init__("hidpos", config.name, config.place, config.window, HOSTS_WORDS[config.profile])
        self._config = config
        self._nodes = nodes
        self._opener = opener
        self._set_feature = set_feature

    def _open(self) -> Link:
        path = self._nodes.find(self._config)
        reports = _reports(self._nodes.about("hidraw", path))
        layout = layout_of(reports)
        if layout is None and not (self._config.switches and _can_switch(reports)):
            raise OSError("the device was exchanged while it was opened")
        wire = FileWire(self._opener(path), _REPORT_BYTES)
        if layout is not None:
            return Link(wire, Scanned(layout))
        with closing(wire):
            self._set_feature(wire.fileno(), _SWITCH)
        raise OSError("it is switched into point-of-sale mode, and comes back in it")
