"""What a benchmark says: a ratio of something measured to a limit measured in the same run."""

from math import ceil
from operator import ge, le

from msgspec import Struct

SENSES = {"at least": ge, "at most": le}


class Figure(Struct, frozen=True):
    """`measured` and `limit` in `unit`; `wanted` is what is asked of their ratio, `sense` a key of SENSES."""

    name: str
    measured: float
    limit: float
    unit: str
    limit_name: str
    sense: str
    wanted: float
    note: str = ""
    """What else the run showed, in words."""

    @property
    def ratio(self) -> float:
        return self.measured / self.limit

    @property
    def holds(self) -> bool:
        return bool(SENSES[self.sense](self.ratio, self.wanted))


class Outcome(Struct, frozen=True):
    """A figure of the run with the median ratio, and the ratios of all runs, ascending."""

    figure: Figure
    ratios: list[float]


def outcomes(runs: list[list[Figure]]) -> list[Outcome]:
    """Of several runs that give the same figures in the same order, each figure's outcome."""
    found = []
    for same in zip(*runs, strict=True):
        ordered = sorted(same, key=lambda figure: figure.ratio)
        found.append(Outcome(ordered[(len(ordered) - 1) // 2], [figure.ratio for figure in ordered]))
    return found


def percentile(values: list[float], percent: int) -> float:
    """Nearest rank."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1]
