"""A reader at a device file: opened, opened again whenever it was lost, and answered where it can be."""

import errno
import os
import select
import termios
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple, Protocol

from custody.core.command import is_command
from scanner_agent.framing import Frame, Framing, Reply
from scanner_agent.sources.recent import Recent
from scanner_agent.sources.source import Output, Read, Repeated, Source, Status, backoff

_POLL_SECONDS = 0.1
_ASLEEP_SECONDS = 1.0
_WAKING_SECONDS = 0.02
_COMMAND_SECONDS = 0.5
"""Within which the same command code is the same read: nobody aims twice so fast."""


@dataclass(frozen=True)
class Answers:
    """What to send a reader: for a good read, for a bad one, for one that it had given before, upon opening.

    `waits`: it says nothing further until it is answered. `wake` goes before what comes after a pause.
    """

    good: tuple[bytes, ...] = ()
    bad: tuple[bytes, ...] = ()
    again: tuple[bytes, ...] = ()
    opening: tuple[bytes, ...] = ()
    wake: bytes = b""
    waits: bool = False

    def changed(self, good: bytes | None, bad: bytes | None, again: bytes | None) -> "Answers":
        """The same with other words; None leaves one as it is, an empty one says nothing.

        What has no word for what it gave before is told that it was good: it may wait for a word.
        """
        words = _words(good, self.good)
        return replace(self, good=words, bad=_words(bad, self.bad), again=_words(again, self.again or words))


def _words(said: bytes | None, default: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return default if said is None else (said,) * bool(said)


SILENT = Answers()


class Wire(Protocol):
    """An open device. All raise OSError (or termios.error) once it is gone."""

    def receive(self, seconds: float) -> bytes:
        """What comes; empty where nothing does in that time."""

    def send(self, data: bytes) -> None: ...

    def close(self) -> None: ...


class Link(NamedTuple):
    wire: Wire
    framing: Framing


class Device(Source):
    """One device, at one time or another."""

    def __init__(self, kind: str, name: str | None, place: str, window: float, answers: Answers) -> None:
        """`place` is where it is looked for; `window` the seconds within which the same text is the same read."""
        super().__init__(kind, name or place)
        self._place = place
        self._answers = answers
        self._recent = Recent(window)
        self._repeats = Recent(window)
        self._link: Link | None = None
        self._lock = threading.Lock()  # of the link: reads and answers come from two threads
        self._heard = 0.0
        self._gave_read = False

    @abstractmethod
    def _open(self) -> Link:
        """Finds and opens the device. Raises OSError (or termios.error) with the reason."""

    def reads(self) -> Iterator[Output]:
        delays = backoff()
        live: bool | None = None
        while not self._closed.is_set():
            try:
                for output in self._open_reads():
                    if isinstance(output, Status):
                        live, delays = True, backoff()
                    yield output
                    del output  # while the next is waited for, nobody holds what may be a badge
            except (OSError, termios.error) as error:
                if live is not False:
                    live = False
                    remedy = "Check its cable, its power and who may open it; it is tried again."
                    yield self._lost("the reader is not there", f"{self._place}: {error}", remedy)
                self._closed.wait(next(delays))

    def answer(self, *, good: bool) -> bool:
        messages = self._answers.good if good else self._answers.bad
        if self._answers.waits and self._gave_read:
            # It may say the same again as soon as it is answered.
            self._recent.judged_latest(taken=good)
        return bool(messages) and self._say(messages)

    def answer_again(self) -> bool:
        return self._say(self._answers.again)

    def judged(self, text: str, *, taken: bool) -> None:
        self._recent.judged(text, taken=taken)

    def was_taken(self, text: str) -> bool | None:
        return self._recent.was_taken(text)

    def _open_reads(self) -> Iterator[Output]:
        """From when the device is there until it is gone."""
        link = self._open()
        with closing(link.wire):
            with self._lock:
                self._link = link
            try:
                self._say(self._answers.opening)
                yield self._live()
                yield from self._once(self._link_reads(link))
            finally:
                with self._lock:
                    self._link = None

    def _say(self, messages: tuple[bytes, ...]) -> bool:
        """Whether it could be sent."""
        with self._lock:
            if self._link is None or not messages:
                return False
            try:
                if self._answers.wake and time.monotonic() - self._heard > _ASLEEP_SECONDS:
                    self._link.wire.send(self._answers.wake)
                    time.sleep(_WAKING_SECONDS)
                if data := self._link.framing.say(messages):
                    self._link.wire.send(data)
            except (OSError, termios.error):
                return False  # the thread that reads will tell
        return True

    def _once(self, outputs: Iterable[Output]) -> Iterator[Output]:
        """A text that comes again within the window is no second read; that it came is told at times.

        A command may well be meant twice, such as a digit of a PIN.
        """
        for output in outputs:
            self._gave_read = isinstance(output, Read)
            yield from self._new(output) if isinstance(output, Read) else (output,)
            del output

    def _new(self, read: Read) -> Iterator[Read | Repeated]:
        at = time.monotonic()
        if self._recent.is_new(read.text, at, _COMMAND_SECONDS if is_command(read.text) else None):
            yield read
        else:
            yield from self._repeated(read, at)

    def _repeated(self, read: Read, at: float) -> Iterator[Repeated]:
        """A scanner that waits is answered each time; a label that stays before one would else sound without end."""
        if self._repeats.is_new(read.text, at):
            yield Repeated(read.source, read.text, read.time)
        elif self._answers.waits and (taken := self._recent.was_taken(read.text)) is not None:
            self._say(self._answers.again if taken else self._answers.bad)

    def _link_reads(self, link: Link) -> Iterator[Output]:
        """Reads until closed. Raises OSError when unplugged, after refusing what was cut off."""
        self._heard = time.monotonic()
        silent_since = self._heard
        try:
            while not self._closed.is_set():
                if chunk := link.wire.receive(_POLL_SECONDS):
                    self._heard = silent_since = time.monotonic()
                    yield from self._told(link, self._locked(partial(link.framing.feed, chunk)))
                elif link.framing.pending and time.monotonic() - silent_since > link.framing.gap_seconds:
                    silent_since = time.monotonic()
                    yield from self._told(link, self._locked(link.framing.flush))
        except (OSError, termios.error):
            yield from self._framed(frame for frame in link.framing.end() if not isinstance(frame, Reply))
            raise

    def _locked(self, work: Callable[[], Iterable[Frame]]) -> Iterable[Frame]:
        with self._lock:
            return work()

    def _told(self, link: Link, frames: Iterable[Frame]) -> Iterator[Output]:
        for frame in frames:
            if isinstance(frame, Reply):
                with self._lock:
                    link.wire.send(frame.data)
            else:
                yield from self._framed([frame])


class FileWire:
    """A device file that gives whole records of at most `size` bytes a read."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def receive(self, seconds: float) -> bytes:
        if not self._poll.poll(seconds * 1000):
            return b""
        if data := os.read(self._descriptor, self._size):
            return data
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    def send(self, data: bytes) -> None:
        os.write(self._descriptor, data)

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        os.close(self._descriptor)
