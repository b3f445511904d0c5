"""Brings the log's roster statements to the agent, each proved."""

from hashlib import sha256
from itertools import pairwise

from custody.core.errors import Unavailable, WrongLog
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.outbox import Outbox
from scanner_agent.trust import Trust
from scanner_agent.watch import Watch


class RosterSync:
    """Adds to the outbox and to what is trusted; `entry0` is hex SHA-256 of the log's first entry."""

    def __init__(self, outbox: Outbox, client: LedgerClient, watch: Watch, trust: Trust, entry0: str) -> None:
        self._outbox = outbox
        self._client = client
        self._watch = watch
        self._trust = trust
        self._entry0 = entry0

    def begin(self) -> int:
        """Brings entry 0, by whose hash the log is known, unless it is here; how many. Raises WrongLog for another."""
        if self._outbox.last_roster_index() is not None:
            return 0
        index, data = self._watch.open_receipt(self._client.receipt_at(0))
        digest = sha256(data).hexdigest()
        if index != 0 or digest != self._entry0:
            raise WrongLog("the log begins with another entry", expected=self._entry0, got=digest)
        return self._keep([(0, data)])

    def sync(self) -> int:
        """Brings what is new; how many. Raises Unavailable, and what an entry breaks."""
        brought = 0
        following = self._outbox.last_roster_index()
        while following is not None:
            after = following
            receipts, following = self._client.roster(after)
            entries = [self._watch.open_receipt(receipt) for receipt in receipts]
            indexes = [after, *(index for index, _ in entries)]
            stands_still = following is not None and (following == after or following != indexes[-1])
            if stands_still or any(one >= other for one, other in pairwise(indexes)):
                raise Unavailable("the roster came out of order", expected=f"ascending from {after}", got=indexes)
            brought += self._keep(entries)
        return brought

    def _keep(self, entries: list[tuple[int, bytes]]) -> int:
        for index, data in entries:
            self._trust.add(index, data)
        if entries:
            self._outbox.keep_roster(entries)
        return len(entries)
