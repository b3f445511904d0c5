"""A HID report descriptor, walked (Device Class Definition for HID 1.11, section 6.2.2). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from custody.core.errors import Malformed

Direction = Literal["input", "output", "feature"]

_MAX_BYTES = 4096
"""Of a descriptor (the kernel's own limit), and of a report."""
_MAX_USAGES = 8 * _MAX_BYTES
_LONG_ITEM = 0xFE
_SIZES = (0, 1, 2, 4)

# Tags with their type, as in the first byte of an item, without its size.
_INPUT, _OUTPUT, _FEATURE, _COLLECTION, _END_COLLECTION = 0x80, 0x90, 0xB0, 0xA0, 0xC0
_DIRECTIONS: dict[int, Direction] = {_INPUT: "input", _OUTPUT: "output", _FEATURE: "feature"}
_MAIN = {*_DIRECTIONS, _COLLECTION, _END_COLLECTION}
_GLOBALS = {0x04: "page", 0x74: "size", 0x84: "id", 0x94: "count"}
_PUSH, _POP = 0xA4, 0xB4
_USAGE, _USAGE_MINIMUM, _USAGE_MAXIMUM = 0x08, 0x18, 0x28


@dataclass(frozen=True)
class Field:
    """Where a report holds a usage (page << 16 | id), in bits from the report's start, its id byte included."""

    usage: int
    bit: int
    size: int
    count: int


@dataclass
class Report:
    """One report: its id (None: the device does not number them), fields and length in bits."""

    id: int | None
    direction: Direction
    fields: list[Field] = field(default_factory=list)
    bits: int = 0


@dataclass(frozen=True)
class _Globals:
    page: int = 0
    size: int = 0
    count: int = 0
    id: int | None = None


@dataclass
class _Locals:
    """What holds up to the next main item."""

    usages: list[int] = field(default_factory=list)
    minimum: int | None = None


def parse(descriptor: bytes) -> list[Report]:
    """The reports. Raises Malformed for what is no descriptor, or describes more than a report."""
    if len(descriptor) > _MAX_BYTES:
        raise _no_descriptor("too long")
    reports: dict[tuple[Direction, int | None], Report] = {}
    now, local, stack = _Globals(), _Locals(), list[_Globals]()
    for tag, data in _items(descriptor):
        value = int.from_bytes(data, "little")
        if tag in _MAIN:
            if direction := _DIRECTIONS.get(tag):
                report = reports.setdefault((direction, now.id), Report(now.id, direction, bits=8 if now.id else 0))
                _add(report, now, local)
            local = _Locals()
        elif tag == _PUSH:
            stack.append(now)
        elif tag == _POP:
            if not stack:
                raise _no_descriptor("a pop without a push")
            now = stack.pop()
        elif tag in (_USAGE, _USAGE_MINIMUM, _USAGE_MAXIMUM):
            _use(local, tag, value if len(data) == 4 else now.page << 16 | value)
        elif tag in _GLOBALS:
            now = replace(now, **{_GLOBALS[tag]: value})
            if now.id is not None and not 0 < now.id < 256:
                raise _no_descriptor("a report's id is one byte, and not 0")
    return list(reports.values())


def _items(descriptor: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(descriptor):
        first = descriptor[at]
        if first == _LONG_ITEM:
            at += 3 + int.from_bytes(descriptor[at + 1 : at + 2], "little")
            continue
        size = _SIZES[first & 3]
        data = descriptor[at + 1 : at + 1 + size]
        if len(data) < size:
            raise _no_descriptor("its last item is cut off")
        yield first & 0xFC, data
        at += 1 + size


def _use(local: _Locals, tag: int, usage: int) -> None:
    if tag == _USAGE:
        local.usages.append(usage)
    elif tag == _USAGE_MINIMUM:
        local.minimum = usage
    elif local.minimum is not None:
        if not 0 <= usage - local.minimum < _MAX_USAGES - len(local.usages):
            raise _no_descriptor("a range of usages without an end")
        local.usages += range(local.minimum, usage + 1)
        local.minimum = None


def _add(report: Report, now: _Globals, local: _Locals) -> None:
    """A field a usage; the last usage stands for all that follow."""
    if report.bits + now.size * now.count > 8 * _MAX_BYTES:
        raise _no_descriptor("a report is too long")
    usages = (local.usages or [0])[: now.count]
    for place, usage in enumerate(usages):
        count = 1 if place < len(usages) - 1 else now.count - place
        report.fields.append(Field(usage, report.bits, now.size, count))
        report.bits += now.size * count


def _no_descriptor(why: str) -> Malformed:
    return Malformed("a device does not describe its reports", expected="a HID report descriptor", got=why)
