"""Keeps the advice as new as what the outbox holds: a snapshot may have come in the background."""

from collections.abc import Callable

from custody.core import statement
from custody.core.errors import CustodyError
from scanner_agent import texts
from scanner_agent.advice import Advice
from scanner_agent.drafting import Occasion, whole
from scanner_agent.inputs import Caution
from scanner_agent.outbox import Outbox
from scanner_agent.state import State
from scanner_agent.texts import Words
from scanner_agent.trust import Trust


class Advising:
    """One thread."""

    def __init__(self, outbox: Outbox, trust: Trust, device: str, tell: Callable[[Words, str], None]) -> None:
        """`device`: this device's keyid; `tell` tells the handler where there is no newer advice."""
        self.advice = Advice(trust)
        self._outbox = outbox
        self._trust = trust
        self._device = device
        self._tell = tell
        self._advised_by: str | None = None

    def cautions(self, state: State, occasion: Occasion, signers: list[str]) -> tuple[Caution, ...]:
        """What the rules will find in a complete session if it is signed as it is."""
        try:
            self._renew()
        except CustodyError as error:
            self._tell(texts.NO_ADVICE, str(error))
        event = whole(self.advice.fill(state), occasion, signers)
        return tuple(self.advice.cautions(event, referred=bool(state.refs)))

    def _renew(self) -> None:
        """Begins from a newer snapshot, if there is one. Raises what `Trust.open_snapshot` does, once for each."""
        held = self._outbox.snapshot_hash()
        if held == self._advised_by or (signed := self._outbox.snapshot()) is None:
            return
        self._advised_by = held
        advised = self._trust.open_snapshot(signed)
        since = self._outbox.since(self._device, advised.size)
        self.advice.begin(advised, map(statement.parse, since))
