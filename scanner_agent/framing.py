"""A reader's byte stream, cut into reads: pure state machines, one a protocol. Here lines of text; others in `sources`.

How the stream was split into chunks makes no difference to what comes out, and what is held is bounded.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

from custody.core.errors import Malformed, Oversize

MAX_READ = 7089
"""Bytes: the most that one symbol holds (a QR code 40-L of digits, ISO/IEC 18004)."""

_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")


class Reply(NamedTuple):
    """What the protocol has to send back to the reader at this point."""

    data: bytes


Frame = bytes | Malformed | Reply
"""A read, why one was refused, or something to send."""


class Framing(ABC):
    """A protocol's state on one connection; a new connection gets a new one."""

    gap_seconds: float = 0.5
    """A silence of this length in a read is worth a `flush`."""

    @property
    @abstractmethod
    def pending(self) -> bool:
        """Whether a silence would mean anything."""

    @abstractmethod
    def feed(self, chunk: bytes) -> Sequence[Frame]:
        """What `chunk` completes, in order."""

    @abstractmethod
    def flush(self) -> Sequence[Frame]:
        """What a silence of `gap_seconds` completes or refuses."""

    def end(self) -> Sequence[Frame]:
        """Refuses what has begun: the reader was unplugged."""
        return self.flush()

    def say(self, messages: Sequence[bytes]) -> bytes:
        """What to send now so that the reader gets these messages."""
        return b"".join(messages)


class Lines(Framing):
    """Reads that each end in one of the bytes `ends`; empty ones (between CR and LF) are none.

    `prefix` and `suffix` are what the reader is set to put around a text; a read without them is refused.
    """

    def __init__(
        self, ends: bytes = b"\r\n\t", limit: int = MAX_READ, *, prefix: bytes = b"", suffix: bytes = b""
    ) -> None:
        self.ends = re.compile(b"[" + re.escape(ends) + b"]")
        self._expected = f"one of {ends!r}"
        self._limit = limit
        self._prefix = prefix
        self._suffix = suffix
        self._held = b""
        self._skipping = False

    @property
    def pending(self) -> bool:
        """Whether a read has begun and not ended."""
        return bool(self._held) or self._skipping

    @property
    def begun(self) -> bytes:
        """What has come of a read that has not ended."""
        return self._held

    def feed(self, chunk: bytes) -> list[bytes | Malformed]:
        """The reads that `chunk` completes. One over the limit is refused at once, and skipped up to its end."""
        frames: list[bytes | Malformed] = []
        *ended, begun = self.ends.split(chunk)
        for piece in ended:
            self._hold(piece, frames)
            frames += self.finish()
        self._hold(begun, frames)
        return frames

    def finish(self) -> list[bytes | Malformed]:
        """What has begun is a whole read; none where nothing has, or it was refused."""
        frames = [self._bare(self._held)] if self._held else []
        self._reset()
        return frames

    def spoil(self, error: Malformed) -> list[bytes | Malformed]:
        """Refuses the read that is under way, up to its end; once."""
        if self._skipping:
            return []
        self._held = b""
        self._skipping = True
        return [error]

    def flush(self) -> list[bytes | Malformed]:
        """Refuses what has begun and will not be ended: the reader was unplugged, or sends no end."""
        frames: list[bytes | Malformed] = []
        if self._held:
            frames.append(
                Malformed(
                    "a read was cut off",
                    expected=f"{self._expected} at its end",
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
            frames += self.spoil(
                Oversize(
                    "a read is too long",
                    expected=f"at most {self._limit} bytes before {self._expected}",
                    got="more",
                    remedy="Set the reader to send CR after each read.",
                )
            )
        else:
            self._held += piece

    def _bare(self, read: bytes) -> bytes | Malformed:
        """A read without what the reader puts around it."""
        around = len(self._prefix) + len(self._suffix)
        if len(read) < around or not read.startswith(self._prefix) or not read.endswith(self._suffix):
            return Malformed(
                "a read lacks what the reader is set to send around it",
                expected=f"{self._prefix!r} … {self._suffix!r}",
                got=repr(read),
                remedy="Read again; if it stays so, compare the reader's prefix and suffix with the settings.",
            )
        return read[len(self._prefix) : len(read) - len(self._suffix)]

    def _reset(self) -> None:
        self._held = b""
        self._skipping = False


def has_aim(read: bytes) -> bool:
    """Whether a read begins with an AIM symbology identifier (ISO/IEC 15424)."""
    return _AIM.match(read) is not None


def parse(frame: bytes) -> tuple[str | None, str]:
    """(AIM symbology identifier, if the reader sent one before the text; text). Raises Malformed."""
    try:
        text = frame.decode()
    except UnicodeDecodeError:
        raise Malformed(
            "a read is not text", expected="UTF-8", got=repr(frame), remedy="Read a label of this election."
        ) from None
    symbology, text = (text[:3], text[3:]) if has_aim(frame) else (None, text)
    if not text:
        raise Malformed("a read is empty", expected="a label's text", got=repr(frame))
    return symbology, text
