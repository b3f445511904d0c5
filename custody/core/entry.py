"""Entries: what the log's leaves hash (FORMAT.md, "Entry"): canonical JSON `{"envelope":…,"received":<Unix ms>}`."""

import msgspec

from custody.core.canonical import Codec
from custody.core.head import Milliseconds, Record
from custody.core.tiles import MAX_ENTRY_BYTES


class _Entry(Record, frozen=True, kw_only=True):
    envelope: msgspec.Raw
    received: Milliseconds


_codec = Codec[_Entry](_Entry, MAX_ENTRY_BYTES, "an entry")


def encode(envelope: bytes, received: int) -> bytes:
    """The entry of an envelope (its exact, canonical bytes) received at a time in Unix ms. Raises Oversize."""
    return _codec.encode(_Entry(envelope=msgspec.Raw(envelope), received=received))


def decode(data: bytes) -> tuple[bytes, int]:
    """(envelope, received). The envelope is for `statement.parse` to judge. Raises Malformed, Oversize."""
    entry = _codec.decode(data)
    return bytes(entry.envelope), entry.received


def decode_again(data: bytes) -> tuple[bytes, int]:
    """As `decode`, of bytes that it has taken before."""
    entry = _codec.decode_again(data)
    return bytes(entry.envelope), entry.received
