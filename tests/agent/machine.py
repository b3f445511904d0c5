"""A machine's /dev and /sys/class, as the kernel lays them out, with devices that are plugged in and out."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from scanner_agent.sources.evdev import EV_KEY, EV_SYN, SYN_REPORT, Event, pack
from scanner_agent.sources.layouts import KEYPAD, LAYOUTS, LayoutName
from scanner_agent.sources.nodes import Nodes

KEYBOARD_KEYS = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"
KEYPAD_KEYS = "5000fffa0 80000000004000"
"""Num Lock, Backspace, digits, Enter and the signs of a numeric keypad."""


class Machine:
    """Folders that stand for /dev and /sys."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.nodes = Nodes(root / "dev", root / "class")
        for folder in ("dev/input", "class/tty", "class/input", "class/hidraw"):
            (root / folder).mkdir(parents=True)

    def describe_hid(self, subsystem: str, name: str, usb: str, about: dict[str, bytes]) -> None:
        """A HID device and its node in a subsystem; `about` are the files that describe it."""
        instance = f"0003:{usb.upper()}.{len(list(self.root.glob('devices/*'))) + 1:04}"
        device = self.root / "devices" / instance / subsystem
        node = device / name
        node.mkdir(parents=True)
        for path, content in about.items():
            (device / path).parent.mkdir(parents=True, exist_ok=True)
            (device / path).write_bytes(content)
        (node / "device").symlink_to(device)
        (self.root / "class" / subsystem / name).symlink_to(node)

    def forget(self, subsystem: str, name: str) -> None:
        (self.root / "class" / subsystem / name).unlink()


class TypingScanner:
    """A scanner that is a keyboard: a FIFO at its event node."""

    def __init__(self, machine: Machine, usb: str = "0c2e:0b61", keys: str = KEYBOARD_KEYS) -> None:
        self.machine = machine
        self.usb = usb
        self.keys = keys
        self.by_id = machine.root / f"usb-{usb.replace(':', '-')}-event-kbd"
        self.time = 1000.0
        self._end: int | None = None

    def plug_in(self, name: str = "event3") -> None:
        self.name = name
        self.path = self.machine.root / "dev/input" / name
        self.machine.describe_hid("input", name, self.usb, {"capabilities/key": self.keys.encode()})
        os.mkfifo(self.path)
        self.by_id.symlink_to(self.path)
        self._end = os.open(self.path, os.O_RDWR)

    def unplug(self) -> None:
        if self._end is not None:
            self.by_id.unlink()
            self.path.unlink()
            self.machine.forget("input", self.name)
            os.close(self._end)
            self._end = None

    def events(self, *events: tuple[int, int, int]) -> None:
        """(type, code, value) each, a millisecond apart."""
        assert self._end is not None
        data = b""
        for event in events:
            self.time += 0.001
            data += pack(Event(self.time, *event))
        os.write(self._end, data)

    def press(self, code: int, *held: int) -> None:
        """A key with others held."""
        downs = [(EV_KEY, key, 1) for key in held]
        ups = [(EV_KEY, key, 0) for key in reversed(held)]
        syn = (EV_SYN, SYN_REPORT, 0)
        self.events(*downs, syn, (4, 4, code), (EV_KEY, code, 1), syn, (EV_KEY, code, 0), syn, *ups, syn)

    def type(self, text: str, layout: LayoutName = "us") -> None:
        """What the scanner sends so that a keyboard of this layout types `text`."""
        for character in text:
            self.press(*_keys_for(character, layout))


def _keys_for(character: str, layout: LayoutName) -> tuple[int, ...]:
    if character < " " and character not in "\r\t\b\x1b":
        code, *held = _keys_for(chr(ord(character) + 64), layout)
        return (code, 29, *held)
    for code, typed in LAYOUTS[layout].items():
        if character in typed:
            return (code, *[(), (42,), (100,)][typed.index(character)])
    raise AssertionError(f"no key types {character!r}")


def keypad(digit: str) -> int:
    """The keypad's key."""
    return next(code for code, typed in KEYPAD.items() if typed == digit)


class ReportingScanner:
    """A HID point-of-sale scanner: a socket pair that keeps reports apart, as hidraw does."""

    def __init__(self, machine: Machine, descriptor: bytes, usb: str = "0c2e:0b6a") -> None:
        self.machine = machine
        self.descriptor = descriptor
        self.usb = usb
        self.features: list[bytes] = []
        """The feature reports that it was sent: the ioctl is hidraw's alone, and so does not reach the socket."""
        self._ends: tuple[socket.socket, socket.socket] | None = None

    def plug_in(self, name: str = "hidraw2") -> None:
        self.name = name
        self.path = self.machine.root / "dev" / name
        self.machine.describe_hid("hidraw", name, self.usb, {"report_descriptor": self.descriptor})
        self._ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ends[1].setblocking(False)

    def open(self, path: Path) -> int:
        """What opening the device file gives; a file that is not there cannot be opened."""
        if self._ends is None or path.resolve() != self.path.resolve():
            raise FileNotFoundError(path)
        return os.dup(self._ends[1].fileno())

    def set_feature(self, descriptor: int, data: bytes) -> None:
        """What the ioctl on an open device file does."""
        os.fstat(descriptor)
        self.features.append(data)

    def unplug(self) -> None:
        if self._ends is not None:
            self.machine.forget("hidraw", self.name)
            for end in self._ends:
                end.close()
            self._ends = None

    def send(self, report: bytes) -> None:
        assert self._ends is not None
        self._ends[0].send(report)

    def receive(self, seconds: float = 5.0) -> bytes:
        """The next output report; empty where none comes in time."""
        assert self._ends is not None
        self._ends[0].settimeout(seconds)
        with suppress(TimeoutError):
            return self._ends[0].recv(4096)
        return b""
