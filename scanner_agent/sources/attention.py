"""Which frames are worth a look, and how close a one: a still scene is looked at closely once, then now and then. Pure.

Decoding every frame of a camera that nobody uses would take half a core for nothing.
"""

from math import inf
from typing import NamedTuple

import cv2
import numpy as np

from scanner_agent.preparations import Grey

_GLANCE_SECONDS = 0.05
_CHANGED = 4
_FLICKER = 0.1
_CLOSE_EVERY = 5
_SETTLING_SECONDS = 0.12
_FIRST_REST = 0.25
_LONGEST_REST = 2.0


class Look(NamedTuple):
    """`step`: the close step to take, if any. `new`: the scene is not the one of the last look."""

    new: bool
    step: int | None


class Attention:
    """Follows one camera's frames by their thumbnails (a tenth of a frame's rows or so).

    A frame that differs from the last one looked at is looked at once, each fifth of them closely. When the scene has
    come to rest, one frame after another takes each close step, yet not at once: who brings one label after another
    shall not wait for them. After that it rests, longer each time.
    """

    def __init__(self, steps: int) -> None:
        """`steps`: how many close steps there are."""
        self._steps = steps
        self._seen: Grey | None = None
        self._glanced = -inf
        self._looks = 0
        self._left = 0
        self._settled = -inf
        self._rest = _FIRST_REST
        self._next = -inf

    @property
    def is_done(self) -> bool:
        """Whether the scene has come to rest and has had all its close steps, the one of this frame among them."""
        return self._left == 0

    def is_due(self, at: float) -> bool:
        """Whether a frame of `at` (monotonic seconds) is worth a thumbnail: each, until the scene is at rest."""
        return self._left > 0 or at - self._glanced >= _GLANCE_SECONDS

    def look(self, thumbnail: Grey, at: float) -> Look | None:
        """How to look at a frame; None: not at all."""
        self._glanced = at
        calm = np.asarray(cv2.blur(thumbnail, (3, 3)), np.uint8)
        if self._differs(calm):
            self._seen = calm
            self._looks += 1
            self._left, self._rest = self._steps, _FIRST_REST
            self._settled = at + _SETTLING_SECONDS
            return Look(True, self._looks // _CLOSE_EVERY % self._steps if self._looks % _CLOSE_EVERY == 0 else None)
        if self._left and at < self._settled:
            return Look(False, None)
        if self._left:
            self._left -= 1
            self._next = at + self._rest
            return Look(False, self._steps - 1 - self._left)
        if at < self._next:
            return None
        self._rest = min(2 * self._rest, _LONGEST_REST)
        self._next = at + self._rest
        self._looks += 1
        return Look(False, self._looks % self._steps)

    def _differs(self, calm: Grey) -> bool:
        seen = self._seen
        if seen is None or seen.shape != calm.shape:
            return True
        # Lamps flicker, row by row where a shutter rolls: a whole row a little brighter or darker is no other scene.
        light = (seen.mean(axis=1, keepdims=True) + 1) / (calm.mean(axis=1, keepdims=True) + 1)
        levelled = calm * np.clip(light, 1 - _FLICKER, 1 + _FLICKER)
        return bool(np.abs(seen - levelled).max() > _CHANGED + 0.5)
