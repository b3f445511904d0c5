"""Cameras: whatever `cv2.VideoCapture` opens (device number or path, HTTP MJPEG URL), and video files for drills."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta

from custody.core.errors import ConfigFault
from scanner_agent.command_codes import is_command
from scanner_agent.decode import QR_ONLY, Decoder, Format
from scanner_agent.sources.capture import Frame, Lost, Newest, can_open, frames_of_file, is_live
from scanner_agent.sources.jpeg import jpeg
from scanner_agent.sources.recent import Confirmed, Recent
from scanner_agent.sources.source import Output, Source, SourceConfig

_POLL_SECONDS = 0.1
_THOROUGH_EVERY = 5
_PREVIEW_WIDTH = 640
_PREVIEW_BYTES = 60_000
_STILL_BYTES = 1_000_000


class CameraConfig(SourceConfig, frozen=True, kw_only=True, tag="camera"):
    """`device` as `cv2.VideoCapture` takes it; `window` the seconds out of view after which a label is read anew.

    `width` and `height` are asked of a V4L2 device; a URL must open, and each frame come, within `timeout` seconds.
    """

    device: int | str
    formats: tuple[Format, ...] = QR_ONLY
    window: Annotated[float, Meta(gt=0)] = 3.0
    width: int = 1280
    height: int = 720
    timeout: Annotated[float, Meta(gt=0)] = 5.0


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

    def reads(self) -> Iterator[Output]:
        decoder = Decoder(self._config.formats)
        try:
            if is_live(self._config.device):
                yield from self._live_reads(decoder)
            else:
                yield from self._file_reads(decoder)
        finally:
            decoder.close()

    def preview(self) -> bytes | None:
        """At most 640 pixels wide, 60 kB. Of a live camera only; made when asked."""
        return self._jpeg(at_most=_PREVIEW_BYTES, width=_PREVIEW_WIDTH)

    def still(self) -> bytes | None:
        """As large as the camera gives it, at most 1 MB. Of a live camera only; made when asked."""
        return self._jpeg(at_most=_STILL_BYTES)

    def _jpeg(self, *, at_most: int, width: int | None = None) -> bytes | None:
        newest = self._newest
        frame = newest.latest if newest else None
        return jpeg(frame.image, at_most=at_most, width=width) if frame else None

    def _file_reads(self, decoder: Decoder) -> Iterator[Output]:
        for frame in frames_of_file(str(self._config.device)):
            if self._closed.is_set():
                return
            yield from self._codes(decoder, frame, thorough=True)

    def _live_reads(self, decoder: Decoder) -> Iterator[Output]:
        config = self._config
        newest = self._newest = Newest(config.device, config.width, config.height, int(config.timeout * 1000))
        live: bool | None = None
        count = 0
        try:
            while not self._closed.is_set():
                match newest.take(_POLL_SECONDS):
                    case Lost(why) if live is not False:
                        live = False
                        yield self._lost("the camera is not there", why, "Check its cable; it is tried again.")
                    case Frame() as frame:
                        if not live:
                            live = True
                            yield self._live()
                        count += 1
                        yield from self._codes(decoder, frame, thorough=count % _THOROUGH_EVERY == 0)
        finally:
            self._newest = None
            newest.close()

    def _codes(self, decoder: Decoder, frame: Frame, *, thorough: bool) -> Iterator[Output]:
        """What is new in a frame, each once."""
        found = decoder.decode(frame.picture, thorough=thorough)
        for code in {str(code): code for code in found}.values():
            if isinstance(code, Exception):
                if self._recent.is_new(str(code), frame.at):
                    yield self._refused(code)
            elif self._confirmed.is_sure(code, frame.at) and self._is_new(code.text, frame.at, alone=len(found) == 1):
                yield self._read(*code, alone=len(found) == 1)

    def _is_new(self, text: str, at: float, *, alone: bool) -> bool:
        """A command code, which counts alone only, is new when it is alone for the first time since it came."""
        new = self._recent.is_new(text, at)
        if not is_command(text):
            return new
        if alone:
            return self._recent.is_new((text, alone), at)
        self._recent.renew((text, True), at)
        return new


def _shown(device: int | str) -> str:
    """A device's name for screens and records: a URL without the password or token that it may hold."""
    if isinstance(device, str) and "://" in device:
        return urlsplit(device).hostname or "url"
    return str(device)
