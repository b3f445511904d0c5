"""Sends photographs, once the statements that name them have receipts; each stays here afterwards."""

import time
from collections.abc import Callable

import structlog

from custody.core.errors import CustodyError
from scanner_agent import texts
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now

FIRST_DELAY_S, MOST_DELAY_S = 2.0, 3600.0

_log = structlog.get_logger(__name__)


class PhotographUpload:
    """Waits by itself after a fault, ever longer: a picture that does not get through holds up no statement."""

    def __init__(
        self,
        outbox: Outbox,
        client: LedgerClient,
        observer: Observer,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._observer = observer
        self._monotonic = monotonic
        self._delay = FIRST_DELAY_S
        self._not_before = 0.0
        self._faults = 0

    def due_in(self, otherwise: float) -> float:
        """Seconds until one that was not taken is tried again, if that is sooner than `otherwise`."""
        return min(otherwise, max(0.0, self._not_before - self._monotonic())) if self._faults else otherwise

    def send_one(self) -> bool:
        """Sends the oldest that can be sent; whether one more may be tried at once. Raises StorageFault."""
        if self._monotonic() < self._not_before:
            return False
        found = self._outbox.next_photograph()
        if found is None:
            return False
        hash_, salted = found
        try:
            refusal = self._client.put_photograph(hash_, salted)
        except CustodyError as error:
            self._wait(error)
            return False
        self._observer.hook("photograph-sent")
        self._delay, self._faults = FIRST_DELAY_S, 0
        if refusal is None:
            self._outbox.end_photograph(hash_, "sent", now())
            self._observer.notify(Notice(texts.PHOTOGRAPH_SENT, f"{hash_[:16]}…"))
        else:
            self._outbox.end_photograph(hash_, "refused", now(), str(refusal))
            self._observer.notify(Notice(texts.PHOTOGRAPH_REFUSED, f"{hash_[:16]}… {refusal}", wrong=True))
        return True

    def _wait(self, error: CustodyError) -> None:
        self._not_before = self._monotonic() + self._delay
        self._delay = min(2 * self._delay, MOST_DELAY_S)
        _log.warning("a photograph is not sent", error=str(error))
        self._faults += 1
        # The ledger's tables come a moment after its receipts: that is no news.
        if self._faults == 2:
            self._observer.notify(Notice(texts.PHOTOGRAPH_WAITS, str(error)))
