"""USB numeric keypads for PINs, as Linux input devices: never taken for scanners, their keys go to the PIN alone."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from custody.core.errors import Malformed
from scanner_agent.framing import Frame, Framing
from scanner_agent.sources.device import SILENT, Device, FileWire, Link
from scanner_agent.sources.evdev import (
    EV_KEY,
    EV_SYN,
    EVENT_BYTES,
    SYN_DROPPED,
    SYN_REPORT,
    grab,
    open_events,
    types_digits,
    unpack,
)
from scanner_agent.sources.nodes import THIS_MACHINE, DeviceConfig, Nodes
from scanner_agent.sources.source import Key, Output, Pressed, now

_EVENTS = 64
_DOWN = 1
_CLEAR: Key = "clear"

KEYS: dict[int, Key] = {14: "back", 28: "enter", 96: "enter"}
"""By the kernel's key codes, whatever Num Lock says: the rows of digits above letters, and the block of a keypad."""
_ROW: tuple[Key, ...] = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")
_BLOCK = (79, 80, 81, 75, 76, 77, 71, 72, 73, 82)
KEYS |= dict(zip(range(2, 12), _ROW, strict=True)) | dict(zip(_BLOCK, _ROW, strict=True))


class KeypadConfig(DeviceConfig, frozen=True, kw_only=True, tag="keypad"):
    """`device` is best a `/dev/input/by-id/…-event-kbd` path."""

    subsystem = "input"

    def fits(self, about: Path) -> bool:
        return types_digits(about)


class Keypad(Device):
    """Grabbed, so that no PIN lands in a window. Only the one that is named is a keypad, and it is nothing else."""

    def __init__(self, config: KeypadConfig, nodes: Nodes = THIS_MACHINE, seize: Callable[[int], None] = grab) -> None:
        """`seize` takes an open device for this process alone, or raises OSError."""
        super().__init__("keypad", config.name, config.place, config.window, SILENT)
        self._config = config
        self._nodes = nodes
        self._seize = seize

    def _open(self) -> Link:
        descriptor = open_events(self._nodes.find(self._config), self._seize)
        return Link(FileWire(descriptor, _EVENTS * EVENT_BYTES), Presses())

    def _framed(self, frames: Iterable[bytes | Malformed]) -> Iterator[Output]:
        for frame in frames:
            if isinstance(frame, Malformed):
                yield self._refused(frame)
            else:
                yield Pressed(self.name, NAMES[frame], now())


NAMES: dict[bytes, Key] = {key.encode(): key for key in (*KEYS.values(), _CLEAR)}


class Presses(Framing):
    """The names of the keys pressed, from the bytes of an event device. Other keys are none; a held one is one."""

    def __init__(self) -> None:
        self._held = b""
        self._dropped = False

    @property
    def pending(self) -> bool:
        return False

    def feed(self, chunk: bytes) -> list[Frame]:
        """Chunks are whole events or not."""
        self._held += chunk
        whole = len(self._held) // EVENT_BYTES * EVENT_BYTES
        events, self._held = self._held[:whole], self._held[whole:]
        frames: list[Frame] = []
        for start in range(0, whole, EVENT_BYTES):
            if key := self._take(events[start : start + EVENT_BYTES]):
                frames.append(key.encode())
        return frames

    def flush(self) -> list[Frame]:
        return []

    def _take(self, data: bytes) -> Key | None:
        event = unpack(data)
        if event.type == EV_SYN and event.code == SYN_DROPPED:
            self._dropped = True
            return _CLEAR  # a PIN that lacks a digit would count as a wrong one
        if event.type == EV_SYN and event.code == SYN_REPORT:
            self._dropped = False
        pressed = event.type == EV_KEY and event.value == _DOWN and not self._dropped
        return KEYS.get(event.code) if pressed else None
