"""Where a device is now: at a path that stays the same (`/dev/…/by-id/…`), or by vendor and product."""

import errno
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from scanner_agent.sources.source import SourceConfig

Subsystem = Literal["tty", "input", "hidraw"]

_DEV = {"tty": "", "input": "input", "hidraw": ""}
_NAMES = {"tty": "tty*", "input": "event*", "hidraw": "hidraw*"}
_HID = re.compile(r"[0-9A-F]{4}:([0-9A-F]{4}):([0-9A-F]{4})\.[0-9A-F]{4}")
"""The folder of a HID device: bus, vendor, product, instance."""


class DeviceConfig(SourceConfig, frozen=True, kw_only=True):
    """`device` or `usb` says which device; the same text within `window` seconds is one read."""

    subsystem: ClassVar[Subsystem]

    device: str | None = None
    usb: Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$")] | None = None
    """Vendor and product, as `lsusb` prints them."""
    window: Annotated[float, Meta(ge=0)] = 1.0

    def __post_init__(self) -> None:
        if (self.device is None) == (self.usb is None):
            raise ValueError("a reader needs either `device` or `usb`")

    def fits(self, about: Path) -> bool:  # noqa: ARG002
        """Whether the device that a folder in sysfs describes is of this kind."""
        return True

    @property
    def place(self) -> str:
        """Where it is looked for."""
        return self.device or f"usb {self.usb}"


@dataclass(frozen=True)
class Nodes:
    """The device files of this machine."""

    dev: Path = Path("/dev")
    sys: Path = Path("/sys/class")

    def find(self, config: DeviceConfig) -> Path:
        """The one device file; of a device with several, that which fits.

        Raises OSError where there is none, or where which one is meant cannot be told.
        """
        subsystem = config.subsystem
        if config.device is not None:
            path = Path(config.device)
            about = self.about(subsystem, path)
            if not config.fits(about):
                if not (about.exists() or path.exists()):
                    raise FileNotFoundError(errno.ENOENT, "it is not plugged in")
                raise OSError(errno.ENODEV, "it is another kind of device")
            return path
        found = [
            folder
            for folder in sorted((self.sys / subsystem).glob(_NAMES[subsystem]))
            if _identity(folder.resolve()) == str(config.usb).lower() and config.fits(folder / "device")
        ]
        if not found:
            raise OSError(errno.ENODEV, "no such device is plugged in")
        if len(found) > 1:
            names = ", ".join(folder.name for folder in found)
            raise OSError(errno.ENOTUNIQ, f"several devices are so: {names}; set device to the path of one")
        return self.dev / _DEV[subsystem] / found[0].name

    def usb(self, subsystem: Subsystem, path: Path) -> str | None:
        """`vendor:product` of the USB device behind a device file; None where there is none."""
        return _identity((self.sys / subsystem / path.resolve().name).resolve())

    def about(self, subsystem: Subsystem, path: Path) -> Path:
        """The folder in sysfs that describes the device behind a device file."""
        return self.sys / subsystem / path.resolve().name / "device"


THIS_MACHINE = Nodes()


def _identity(folder: Path) -> str | None:
    """`vendor:product` of the device that a folder in sysfs belongs to."""
    for parent in (folder, *folder.parents):
        if hid := _HID.fullmatch(parent.name):
            return f"{hid[1]}:{hid[2]}".lower()
        if (parent / "idVendor").is_file():
            return f"{(parent / 'idVendor').read_text().strip()}:{(parent / 'idProduct').read_text().strip()}".lower()
    return None
