"""The figures of a report, taken beside a verification when the log has come to the instant that is asked for."""

from collections.abc import Callable

from custody.audit.bundle import Seen
from custody.audit.corrected import Corrections
from custody.audit.judging import Judging
from custody.audit.report.gathering import Gathered, gather
from custody.audit.report.material import Material, Revoked
from custody.audit.report.scope import Scope
from custody.audit.tree import Tree
from custody.core.errors import CustodyError
from custody.core.history import Logged
from custody.core.roster import Revoke, RosterStatement
from custody.core.trusted import State


class Reporting(Judging):
    """Judges a log, and gathers what a report of it says, of which `scope` says what it is about."""

    def __init__(
        self,
        state: State,
        tree: Tree,
        reread: Callable[[int], bytes],
        scope: Scope = Scope(),  # noqa: B008  # frozen
        until: int | None = None,
    ) -> None:
        """`until`: as of this instant, and what the log had received by then; None: all of it, as of its last entry."""
        super().__init__(state, tree, reread, until)
        self._scope = scope
        self._state = state
        self._corrections = Corrections(self.log, state)
        self._revocations: dict[tuple[str, int], Revoked] = {}
        self._gathered: Gathered | CustodyError | None = None

    def take(
        self, index: int, received: int, seen: Seen, effective: RosterStatement | None, logged: Logged | None, /
    ) -> None:
        super().take(index, received, seen, effective, logged)
        self._remember(index, received, effective, logged)

    def recall(self, index: int, received: int, effective: RosterStatement | None, logged: Logged | None, /) -> None:
        super().recall(index, received, effective, logged)
        self._remember(index, received, effective, logged)

    def _remember(self, index: int, received: int, effective: RosterStatement | None, logged: Logged | None) -> None:
        if logged is not None:
            self._corrections.add(index, logged.event)
        elif isinstance(effective, Revoke):
            self._revocations[effective.issuer, effective.seq] = Revoked(index, received, effective)

    def conclude(self) -> None:
        super().conclude()
        self._corrections.conclude()
        try:
            self._gathered = self._gather()
        except CustodyError as error:
            self._gathered = error  # what was asked for is not in the log: no fault of that

    @property
    def gathered(self) -> Gathered:
        """Once settled. Raises Malformed for a site, item or handover that the log does not have."""
        assert self._gathered is not None  # noqa: S101  # it is settled
        if isinstance(self._gathered, CustodyError):
            raise self._gathered
        return self._gathered

    def _gather(self) -> Gathered:
        now = self.last if self._until is None else self._until
        material = Material(
            scope=self._scope,
            now=now,
            size=self.size,
            last=self.last,
            state=self._state,
            log=self.log,
            memory=self.memory,
            corrections=self._corrections,
            drafts=self.drafts(now),
            resolve=self.resolved,
            revocations=self._revocations,
        )
        return gather(material)
