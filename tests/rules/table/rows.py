"""Rows of the tables: a sentence, a code, and a story that goes wrong or, as its twin, does not."""

from collections.abc import Callable
from typing import NamedTuple

from custody.core.statement import Statement
from tests.rules.story import Story


class Wrong(NamedTuple):
    """What is found in the story that goes wrong.

    `others`: what is found beside it. `open` without `closed_by`; `beneath`: the code that explains it. `now`: the
    instant of judgement (None: the story's end) and, for what depends on time, the one until which nothing was found.
    """

    evidence: list[Statement]
    since: int
    closed_by: Statement | None = None
    beneath: str | None = None
    others: tuple[str, ...] = ()
    now: int | None = None
    not_yet: int | None = None


Tale = Callable[[Story, bool], Wrong]


class Row(NamedTuple):
    code: str
    sentence: str
    tale: Tale


class Table:
    """Rows by sentence: each is a function that tells the story, wrong or right."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def row(self, code: str, sentence: str) -> Callable[[Tale], Tale]:
        def keep(tale: Tale) -> Tale:
            self.rows.append(Row(code, sentence, tale))
            return tale

        return keep
