"""A reader's byte stream, cut into reads: pure state machines, one a protocol (so far: lines of text).

A framing has `feed(chunk)` and `flush()`. Both return frames in order; an error stands where a read was refused. How
the stream was split into chunks makes no difference.
"""

import re

from custody.core.errors import Malformed, Oversize

MAX_READ = 7089
"""Bytes: the most that one symbol holds (a QR code 40-L of digits, ISO/IEC 18004)."""

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")


class Lines:
    """Reads that each end in one of the bytes `ends`; empty ones (between CR and LF) are none."""

    def __init__(self, ends: bytes = b"\r\n\t", limit: int = MAX_READ) -> None:
        self._split = re.compile(b"[" + re.escape(ends) + b"]").split
        self._ends = ends
        self._limit = limit
        self._held = b""
        self._skipping = False

    @property
    def pending(self) -> bool:
        """Whether a read has begun and not ended."""
        return bool(self._held) or self._skipping

    def feed(self, chunk: bytes) -> list[bytes | Malformed]:
        """The reads that `chunk` completes. One over the limit is refused at once, and skipped up to its end."""
        frames: list[bytes | Malformed] = []
        *ended, begun = self._split(chunk)
        for piece in ended:
            self._hold(piece, frames)
            if self._held:
                frames.append(self._held)
            self._reset()
        self._hold(begun, frames)
        return frames

    def flush(self) -> list[bytes | Malformed]:
        """Refuses what has begun and will not be ended: the reader was unplugged, or sends no end."""
        frames: list[bytes | Malformed] = []
        if self._held:
            frames.append(
                Malformed(
                    "a read was cut off",
                    expected=f"one of {self._ends!r} at its end",
                    got=repr(self._held),
                    remedy="Read again; if it stays so, set the reader to send CR after each read.",
                )
            )
        self._reset()
        return frames

    def _hold(self, piece: bytes, frames: list[bytes | Malformed]) -> None:
        if self._skipping:
            return
        if len(self._held) + len(piece) > self._limit:
            frames.append(
                Oversize(
                    "a read is too long",
                    expected=f"at most {self._limit} bytes before one of {self._ends!r}",
                    got="more",
                    remedy="Set the reader to send CR after each read.",
                )
            )
            self._held = b""
            self._skipping = True
        else:
            self._held += piece

    def _reset(self) -> None:
        self._held = b""
        self._skipping = False


def parse(frame: bytes) -> tuple[str | None, str]:
    """(AIM symbology identifier, if the reader sent one before the text (ISO/IEC 15424); text). Raises Malformed."""
    try:
        text = frame.decode()
    except UnicodeDecodeError:
        raise Malformed(
            "a read is not text", expected="UTF-8", got=repr(frame), remedy="Read a label of this election."
        ) from None
    aim = _AIM.match(text)
    symbology, text = (aim[0], text[aim.end() :]) if aim else (None, text)
    if not text:
        raise Malformed("a read is empty", expected="a label's text", got=repr(frame))
    return symbology, text
