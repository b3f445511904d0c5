"""The values of answers as people read them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from custody.audit.stats.questions import Answer, Column
from custody.core.errors import legible
from custody.core.findings import Language


def cell(answer: Answer, column: Column, value: Any, language: Language) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    match column.kind:
        case "place":
            return legible(spoken(language)(answer.names.get(value, (value, value))))
        case "duration":
            return short(value, language)
        case "per-mille":
            return f"{_tenths(value, language)} %"
        case "count":
            return str(value)


_UNITS = [(86_400_000, ("hr", "d")), (3_600_000, ("j", "h")), (60_000, ("mnt", "min"))]


def short(ms: int, language: Language) -> str:
    """A duration by its two largest units, the rest cut off; below a minute by tenths of a second."""
    for (size, unit), (smaller, beneath) in pairwise([*_UNITS, (1000, ("dtk", "s"))]):
        if ms >= size:
            count, rest = divmod(ms, size)
            return f"{count} {spoken(language)(unit)} {rest // smaller} {spoken(language)(beneath)}"
    return f"{_tenths(ms // 100, language)} {spoken(language)(('dtk', 's'))}"


def _tenths(value: int, language: Language) -> str:
    return f"{value // 10}{',' if language == 'id' else '.'}{value % 10}"


def spoken(language: Language) -> Callable[[tuple[str, str]], str]:
    """What a pair of texts says in a language."""
    return lambda pair: pair[language == "en"]
