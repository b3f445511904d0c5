"""What a camera shows people: the preview on the kiosk, and photographs for the record."""

import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from custody.simulation import camera as mjpeg
from scanner_agent.sources.attention import Attention
from scanner_agent.sources.camera import Camera
from scanner_agent.sources.jpeg import jpeg
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.source import BadgeInView
from tests.agent.collect import listening
from tests.agent.pictures import Picture, on_table, worn


def scene(shade: tuple[int, int, int], height: int = 720, width: int = 1280) -> Picture:
    """A picture of one colour, BGR."""
    return np.full((height, width, 3), shade, np.uint8)


BLUE, RED = scene((200, 40, 40)), scene((40, 40, 200))


def pixels(data: bytes | None) -> Picture:
    assert data is not None
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image.astype(np.uint8)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def test_preview_and_still_are_of_what_the_camera_sees_now_in_colour() -> None:
    with mjpeg.Camera(BLUE) as stream, listening(Camera(CameraConfig(device=stream.url))) as heard:
        heard.live()
        camera = heard.source
        assert pixels(camera.preview()).shape == (360, 640, 3)
        assert pixels(camera.still()).shape == (720, 1280, 3)
        assert np.abs(pixels(camera.still()).mean((0, 1)) - (200, 40, 40)).max() < 4
        stream.show(RED)
        until(lambda: bool(np.abs(pixels(camera.preview()).mean((0, 1)) - (40, 40, 200)).max() < 4))


def test_a_badge_in_a_frame_that_nobody_has_read_yet_is_not_photographed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Attention, "look", lambda *_: None)
    badge = worn(
        "custody-badge/1/h-aaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaaaaaaaaaaaaa/0a1b2c3d", module=2, blur=1, noise=2, seed=0
    )
    with mjpeg.Camera(on_table(badge)) as stream, listening(Camera(CameraConfig(device=stream.url))) as heard:
        heard.live()
        with pytest.raises(BadgeInView):
            heard.source.still()
        stream.show(RED)
        until(lambda: bool(np.abs(pixels(heard.source.preview()).mean((0, 1)) - (40, 40, 200)).max() < 4))
        assert heard.source.still()


def test_a_camera_that_is_lost_shows_no_old_picture() -> None:
    with mjpeg.Camera(BLUE) as stream, listening(Camera(CameraConfig(device=stream.url, timeout=1.0))) as heard:
        heard.live()
        assert heard.source.preview()
        stream.turn_off()
        heard.lost()
        assert heard.source.preview() is None
        assert heard.source.still() is None
        stream.turn_on()
        heard.live()
        assert heard.source.preview()


def test_a_camera_that_was_not_started_shows_nothing() -> None:
    camera = Camera(CameraConfig(device="http://127.0.0.1:9/"))
    assert camera.preview() is None
    assert camera.still() is None


@pytest.mark.parametrize("at_most", [60_000, 2_000])
def test_a_picture_that_hardly_compresses_still_keeps_to_its_bytes(at_most: int) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (1080, 1920, 3)).astype(np.uint8)
    data = jpeg(noise, at_most=at_most, width=640)
    assert len(data) <= at_most
    assert pixels(data).shape[1] <= 640


def test_a_picture_that_is_small_enough_keeps_its_size() -> None:
    assert pixels(jpeg(scene((9, 9, 9), 90, 120), at_most=60_000, width=640)).shape == (90, 120, 3)
