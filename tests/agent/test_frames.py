"""A frame is decoded only as far as someone asks, and one that cannot be is an empty picture."""

import struct

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from scanner_agent.sources.frame import Frame
from tests.agent.pictures import Picture

SCENE: Picture = np.full((480, 640, 3), (200, 40, 40), np.uint8)


def encoded(image: Picture) -> NDArray[np.uint8]:
    return np.asarray(cv2.imencode(".jpg", image)[1], np.uint8).ravel()


@pytest.mark.parametrize("data", [SCENE, encoded(SCENE)[None], encoded(SCENE)[:, None]], ids=["image", "row", "column"])
def test_a_cameras_jpeg_and_a_decoded_image_give_the_same(data: NDArray[np.uint8]) -> None:
    frame = Frame(data, 1.0)
    assert frame.thumbnail.shape == (60, 80)
    assert frame.picture.shape == (480, 640)
    assert frame.image is not None
    assert frame.image.shape == (480, 640, 3)
    for shown in (frame.thumbnail, frame.picture):
        assert abs(float(shown.mean()) - float(cv2.cvtColor(SCENE, cv2.COLOR_BGR2GRAY).mean())) < 2


@pytest.mark.parametrize("kept", [2, 100, 1000])
def test_a_jpeg_that_was_cut_off_is_an_empty_picture(kept: int) -> None:
    frame = Frame(encoded(SCENE)[None, :kept], 1.0)
    assert frame.thumbnail.size == frame.picture.size == 1
    assert frame.image is None


def test_bytes_that_are_no_jpeg_are_an_empty_picture() -> None:
    assert Frame(np.frombuffer(b"<html>" * 99, np.uint8)[None], 1.0).picture.size == 1


def test_a_jpeg_that_claims_a_gigabyte_of_pixels_is_not_decoded() -> None:
    data = encoded(SCENE)
    head = data.tobytes().index(b"\xff\xc0")
    data[head + 5 : head + 9] = np.frombuffer(struct.pack(">HH", 32000, 32000), np.uint8)
    frame = Frame(data[None], 1.0)
    assert frame.picture.size == 1
    assert frame.image is None
