"""Frames from `cv2.VideoCapture`, or of MJPEG over HTTP: all of a file, or the newest of something live.

A consumer slower than a camera falls behind without end, as frames queue up below OpenCV; so a thread reads all and
keeps the last.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import cv2
from numpy.typing import NDArray

from custody.core.errors import Malformed
from scanner_agent.sources.frame import Frame
from scanner_agent.sources.mjpeg import Mjpeg
from scanner_agent.sources.source import backoff

# A lost camera is our own message to tell; the libraries' warnings would run across the terminal.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)


_STEADY_SECONDS = 5.0
_MJPEG = cv2.VideoWriter.fourcc(*"MJPG")


class Capture(Protocol):
    """What gives frames."""

    def read(self) -> tuple[bool, NDArray[Any] | None]:
        """Whether a frame came, and it."""

    def release(self) -> None: ...


class Lost(NamedTuple):
    """Something live cannot be opened, or has stopped."""

    why: str


def is_live(device: int | str) -> bool:
    """Whether `device` is a camera (number, device path, URL), not a file or image sequence (`shot%03d.png`)."""
    return isinstance(device, int) or "://" in device or device.startswith("/dev/")


def frames_of_file(path: str) -> Iterator[Frame]:
    """Every frame of a file or image sequence; none where it cannot be opened."""
    capture = cv2.VideoCapture(path)
    try:
        while (image := _next(capture)) is not None:
            yield Frame(image, time.monotonic())
    finally:
        capture.release()


def can_open(path: str) -> bool:
    """Whether a file or image sequence opens and holds at least one frame."""
    return (Path(path).is_file() or "%" in path) and next(frames_of_file(path), None) is not None


class Newest:
    """Opens a live camera, opens it again whenever it is lost, and holds its newest frame."""

    def __init__(self, device: int | str, width: int, height: int, milliseconds: int) -> None:
        """`milliseconds`: how long opening, or the next frame, may take."""
        self._device = device
        self._size = (width, height)
        self._limit = milliseconds
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self.latest: Frame | None = None
        """The newest frame, taken or not; None while there is no camera."""
        self._lost: Lost | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"camera {device}", daemon=True)
        self._thread.start()

    def take(self, seconds: float) -> Frame | Lost | None:
        """The newest frame since the last call, or the news of a loss; None where neither comes in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame or self._lost, seconds)
            if self._lost:
                lost, self._lost = self._lost, None
                return lost
            frame, self._frame = self._frame, None
            return frame

    def close(self) -> None:
        """Ends the thread; takes at most the camera's own time limit."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        delays = backoff()
        while not self._closed.is_set():
            opened = time.monotonic()
            why = self._stream()
            self._tell(None, Lost(why))
            # One that sends a picture and then nonsense is not to be told of again and again.
            if time.monotonic() - opened > _STEADY_SECONDS:
                delays = backoff()
            self._closed.wait(next(delays))

    def _stream(self) -> str:
        """Takes frames until the camera is lost; why it was."""
        why = "it does not open"
        try:
            capture = self._open()
            try:
                while not self._closed.is_set() and (image := _next(capture)) is not None:
                    self._tell(Frame(image, time.monotonic()), None)
                    why = "no further frame came"
            finally:
                capture.release()
        except (OSError, Malformed) as error:
            why = f"{why}: {error}"
        return why

    def _open(self) -> Capture:
        if isinstance(self._device, str) and self._device.startswith("http://"):
            return Mjpeg(self._device, self._limit / 1000)
        if isinstance(self._device, str) and "://" in self._device:
            limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, self._limit, cv2.CAP_PROP_READ_TIMEOUT_MSEC, self._limit]
            capture = cv2.VideoCapture(self._device, cv2.CAP_FFMPEG, limits)
            undecoded = (cv2.CAP_PROP_FORMAT, -1)
        else:
            # V4L2 knows no limits at construction (opening would fail); its own limit for a frame is ten seconds.
            capture = cv2.VideoCapture(self._device, cv2.CAP_V4L2)
            capture.set(cv2.CAP_PROP_FOURCC, _MJPEG)
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
            undecoded = (cv2.CAP_PROP_CONVERT_RGB, 0)
        if int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPEG:
            # Each frame is a JPEG of its own: few of them are worth decoding, and fewer in colour.
            capture.set(*undecoded)
        return capture

    def _tell(self, frame: Frame | None, lost: Lost | None) -> None:
        with self._changed:
            self._frame = self.latest = frame
            self._lost = lost
            self._changed.notify()


def _next(capture: Capture) -> NDArray[Any] | None:
    """The next image; None at the end. `isOpened()` stays true after a loss, so only a read tells."""
    came, image = capture.read()
    return image if came else None
