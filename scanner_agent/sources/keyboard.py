"""USB and Bluetooth scanners that are keyboards, read as Linux input devices."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from scanner_agent.sources.device import SILENT, Device, FileWire, Link
from scanner_agent.sources.evdev import EVENT_BYTES, grab, open_events, types_letters
from scanner_agent.sources.keys import Keys
from scanner_agent.sources.layouts import LAYOUTS, LayoutName
from scanner_agent.sources.nodes import THIS_MACHINE, DeviceConfig, Nodes

_ENDS = {"enter": b"\r\n", "tab": b"\t"}
_EVENTS = 64


class KeyboardConfig(DeviceConfig, frozen=True, kw_only=True, tag="keyboard"):
    """`device` is best a `/dev/input/by-id/…-event-kbd` path. No keyboard is taken for a scanner unless it is named.

    `gap` are the seconds without a key after which a read has ended; without `gap_ends`, from a scanner that has sent
    one of `ends` before, and of a link without its signature, it is refused as cut off.
    """

    subsystem = "input"
    layout: LayoutName = "us"
    ends: Annotated[tuple[Literal["enter", "tab"], ...], Meta(min_length=1)] = ("enter", "tab")
    gap: Annotated[float, Meta(gt=0)] = 0.3
    gap_ends: bool = True

    def fits(self, about: Path) -> bool:
        return types_letters(about)


class Keyboard(Device):
    """Grabbed, so that no scan lands in a window; only a device with letters, so that no PIN pad is."""

    def __init__(
        self, config: KeyboardConfig, nodes: Nodes = THIS_MACHINE, seize: Callable[[int], None] = grab
    ) -> None:
        """`seize` takes an open device for this process alone, or raises OSError."""
        super().__init__("keyboard", config.name, config.place, config.window, SILENT)
        self._config = config
        self._nodes = nodes
        self._seize = seize

    def _open(self) -> Link:
        config = self._config
        descriptor = open_events(self._nodes.find(config), self._seize)
        ends = b"".join(_ENDS[end] for end in config.ends)
        keys = Keys(LAYOUTS[config.layout], ends, config.gap, gap_ends=config.gap_ends)
        return Link(FileWire(descriptor, _EVENTS * EVENT_BYTES), keys)
