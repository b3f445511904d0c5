"""A receipt held against the log as it is published now: what it proves, or why it proves nothing."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from custody.core import entry, statement
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import BadKey, BadProof, BadSignature, CustodyError, Malformed, Oversize
from custody.core.merkle import leaf_hash, verify_consistency, verify_inclusion
from custody.core.note import Verifier, split_note
from custody.core.proof import RECEIPT_BEGINS, Receipt
from custody.core.statement import Statement


class Refusal(StrEnum):
    """Why a receipt proves nothing."""

    EMPTY = "empty"
    OVERSIZE = "oversize"
    NO_RECEIPT = "no-receipt"
    """It does not begin as receipts do."""
    DAMAGED = "damaged"
    """It begins as one, and goes on otherwise: cut short, or changed."""
    NO_ENTRY = "no-entry"
    OTHER_LOG = "other-log"
    NOT_SIGNED = "not-signed"
    """The log's key has not signed its checkpoint."""
    NOT_IN_TREE = "not-in-tree"
    """Its proof does not lead from its entry to the root that the log's key has signed."""
    AHEAD = "ahead"
    """The log's key has signed more entries than are published."""
    SPLIT = "split"
    """The log's key has signed another history than the one that is published."""


class Refused(Struct, frozen=True):
    """`error`: what it was in detail; `checkpoint`: the receipt's, if the log's key has signed it."""

    why: Refusal
    error: CustodyError | None = None
    checkpoint: Checkpoint | None = None


class Proved(Struct, frozen=True):
    """The entry is in the log under the receipt's checkpoint, and so in the one that is published now.

    `statement`: what the entry holds; None if this software is too old to read it.
    """

    index: int
    received: int
    checkpoint: Checkpoint
    published: Checkpoint
    statement: Statement | None


Consistency = Callable[[int, int], Sequence[bytes]]
"""The proof that the published tree of the second size begins with that of the first."""


def judge(data: bytes, verifier: Verifier, published: Checkpoint, consistency: Consistency) -> Proved | Refused:
    """`data`: the bytes of a `.tlog-proof`; `published`: the log's present checkpoint."""
    if not data.strip():
        return Refused(Refusal.EMPTY)
    try:
        receipt = Receipt.decode(data)
        origin = Checkpoint.parse(split_note(receipt.checkpoint)[0]).origin
    except Oversize as error:
        return Refused(Refusal.OVERSIZE, error)
    except Malformed as error:
        return Refused(Refusal.DAMAGED if data.startswith(RECEIPT_BEGINS) else Refusal.NO_RECEIPT, error)
    if origin != verifier.name:
        return Refused(Refusal.OTHER_LOG, Malformed("a receipt is another log's", expected=verifier.name, got=origin))
    try:
        checkpoint = open_checkpoint(receipt.checkpoint, verifier)
    except (BadSignature, BadKey) as error:
        return Refused(Refusal.NOT_SIGNED, error)
    return _held(receipt, checkpoint, published, consistency)


def _held(
    receipt: Receipt, checkpoint: Checkpoint, published: Checkpoint, consistency: Consistency
) -> Proved | Refused:
    if receipt.extra is None:
        return Refused(Refusal.NO_ENTRY, checkpoint=checkpoint)
    try:
        verify_inclusion(leaf_hash(receipt.extra), receipt.index, checkpoint.size, receipt.proof, checkpoint.root)
    except BadProof as error:
        return Refused(Refusal.NOT_IN_TREE, error, checkpoint)
    if checkpoint.size > published.size:
        return Refused(Refusal.AHEAD, checkpoint=checkpoint)
    try:
        proof = consistency(checkpoint.size, published.size)
        verify_consistency(checkpoint.size, checkpoint.root, published.size, published.root, proof)
    except BadProof as error:
        return Refused(Refusal.SPLIT, error, checkpoint)
    try:
        envelope, received = entry.decode(receipt.extra)
    except Malformed as error:  # the log's key would have signed what is no entry
        return Refused(Refusal.DAMAGED, error, checkpoint)
    return Proved(receipt.index, received, checkpoint, published, _read(envelope))


def _read(envelope: bytes) -> Statement | None:
    try:
        return statement.parse(envelope)
    except CustodyError:
        return None
