"""Serial scanners (RS-232, USB-CDC) that send plain text with an end character, with or without an AIM prefix."""

import termios
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import serial
from msgspec import Meta

from scanner_agent import framing
from scanner_agent.sources.source import Output, Source, SourceConfig, backoff

_ENDS = {"cr": b"\r", "lf": b"\n", "tab": b"\t"}
_POLL_SECONDS = 0.1
_GAP_SECONDS = 0.5
_CHUNK = 4096


class SerialConfig(SourceConfig, frozen=True, kw_only=True, tag="serial"):
    """`device` is best a `/dev/serial/by-id/…` path, which stays the same scanner's. Line settings are 8N1."""

    device: str
    baud: Annotated[int, Meta(ge=50)] = 9600
    ends: tuple[Literal["cr", "lf", "tab"], ...] = ("cr", "lf", "tab")


class Serial(Source):
    """Opened for this process alone, and again whenever it was unplugged."""

    def __init__(self, config: SerialConfig) -> None:
        super().__init__("serial", config.name or config.device)
        self._config = config

    def reads(self) -> Iterator[Output]:
        delays = backoff()
        live: bool | None = None
        while not self._closed.is_set():
            try:
                with self._open() as port:
                    live = True
                    delays = backoff()
                    yield self._live()
                    yield from self._port_reads(port)
            except (OSError, termios.error) as error:  # a serial.SerialException is an OSError
                if live is not False:
                    live = False
                    yield self._lost(
                        f"the scanner at {self._config.device} is not there",
                        error,
                        "Check its cable, its power and who may open it; it is tried again.",
                    )
                self._closed.wait(next(delays))

    def _open(self) -> Any:
        return serial.Serial(
            self._config.device, self._config.baud, timeout=_POLL_SECONDS, write_timeout=1, exclusive=True
        )

    def _port_reads(self, port: Any) -> Iterator[Output]:
        """Reads until closed. Raises OSError when unplugged, after refusing what was cut off."""
        lines = framing.Lines(b"".join(_ENDS[end] for end in self._config.ends))
        heard = time.monotonic()
        try:
            while not self._closed.is_set():
                if chunk := port.read(min(port.in_waiting, _CHUNK) or 1):
                    heard = time.monotonic()
                    yield from self._framed(lines.feed(chunk))
                elif lines.pending and time.monotonic() - heard > _GAP_SECONDS:
                    # Left there, it would become the beginning of the next read.
                    yield from self._framed(lines.flush())
        except (OSError, termios.error):
            yield from self._framed(lines.flush())
            raise
