"""The readers of the settings, each found and allowed; and what else is plugged in."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from scanner_agent import udev
from scanner_agent.doctor.line import EDIT, Line
from scanner_agent.sources.capture import is_live
from scanner_agent.sources.hidpos import describes_labels
from scanner_agent.sources.nodes import DeviceConfig, Nodes, Subsystem
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.table import AnySourceConfig

_READER, _SEEN = ("Pembaca", "Reader"), ("Tersambung, tidak dalam pengaturan", "Plugged in, not in the settings")
_SOURCES = f"{EDIT}  # [[source]]"
_PLUG = "lsusb; ls -l /dev/serial/by-id /dev/input/by-id /dev/v4l/by-id"
_BY_ID: dict[str, Subsystem | None] = {
    "serial/by-id/*": "tty",
    "input/by-id/*-event-kbd": "input",
    "v4l/by-id/*-index0": None,
}


def check(sources: Sequence[AnySourceConfig], nodes: Nodes) -> Iterator[Line]:
    """A line a reader of the settings, and one a device that none of them names."""
    if not sources:
        yield Line("attention", _READER, "tidak ada dalam pengaturan / none in the settings", _SOURCES)
    used: set[Path] = set()
    for source in sources:
        line, path = _reader(source, nodes)
        yield line
        used |= {path.resolve()} if path else set()
    yield from _others(nodes, used)


def _reader(source: AnySourceConfig, nodes: Nodes) -> tuple[Line, Path | None]:
    """How a reader stands, and its device file, if it was found."""
    kind = source.__struct_config__.tag
    if isinstance(source, DeviceConfig):
        name = f"{kind} {source.place}"
        try:
            path = nodes.find(source)
        except OSError as error:
            return Line("wrong", _READER, f"{name}: {error.strerror or error}", _PLUG), None
        usb = nodes.usb(source.subsystem, path)
        return _allowed(f"{name} ({usb or '?'}, {path})", path, udev.INSTALL), path
    if isinstance(source, CameraConfig):
        device = source.device
        if isinstance(device, str) and not device.startswith("/dev/"):
            shown = "URL" if is_live(device) else device
            return Line("ok", _READER, f"{kind} {shown}"), None
        path = Path(device) if isinstance(device, str) else nodes.dev / f"video{device}"
        return _allowed(f"{kind} {path}", path, f"sudo usermod -aG video $USER  # {udev.AGAIN}"), path
    if not Path(source.path).exists():
        return Line("wrong", _READER, f"{kind} {source.path}: tidak ada / not there", _SOURCES), None
    return Line("ok", _READER, f"{kind} {source.path}"), None


def _allowed(found: str, path: Path, mend: str) -> Line:
    if not path.exists():
        return Line("wrong", _READER, f"{found}: tidak tersambung / not plugged in", _PLUG)
    if not os.access(path, os.R_OK | os.W_OK):
        return Line("wrong", _READER, f"{found}: tidak diizinkan / not allowed", mend)
    return Line("ok", _READER, found)


def _others(nodes: Nodes, used: set[Path]) -> Iterator[Line]:
    """What may be a reader, and is at no device file in use."""
    found = [(path, subsystem) for pattern, subsystem in _BY_ID.items() for path in sorted(nodes.dev.glob(pattern))]
    for folder in sorted((nodes.sys / "hidraw").glob("hidraw*")):
        if describes_labels(folder / "device"):
            found.append((nodes.dev / folder.name, "hidraw"))
    for path, subsystem in found:
        if path.resolve() not in used:
            usb = nodes.usb(subsystem, path) if subsystem else None
            yield Line("ok", _SEEN, f"{usb or ''} {path}".strip())
