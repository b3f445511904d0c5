"""Brings the snapshot of this agent's site: advice, signed by an advisor of the roster."""

from custody.core.errors import CustodyError, WrongRole
from custody.core.snapshot import Snapshot
from scanner_agent import texts
from scanner_agent.advice_tables import Basis
from scanner_agent.advising import drop_snapshot, keep_snapshot
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.trust import Trust


class SnapshotSync:
    """Keeps what the newest says in the outbox. What is wrong is told, and stops nothing."""

    def __init__(
        self, outbox: Outbox, client: LedgerClient, trust: Trust, observer: Observer, *, site: str, device: str
    ) -> None:
        """For an agent at `site`, with the key `device` (keyid)."""
        self._outbox = outbox
        self._client = client
        self._trust = trust
        self._site = site
        self._device = device
        self._observer = observer
        self._fault: str | None = None
        self._same = (0, 0)
        """For which size of the log the ledger has said that nothing is new, and how often."""

    def sync(self) -> None:
        """Asks for a newer one if the log has grown; lets go of one whose advisor the roster has turned against."""
        try:
            self._check_held()
            seen, held = self._outbox.last_checkpoint(), self._outbox.basis()
            size = seen.checkpoint.size if seen else 0
            # A ledger's tables may be a moment behind its log: what it says the second time is of all of it.
            if held.advisor is None or (size > held.size and self._same != (size, 2)):
                self._bring(held, size)
        except CustodyError as error:
            self._tell(error)
        else:
            self._fault = None

    def _check_held(self) -> None:
        advisor = self._outbox.basis().advisor
        if advisor is None:
            return
        try:
            self._trust.check_advisor(advisor)
        except CustodyError:
            drop_snapshot(self._outbox, self._device)
            raise

    def _bring(self, held: Basis, size: int) -> None:
        # What this device has recorded stands over the snapshot: it may be the same again by others' doing.
        answer = self._client.snapshot(self._site, held.tag if held.seq == 0 else None)
        if answer is None:
            self._same = (size, self._same[1] + 1 if self._same[0] == size else 1)
            return
        snapshot, advisor = self._open(answer.data)
        if held.advisor is None or snapshot.size > held.size:
            keep_snapshot(self._outbox, snapshot, advisor, answer.tag)

    def _open(self, signed: bytes) -> tuple[Snapshot, str]:
        snapshot, advisor = self._trust.open_snapshot(signed)
        if snapshot.site != self._site:
            raise WrongRole("a snapshot is of another site", expected=self._site, got=snapshot.site)
        return snapshot, advisor

    def _tell(self, error: CustodyError) -> None:
        """Once, and again when it becomes another."""
        if error.kind != self._fault:
            self._fault = error.kind
            self._observer.notify(Notice(texts.NO_ADVICE, str(error)))
