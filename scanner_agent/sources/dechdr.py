"""Honeywell's decode header (`DECHDR1.`): `16 FE <length, 32 bits> 0D MSGGET dddd <id> <AIM 2> 1D data 0D`.

The length is little endian and counts what follows the first CR. A scanner without the header sends lines; both are
understood.
"""

import re

from custody.core.errors import Malformed, Oversize
from scanner_agent.framing import MAX_READ, Frame, Framing, Lines

_START = b"\x16\xfe"
_HEADER = 7
_BODY = re.compile(rb"MSGGET\d{4}.(..)\x1d(.*?)\r?\Z", re.DOTALL)
_AROUND = 15
"""Bytes of a body beside the data."""


class Dechdr(Framing):
    """Messages with a decode header, or lines where a read does not begin with one."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._held = b""
        self._skipping = False

    @property
    def pending(self) -> bool:
        return bool(self._held) or self._skipping or self._lines.pending

    def feed(self, chunk: bytes) -> list[Frame]:
        frames: list[Frame] = []
        if self._skipping:
            return frames
        self._held += chunk
        while self._held:
            if not self._lines.pending and self._held.startswith(_START[: len(self._held)]):
                if not self._message(frames):
                    break
            else:
                end = self._lines.ends.search(self._held)
                upto = end.end() if end else len(self._held)
                frames += self._lines.feed(self._held[:upto])
                self._held = self._held[upto:]
        return frames

    def flush(self) -> list[Frame]:
        """Refuses what was cut off; a silence ends what was skipped."""
        self._skipping = False
        if not self._held:
            return list(self._lines.flush())
        cut = Malformed("a read was cut off", expected="a whole message", got=repr(self._held), remedy="Read again.")
        self._held = b""
        return [cut]

    def _message(self, frames: list[Frame]) -> bool:
        """Takes one message off what is held; whether it was there."""
        if len(self._held) < _HEADER:
            return False
        length = int.from_bytes(self._held[2:6], "little")
        if length > MAX_READ + _AROUND:
            # Its end cannot be waited for: what comes up to the next silence is dropped.
            frames.append(
                Oversize("a read is too long", expected=f"at most {MAX_READ} bytes", got=f"{length} bytes announced")
            )
            self._held, self._skipping = b"", True
            return False
        end = _HEADER + length
        if len(self._held) < end:
            return False
        frames.append(_read(self._held[_HEADER:end]))
        self._held = self._held[end:]
        return True


def _read(body: bytes) -> bytes | Malformed:
    message = _BODY.match(body)
    if message is None:
        return Malformed("a read has no decode header", expected="MSGGET … GS data", got=repr(body))
    return b"]" + message[1] + message[2]
