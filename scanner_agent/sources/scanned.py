"""HID point-of-sale scanners' reports (HID Point of Sale Usage Tables 1.02, page 8C), by the descriptor. Pure."""

from dataclasses import dataclass

from custody.core.errors import Malformed, Oversize
from scanner_agent.framing import MAX_READ, Frame, Framing
from scanner_agent.sources.report import Field, Report

_BYTE_COUNT = 0x01_003B
_SYMBOLOGY = (0x8C_00FB, 0x8C_00FC, 0x8C_00FD)
_DATA = 0x8C_00FE
_CONTINUED = 0x8C_00FF


@dataclass(frozen=True)
class Layout:
    """Where a scanner's input report holds what; bytes from its start. `aim` are the three identifier bytes."""

    id: int | None
    size: int
    data: Field
    count: Field | None
    continued: Field | None
    aim: tuple[int, ...]


def layout_of(reports: list[Report]) -> Layout | None:
    """The layout of the input report with decoded data; None where the device has none."""
    for report in reports:
        fields = {field.usage: field for field in report.fields}
        data = fields.get(_DATA)
        if report.direction == "input" and data and data.size == 8 and data.bit % 8 == 0:
            aim = [fields[usage].bit // 8 for usage in _SYMBOLOGY if usage in fields and fields[usage].size == 8]
            return Layout(
                report.id,
                report.bits // 8,
                data,
                fields.get(_BYTE_COUNT),
                fields.get(_CONTINUED),
                tuple(aim) if len(aim) == 3 else (),
            )
    return None


class Scanned(Framing):
    """Reads from input reports; a read may go over several."""

    def __init__(self, layout: Layout, limit: int = MAX_READ) -> None:
        self._layout = layout
        self._limit = limit
        self._read = b""
        self._begun = False
        self._overlong = False

    @property
    def pending(self) -> bool:
        return self._begun

    def feed(self, chunk: bytes) -> list[Frame]:
        """`chunk` is one report; other reports than those with data say nothing of labels."""
        layout = self._layout
        if layout.id is not None and chunk[:1] != bytes([layout.id]):
            return []
        if len(chunk) < layout.size:
            return self._refused(Malformed("a report is too short", expected=f"{layout.size} bytes", got=len(chunk)))
        count = _value(chunk, layout.count) if layout.count else layout.data.count
        if count > layout.data.count:
            error = Malformed("a report is wrong", expected=f"at most {layout.data.count} bytes", got=count)
            return self._refused(error)
        return self._take(chunk, count)

    def flush(self) -> list[Frame]:
        """Refuses a read whose further reports do not come."""
        overlong = self._overlong
        frames = self._refused(Malformed("a read was cut off", expected="its further reports", remedy="Read again."))
        return [] if overlong else frames

    def end(self) -> list[Frame]:
        return self.flush() if self._begun else []

    def _take(self, chunk: bytes, count: int) -> list[Frame]:
        layout = self._layout
        frames: list[Frame] = []
        if not self._begun and (aim := bytes(chunk[place] for place in layout.aim)).startswith(b"]"):
            self._read = aim
        self._begun = True
        start = layout.data.bit // 8
        if not self._overlong:
            self._read += chunk[start : start + count]
        if len(self._read) > self._limit:
            self._overlong, self._read = True, b""
            frames.append(Oversize("a read is too long", expected=f"at most {self._limit} bytes", got="more"))
        if not (layout.continued and _value(chunk, layout.continued)):
            frames += [] if self._overlong else [self._read]
            self._forget()
        return frames

    def _refused(self, error: Malformed) -> list[Frame]:
        self._forget()
        return [error]

    def _forget(self) -> None:
        self._read, self._begun, self._overlong = b"", False, False


def _value(report: bytes, field: Field) -> int:
    """A field's number: little endian, as all of HID is."""
    return int.from_bytes(report, "little") >> field.bit & ((1 << field.size) - 1)
