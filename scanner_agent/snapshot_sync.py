"""Brings the snapshot of this agent's site: advice, signed by an advisor of the roster."""

from custody.core.errors import CustodyError, WrongRole
from custody.core.snapshot import Snapshot
from scanner_agent import texts
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.trust import Trust


class SnapshotSync:
    """Keeps the newest in the outbox. What is wrong is told, and stops nothing."""

    def __init__(self, outbox: Outbox, client: LedgerClient, trust: Trust, site: str, observer: Observer) -> None:
        self._outbox = outbox
        self._client = client
        self._trust = trust
        self._site = site
        self._observer = observer
        self._held = self._size_held()
        self._fault: str | None = None

    def sync(self) -> None:
        """Asks for a newer one if the log has grown."""
        seen = self._outbox.last_checkpoint()
        if seen is not None and self._held is not None and seen.checkpoint.size <= self._held:
            return
        try:
            self._bring()
        except CustodyError as error:
            self._tell(error)
        else:
            self._fault = None

    def _bring(self) -> None:
        signed = self._client.snapshot(self._site)
        if signed is None:
            return
        snapshot = self._open(signed)
        if self._held is None or snapshot.size > self._held:
            self._outbox.keep_snapshot(signed)
            self._held = snapshot.size

    def _size_held(self) -> int | None:
        """How much of the log is in the snapshot held; None also where the roster has turned against it."""
        signed = self._outbox.snapshot()
        try:
            return self._trust.open_snapshot(signed).size if signed else None
        except CustodyError:
            return None

    def _open(self, signed: bytes) -> Snapshot:
        snapshot = self._trust.open_snapshot(signed)
        if snapshot.site != self._site:
            raise WrongRole("a snapshot is of another site", expected=self._site, got=snapshot.site)
        return snapshot

    def _tell(self, error: CustodyError) -> None:
        """Once, and again when it becomes another."""
        if error.kind != self._fault:
            self._fault = error.kind
            self._observer.notify(Notice(texts.NO_ADVICE, str(error)))
