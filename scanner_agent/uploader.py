"""Sends what the outbox holds and keeps what the ledger proves of it."""

import json
from contextlib import suppress
from typing import NoReturn

import msgspec

from custody.core import entry, statement
from custody.core.canonical import b64encode
from custody.core.errors import BadProof, CustodyError, StorageFault, Unavailable
from custody.core.keys import SigningKey
from scanner_agent import exchange_texts
from scanner_agent.carried_tables import Pending
from scanner_agent.ledger_client import Answer, LedgerClient, Problem
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.sources.source import now
from scanner_agent.texts import Words
from scanner_agent.trust import Trust
from scanner_agent.watch import Watch

MAX_BATCH = 200
MAX_BATCH_BYTES = 1024 * 1024
MAX_CARRIED_BATCH = 16


class Uploader:
    """Each receipt is checked before it counts; a refusal for good goes to quarantine."""

    def __init__(
        self, outbox: Outbox, client: LedgerClient, watch: Watch, device: SigningKey, observer: Observer
    ) -> None:
        self._outbox = outbox
        self._client = client
        self._watch = watch
        self._device = device
        self._observer = observer
        self._most = MAX_BATCH

    def send_pending(self) -> None:
        """Sends, oldest first, until nothing is pending. Raises the CustodyError that stopped it; the rest stays."""
        while batch := self._outbox.pending(self._most, MAX_BATCH_BYTES):
            self._send(batch)

    def send_carried(self, trust: Trust) -> None:
        """Sends what other devices handed over here, so that it is on record even if they are lost. Raises as above.

        Anybody may deliver a statement, and the log holds it once. Those whose signatures are all verified: of the
        others the log would keep whatever was sent first.
        """
        waiting = [one for one in self._outbox.carried_pending() if self._is_verified(one, trust)]
        for at in range(0, len(waiting), MAX_CARRIED_BATCH):
            self._send(waiting[at : at + MAX_CARRIED_BATCH])

    def _is_verified(self, carried: Pending, trust: Trust) -> bool:
        """Examined again, as the roster may tell more than when it came; one that fails goes to quarantine."""
        parsed = statement.parse(carried.envelope)
        try:
            trust.examine(parsed, now())
            return trust.verify(parsed)
        except CustodyError as error:
            with suppress(_Quarantined):
                self._quarantine(
                    carried,
                    exchange_texts.CARRIED_FALSE,
                    str(error),
                    json.dumps({"carried": carried.envelope.decode()}),
                )
            return False

    def check_chain(self) -> None:
        """Reports an outbox that is behind what the ledger holds of this device. Raises Unavailable, StorageFault.

        Going on from such an outbox (lost, put back from a backup, or a copied key) would sign a second history.
        """
        seq, head = self._client.device(self._device.keyid)
        if head is None or self._outbox.id_at(self._device.keyid, seq) == head:
            return
        receipt = self._client.receipt_of(head)
        envelope, _ = entry.decode(self._watch.open_receipt(receipt)[1])
        logged = statement.parse(envelope)
        statement.verify_signature(logged, self._device.keyid, self._device.public)
        if self._outbox.id_at(self._device.keyid, logged.body.seq) != logged.id:
            self._report_behind(logged.body.seq, envelope)

    def _report_behind(self, seq: int, envelope: bytes) -> None:
        ours = self._outbox.next_link(self._device.keyid)[0] - 1
        fault = StorageFault(
            "the ledger holds a statement of this device that this outbox does not",
            expected=f"at most seq {ours}",
            got=f"seq {seq}",
            remedy="Was the outbox put back from a backup, or the key copied? Do not go on with this key: make a new "
            "one with scanner-agent init in another folder, have it enrolled, and have this key revoked.",
        )
        self._outbox.report(
            "chain-behind", self._device.keyid, now(), str(fault), json.dumps({"logged": envelope.decode()})
        )
        self._observer.notify(Notice(exchange_texts.CHAIN_BEHIND, str(fault), wrong=True))

    def _send(self, batch: list[Pending]) -> None:
        try:
            answers = self._client.submit([pending.envelope for pending in batch], lambda: self._observer.hook("sent"))
        except Unavailable:
            # A thin link, or one statement that breaks a whole request, must not hold up the others for ever.
            self._most = max(1, self._most // 2)
            raise
        self._observer.hook("answered")
        self._most = min(MAX_BATCH, self._most * 2)
        receipts, fault = [], None
        for pending, answer in zip(batch, answers, strict=True):
            try:
                receipts.append(self._receipt(pending, answer))
            except _Quarantined:
                continue
            except CustodyError as error:
                fault = fault or error
        if receipts:
            self._outbox.keep_receipts(receipts)
            self._observer.hook("receipt-stored")
            self._observer.notify(Notice(exchange_texts.RECEIPTED, str(len(receipts))))
        if fault:
            raise fault

    def _receipt(self, pending: Pending, answer: Answer) -> tuple[str, int, bytes]:
        """(statement id, index, receipt), verified."""
        if answer.status != "accepted" or answer.receipt is None:
            problem = answer.problem or Problem(title="no receipt and no problem")
            if not problem.retry:
                evidence = msgspec.json.encode(problem).decode()
                self._quarantine(pending, exchange_texts.QUARANTINED, str(problem), evidence)
            raise Unavailable("the ledger does not take a statement for now", got=problem)
        receipt = answer.receipt
        index, data = self._watch.open_receipt(receipt)
        envelope, _ = entry.decode(data)
        if envelope != pending.envelope:
            self._tell_apart(pending, envelope, receipt)
        return pending.id, index, receipt

    def _tell_apart(self, pending: Pending, envelope: bytes, receipt: bytes) -> NoReturn:
        """Raises BadProof for another statement's receipt: ours may come yet. Ours with other signatures stays so."""
        logged, ours = statement.parse(envelope), statement.parse(pending.envelope)
        if logged.id != ours.id:
            raise BadProof("a receipt is for another statement", expected=ours.id, got=logged.id)
        altered = [key for key in ours.signatures if logged.signatures[key] != ours.signatures[key]]
        detail = f"the log holds this statement with other signatures than ours, of {', '.join(altered)}"
        evidence = json.dumps({"receipt": b64encode(receipt), "sent": pending.envelope.decode(), "altered": altered})
        self._quarantine(pending, exchange_texts.ALTERED, detail, evidence)

    def _quarantine(self, pending: Pending, words: Words, detail: str, evidence: str) -> NoReturn:
        issuer = statement.parse(pending.envelope).body.issuer
        self._outbox.quarantine(pending.id, issuer, now(), detail, evidence)
        self._observer.notify(Notice(words, f"{pending.id[:16]}… {detail}", wrong=True))
        raise _Quarantined


class _Quarantined(Exception):
    """Dealt with; on to the next statement."""
