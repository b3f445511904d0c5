"""The rules of custody beside a replay, in the same pass: they are given what was verified, and nothing else."""

from collections import Counter
from collections.abc import Callable

from custody.audit.bundle import Seen
from custody.audit.judged_log import JudgedLog
from custody.audit.tree import Tree
from custody.core.containers import outermost
from custody.core.draft import Draft
from custody.core.judgement import Finding, findings
from custody.core.memory import InMemory, as_logged
from custody.core.roster import RosterStatement
from custody.core.rules import Rules
from custody.core.standing import Counts, count
from custody.core.trusted import State


class Judging:
    """What the rules make of a log as it stood at an instant. Once settled it takes no more statements.

    `size`: how many entries that was.
    """

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes], until: int | None = None) -> None:
        """`state` is admission's, which the replay keeps; `tree` and `reread` as for `JudgedLog`.

        `until`: what the log received later is not judged (Unix ms; None: all is).
        """
        self.memory = InMemory()
        self.size = 0
        self._until = until
        self._log = JudgedLog(state, tree, reread)
        self._rules = Rules(state, self._log, self.memory)
        self._drafts: list[Draft] | None = None
        self._resolved: dict[tuple[str, str, str | None, int], Draft] = {}
        self._categories: dict[str, str] = {}

    def reach(self, index: int, received: int) -> None:
        """Entry `index` comes next: must be told before `state` has changed by it."""
        if self._until is not None and received > self._until:
            self.settle()
        elif self._drafts is None:
            self.size = index + 1

    def add(self, index: int, received: int, seen: Seen, effective: RosterStatement | None) -> None:
        """The next statement, admitted and in its chain; `effective` if it is of the roster and has taken effect."""
        if self._drafts is not None:
            return
        self._log.add(index, received, seen.id, seen.event)
        if seen.event is not None:
            self._rules.event(as_logged(self._log, index, received, seen.id.hex(), seen.event))
        elif effective is not None:
            self._rules.roster(index, seen.id.hex(), received, effective)

    def settle(self) -> None:
        """Must come after the last statement, before `close`. Idempotent."""
        if self._drafts is None:
            self._drafts = list(self._rules.drafts())
            self._resolved = {(*one.key, one.since): one for one in self._drafts if one.resolved is not None}
            sites = self._rules.grounds.roster.sites
            self._categories = {code: known.category for code, known in sites.items()}

    def counts(self, now: int) -> Counts:
        """How many items and deliveries there are of each status at an instant (Unix ms)."""
        return count(self.memory.tracks.values(), now, lambda one: self._resolved.get((*one.key, one.since), one))

    def at_rest(self) -> dict[str, int]:
        """How many items are at a site of each category, and not on their way. Of unknown sites: `unknown`."""
        tracks = self.memory.tracks
        found: Counter[str] = Counter()
        for track in tracks.values():
            around = outermost(tracks, track)
            if around.item.site is not None and around.item.to is None and not track.item.retired:
                found[self._categories.get(around.item.site, "unknown")] += 1
        return dict(found)

    def findings(self, now: int) -> list[Finding]:
        """All that holds or has held by an instant (Unix ms)."""
        return findings(self._drafts or [], now)

    def close(self) -> None:
        self._log.close()
