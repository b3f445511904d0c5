"""What is told of each statement beside a verification, as far as the log had come at an instant."""

from collections.abc import Callable

from custody.audit.bundle import Seen
from custody.audit.judged_log import JudgedLog
from custody.audit.tree import Tree
from custody.core.history import Logged
from custody.core.memory import as_logged
from custody.core.roster import RosterStatement
from custody.core.trusted import State


class Recording:
    """A log as it stood at an instant. Once settled it takes no more statements, unless it is to `begin` again.

    What extends it overrides `take` and `conclude`, and calls these first: one log can be recorded for several ends.

    `size`: how many entries that was; `last`: when the last of them was received, Unix ms (0: there is none).
    """

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes], until: int | None = None) -> None:
        """`state` is admission's, which the replay keeps; `tree` and `reread` as for `JudgedLog`.

        `until`: what the log received later is left out (Unix ms; None: nothing is).
        """
        self.size = 0
        self.last = 0
        self.log = JudgedLog(state, tree, reread)
        self._until = until
        self._settled = False

    def reach(self, index: int, received: int) -> None:
        """Entry `index` comes next: must be told before admission's state has changed by it."""
        if self._until is not None and received > self._until:
            self.settle()
        elif not self._settled:
            self.size, self.last = index + 1, received

    def add(self, index: int, received: int, seen: Seen, effective: RosterStatement | None) -> None:
        """The next statement, admitted and in its chain; `effective` if it is of the roster and has taken effect."""
        if self._settled:
            return
        logged = None
        if seen.event is None:
            self.log.add_other(index, received)
        else:
            self.log.skip(index)
            logged = as_logged(self.log, index, received, seen.id.hex(), seen.event)
            self.log.add(logged)
        self.take(index, received, seen, effective, logged)

    def settle(self) -> None:
        """Must come after the last statement, before `close`. Idempotent."""
        if not self._settled:
            self._settled = True
            self.conclude()

    def begin(self, workers: int) -> None:
        """More comes, perhaps after it was settled, and is settled again: as of an instant it stays.

        `workers`: how many processes may work beside this one.
        """
        if workers > 1 and self.size == 0:
            self.work_beside()
        self._settled = self._settled and self._until is not None

    def close(self) -> None:
        self.log.close()

    def work_beside(self) -> None:
        """Nothing has come yet, and a part of the work may be done in another process."""

    def leave_out(self, index: int, /) -> None:
        """Entry `index` comes next, and an archive has its hash alone."""

    def take(
        self, index: int, received: int, seen: Seen, effective: RosterStatement | None, logged: Logged | None, /
    ) -> None:
        """A statement that is in `log` now; `logged` if it is an event."""

    def recall(self, index: int, received: int, effective: RosterStatement | None, logged: Logged | None, /) -> None:
        """A statement that is in `log` and that `take` was told of when the same log was judged before.

        Roster statements, and the events that `is_recalled` names: whoever keeps more than the rules do, may keep
        nothing of others.
        """

    def conclude(self) -> None:
        """There is no more: what follows from admission's state must be taken from it now."""
