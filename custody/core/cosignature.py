"""Cosignatures of checkpoints by witnesses (c2sp.org/tlog-cosignature, v1). FORMAT.md, "Cosignature"."""

from collections.abc import Sequence

import msgspec

from custody.core import keys
from custody.core.errors import BadKey, BadSignature
from custody.core.note import Verifier, split_note

_TIME_BYTES = 8
_BYTES = _TIME_BYTES + 64
MAX_SECONDS = 253_402_214_400
"""The year 9999 ends a day later: what a calendar has in every zone."""


class Witness(Verifier):
    """A named Ed25519 public key of a witness, configured as a vkey whose kind is 04."""

    kind = b"\x04"

    def verify(self, text: bytes, signature: bytes) -> None:
        """`signature` begins with the time. Raises BadSignature."""
        if len(signature) != _BYTES:
            raise BadSignature("a cosignature has the wrong length", expected=f"{_BYTES} bytes", got=len(signature))
        keys.verify(self.public, message(text, seconds_of(signature)), signature[_TIME_BYTES:])


def trusted_witnesses(vkeys: Sequence[str], log: Verifier) -> list[Witness]:
    """Those whom an auditor of a log names. Raises BadKey, also for one key under two names, and for the log's own."""
    found = [Witness(vkey) for vkey in vkeys]
    if len({one.public for one in found}) < len(found):
        raise BadKey("one witness is named twice", expected="a key of its own for each", got=list(vkeys))
    if log.public in {one.public for one in found}:
        raise BadKey("the log's own key is named as a witness", expected="a key of its own for each", got=log.vkey)
    return found


class Cosigned(msgspec.Struct, frozen=True):
    """A witness that cosigned: its name, its key id (8 hex), and when it last did, by its own clock (Unix ms)."""

    name: str
    key_id: str
    at: int


def message(text: bytes, seconds: int) -> bytes:
    """What a witness signs of a checkpoint's text at a time."""
    return b"cosignature/v1\ntime %d\n" % seconds + text


def seconds_of(signature: bytes) -> int:
    """A cosignature's time, Unix seconds. Raises BadSignature for one that no calendar has."""
    seconds = int.from_bytes(signature[:_TIME_BYTES], "big")
    if seconds > MAX_SECONDS:
        raise BadSignature("a cosignature's time is in no calendar", expected=f"at most {MAX_SECONDS}", got=seconds)
    return seconds


def cosignatures(note: bytes, witnesses: Sequence[Witness]) -> list[Cosigned]:
    """Which of these witnesses have cosigned a signed checkpoint, in the order of their first lines.

    Raises BadSignature if a line under one's name and key id does not verify; Malformed, Oversize for no note.
    """
    text, lines = split_note(note)
    by_key = {(witness.name, witness.key_id): witness for witness in witnesses}
    found: dict[tuple[str, bytes], int] = {}
    for line in lines:
        key = (line.name, line.key_id)
        if key in by_key:
            try:
                by_key[key].verify(text.encode(), line.signature)
            except BadSignature as error:
                said = f"the cosignature by the witness {line.name} does not verify"
                raise BadSignature(said, expected=error.expected, got=error.got) from None
            found[key] = max(found.get(key, 0), seconds_of(line.signature))
    return [Cosigned(name, key_id.hex(), 1000 * seconds) for (name, key_id), seconds in found.items()]
