"""Keeps the advice as new as what the outbox holds: a snapshot may have come in the background."""

from custody.core import statement
from scanner_agent.advice import Advice
from scanner_agent.outbox import Outbox
from scanner_agent.trust import Trust


class Advising:
    """One thread."""

    def __init__(self, outbox: Outbox, trust: Trust, device: str) -> None:
        """`device`: this device's keyid."""
        self.advice = Advice(trust)
        self._outbox = outbox
        self._trust = trust
        self._device = device
        self._advised_by: str | None = None

    def renew(self) -> None:
        """Begins from a newer snapshot, if there is one. Raises what `Trust.open_snapshot` does, once for each."""
        held = self._outbox.snapshot_hash()
        if held == self._advised_by or (signed := self._outbox.snapshot()) is None:
            return
        self._advised_by = held
        advised = self._trust.open_snapshot(signed)
        since = self._outbox.since(self._device, advised.size)
        self.advice.begin(advised, map(statement.parse, since))
