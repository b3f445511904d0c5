"""Under which conditions printed labels are held before the simulated camera; seeded."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from tests.agent.scene import Scene
from tests.agent.simulated_camera import Print, Shot, Taken, printed, take

Range = tuple[float, float]
LABELS = 21
"""A whole page."""


class Conditions(NamedTuple):
    """What a frame's Shot is drawn from."""

    module: Range = (2.5, 6.0)
    tilt: Range = (0.0, 30.0)
    blur: Range = (0.3, 0.8)
    motion: float = 0.0
    light: Range = (0.5, 0.9)
    noise: Range = (1.0, 4.0)
    width: int = 1280
    height: int = 720


MILD = {
    "720p": Conditions(tilt=(0.0, 45.0)),
    "1080p": Conditions(tilt=(0.0, 45.0), width=1920, height=1080),
}
HARD = {
    "1.5 to 2 pixels a module": Conditions(module=(1.5, 2.0), tilt=(0.0, 15.0), blur=(0.3, 0.5), noise=(1.0, 3.0)),
    "defocus, σ 2 pixels": Conditions(blur=(2.0, 2.0), noise=(2.0, 2.0)),
    "motion, 6 pixels": Conditions(motion=6.0, noise=(2.0, 2.0)),
    "low light": Conditions(light=(0.08, 0.08), noise=(5.0, 5.0)),
}


@cache
def page() -> Print:
    """A page of signed labels."""
    scene = Scene()
    return printed([scene.label(number) for number in range(LABELS)])


def frames(conditions: Conditions, count: int, seed: int = 1) -> Iterator[Taken]:
    """Frames around the page's middle label, turned anyhow."""
    random = np.random.default_rng(seed)
    middle = list(page().codes.values())[LABELS // 2].mean(axis=0)
    for number in range(count):
        shot = Shot(
            module=random.uniform(*conditions.module),
            turn=random.uniform(0, 360),
            tilt=random.uniform(*conditions.tilt),
            blur=random.uniform(*conditions.blur),
            motion=conditions.motion,
            light=random.uniform(*conditions.light),
            noise=random.uniform(*conditions.noise),
            width=conditions.width,
            height=conditions.height,
            seed=number,
        )
        yield take(page(), shot, middle + random.uniform(-40, 40, 2))
