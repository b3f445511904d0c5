"""One line of a report: how it stands, of what, what was found, and the command that mends it."""

from typing import Literal

from msgspec import Struct

from scanner_agent.texts import Words

Level = Literal["ok", "attention", "wrong"]

_MARKS: dict[Level, tuple[str, Words]] = {
    "ok": ("OK", ("baik", "ok")),
    "attention": ("!", ("perhatian", "attention")),
    "wrong": ("X", ("salah", "wrong")),
}


class Line(Struct, frozen=True):
    """`found` is in words that need no translation, or in both languages; `mend` a command, or what to do."""

    level: Level
    what: Words
    found: str
    mend: str | None = None

    def __str__(self) -> str:
        mark, words = _MARKS[self.level]
        mend = f"\n      → {self.mend}" if self.mend else ""
        return f"[{mark}] {' / '.join(words)} · {' / '.join(self.what)}: {self.found}{mend}"
