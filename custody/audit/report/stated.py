"""What a report says of itself to programs: the checkpoint that it rests on (docs/report.md)."""

import re
from typing import NamedTuple

_WORD = "custody-checkpoint"
_KEYWORD = re.compile(rf"{_WORD} ([^ ,]+) (0|[1-9][0-9]{{0,17}}) ([0-9a-f]{{64}})")


class Stated(NamedTuple):
    """A log, its number of entries and their root (hex), not verified."""

    origin: str
    size: int
    root: str


def keyword(said: Stated) -> str:
    """One of a PDF's keywords."""
    return f"{_WORD} {said.origin} {said.size} {said.root}"


def stated(keywords: str) -> Stated | None:
    """What a PDF's keywords say; None if none is of ours, or more than one."""
    found = _KEYWORD.findall(keywords)
    if len(found) != 1:
        return None
    origin, size, root = found[0]
    return Stated(origin, int(size), root)
