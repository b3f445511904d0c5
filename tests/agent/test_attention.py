"""Which frames of a live camera are looked at, and how closely: a still scene costs little, a label is read at once."""

import cv2
import numpy as np
import pytest

from scanner_agent.decode import CLOSE_STEPS
from scanner_agent.preparations import Grey
from scanner_agent.sources.attention import Attention, Look
from scanner_agent.sources.frame import Frame
from tests.agent.pictures import on_table, qr

FPS = 20
EMPTY = on_table(height=480, width=640)
LABEL = on_table(qr("8004/952000000001", 3), height=480, width=640)


def seen(picture: Grey, seed: int = 0, noise: float = 4.0, light: float = 1.0) -> Grey:
    """The thumbnail of a picture as a camera gives it."""
    random = np.random.default_rng(seed)
    grain = random.normal(0, noise, picture.shape) if noise else 0
    noisy = np.clip(picture * light + grain, 0, 255).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", noisy)[1].ravel()[None]
    return Frame(jpeg, 0.0).thumbnail


class Camera:
    """Frames at a steady rate, and what Attention makes of them."""

    def __init__(self) -> None:
        self.attention = Attention(CLOSE_STEPS)
        self.at = 0.0

    def looks(self, *thumbnails: Grey, seconds: float) -> list[Look | None]:
        found = []
        for number in range(round(seconds * FPS)):
            self.at += 1 / FPS
            found.append(self.attention.look(thumbnails[number % len(thumbnails)], self.at))
        return found


@pytest.fixture(scope="module")
def still() -> list[Grey]:
    """Frames of one scene, which differ by noise."""
    return [seen(EMPTY, seed) for seed in range(5)]


def test_a_scene_that_has_come_to_rest_is_looked_at_by_each_step_and_then_seldom(still: list[Grey]) -> None:
    camera = Camera()
    first = camera.looks(*still, seconds=(3 + CLOSE_STEPS) / FPS)
    settling = [Look(False, None)] * 2
    assert first == [Look(True, None), *settling, *(Look(False, step) for step in range(CLOSE_STEPS))]
    later = camera.looks(*still, seconds=60)
    assert 25 <= sum(look is not None for look in later) <= 35
    assert {look.step for look in later if look} == set(range(CLOSE_STEPS))
    assert not any(look.new for look in later if look)


@pytest.mark.parametrize("light", [1.0, 0.15])
def test_a_label_that_comes_into_a_still_scene_is_looked_at_in_its_first_frame(light: float) -> None:
    camera = Camera()
    camera.looks(*[seen(EMPTY, seed, light=light) for seed in range(5)], seconds=30)
    assert camera.looks(seen(LABEL, 9, light=light), seconds=1 / FPS) == [Look(True, None)]


def test_a_label_that_creeps_in_is_noticed_though_no_frame_differs_much_from_the_one_before() -> None:
    camera = Camera()
    camera.looks(seen(EMPTY, noise=0), seconds=30)
    faint = [cv2.addWeighted(EMPTY, 1 - share, LABEL, share, 0) for share in np.linspace(0, 1, 60)]
    looks = [camera.looks(seen(np.asarray(picture, np.uint8), noise=0), seconds=1 / FPS)[0] for picture in faint]
    assert sum(look is not None and look.new for look in looks) > 5


def test_one_label_in_the_place_of_another_is_a_new_scene(still: list[Grey]) -> None:
    camera = Camera()
    camera.looks(seen(LABEL), seconds=30)
    other = on_table(qr("8004/952000000002", 3), height=480, width=640)
    assert camera.looks(seen(other), seconds=1 / FPS) == [Look(True, None)]


@pytest.mark.parametrize("depth", [0.02, 0.04])
def test_lamps_that_flicker_are_no_new_scene_and_a_label_that_comes_in_under_them_is(depth: float) -> None:
    def flickering(picture: Grey, phase: int) -> Grey:
        """Bands of light that roll over the rows, as a rolling shutter sees them."""
        rows = np.arange(picture.shape[0])[:, None]
        light = 1 - depth + depth * np.sin(rows / 40 + phase)
        return seen((picture * light).astype(np.uint8), phase, noise=2.0)

    camera = Camera()
    camera.looks(flickering(EMPTY, 0), seconds=10)
    looks = camera.looks(*(flickering(EMPTY, phase) for phase in range(1, 7)), seconds=5)
    assert not any(look is not None and look.new for look in looks)
    assert camera.looks(flickering(LABEL, 7), seconds=1 / FPS) == [Look(True, None)]


def test_while_the_scene_moves_each_frame_is_looked_at_and_each_fifth_closely() -> None:
    camera = Camera()
    moving = [seen(np.roll(LABEL, 40 * step, axis=1)) for step in range(25)]
    looks = camera.looks(*moving, seconds=25 / FPS)
    assert all(look is not None and look.new for look in looks)
    assert [number % 5 == 4 for number in range(25)] == [look is not None and look.step is not None for look in looks]
    assert len({look.step for look in looks if look}) > 2


def test_a_fast_camera_is_glanced_at_no_more_often_than_a_handler_notices() -> None:
    attention = Attention(CLOSE_STEPS)
    thumbnail, at = seen(EMPTY), 1.0
    for _ in range(4 + CLOSE_STEPS):
        assert attention.is_due(at), "the scene has only come to rest"
        attention.look(thumbnail, at)
        at += 0.033
    assert not attention.is_due(at)
    assert attention.is_due(at + 0.033)


def test_a_camera_that_comes_back_in_another_size_shows_a_new_scene(still: list[Grey]) -> None:
    camera = Camera()
    camera.looks(*still, seconds=10)
    assert camera.looks(seen(on_table(height=240, width=320)), seconds=1 / FPS) == [Look(True, None)]
