"""Quick looks into entries that the log holds already. Nothing here judges: what is logged was parsed strictly."""

from binascii import a2b_base64
from collections.abc import Sequence

import msgspec

from custody.core.errors import StorageFault


class Payload(msgspec.Struct, frozen=True):
    """What the ledger looks up by; roster statements have no items."""

    issuer: str
    seq: int
    prev: str | None
    time: int
    site: str | None = None
    action: str | None = None
    to: str | None = None
    items: Sequence[str] = ()


class _Envelope(msgspec.Struct, frozen=True):
    payload: str


class _Entry(msgspec.Struct, frozen=True):
    envelope: _Envelope
    received: int


_entry = msgspec.json.Decoder(_Entry)
_payload = msgspec.json.Decoder(Payload)


def glance(entry: bytes) -> tuple[Payload, int]:
    """(the payload's members above, received). Raises StorageFault for bytes that cannot be an entry."""
    try:
        outer = _entry.decode(entry)
        return _payload.decode(a2b_base64(outer.envelope.payload)), outer.received
    except (msgspec.MsgspecError, ValueError) as error:
        raise StorageFault("a stored entry does not parse", got=error, remedy="Run custody fsck.") from None
