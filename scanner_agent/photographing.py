"""A photograph by the camera that read the code for it: taken once the code is out of the picture.

Meanwhile that camera's reads are held: what is aimed at is not what is scanned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from custody.core.errors import CustodyError, Unavailable
from scanner_agent import sheet_texts
from scanner_agent.feedback import Feedback
from scanner_agent.private import CAMERA
from scanner_agent.sources.source import CodeInView, Source

AIM_MS = 4_000
"""So long there is to take the sheet away and to aim."""
AGAIN_MS = 1_000
GIVE_UP_MS = 30_000


class Photographed(Protocol):
    """What takes the photograph into its session; whether it did."""

    def give_private(
        self, field: str, value: str, reader: Source | None = None, *, still: Callable[[], bytes] | None = None
    ) -> bool: ...


@dataclass(frozen=True)
class _Wanted:
    field: str
    camera: Source
    since: int
    due: int


class Photographing:
    """At most one is wanted at a time. One thread."""

    def __init__(self, feedback: Feedback, clock: Callable[[], int]) -> None:
        """`clock` gives ms and never goes back."""
        self._feedback = feedback
        self._clock = clock
        self._wanted: _Wanted | None = None

    def begin(self, field: str, camera: Source) -> None:
        at = self._clock()
        self._wanted = _Wanted(field, camera, at, at + AIM_MS)
        self._feedback.heard(sheet_texts.AIM, source=camera)

    def holds(self, reader: Source | None) -> bool:
        """Whether what this reader reads is not meant."""
        return self._wanted is not None and reader is self._wanted.camera

    def drop(self) -> None:
        self._wanted = None

    def tick(self, agent: Photographed) -> None:
        """Takes what is due; a little later where the code is still to be seen, up to a limit that is told."""
        wanted, at = self._wanted, self._clock()
        if wanted is None or at < wanted.due:
            return
        try:
            taken = wanted.camera.still(without_codes=True)
        except CodeInView as error:
            if at - wanted.since < GIVE_UP_MS:
                self._wanted = _Wanted(wanted.field, wanted.camera, wanted.since, at + AGAIN_MS)
            else:
                self._end(wanted, error)
        except CustodyError as error:
            self._end(wanted, error)
        else:
            if taken is None:
                self._end(wanted, Unavailable("the camera shows no picture", expected="a camera that sees something"))
                return
            self._wanted = None
            agent.give_private(wanted.field, CAMERA, wanted.camera, still=lambda: taken)

    def _end(self, wanted: _Wanted, error: CustodyError) -> None:
        self._wanted = None
        self._feedback.refused(error, wanted.camera)
