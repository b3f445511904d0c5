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
    """What the rules make of a log. Once closed it takes no more statements; what it has found stays."""

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes]) -> None:
        """`state` is admission's, which the replay keeps; the others as for `JudgedLog`."""
        self.memory = InMemory()
        self._log = JudgedLog(state, tree, reread)
        self._rules = Rules(state, self._log, self.memory)
        self._drafts: list[Draft] = []

    def add(self, index: int, received: int, seen: Seen, effective: RosterStatement | None) -> None:
        """The next statement, admitted and in its chain; `effective` if it is of the roster and has taken effect."""
        self._log.add(index, received, seen.id, seen.event)
        if seen.event is not None:
            self._rules.event(as_logged(self._log, index, received, seen.id.hex(), seen.event))
        elif effective is not None:
            self._rules.roster(index, seen.id.hex(), received, effective)

    def settle(self) -> None:
        """Must come after the last statement, before `close`."""
        self._drafts = list(self._rules.drafts())

    def counts(self, now: int) -> Counts:
        """How many items and deliveries there are of each status at an instant (Unix ms)."""
        return count(self.memory.tracks.values(), now)

    def at_rest(self) -> dict[str, int]:
        """How many items are at a site of each category, and not on their way. Of unknown sites: `unknown`."""
        tracks, sites = self.memory.tracks, self._rules.grounds.roster.sites
        found: Counter[str] = Counter()
        for track in tracks.values():
            around = outermost(tracks, track)
            if around.item.site is not None and around.item.to is None and not track.item.retired:
                known = sites.get(around.item.site)
                found[known.category if known else "unknown"] += 1
        return dict(found)

    def findings(self, now: int) -> list[Finding]:
        """All that holds or has held by an instant (Unix ms)."""
        return findings(self._drafts, now)

    def close(self) -> None:
        self._log.close()
