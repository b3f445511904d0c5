"""Where the agent's thread leaves the newest view, and where each screen waits for it."""

import threading
import time
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from scanner_agent.kiosk.view import View

SILENT_S = 5.0
"""An agent that has not come by for so long hangs."""
Tone = Literal["heard", "good", "warned", "wrong"]
RANK: list[Tone] = ["heard", "good", "warned", "wrong"]
"""The gravest last."""


class Shown(Struct, frozen=True):
    """`serial` numbers the views; `tone` is the gravest since the one that the screen has, None for none."""

    serial: int
    view: View
    tone: Tone | None


class Board:
    """One writer, several readers. A reader that was slow misses views, but neither the newest nor a graver tone."""

    def __init__(self, first: View, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._beaten: float | None = None
        self._view = first
        self._serial = 1
        self._sounded: dict[Tone, int] = {}
        self._closed = False
        self._changed = threading.Condition()

    @property
    def newest(self) -> Shown:
        with self._changed:
            return Shown(self._serial, self._view, None)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def alive(self) -> bool:
        """Whether the agent's thread came by a moment ago, or is still starting."""
        return self._beaten is None or self._monotonic() - self._beaten < SILENT_S

    def beat(self) -> None:
        """The agent's thread comes by."""
        self._beaten = self._monotonic()

    def publish(self, view: View, tone: Tone | None) -> None:
        """A view that says the same is no news, unless it has a tone: the same label read twice sounds twice."""
        with self._changed:
            if view == self._view and tone is None:
                return
            self._serial += 1
            self._view = view
            if tone is not None:
                self._sounded[tone] = self._serial
            self._changed.notify_all()

    def after(self, serial: int, seconds: float) -> Shown | None:
        """The newest view once it is another than `serial`; None where none comes in that time, or it was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._serial != serial or self._closed, seconds)
            if self._serial == serial or self._closed:
                return None
            tones = [tone for tone in RANK if self._sounded.get(tone, 0) > serial]
            return Shown(self._serial, self._view, tones[-1] if tones else None)

    def close(self) -> None:
        """Wakes all that wait."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
