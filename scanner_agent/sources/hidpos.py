"""HID point-of-sale scanners, read as Linux raw HID devices."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from custody.core.errors import Malformed
from scanner_agent.sources import report
from scanner_agent.sources.device import SILENT, Answers, Device, FileWire, Link
from scanner_agent.sources.nodes import THIS_MACHINE, DeviceConfig, Nodes
from scanner_agent.sources.scanned import Layout, Scanned, layout_of

_REPORT_BYTES = 4096

HOSTS_WORDS: dict[Literal["plain", "honeywell"], Answers] = {
    "plain": SILENT,
    # Output report FD: three bytes, the menu command that beeps. There is none for a bad read.
    "honeywell": Answers(good=(b"\xfd\x03\x16\x07\x0d",)),
}
"""What a make of these scanners understands."""


def _layout(device: Path) -> Layout | None:
    """The report with labels of the device in this folder of sysfs; None where it has none."""
    try:
        return layout_of(report.parse((device / "report_descriptor").read_bytes()))
    except (OSError, Malformed):
        return None


def describes_labels(about: Path) -> bool:
    """Whether the device that a folder in sysfs describes says that it reports labels."""
    return _layout(about) is not None


class HidPosConfig(DeviceConfig, frozen=True, kw_only=True, tag="hidpos"):
    """`device` is a `/dev/hidraw…` path (a udev rule makes one that stays); `usb` finds it by itself."""

    subsystem = "hidraw"
    fits = staticmethod(describes_labels)
    profile: Literal["plain", "honeywell"] = "plain"


def open_node(path: Path) -> int:
    """An open device file."""
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


class HidPos(Device):
    """Only a device that describes itself as a scanner is read."""

    def __init__(
        self, config: HidPosConfig, nodes: Nodes = THIS_MACHINE, opener: Callable[[Path], int] = open_node
    ) -> None:
        """`opener` gives a descriptor that reads and writes one report at a time, or raises OSError."""
        super().__init__("hidpos", config.name, config.place, config.window, HOSTS_WORDS[config.profile])
        self._config = config
        self._nodes = nodes
        self._opener = opener

    def _open(self) -> Link:
        path = self._nodes.find(self._config)
        layout = _layout(self._nodes.about("hidraw", path))
        if layout is None:
            raise OSError("the device was exchanged while it was opened")
        return Link(FileWire(self._opener(path), _REPORT_BYTES), Scanned(layout))
