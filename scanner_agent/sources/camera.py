"""Cameras: whatever `cv2.VideoCapture` opens (device number or path, HTTP MJPEG URL), and video files for drills."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from custody.core.badge import is_badge
from custody.core.command import is_command
from custody.core.errors import ConfigFault, Malformed
from scanner_agent.badge_in_picture import badge_in_view, codes_in
from scanner_agent.decode import CLOSE_STEPS, Decoded, Decoder
from scanner_agent.reading import label_of
from scanner_agent.sources.attention import Attention, Look
from scanner_agent.sources.capture import Lost, Newest, can_open, frames_of_file, is_live
from scanner_agent.sources.frame import Frame
from scanner_agent.sources.jpeg import jpeg
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.recent import Confirmed, Recent
from scanner_agent.sources.source import CodeInView, Output, Source
from scanner_agent.sources.steady import Steady
from scanner_agent.sources.watched import Watched

_POLL_SECONDS = 0.1
_REMEDY = "Check its cable; it is tried again."
_PREVIEW_WIDTH = 640
_PREVIEW_BYTES = 60_000
_STILL_BYTES = 1_000_000
_SEAL_SECONDS = 0.6
"""So long a seal waits for the label of its item, which may be harder to read."""


class Camera(Source):
    """Yields every label in view, once. A live camera is opened again whenever it is lost; a file ends."""

    def __init__(self, config: CameraConfig) -> None:
        """Raises ConfigFault where a file cannot be read as video."""
        super().__init__("camera", config.name or _shown(config.device))
        if not is_live(config.device) and not can_open(str(config.device)):
            raise ConfigFault("a video cannot be read", expected="a video file or image sequence", got=config.device)
        self._config = config
        self._recent = Recent(config.window)
        self._confirmed = Confirmed(config.window)
        self._newest: Newest | None = None
        self._in_view: set[str] = set()
        self._unread = False
        self._commands: set[Decoded] = set()
        self._items: set[Decoded] = set()
        self._seals: dict[Decoded, float] = {}
        self._steady = Steady(CLOSE_STEPS)
        self._watched = Watched()

    def reads(self) -> Iterator[Output]:
        decoder = Decoder(self._config.formats)
        try:
            if is_live(self._config.device):
                yield from self._live_reads(decoder)
            else:
                yield from self._file_reads(decoder)
        finally:
            decoder.close()

    def judged(self, text: str, *, taken: bool) -> None:
        self._recent.judged(text, taken=taken)

    def preview(self) -> bytes | None:
        """At most 640 pixels wide, 60 kB. Of a live camera only; made when asked."""
        return _jpeg(self._latest(), at_most=_PREVIEW_BYTES, width=_PREVIEW_WIDTH)

    def still(self, *, without_codes: bool = False) -> bytes | None:
        """As large as the camera gives it, at most 1 MB. Of a live camera only; made when asked."""
        frame = self._latest()
        if frame is None:
            return None
        # What has just come into view may not have been read yet.
        seen = self._in_view | codes_in(frame.picture)
        if any(map(is_badge, seen)):
            raise badge_in_view()
        if without_codes and any(map(is_command, seen)):
            raise CodeInView("a command code is in the picture", expected="a picture without it")
        return _jpeg(frame, at_most=_STILL_BYTES)

    def _latest(self) -> Frame | None:
        newest = self._newest
        return newest.latest if newest else None

    def _file_reads(self, decoder: Decoder) -> Iterator[Output]:
        for frame in frames_of_file(str(self._config.device)):
            if self._closed.is_set():
                return
            found = decoder.decode(frame.picture)
            self._begin_scene()
            self._in_view = {_key(code) for code in found}
            yield from self._told(found, frame.at)
            yield from self._sealed(frame.at, done=True)
            yield from self._commanded(frame.at, alone=len(self._in_view) == 1)

    def _live_reads(self, decoder: Decoder) -> Iterator[Output]:
        config = self._config
        decoder.warm_up()
        newest = self._newest = Newest(config.device, config.width, config.height, int(config.timeout * 1000))
        attention = Attention(CLOSE_STEPS)
        live: bool | None = None
        blind_since: float | None = None
        try:
            while not self._closed.is_set():
                match newest.take(_POLL_SECONDS):
                    case Lost(why) if live is not False:
                        live = False
                        yield self._lost("the camera is not there", why, _REMEDY)
                    case Frame() as frame if live and not blind_since and not attention.is_due(frame.at):
                        pass  # not even a thumbnail of it
                    case Frame(is_picture=False) as frame:
                        blind_since = blind_since or frame.at
                        if live is not False and frame.at - blind_since > config.timeout:
                            live = False
                            yield self._lost("the camera is not there", "no picture in what it sends", _REMEDY)
                    case Frame() as frame:
                        blind_since = None
                        if not live:
                            live = True
                            yield self._live()
                        if attention.is_due(frame.at):
                            look = attention.look(frame.thumbnail, frame.at)
                            yield from self._seen(decoder, look, frame, done=attention.is_done)
        finally:
            self._newest = None
            newest.close()

    def _seen(self, decoder: Decoder, look: Look | None, frame: Frame, *, done: bool) -> Iterator[Output]:
        """What is new in a frame. In a scene that has not changed, what was in view still is.

        Whether a command code is alone is known once the scene is `done`, or the code was `Steady` in one that is not:
        the label beside it may be harder to read.
        """
        at = self._watched.at(frame.at)
        if look and look.new:
            self._begin_scene()
        if look:
            found, unread = decoder.look(frame.picture, look.step)
            self._in_view = self._in_view | {_key(code) for code in found}
            self._unread |= unread
            yield from self._told(found, at)
            others = len(self._in_view) > 1
            keys = {_key(code) for code in found}
            commands = set(filter(is_command, keys))
            self._steady.look(commands, look.step, at, others=unread or keys != commands)
            if done or others:
                yield from self._commanded(at, alone=not others and not self._unread)
            elif self._steady.is_alone or self._steady.waits_long:
                yield from self._commanded(at, alone=self._steady.is_alone)
            if done:
                yield from self._singled_out(at)
        yield from self._sealed(at, done=done)
        for key in self._in_view:
            self._recent.renew(key, at)
            self._recent.renew((key, True), at)

    def _begin_scene(self) -> None:
        self._in_view, self._unread, self._commands, self._items = set(), False, set(), set()

    def _told(self, found: list[Decoded | Malformed], at: float) -> Iterator[Output]:
        """What is new of what was found in one frame, each once; command codes are kept for `_commanded`.

        A seal comes after the items beside it, in whatever order they are found: it is on one of them.
        """
        codes = {_key(code): code for code in found}
        items = {code for key, code in codes.items() if isinstance(code, Decoded) and label_of(key) == "item"}
        self._items |= items
        told = False
        for key, code in codes.items():
            if isinstance(code, Malformed):
                if self._recent.is_new(key, at):
                    yield self._refused(code)
            elif self._confirmed.is_sure(code, at):
                if is_command(key):
                    self._commands.add(code)
                elif label_of(key) == "seal":
                    self._seals.setdefault(code, at)
                elif self._recent.is_new(key, at):
                    told |= code in items
                    alone = len(self._items if code in items else self._in_view) == 1
                    if alone:
                        self._recent.is_new((key, True), at)
                    yield self._read(*code, alone=alone)
        if told:
            yield from self._sealed(at, done=True)

    def _singled_out(self, at: float) -> Iterator[Output]:
        """The one item in view comes once more where it was read among others: it may be shown for its seal."""
        if len(self._items) == 1 and not self._unread:
            (code,) = self._items
            if self._recent.is_new((code.text, True), at):
                yield self._read(*code, alone=True)

    def _sealed(self, at: float, *, done: bool) -> Iterator[Output]:
        """The seals for which no further item is waited: the scene is `done`, or they have waited long enough."""
        for code, since in [*self._seals.items()]:
            if done or at - since >= _SEAL_SECONDS:
                del self._seals[code]
                if self._recent.is_new(code.text, at):
                    yield self._read(*code)

    def _commanded(self, at: float, *, alone: bool) -> Iterator[Output]:
        """The scene's command codes, each once, and once more when it is alone for the first time since it came."""
        for code in self._commands:
            new = self._recent.is_new(code.text, at)
            if alone:
                new = self._recent.is_new((code.text, alone), at)
            else:
                self._recent.renew((code.text, True), at)
            if new:
                yield self._read(*code, alone=alone)


def _jpeg(frame: Frame | None, *, at_most: int, width: int | None = None) -> bytes | None:
    image = frame.image if frame else None
    return None if image is None else jpeg(image, at_most=at_most, width=width)


def _key(code: Decoded | Malformed) -> str:
    """By which a code is known again."""
    return code.text if isinstance(code, Decoded) else str(code)


def _shown(device: int | str) -> str:
    """A device's name for screens and records: a URL without the password or token that it may hold."""
    if isinstance(device, str) and "://" in device:
        return urlsplit(device).hostname or "url"
    return str(device)
