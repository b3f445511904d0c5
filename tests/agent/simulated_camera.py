"""A camera before printed labels: perspective, blur, motion, low light, noise, and the JPEG it sends; seeded."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from custody.printing.labels import LabelSpec, label_sheet
from custody.simulation.photographs import pages
from custody.typesetting import QUIET_ZONE, qr_code

Picture = NDArray[np.uint8]
DPI = 300
_TABLE = 110
_OVERSAMPLING = 2


class Print(NamedTuple):
    """A printed page, grey; the corners (4 × 2 pixels) of each label's code by text; pixels a module."""

    paper: Picture
    codes: dict[str, NDArray[np.float64]]
    dots: float


class Shot(NamedTuple):
    """How a frame is taken. Lengths are pixels of the frame, angles degrees.

    `module`: a module's side where the camera looks, were the paper not tilted. `turn` lies in the paper's plane;
    `tilt` leans it away. `blur` (defocus) and `noise` are standard deviations; `motion` is the length of a smear, in a
    direction of the seed. `light` is what white paper gives, of the sensor's range.
    """

    module: float
    turn: float = 0.0
    tilt: float = 0.0
    blur: float = 0.5
    motion: float = 0.0
    light: float = 0.8
    noise: float = 2.0
    width: int = 1280
    height: int = 720
    seed: int = 0


class Taken(NamedTuple):
    """A frame, and pixels a module (along the longest side) of each label whose code lies wholly in it."""

    frame: Picture
    modules: dict[str, float]

    def texts(self, least: float = 0.0) -> set[str]:
        """Those of at least so many pixels a module: with a tilt, the far ones are smaller than the shot's."""
        return {text for text, module in self.modules.items() if module >= least}


def printed(texts: Sequence[str], paper: str = "a4-21") -> Print:
    """Labels as `custody label print` makes them, on one page."""
    specs = [LabelSpec(text=text, id=f"8004/{at:06}", kind=("Kotak", "Box")) for at, text in enumerate(texts)]
    (page,) = pages(label_sheet(specs, paper), DPI)
    grey = np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8)
    codes = {code.text: _corners(code) for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)}
    assert set(codes) == set(texts)
    side = float(np.linalg.norm(codes[texts[0]][1] - codes[texts[0]][0]))
    return Print(grey, codes, side / (qr_code(texts[0]).modules - 2 * QUIET_ZONE))


def take(print_: Print, shot: Shot, at: Sequence[float]) -> Taken:
    """The frame with `at` (a point of the paper, pixels) in its middle."""
    lens = _lens(print_, shot, at)
    size = (shot.width * _OVERSAMPLING, shot.height * _OVERSAMPLING)
    fine = np.diag([_OVERSAMPLING, _OVERSAMPLING, 1.0]) @ lens
    sharp = cv2.warpPerspective(print_.paper, fine, size, flags=cv2.INTER_LINEAR, borderValue=float(_TABLE))
    scene = cv2.resize(sharp, (shot.width, shot.height), interpolation=cv2.INTER_AREA).astype(np.float32)
    seen = {text: _module(print_, corners, lens, shot) for text, corners in print_.codes.items()}
    return Taken(_exposed(scene, shot), {text: module for text, module in seen.items() if module})


def _lens(print_: Print, shot: Shot, at: Sequence[float]) -> NDArray[np.float64]:
    """The homography from the paper's pixels to the frame's: a pinhole whose view is 45° wide."""
    turn, tilt = np.deg2rad(shot.turn), np.deg2rad(shot.tilt)
    about_z = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    rotation = about_x @ about_z
    focal = 1.2 * shot.width
    distance = focal * print_.dots / shot.module
    camera = np.array([[focal, 0, shot.width / 2], [0, focal, shot.height / 2], [0, 0, 1]])
    plane = np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, distance]])
    return np.asarray(camera @ plane @ np.array([[1, 0, -at[0]], [0, 1, -at[1]], [0, 0, 1]]))


def _exposed(scene: NDArray[np.float32], shot: Shot) -> Picture:
    random = np.random.default_rng(shot.seed)
    seen: NDArray[Any] = cv2.GaussianBlur(scene, (0, 0), shot.blur) if shot.blur else scene
    if shot.motion:
        seen = cv2.filter2D(seen, -1, _smear(shot.motion, random.uniform(0, np.pi)))
    slope = np.linspace(random.uniform(0.75, 1.0), 1.0, shot.width)[None, :]
    exposed = seen * shot.light * slope + random.normal(0, shot.noise, seen.shape)
    frame = np.clip(exposed, 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE), np.uint8)


def _smear(length: float, direction: float) -> NDArray[np.float32]:
    """The kernel of a motion of `length` pixels in `direction` (radians)."""
    fine = 8
    side = 2 * int(np.ceil(length / 2)) + 3
    middle, reach = side * fine / 2, length * fine / 2
    along = np.array([np.cos(direction), np.sin(direction)]) * reach
    ends = [tuple(round(value) for value in middle + sign * along) for sign in (-1, 1)]
    drawn = cv2.line(np.zeros((side * fine, side * fine), np.float32), ends[0], ends[1], 1.0, fine)
    kernel = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _module(print_: Print, corners: NDArray[np.float64], lens: NDArray[np.float64], shot: Shot) -> float:
    """Pixels a module; 0 where the code is not wholly in view."""
    modules = float(np.linalg.norm(corners[1] - corners[0])) / print_.dots
    middle = corners.mean(axis=0)
    zone = middle + (corners - middle) * (1 + 2 * QUIET_ZONE / modules)
    seen = cv2.perspectiveTransform(zone[None], lens)[0]
    if (seen < 0).any() or (seen >= [shot.width, shot.height]).any():
        return 0.0
    sides = np.linalg.norm(seen - np.roll(seen, 1, axis=0), axis=1)
    return float(sides.max()) / (modules + 2 * QUIET_ZONE)


def _corners(code: zxingcpp.Barcode) -> NDArray[np.float64]:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return np.array([(corner.x, corner.y) for corner in corners], np.float64)
