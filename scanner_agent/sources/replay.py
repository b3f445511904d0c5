"""Replay, for drills and tests: pictures of a folder in the order of their names, or a text file, one read a line."""

from collections.abc import Iterator
from pathlib import Path

import cv2

from custody.core.errors import ConfigFault, Malformed
from scanner_agent import framing
from scanner_agent.decode import QR_ONLY, Decoded, Decoder, Format, grey
from scanner_agent.sources.source import Output, Source, SourceConfig

_PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"}
_CHUNK = 65_536


class ReplayConfig(SourceConfig, frozen=True, kw_only=True, tag="replay"):
    """`path` is the folder or file; `pause` the seconds after each read. A line may begin with an AIM identifier."""

    path: str
    formats: tuple[Format, ...] = QR_ONLY
    pause: float = 0.0


class Replay(Source):
    """Ends after the last picture or line."""

    def __init__(self, config: ReplayConfig) -> None:
        """Raises ConfigFault where there is no such folder or file."""
        self._path = Path(config.path)
        super().__init__("replay", config.name or self._path.name)
        if not self._path.exists():
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
        image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
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
            while chunk := file.read(_CHUNK):
                yield from self._framed(lines.feed(chunk))
        # The last line of a text file need not end.
        yield from self._framed(lines.feed(b"\n"))
