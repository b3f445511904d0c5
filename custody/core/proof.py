"""Receipts (c2sp.org/tlog-proof): a file that proves offline that an entry is logged. FORMAT.md, "Receipt"."""

from binascii import b2a_base64
from collections.abc import Iterable
from functools import cache

import msgspec

from custody.core.canonical import b64decode
from custody.core.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from custody.core.errors import BadProof, Malformed, Oversize
from custody.core.merkle import HASH_BYTES, Node, check_index, leaf_hash, sibling, verify_inclusion
from custody.core.note import MAX_NOTE_BYTES, Verifier, split_note
from custody.core.tiles import MAX_ENTRY_BYTES

MAX_PROOF_HASHES = 63
MAX_RECEIPT_BYTES = MAX_NOTE_BYTES + MAX_ENTRY_BYTES * 4 // 3 + 4096
RECEIPT_BEGINS = b"c2sp.org/tlog-proof"

_HEADER = RECEIPT_BEGINS + b"@v1"


class Receipt(msgspec.Struct, frozen=True):
    """The parts, nothing verified: index, inclusion proof, the checkpoint's signed note, and the entry as `extra`."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The bytes of a `.tlog-proof` file."""
        lines = b"".join(map(b2a_base64, self.proof))
        return _encode(self.index, lines, self.checkpoint, self.extra)

    @classmethod
    def decode(cls, data: bytes) -> "Receipt":
        """Inverse of `encode`. Raises Malformed, Oversize."""
        if len(data) > MAX_RECEIPT_BYTES:
            raise Oversize("a receipt is too large", expected=f"at most {MAX_RECEIPT_BYTES} bytes", got=len(data))
        head, _, checkpoint = data.partition(b"\n\n")
        Checkpoint.parse(split_note(checkpoint)[0])
        header, *lines = _ascii_lines(head)
        if header.encode() != _HEADER:
            raise Malformed("a receipt's first line is not its format's", expected=_HEADER.decode(), got=header)
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = b64decode(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise Malformed("a receipt names no index", expected="index <n>", got=lines[:1])
        index = parse_decimal(lines[0].removeprefix("index "))
        return cls(index, _parse_hashes(lines[1:]), checkpoint, extra)


def encode_receipts(
    entries: Iterable[tuple[int, bytes | None]], size: int, node: Node, checkpoint: bytes
) -> list[bytes]:
    """A receipt for each (index, entry) under the checkpoint of the tree of `size`, whose hashes `node` gives.

    Of an entry that is None the receipt proves the place alone.
    What the proofs of neighbours share is put together once. Raises BadProof for an index that the tree has not.
    """

    @cache
    def lines_above(level: int, index: int) -> bytes:
        if not (size - 1) >> level:
            return b""
        beside = sibling(level, index, size, node)
        line = b"" if beside is None else b2a_base64(beside)
        return line + lines_above(level + 1, index >> 1)

    receipts = []
    for index, entry in entries:
        check_index(index, size)
        receipts.append(_encode(index, lines_above(0, index), checkpoint, entry))
    return receipts


def check_receipt(data: bytes, verifier: Verifier) -> tuple[int, bytes, Checkpoint]:
    """(index, entry, checkpoint) of a receipt that proves its entry under a checkpoint that the log's key signed.

    Raises Malformed, Oversize, BadSignature, WrongLog, or BadProof if the entry is missing or not in the tree.
    """
    receipt = Receipt.decode(data)
    checkpoint = open_checkpoint(receipt.checkpoint, verifier)
    if receipt.extra is None:
        raise BadProof("a receipt does not carry its entry", expected="an extra line")
    verify_inclusion(leaf_hash(receipt.extra), receipt.index, checkpoint.size, receipt.proof, checkpoint.root)
    return receipt.index, receipt.extra, checkpoint


# b2a_base64 ends its line.
def _encode(index: int, proof_lines: bytes, checkpoint: bytes, extra: bytes | None) -> bytes:
    extra_line = b"" if extra is None else b"extra " + b2a_base64(extra)
    return b"%b\n%bindex %d\n%b\n%b" % (_HEADER, extra_line, index, proof_lines, checkpoint)


def _ascii_lines(head: bytes) -> list[str]:
    try:
        return head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a receipt is not ASCII above its checkpoint", got=error) from None


def _parse_hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_PROOF_HASHES:
        raise Oversize("a receipt's proof is too long", expected=f"at most {MAX_PROOF_HASHES}", got=len(lines))
    hashes = tuple(b64decode(line) for line in lines)
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise Malformed("a receipt's hash has the wrong length", expected="32 bytes", got=len(value))
    return hashes
