"""Replay, for drills and tests: pictures of a folder in the order of their names, or a text file, one read a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from custody.core import jpeg
from custody.core.errors import ConfigFault, Malformed
from scanner_agent import framing
from scanner_agent.decode import Decoded, Decoder, grey
from scanner_agent.sources.picture_settings import ReplayConfig
from scanner_agent.sources.source import Output, Source

_PICTURES = {".png", ".jpg", ".jpeg"}
_MOST_BYTES, _MOST_PIXELS = 32 * 1024 * 1024, 40_000_000
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_CHUNK = 65_536


class Replay(Source):
    """Ends after the last picture or line."""

    def __init__(self, config: ReplayConfig) -> None:
        """Raises ConfigFault where there is no such folder or file."""
        self._path = Path(config.path)
        super().__init__("replay", config.name or self._path.name)
        if not (self._path.is_dir() or self._path.is_file()):
            raise ConfigFault("there is nothing to replay", expected="a folder or a file", got=config.path)
        self._config = config

    def reads(self) -> Iterator[Output]:
        for output in self._pictures() if self._path.is_dir() else self._lines():
            if self._closed.is_set():
                return
            yield output
            if self._config.pause:
                self._closed.wait(self._config.pause)

    def _pictures(self) -> Iterator[Output]:
        decoder = Decoder(self._config.formats)
        try:
            for path in sorted(self._path.iterdir()):
                if path.suffix.lower() in _PICTURES:
                    yield from self._picture(decoder, path)
        finally:
            decoder.close()

    def _picture(self, decoder: Decoder, path: Path) -> Iterator[Output]:
        image = _image(path)
        if image is None:
            yield self._refused(Malformed("a file is no picture", expected="PNG or JPEG", got=path.name))
            return
        found = decoder.decode(grey(image))
        if not found:
            yield self._refused(Malformed("a picture shows no label", expected="a code", got=path.name))
        for code in found:
            yield self._read(*code) if isinstance(code, Decoded) else self._refused(code)

    def _lines(self) -> Iterator[Output]:
        lines = framing.Lines(b"\r\n")
        with self._path.open("rb") as file:
            while not self._closed.is_set() and (chunk := file.read(_CHUNK)):
                yield from self._framed(lines.feed(chunk))
        # The last line of a text file need not end.
        yield from self._framed(lines.feed(b"\n"))


def _image(path: Path) -> NDArray[Any] | None:
    """The image in a PNG or JPEG file; None where there is none, or one of which nobody has a camera."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        data = path.read_bytes()
        if _pixels(data) > _MOST_PIXELS:
            return None
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except (OSError, Malformed, cv2.error):
        return None


def _pixels(data: bytes) -> int:
    """As the file's head says, before anything is decoded. Raises Malformed."""
    if data.startswith(_PNG):
        at = len(_PNG)
        return int.from_bytes(data[at : at + 4]) * int.from_bytes(data[at + 4 : at + 8])
    size = jpeg.read_size(data)
    return size.width * size.height
