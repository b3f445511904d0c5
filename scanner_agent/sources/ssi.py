"""Zebra's Simple Serial Interface (SSI): packets with checksums, each acknowledged or asked for again.

Packet: length (without checksum), opcode, source, status, data, checksum (big endian; with it the bytes sum to 2^16).
"""

from collections import deque
from collections.abc import Sequence

from custody.core.errors import Malformed, Oversize
from scanner_agent.framing import MAX_READ, Frame, Framing, Reply, has_aim

_HOST = 4
_AGAIN, _CONTINUED = 1, 2  # bits of the status
_ACK, _NAK, _DECODE_DATA = 0xD0, 0xD1, 0xF3
_RESEND = b"\x01"  # a NAK's cause

_RESENDS = 2
_SILENCES = 15
"""Times `gap_seconds`: longer than the two seconds in which either side has to answer or begins again."""
_WAITING = 16

_AIM = {
    0x01: b"]A0",
    0x03: b"]C0",
    0x0B: b"]E0",
    0x0F: b"]C1",
    0x1B: b"]d1",
    0x1C: b"]Q1",
    0xC1: b"]d2",
    0xC2: b"]Q3",
}
"""Code types as AIM identifiers (ISO/IEC 15424)."""


def packet(opcode: int, data: bytes = b"", *, source: int = _HOST, status: int = 0) -> bytes:
    """A packet with its checksum; `data` at most 251 bytes."""
    body = bytes([len(data) + 4, opcode, source, status]) + data
    return body + (-sum(body) & 0xFFFF).to_bytes(2, "big")


WAKE_UP = packet(0xEB)
GOOD_BEEP = packet(0xE6, b"\x00")
LOW_BEEP = packet(0xE6, b"\x05")
REJECT_BEEP = packet(0xE6, b"\x12")
LED_ON, LED_OFF = packet(0xE7, b"\x01"), packet(0xE8, b"\x01")
PACKETED_DATA = packet(0xC6, b"\xff\xee\x01")
NO_BEEP_ON_DECODE = packet(0xC6, b"\xff\x38\x00")
"""Until the scanner loses its power: it then beeps when we say so, and not before."""


class Ssi(Framing):
    """The host's side. A garbled packet is asked for again, and refused when that does not mend it."""

    gap_seconds = 0.2

    def __init__(self, limit: int = MAX_READ) -> None:
        self._limit = limit
        self._packet = b""
        self._skipped: int | None = None
        self._read = b""
        self._type: int | None = None
        self._overlong = False
        self._garbled = 0
        self._silences = 0
        self._last: int | None = None
        """Of the last packet's content, a hash: it may be a badge."""
        self._outgoing: deque[bytes] = deque()
        self._resent = 0

    @property
    def pending(self) -> bool:
        """Whether a packet, a read or an answer is under way, or the last packet may come again."""
        return bool(self._in_packet or self._in_read or self._garbled or self._outgoing or self._last is not None)

    @property
    def _in_packet(self) -> bool:
        return bool(self._packet) or self._skipped is not None

    @property
    def _in_read(self) -> bool:
        return self._type is not None

    def feed(self, chunk: bytes) -> list[Frame]:
        self._silences = 0
        if self._skipped is not None:
            return self._skip(chunk)
        frames: list[Frame] = []
        self._packet += chunk
        while self._packet and len(self._packet) >= (end := self._packet[0] + 2):
            whole, rest = self._packet[:end], self._packet[end:]
            if end < 6 or (sum(whole[:-2]) + int.from_bytes(whole[-2:], "big")) & 0xFFFF:
                return frames + self._skip(self._packet)
            self._packet = rest
            frames += self._take(whole)
        return frames

    def flush(self) -> list[Frame]:
        """Asks for a garbled packet again; refuses what was not mended or continued, and repeats itself, in time."""
        if self._in_packet:
            self._packet, self._skipped = b"", None
            self._garbled += 1
            self._silences = 0
            return self._refuse() if self._garbled > _RESENDS else [Reply(packet(_NAK, _RESEND))]
        self._silences += 1
        if self._silences < _SILENCES:
            return []
        self._silences = 0
        if self._garbled or self._in_read:
            return self._refuse()
        if self._outgoing:
            return self._send_again()
        self._last = None
        return []

    def end(self) -> list[Frame]:
        return self._refuse() if self._in_packet or self._in_read or self._garbled else []

    def say(self, messages: Sequence[bytes]) -> bytes:
        """The next is sent when the one before is acknowledged; of a scanner that never does, the later are dropped."""
        idle = not self._outgoing
        self._outgoing.extend(messages[: _WAITING - len(self._outgoing)])
        return self._outgoing[0] if idle and self._outgoing else b""

    def _skip(self, dropped: bytes) -> list[Frame]:
        """What follows a garbled packet up to a silence cannot be told from it."""
        before = self._skipped or 0
        self._packet, self._skipped = b"", before + len(dropped)
        if before <= self._limit < self._skipped:
            return [Oversize("a scanner sends without end", expected="SSI packets and pauses", got="more")]
        return []

    def _take(self, whole: bytes) -> list[Frame]:
        """A packet whose checksum is right."""
        opcode, source, status, data = whole[1], whole[2], whole[3], whole[4:-2]
        if source == _HOST:
            return []  # a line that echoes
        if opcode in (_ACK, _NAK):
            return self._heed(resend=opcode == _NAK and data == _RESEND)
        content = hash(bytes([opcode, status & ~_AGAIN]) + data)
        # Sent again because our acknowledgement was lost: no second read.
        known = bool(status & _AGAIN) and content == self._last
        self._last, self._garbled = content, 0
        acknowledged: list[Frame] = [Reply(packet(_ACK))]
        if opcode != _DECODE_DATA or known:
            return acknowledged
        return acknowledged + self._decoded(data, continued=bool(status & _CONTINUED))

    def _decoded(self, data: bytes, *, continued: bool) -> list[Frame]:
        frames: list[Frame] = []
        if self._type is None:
            self._type = data[0] if data else 0
        self._read += b"" if self._overlong else data[1:]
        if len(self._read) > self._limit:
            self._overlong, self._read = True, b""
            frames.append(Oversize("a read is too long", expected=f"at most {self._limit} bytes", got="more"))
        if continued:
            return frames
        if not self._overlong:
            aim = b"" if has_aim(self._read) else _AIM.get(self._type, b"")
            frames.append(aim + self._read if self._read else b"")
        self._forget()
        return frames

    def _refuse(self) -> list[Frame]:
        self._forget()
        error = Malformed("a read was garbled or cut off", expected="whole SSI packets", remedy="Read again.")
        return [error]

    def _forget(self) -> None:
        self._read, self._type, self._overlong, self._garbled = b"", None, False, 0

    def _heed(self, *, resend: bool) -> list[Frame]:
        """The scanner's word on our last message."""
        if not self._outgoing:
            return []
        if resend:
            return self._send_again()
        return self._send_next()

    def _send_again(self) -> list[Frame]:
        if self._resent == _RESENDS:
            return self._send_next()
        self._resent += 1
        message = self._outgoing[0]
        return [Reply(packet(message[1], message[4:-2], status=message[3] | _AGAIN))]

    def _send_next(self) -> list[Frame]:
        self._resent = 0
        self._outgoing.popleft()
        return [Reply(self._outgoing[0])] if self._outgoing else []
