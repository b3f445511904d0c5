"""Serial scanners: RS-232 and USB-CDC, in the profiles of `profiles.py`."""

from typing import Annotated, Any, Literal

import serial
from msgspec import Meta

from scanner_agent.framing import Lines
from scanner_agent.sources.device import Device, Link
from scanner_agent.sources.nodes import THIS_MACHINE, DeviceConfig, Nodes
from scanner_agent.sources.profiles import PROFILES, ProfileName

_ENDS = {"cr": b"\r", "lf": b"\n", "tab": b"\t", "etx": b"\x03"}
_CHUNK = 4096

Hex = Annotated[str, Meta(pattern=r"^([0-9A-Fa-f]{2})*$")]


class SerialConfig(DeviceConfig, frozen=True, kw_only=True, tag="serial"):
    """What is not set is the profile's. `good`, `bad` and `again` (it had given the same before) are the bytes of
    answers; an empty one says nothing.
    """

    subsystem = "tty"
    profile: ProfileName = "plain"
    baud: Annotated[int, Meta(ge=50)] | None = None
    line: Annotated[str, Meta(pattern=r"^[5-8][NEO][12]$")] | None = None
    rts_cts: bool = False
    ends: Annotated[tuple[Literal["cr", "lf", "tab", "etx"], ...], Meta(min_length=1)] = ("cr", "lf", "tab")
    prefix: str = ""
    suffix: str = ""
    good: Hex | None = None
    bad: Hex | None = None
    again: Hex | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.profile == "zebra-ssi" and (self.prefix or self.suffix):
            raise ValueError("SSI packets have neither `prefix` nor `suffix`")


class Serial(Device):
    """A scanner on a serial line, which no other program may share."""

    def __init__(self, config: SerialConfig, nodes: Nodes = THIS_MACHINE) -> None:
        self._config = config
        self._profile = PROFILES[config.profile]
        answers = self._profile.answers.changed(_bytes(config.good), _bytes(config.bad), _bytes(config.again))
        super().__init__("serial", config.name, config.place, config.window, answers)
        self._nodes = nodes

    def _open(self) -> Link:
        config = self._config
        size, parity, stop = tuple(config.line or self._profile.line)
        port = serial.Serial(
            str(self._nodes.find(config)),
            config.baud or self._profile.baud,
            bytesize=int(size),
            parity=parity,
            stopbits=int(stop),
            rtscts=config.rts_cts,
            write_timeout=1,
            exclusive=True,
        )
        ends = b"".join(_ENDS[end] for end in config.ends)
        lines = Lines(ends, prefix=config.prefix.encode(), suffix=config.suffix.encode())
        return Link(_Port(port), self._profile.framing(lines))


class _Port:
    """A serial port as a wire."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def receive(self, seconds: float) -> bytes:
        if self._port.timeout != seconds:
            self._port.timeout = seconds
        chunk: bytes = self._port.read(min(self._port.in_waiting, _CHUNK) or 1)
        return chunk

    def send(self, data: bytes) -> None:
        self._port.write(data)

    def close(self) -> None:
        self._port.close()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
