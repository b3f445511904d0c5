"""Settings of the readers of pictures, apart from these: they bring OpenCV, which reading settings does without."""

from typing import Annotated

from msgspec import Meta

from scanner_agent.code_formats import QR_ONLY, Format
from scanner_agent.sources.source import SourceConfig


class CameraConfig(SourceConfig, frozen=True, kw_only=True, tag="camera"):
    """`device` as `cv2.VideoCapture` takes it; `window` the seconds out of view after which a label is read anew.

    `width` and `height` are asked of a V4L2 device; a URL must open, and each frame come, within `timeout` seconds;
    one of `http://` is MJPEG.
    """

    device: int | str
    formats: tuple[Format, ...] = QR_ONLY
    window: Annotated[float, Meta(gt=0)] = 3.0
    width: int = 1280
    height: int = 720
    timeout: Annotated[float, Meta(gt=0)] = 5.0


class ReplayConfig(SourceConfig, frozen=True, kw_only=True, tag="replay"):
    """`path` is the folder or file; `pause` the seconds after each read. A line may begin with an AIM identifier."""

    path: str
    formats: tuple[Format, ...] = QR_ONLY
    pause: float = 0.0
