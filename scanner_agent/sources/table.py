"""Every kind of reader: its settings' type and what opens it. A new kind is a file beside this one and a line here."""

from collections.abc import Callable
from typing import Any

from scanner_agent.sources.camera import Camera, CameraConfig
from scanner_agent.sources.hidpos import HidPos, HidPosConfig
from scanner_agent.sources.keyboard import Keyboard, KeyboardConfig
from scanner_agent.sources.keypad import Keypad, KeypadConfig
from scanner_agent.sources.replay import Replay, ReplayConfig
from scanner_agent.sources.serial import Serial, SerialConfig
from scanner_agent.sources.source import Source

AnySourceConfig = ReplayConfig | CameraConfig | SerialConfig | KeyboardConfig | KeypadConfig | HidPosConfig
"""For `msgspec.convert(toml["source"], list[AnySourceConfig])`: `kind` decides which."""

_OPENERS: dict[type[AnySourceConfig], Callable[[Any], Source]] = {
    ReplayConfig: Replay,
    CameraConfig: Camera,
    SerialConfig: Serial,
    KeyboardConfig: Keyboard,
    KeypadConfig: Keypad,
    HidPosConfig: HidPos,
}


def open_source(config: AnySourceConfig) -> Source:
    """The reader of these settings. Raises ConfigFault."""
    return _OPENERS[type(config)](config)
