"""Every kind of reader: its settings' type and what opens it. A new kind is a file beside this one and a line here."""

from collections.abc import Callable
from typing import Any

from scanner_agent.sources.hidpos import HidPos, HidPosConfig
from scanner_agent.sources.keyboard import Keyboard, KeyboardConfig
from scanner_agent.sources.keypad import Keypad, KeypadConfig
from scanner_agent.sources.picture_settings import CameraConfig, ReplayConfig
from scanner_agent.sources.serial import Serial, SerialConfig
from scanner_agent.sources.source import Source

AnySourceConfig = ReplayConfig | CameraConfig | SerialConfig | KeyboardConfig | KeypadConfig | HidPosConfig
"""For `msgspec.convert(toml["source"], list[AnySourceConfig])`: `kind` decides which."""


def _camera(config: CameraConfig) -> Source:
    from scanner_agent.sources.camera import Camera  # noqa: PLC0415  # brings OpenCV

    return Camera(config)


def _replay(config: ReplayConfig) -> Source:
    from scanner_agent.sources.replay import Replay  # noqa: PLC0415  # the same

    return Replay(config)


_OPENERS: dict[type[AnySourceConfig], Callable[[Any], Source]] = {
    ReplayConfig: _replay,
    CameraConfig: _camera,
    SerialConfig: Serial,
    KeyboardConfig: Keyboard,
    KeypadConfig: Keypad,
    HidPosConfig: HidPos,
}


def open_source(config: AnySourceConfig) -> Source:
    """The reader of these settings. Raises ConfigFault."""
    return _OPENERS[type(config)](config)
