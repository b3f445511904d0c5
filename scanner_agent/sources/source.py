"""What every reader is to the agent: it yields reads, is told good or bad, and is closed."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from custody.core.errors import CustodyError, Malformed, Unavailable
from scanner_agent import framing


@dataclass(frozen=True, slots=True)
class Read:
    """A label's text as a reader gave it. `symbology` is an AIM identifier such as `]Q1`; `time` is Unix ms.

    `alone`: nothing else was in view; of an item, no other item. What is aimed by hand always is; a camera's frame may
    show several codes.
    """

    source: str
    symbology: str | None
    text: str
    time: int
    alone: bool = True

    @property
    def kind(self) -> str:
        """The kind of reader, as an event names it: `source` is `<kind>:<name>`."""
        return self.source.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A text that the reader gave a moment ago, so that it is no further read."""

    source: str
    text: str
    time: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A read that is no label's text: over-long, cut off, not text. Nothing of it is used."""

    source: str
    error: CustodyError
    time: int


@dataclass(frozen=True, slots=True)
class Status:
    """A reader has come to life, or (with the error) been lost; a lost one is tried again."""

    source: str
    live: bool
    error: CustodyError | None
    time: int


Key = Literal["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "back", "clear", "enter"]
"""Of a PIN that is entered key by key: `back` takes the last digit away, `clear` all of them."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key of a keypad. It is part of a PIN or nothing."""

    source: str
    key: Key
    time: int

    def __repr__(self) -> str:
        # What has a repr ends in a log some day; a PIN must not.
        return f"Pressed({self.source!r})"


class CodeInView(Unavailable):
    """A photograph would show a command code, such as the one by which it was asked for."""

    kind = "code-in-view"


class BadgeInView(Unavailable):
    """A photograph would show a badge: whoever has it tries the PIN at leisure."""

    kind = "badge-in-view"


Output = Read | Repeated | Refused | Status | Pressed


class SourceConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """A `[[source]]` table of the agent's TOML. `name` is what screens and records call the reader."""

    name: str | None = None


class Source(ABC):
    """One reader. `reads` is consumed by one thread; the other methods may be called from others."""

    def __init__(self, kind: str, name: str) -> None:
        self.name = f"{kind}:{name}"
        self._closed = threading.Event()

    @abstractmethod
    def reads(self) -> Iterator[Output]:
        """What the reader reads, until it ends or is closed. A lost device is not an end: it is opened again."""

    def answer(self, *, good: bool) -> bool:  # noqa: ARG002
        """Lets the reader itself beep; whether it can."""
        return False

    def answer_again(self) -> bool:
        """Lets the reader itself signal that it had read this before; whether it can."""
        return False

    def judged(self, text: str, *, taken: bool) -> None:  # noqa: B027
        """What became of a text that it read."""

    def was_taken(self, text: str) -> bool | None:  # noqa: ARG002
        """What became of a text that it read a moment ago; None: nobody knows."""
        return None

    def preview(self) -> bytes | None:
        """What a camera sees now, as a small JPEG for a screen; None where nothing is seen, or nothing ever is."""
        return None

    def still(self, *, without_codes: bool = False) -> bytes | None:  # noqa: ARG002
        """What a camera sees now, as a JPEG of full size for a record; None as for `preview`. Raises BadgeInView;
        CodeInView for a command code, where it is to be `without_codes`.
        """
        return None

    def close(self) -> None:
        """Makes `reads` end soon."""
        self._closed.set()

    def _read(self, symbology: str | None, text: str, *, alone: bool = True) -> Read:
        return Read(self.name, symbology, text, now(), alone)

    def _framed(self, frames: Iterable[bytes | Malformed]) -> Iterator[Output]:
        """What a framing's frames say."""
        for frame in frames:
            try:
                if isinstance(frame, Malformed):
                    raise frame
                yield self._read(*framing.parse(frame))
            except Malformed as error:
                yield self._refused(error)

    def _refused(self, error: CustodyError) -> Refused:
        return Refused(self.name, error, now())

    def _live(self) -> Status:
        return Status(self.name, True, None, now())

    def _lost(self, message: str, cause: object, remedy: str) -> Status:
        error = Unavailable(message, got=cause, remedy=remedy)
        return Status(self.name, False, error, now())


def now() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def backoff(first: float = 0.25, most: float = 5.0) -> Iterator[float]:
    """Seconds to wait before each next attempt: doubling up to `most`."""
    delay = first
    while True:
        yield delay
        delay = min(2 * delay, most)
