"""Sends photographs, once the statements that name them have receipts; each stays here afterwards."""

import time
from collections.abc import Callable

import structlog
from msgspec import Struct

from custody.core.errors import CustodyError
from scanner_agent import exchange_texts
from scanner_agent.ledger_client import LedgerClient, Problem
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now

FIRST_DELAY_S, MOST_DELAY_S = 2.0, 3600.0
MOST_FAULTS = 3
"""So many in a row are no matter of the one photograph: the rest of the exchange goes on."""

_log = structlog.get_logger(__name__)


class _Wait(Struct):
    not_before: float
    delay: float
    faults: int


class PhotographUpload:
    """Each waits by itself after a fault, ever longer: one that does not get through holds up nothing else."""

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
        self._waits: dict[str, _Wait] = {}

    def due_in(self, otherwise: float) -> float:
        """Seconds until one that was not taken is tried again, if that is sooner than `otherwise`."""
        at = self._monotonic()
        return min([otherwise, *(max(0.0, wait.not_before - at) for wait in self._waits.values())])

    def send_one(self) -> bool:
        """Sends the oldest that is taken; whether one more may be tried at once. Raises StorageFault."""
        for _ in range(MOST_FAULTS):
            at = self._monotonic()
            found = self._outbox.next_photograph(hash_ for hash_, wait in self._waits.items() if at < wait.not_before)
            if found is None:
                return False
            hash_, salted = found
            try:
                refusal = self._client.put_photograph(hash_, salted)
            except CustodyError as error:
                self._wait(hash_, error)
                continue
            self._end(hash_, refusal)
            return True
        return False

    def _end(self, hash_: str, refusal: Problem | None) -> None:
        self._observer.hook("photograph-sent")
        self._waits.pop(hash_, None)
        if refusal is None:
            self._outbox.end_photograph(hash_, "sent", now())
            self._observer.notify(Notice(exchange_texts.PHOTOGRAPH_SENT, f"{hash_[:16]}…"))
        else:
            self._outbox.end_photograph(hash_, "refused", now(), str(refusal))
            self._observer.notify(Notice(exchange_texts.PHOTOGRAPH_REFUSED, f"{hash_[:16]}… {refusal}", wrong=True))

    def _wait(self, hash_: str, error: CustodyError) -> None:
        wait = self._waits.setdefault(hash_, _Wait(0.0, FIRST_DELAY_S, 0))
        wait.not_before = self._monotonic() + wait.delay
        wait.delay = min(2 * wait.delay, MOST_DELAY_S)
        wait.faults += 1
        _log.warning("a photograph is not sent", hash=hash_, error=str(error))
        # The ledger's tables come a moment after its receipts: that is no news.
        if wait.faults == 2:
            self._observer.notify(Notice(exchange_texts.PHOTOGRAPH_WAITS, str(error)))
