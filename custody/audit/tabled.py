"""A log of which tables are written: what happened, how it reads now, and what the rules make of it."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from custody.audit.export import Exportable
from custody.audit.judging import Judging
from custody.audit.tree import Tree
from custody.core.draft import Draft
from custody.core.judgement import Finding, Part
from custody.core.resolving import places_of
from custody.core.roster import Handler, Site
from custody.core.trusted import State

_SIGNERS = 16_384
"""Of so many keys it is remembered who has them."""


class Tabled(Judging, Exportable):
    """Both, in one pass. `sites`: the roster's, by id, as they stood then."""

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes], until: int | None = None) -> None:
        super().__init__(state, tree, reread, until)
        self.sites: Mapping[str, Site] = {}
        self.signer = lru_cache(_SIGNERS)(self._signer)
        """`<who>:<role>` of a key: a handler's id or the key's; his role, else the key's (`unknown`: not enrolled)."""

    def conclude(self) -> None:
        super().conclude()
        self.sites = dict(self._state.sites)
        self.signer.cache_clear()

    def _signer(self, key: str) -> str:
        """A key is enrolled once ever: its role is the same at every entry."""
        known = self._state.keys.get(key)
        if known is None or known.index >= self.size:
            return f"{key}:unknown"
        if isinstance(known.enrolment, Handler):
            return f"{known.enrolment.handler}:{known.enrolment.role}"
        return f"{key}:{known.role}"

    def found_at(self, finding: Finding, part: Part) -> str | None:
        """The site where a part of a finding was found first; None of one that was found nowhere in particular."""
        draft = Draft(finding.code, finding.subject, part.since, part.evidence, part.item, facts=part.facts)
        return places_of(draft, self._state, lambda index: self.log.event(index).event.site)[0]
