"""Whether a command code is meant: what a sticker, a code left in view or a second look by chance must not do. Pure.

A code counts alone in view only. What ends a session needs more: before a camera nothing else was read just before,
and said again, it has been away for long enough that someone had time to look.
"""

from scanner_agent import sheet_texts
from scanner_agent.command_codes import Do, Order
from scanner_agent.sources.source import Read
from scanner_agent.state import Say

SETTLED_MS = 2_000
"""Before a camera, a code that ends the session counts so long after the last read of anything else."""
LOOK_MS = 3_000
"""So long the same ending was not shown, for the second showing to be another than the first; and so long there was to
look, by scan or touch, at what came of the last confirm."""
ASKED_MS = 60_000
"""So long the question whether a session is to be discarded stands."""
ENDINGS = frozenset({"confirm", "cancel"})


class Deliberate:
    """Remembers what was read when. Times are ms of one clock that never goes back."""

    def __init__(self) -> None:
        self._read_at: int | None = None
        self._shown: tuple[str, int] | None = None
        self._asked_at: int | None = None
        self._confirmed: tuple[int, Say] | None = None

    def note_read(self, at: int) -> None:
        """Something other than a command code was read."""
        self._read_at = at
        self._asked_at = None

    def note_confirmed(self, at: int, *, signed: bool) -> None:
        """A confirm, from anywhere, has signed the session or shown its cautions."""
        self._confirmed = (
            at,
            Say("plain", sheet_texts.SIGNED_ALREADY) if signed else Say("wrong", sheet_texts.CODE_SAME_AGAIN),
        )

    def confirmed_just_now(self, at: int) -> Say | None:
        """What is said instead of a confirm by scan or touch which nobody can have meant after the last one."""
        return self._confirmed[1] if self._confirmed and at - self._confirmed[0] < LOOK_MS else None

    def objection(self, order: Order, read: Read, at: int, *, begun: bool) -> Say | None:
        """What is said instead where a code does not count. `begun`: there is a session that could be lost."""
        if not read.alone:
            return Say("wrong", sheet_texts.CODE_NOT_ALONE)
        if not isinstance(order, Do) or order.command not in ENDINGS:
            return None
        if read.kind == "camera" and self._read_at is not None and at - self._read_at < SETTLED_MS:
            return Say("wrong", sheet_texts.CODE_TOO_SOON)
        before, self._shown = self._shown, (order.command, at)
        if order.command == "confirm" and (said := self.confirmed_just_now(at)):
            return said
        if before and before[0] == order.command and at - before[1] < LOOK_MS:
            return Say("wrong", sheet_texts.CODE_SAME_AGAIN)
        if order.command == "confirm" or not begun:
            return None
        asked, self._asked_at = self._asked_at, at
        return None if asked is not None and at - asked <= ASKED_MS else Say("warned", sheet_texts.CANCEL_ASKED)
