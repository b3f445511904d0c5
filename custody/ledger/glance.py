"""Quick looks at what an entry or envelope names. Nothing here judges: that is for strict parsing, before or after."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from custody.core.errors import StorageFault
from custody.core.statement import MAX_ENVELOPE

T = TypeVar("T")


class Payload(msgspec.Struct, frozen=True):
    """What the ledger looks up by. An event's items are ids; a plan's are objects."""

    issuer: str
    seq: int
    prev: str | None
    time: int
    site: str | None = None
    action: str | None = None
    to: str | None = None
    items: Sequence[Any] = ()


class Signers(msgspec.Struct, frozen=True, gc=False):
    """Who is named as issuer, and all who are named as signers."""

    issuer: str
    signers: list[str]


class _Envelope(msgspec.Struct, frozen=True):
    payload: bytes


class _Entry(msgspec.Struct, frozen=True):
    envelope: _Envelope
    received: int


_entry = msgspec.json.Decoder(_Entry)
_envelope = msgspec.json.Decoder(_Envelope)
_payload = msgspec.json.Decoder(Payload)
_signers = msgspec.json.Decoder(Signers)


def glance(entry: bytes) -> tuple[Payload, int]:
    """(the payload's members above, received). Raises StorageFault for bytes that cannot be an entry."""
    return look_into(entry, _payload)


def look_into(entry: bytes, payload: msgspec.json.Decoder[T]) -> tuple[T, int]:
    """(the payload, received). Raises StorageFault for bytes that cannot be such an entry."""
    try:
        outer = _entry.decode(entry)
        return payload.decode(outer.envelope.payload), outer.received
    except (msgspec.MsgspecError, ValueError) as error:
        raise StorageFault("a stored entry does not parse", got=error, remedy="Run custody fsck.") from None


def glance_signers(envelope: bytes) -> Signers | None:
    """Whom an envelope names, just as `statement.parse` would find; None only for one that does not parse."""
    if len(envelope) > MAX_ENVELOPE:
        return None
    try:
        return _signers.decode(_envelope.decode(envelope).payload)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
