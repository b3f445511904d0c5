"""What Linux says of a keyboard: `struct input_event` and two requests (linux/input.h, input-event-codes.h)."""

import fcntl
import struct
import time
from pathlib import Path
from typing import NamedTuple

_EVENT = struct.Struct("llHHi")
EVENT_BYTES = _EVENT.size

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3

_EVIOCGRAB = 0x40044590  # _IOW('E', 0x90, int)
_EVIOCSCLOCKID = 0x400445A0  # _IOW('E', 0xa0, int)
_LETTERS: int = sum(1 << code for code in (*range(16, 26), *range(30, 39), *range(44, 51)))


class Event(NamedTuple):
    """One event; `time` in seconds."""

    time: float
    type: int
    code: int
    value: int


def unpack(event: bytes) -> Event:
    """The event in `EVENT_BYTES` bytes."""
    seconds, micros, type_, code, value = _EVENT.unpack(event)
    return Event(seconds + micros / 1_000_000, type_, code, value)


def pack(event: Event) -> bytes:
    """The bytes of an event."""
    return _EVENT.pack(int(event.time), int(event.time % 1 * 1_000_000), event.type, event.code, event.value)


def grab(descriptor: int) -> None:
    """From here to its closing, no other program or window gets these events. Raises OSError.

    Their times become monotonic: a clock that is set ends no read.
    """
    fcntl.ioctl(descriptor, _EVIOCGRAB, 1)
    fcntl.ioctl(descriptor, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))


def types_letters(device: Path) -> bool:
    """Whether the device in this folder of sysfs has every letter's key: a keyboard, not a keypad, mouse or button."""
    try:
        words = (device / "capabilities/key").read_text().split()
    except OSError:
        return False
    return int(words[-1], 16) & _LETTERS == _LETTERS
