"""The watch over the ledger: every checkpoint that it signs must go on from those it signed before."""

import json

import structlog

from custody.core.canonical import b64encode
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.entry import decode
from custody.core.errors import BadProof, SplitView, Unavailable
from custody.core.merkle import verify_consistency
from custody.core.note import Verifier
from custody.core.proof import Receipt, check_receipt
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.outbox import Held, Outbox
from scanner_agent.sources.source import now

_log = structlog.get_logger(__name__)
_TRIES = 2
"""A proof garbled on the way must not look like a split view."""


class Watch:
    """Verifies checkpoints and receipts, and keeps the checkpoints. One thread."""

    def __init__(self, outbox: Outbox, client: LedgerClient, verifier: Verifier) -> None:
        self._outbox = outbox
        self._client = client
        self._verifier = verifier
        self.received = 0
        """Of the newest entry in a receipt that was opened, Unix ms."""

    def accept(self, note: bytes) -> Checkpoint:
        """The checkpoint in a signed note, durably held once it is consistent with the last one held.

        Raises BadSignature, Malformed and WrongLog for what the log's key did not sign; Unavailable where no proof
        came; SplitView, with both notes kept as evidence.
        """
        checkpoint = open_checkpoint(note, self._verifier)
        held = self._outbox.last_checkpoint()
        if held is None or checkpoint != held.checkpoint:
            if held is not None:
                self._prove(held, Held(checkpoint, note))
            self._outbox.keep_checkpoint(Held(checkpoint, note))
        return checkpoint

    def open_receipt(self, receipt: bytes) -> tuple[int, bytes]:
        """(index, entry) of a receipt under a checkpoint that `accept` takes. Raises BadProof, and as `accept`."""
        index, entry, _ = check_receipt(receipt, self._verifier)
        self.accept(Receipt.decode(receipt).checkpoint)
        self.received = max(self.received, decode(entry)[1])
        return index, entry

    def _prove(self, held: Held, offered: Held) -> None:
        old, new = sorted((held.checkpoint, offered.checkpoint), key=lambda checkpoint: checkpoint.size)
        proof: list[bytes] = []
        for _ in range(_TRIES):
            if 0 < old.size < new.size:
                proof = self._ask(held, offered, old.size, new.size)
            try:
                return verify_consistency(old.size, old.root, new.size, new.root, proof)
            except BadProof as error:
                fault = error
        self._outbox.report("split-view", None, now(), str(fault), _evidence(held, offered, proof))
        raise SplitView(
            "the ledger has signed two checkpoints that cannot both be true",
            expected=f"a checkpoint that goes on from size {held.checkpoint.size}",
            got=fault,
            remedy="Both are kept as evidence: scanner-agent quarantine list. Tell the supervisor and the auditors.",
        )

    def _ask(self, held: Held, offered: Held, old: int, new: int) -> list[bytes]:
        try:
            return self._client.consistency(old, new)
        except Unavailable:
            # A ledger with two histories would rather give no proof: what it has signed stays with us all the same.
            _log.warning("no proof that two checkpoints agree", held=held.note.decode(), offered=offered.note.decode())
            raise


def _evidence(held: Held, offered: Held, proof: list[bytes]) -> str:
    return json.dumps(
        {"held": held.note.decode(), "offered": offered.note.decode(), "proof": [b64encode(value) for value in proof]},
        ensure_ascii=False,
        indent=1,
    )
