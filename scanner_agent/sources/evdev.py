"""What Linux says of a keyboard: `struct input_event` and two requests (linux/input.h, input-event-codes.h)."""

import fcntl
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_EVENT = struct.Struct("llHHi")
EVENT_BYTES = _EVENT.size

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3

_EVIOCGRAB = 0x40044590  # _IOW('E', 0x90, int)
_EVIOCSCLOCKID = 0x400445A0  # _IOW('E', 0xa0, int)
_DIGITS: int = sum(1 << code for code in range(2, 12))
_BLOCK_DIGITS: int = sum(1 << code for code in (71, 72, 73, 75, 76, 77, 79, 80, 81, 82))
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


def open_events(path: Path, seize: Callable[[int], None]) -> int:
    """A descriptor of a device that `seize` has taken, as `grab` does. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        seize(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def types_letters(device: Path) -> bool:
    """Whether the device in this folder of sysfs has every letter's key: a keyboard, not a keypad, mouse or button."""
    return _keys(device) & _LETTERS == _LETTERS


def types_digits(device: Path) -> bool:
    """Whether the device in this folder of sysfs has every digit's key, in a row or a block.

    Many a keypad says that it has letters too.
    """
    keys = _keys(device)
    return any(keys & digits == digits for digits in (_DIGITS, _BLOCK_DIGITS))


def _keys(device: Path) -> int:
    """A bit for each key that the device has: the kernel prints them in words of 64 bits, the highest first."""
    try:
        words = (device / "capabilities/key").read_text().split()
    except OSError:
        return 0
    return sum(int(word, 16) << 64 * place for place, word in enumerate(reversed(words)))
