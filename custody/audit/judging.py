"""The rules of custody beside a replay, in the same pass: they are given what was verified, and nothing else."""

from collections import Counter
from collections.abc import Callable

from custody.audit.beside import HistoriesBeside
from custody.audit.bundle import Seen
from custody.audit.recalled import Recalled, RecalledFile, is_recalled
from custody.audit.recording import Recording
from custody.audit.tree import Tree
from custody.core.containers import outermost
from custody.core.draft import Draft
from custody.core.history import Logged
from custody.core.judgement import Finding, findings
from custody.core.memory import InMemory
from custody.core.roster import RosterStatement
from custody.core.rules import Rules
from custody.core.standing import Counts, count
from custody.core.trusted import State


class Judging(Recording):
    """What the rules make of a log as it stood at an instant."""

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes], until: int | None = None) -> None:
        super().__init__(state, tree, reread, until)
        self.memory = InMemory()
        self.recalled = RecalledFile()
        self._rules = Rules(state, self.log, self.memory)
        self._origin = state.origin
        self._beside: HistoriesBeside | None = None
        self._drafts: list[Draft] = []
        self._resolved: dict[tuple[object, ...], Draft] = {}
        self._categories: dict[str, str] = {}

    def work_beside(self) -> None:
        super().work_beside()
        self._beside = HistoriesBeside(self._rules.histories, self.memory, self._origin, self.recalled.plans)
        self._rules.histories = self._beside

    def close(self) -> None:
        if self._beside is not None:
            self._beside.close()
        self.recalled.close()
        super().close()

    def take(
        self, index: int, received: int, seen: Seen, effective: RosterStatement | None, logged: Logged | None, /
    ) -> None:
        super().take(index, received, seen, effective, logged)
        if logged is not None:
            self._rules.event(logged)
            if is_recalled(logged.event):
                self.recalled.add(Recalled(index, received, logged.id, is_event=True))
            return
        statement_id = seen.id.hex()
        if effective is not None:
            self._rules.roster(index, statement_id, received, effective)
        self.recalled.add(Recalled(index, received, statement_id, effective))

    def recall(self, index: int, received: int, effective: RosterStatement | None, logged: Logged | None, /) -> None:
        super().recall(index, received, effective, logged)
        if effective is not None:
            self._rules.resume(index, received, effective)

    def conclude(self) -> None:
        super().conclude()
        self._drafts = list(self._rules.drafts())
        self._resolved = {(*one.key, one.since): one for one in self._drafts if one.resolved is not None}
        sites = self._rules.grounds.roster.sites
        self._categories = {code: known.category for code, known in sites.items()}

    def counts(self, now: int) -> Counts:
        """How many items and deliveries there are of each status at an instant (Unix ms)."""
        return count(self.memory.tracks.values(), now, self.resolved)

    def at_rest(self) -> dict[str, int]:
        """How many items are at a site of each category, and not on their way. Of unknown sites: `unknown`."""
        tracks = self.memory.tracks
        found: Counter[str] = Counter()
        for track in tracks.values():
            around = outermost(tracks, track)
            if around.item.site is not None and not around.item.on_the_way and not track.item.retired:
                found[self._categories.get(around.item.site, "unknown")] += 1
        return dict(found)

    def resolved(self, draft: Draft) -> Draft:
        """A draft of an item with what was declared of it by who may."""
        return self._resolved.get((*draft.key, draft.since), draft)

    def drafts(self, now: int) -> list[Draft]:
        """What findings are made of: all that holds or has held by an instant, with what was declared of it."""
        return [draft for draft in self._drafts if draft.since <= now]

    def findings(self, now: int) -> list[Finding]:
        """All that holds or has held by an instant (Unix ms)."""
        return findings(self._drafts, now)
