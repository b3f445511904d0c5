"""One line of a report: how it stands, of what, what was found, and the command that mends it."""

from pathlib import Path
from shlex import quote
from typing import Literal

from msgspec import Struct, structs

from scanner_agent.texts import Words

Level = Literal["ok", "attention", "wrong"]

SETTINGS = "AGENT.TOML"
EDIT = f"${{EDITOR:-nano}} {SETTINGS}"
_MARKS: dict[Level, tuple[str, Words]] = {
    "ok": ("OK", ("baik", "ok")),
    "attention": ("!", ("perhatian", "attention")),
    "wrong": ("X", ("salah", "wrong")),
}


class Line(Struct, frozen=True):
    """`found` is in words that need no translation, or in both languages; `mend` a command of the shell.

    In `mend`, `SETTINGS` stands for the file that holds the settings.
    """

    level: Level
    what: Words
    found: str
    mend: str | None = None

    def naming(self, settings: Path) -> "Line":
        """The same with the file's path, so that the command does its work from any folder."""
        mend = self.mend and self.mend.replace(SETTINGS, quote(str(settings.resolve())))
        return structs.replace(self, mend=mend)

    def __str__(self) -> str:
        mark, words = _MARKS[self.level]
        mend = f"\n      → {self.mend}" if self.mend else ""
        return f"[{mark}] {' / '.join(words)} · {' / '.join(self.what)}: {self.found}{mend}"
