"""Two signed checkpoints of one log, and what shows whether both can be true. FORMAT.md, "Two checkpoints"."""

from binascii import b2a_base64
from enum import StrEnum

import msgspec

from custody.core.canonical import b64decode
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import BadProof, Malformed, NewerFormat, Oversize
from custody.core.merkle import prefix_root
from custody.core.note import MAX_NOTE_BYTES, Verifier
from custody.core.proof import MAX_PROOF_HASHES

MAX_HASHES = MAX_PROOF_HASHES + 1
MAX_PAIR_BYTES = 2 * MAX_NOTE_BYTES + 4096

_FORMAT = "custody-two-checkpoints/v"
_HEADER = f"{_FORMAT}1".encode()
_BLANK = b"\n\n"


class Relation(StrEnum):
    """What two signed checkpoints say of the log's history: one history, two, or neither is shown."""

    SAME = "same"
    SPLIT = "split"
    UNPROVED = "unproved"


class Pair(msgspec.Struct, frozen=True):
    """The parts, nothing verified: both signed notes, the smaller tree's first, and the prefix proof between them.

    `proof` is empty where none is needed (`needs_proof`), and where none could be had.
    """

    smaller: bytes
    larger: bytes
    proof: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """The bytes of the file."""
        hashes = b"".join(map(b2a_base64, self.proof))
        return b"\n".join([_HEADER + b"\n", self.smaller, self.larger, *([hashes] if hashes else [])])

    @classmethod
    def decode(cls, data: bytes) -> "Pair":
        """Inverse of `encode`. Raises Malformed, NewerFormat, Oversize."""
        if len(data) > MAX_PAIR_BYTES:
            raise Oversize("two checkpoints are too large", expected=f"at most {MAX_PAIR_BYTES} bytes", got=len(data))
        header, *parts = data.split(_BLANK)
        if header != _HEADER:
            error = NewerFormat if header.startswith(_FORMAT.encode()) else Malformed
            raise error("a file does not begin as two checkpoints do", expected=_HEADER.decode(), got=header[:80])
        if len(parts) not in (4, 5):
            raise Malformed("two checkpoints have another number of parts", expected="4 or 5", got=len(parts))
        pair = cls(
            parts[0] + _BLANK + parts[1] + b"\n",
            parts[2] + _BLANK + parts[3].removesuffix(b"\n") + b"\n",
            _hashes(parts[4]) if parts[4:] else (),
        )
        if pair.encode() != data:
            raise Malformed("two checkpoints are not in their one spelling", expected="no more and no less line feeds")
        return pair

    def open(self, verifier: Verifier) -> tuple[Checkpoint, Checkpoint]:
        """Both checkpoints, if the log's key signed both. Raises Malformed, BadSignature, WrongLog."""
        smaller, larger = (open_checkpoint(note, verifier) for note in (self.smaller, self.larger))
        if smaller.size > larger.size:
            raise Malformed("two checkpoints are in the wrong order", expected="the smaller first", got=smaller.size)
        return smaller, larger

    def relation(self, verifier: Verifier) -> Relation:
        """What the pair proves by itself, to whoever has the log's key.

        Raises BadProof for a proof that does not lead to the larger root, and what `open` raises.
        """
        smaller, larger = self.open(verifier)
        if needs_proof(smaller, larger) and not self.proof:
            return Relation.UNPROVED
        # Only one root can stand at that size in the larger tree: whoever signed another there has signed two trees.
        begins_with = prefix_root(smaller.size, larger.size, larger.root, self.proof)
        return Relation.SAME if begins_with == smaller.root else Relation.SPLIT


def needs_proof(smaller: Checkpoint, larger: Checkpoint) -> bool:
    """Whether two checkpoints, the smaller first, say nothing of each other without a proof."""
    return 0 < smaller.size < larger.size


def _hashes(lines: bytes) -> tuple[bytes, ...]:
    try:
        texts = lines.decode("ascii").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("a prefix proof is not ASCII", got=error) from None
    if len(texts) > MAX_HASHES:
        raise BadProof("a prefix proof is too long", expected=f"at most {MAX_HASHES} hashes", got=len(texts))
    return tuple(map(b64decode, texts))
