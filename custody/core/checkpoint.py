"""Checkpoints (c2sp.org/tlog-checkpoint): a log's signed origin, size and root. FORMAT.md, "Checkpoint"."""

import re

import msgspec

from custody.core import note
from custody.core.canonical import b64decode, b64encode
from custody.core.errors import Malformed, WrongLog
from custody.core.keys import SigningKey
from custody.core.merkle import HASH_BYTES, MAX_SIZE

_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")


class Checkpoint(msgspec.Struct, frozen=True):
    """A tree's head: the log's origin, the number of leaves, and the 32-byte root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text, as signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Inverse of `text`. Raises Malformed for any other spelling and for extension lines."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise Malformed("a checkpoint does not parse", expected="origin, size and root", got=repr(text))
        origin, size, root = lines[0], parse_decimal(lines[1]), b64decode(lines[2])
        note.check_name(origin)
        if len(root) != HASH_BYTES:
            raise Malformed("a checkpoint's root has the wrong length", expected="32 bytes", got=len(root))
        return cls(origin, size, root)

    def sign(self, key: SigningKey) -> bytes:
        """The checkpoint as a note signed with the log's key, whose name is the origin."""
        return note.sign_note(self.text(), self.origin, key)


def open_checkpoint(data: bytes, verifier: note.Verifier) -> Checkpoint:
    """The checkpoint in a note that the log's key signed. Raises Malformed, BadSignature, WrongLog."""
    text, _ = note.open_note(data, [verifier])
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin != verifier.name:
        raise WrongLog("a checkpoint is another log's", expected=verifier.name, got=checkpoint.origin)
    return checkpoint


def parse_decimal(text: str) -> int:
    """A tree size or an index: ASCII digits without a leading zero, below 2^63. Raises Malformed."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_SIZE:
        raise Malformed("a number is not in its one spelling", expected="decimal digits below 2^63", got=repr(text))
    return int(text)
