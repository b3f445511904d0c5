"""What a benchmark says: a ratio of something measured to a limit measured in the same run."""

from statistics import median

from msgspec import Struct

SENSES = {"at least": lambda ratio, wanted: ratio >= wanted, "at most": lambda ratio, wanted: ratio <= wanted}


class Figure(Struct, frozen=True):
    """`measured` and `limit` in `unit`; `wanted` is what issue or design asks of the ratio, `sense` a key of SENSES."""

    name: str
    measured: float
    limit: float
    unit: str
    limit_name: str
    sense: str
    wanted: float

    @property
    def ratio(self) -> float:
        return self.measured / self.limit

    @property
    def holds(self) -> bool:
        return bool(SENSES[self.sense](self.ratio, self.wanted))


def middle(runs: list[list[Figure]]) -> list[Figure]:
    """Of several runs that give the same figures, for each figure the run with the median ratio."""
    chosen = []
    for same in zip(*runs, strict=True):
        ordered = sorted(same, key=lambda figure: figure.ratio)
        at = median(range(len(ordered)))
        chosen.append(ordered[int(at)])
    return chosen
