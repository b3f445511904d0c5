"""The plain terminal: prompts and notices out, lines in, no echo while a PIN is typed."""

import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TextIO

from scanner_agent.observer import ignore
from scanner_agent.state import Detail, Say, both
from scanner_agent.texts import Words


class Terminal:
    """`out` and `lines` may be a terminal, a pipe or a file; only on a terminal is there an echo to switch off."""

    def __init__(self, out: TextIO, lines: TextIO, heard: Callable[[Say], None] = ignore) -> None:
        """`heard` is told whatever the terminal is."""
        self.out = out
        self.heard = heard
        self._lines = lines
        self._prompted: tuple[Words, str] | None = None
        self._echo = True

    def tell(self, words: Words, detail: Detail = "") -> None:
        """A line that asks for nothing."""
        self._write("   ", words, detail)
        self.heard(Say("plain", words, detail))

    def prompt(self, words: Words, detail: str = "") -> None:
        """What to do next; said again only when it has changed."""
        if (words, detail) != self._prompted:
            self._prompted = (words, detail)
            self._write(" » ", words, detail)

    def lines(self) -> Iterator[str]:
        """What is typed, without line ends; ends with the file, or when the terminal goes."""
        with suppress(OSError):
            yield from map(str.strip, self._lines)

    def set_echo(self, *, on: bool) -> None:
        """Whether what is typed is shown. On something that is no terminal, nothing is."""
        if on == self._echo or not self._lines.isatty():
            return
        self._echo = on
        settings = termios.tcgetattr(self._lines)
        settings[3] = settings[3] | termios.ECHO if on else settings[3] & ~termios.ECHO
        termios.tcsetattr(self._lines, termios.TCSANOW, settings)

    def _write(self, mark: str, words: Words, detail: Detail) -> None:
        tail = f": {both(detail)}" if detail else ""
        self.out.write(f"{mark}{' / '.join(words)}{tail}\n")
        self.out.flush()
