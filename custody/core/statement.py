"""Statements: DSSE v1 envelopes around events and roster statements (FORMAT.md, "Statement").

A signature covers the DSSE pre-authentication encoding of the exact payload bytes; the statement id is that encoding's
SHA-256, so no set of signatures can be varied into a second statement.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct

from custody.core import event, roster
from custody.core.canonical import Codec
from custody.core.errors import BadSignature, Malformed, NewerFormat
from custody.core.event import Event
from custody.core.head import MAX_SIGNERS, UPDATE, Record
from custody.core.keys import SigningKey, check_signature, verify
from custody.core.roster import RosterStatement

EVENT_TYPE = "application/vnd.custody.event+json"
ROSTER_TYPE = "application/vnd.custody.roster+json"
MAX_ENVELOPE = 65_000
"""Leaves room in an entry (65,535 bytes) for the rest of it."""


class Signature(Record, frozen=True, kw_only=True):
    """One signature and the id of the key that made it; `parse` holds both against the payload."""

    keyid: str
    sig: bytes


class Envelope(Record, frozen=True, kw_only=True):
    """A DSSE v1 envelope. Bytes stand in JSON as base64, in its one encoding as all is that a `Codec` decodes."""

    payload: bytes
    payloadType: str  # DSSE's name
    signatures: Annotated[list[Signature], Meta(min_length=1, max_length=MAX_SIGNERS)]


class Statement(Struct, frozen=True):
    """A parsed statement: `envelope` is its exact bytes, `id` hex, `message` what its signatures cover."""

    envelope: bytes
    id: str
    message: bytes
    body: Event | RosterStatement
    signatures: Mapping[str, bytes]

    @property
    def photographs(self) -> list[str]:
        """The hashes of the photographs that it names."""
        return self.body.photographs if isinstance(self.body, Event) else []


_codec = Codec[Envelope](Envelope, MAX_ENVELOPE, "an envelope")


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE v1's pre-authentication encoding."""
    return b"DSSEv1 %d %b %d %b" % (len(payload_type), payload_type.encode(), len(payload), payload)


def parse(envelope: bytes) -> Statement:
    """A well-formed statement, with exactly the signatures that `signers` names, in that order, not yet verified.

    Raises BadKey, BadSignature, Malformed, NewerFormat, Oversize.
    """
    outer = _codec.decode(envelope)
    body: Any
    if outer.payloadType == EVENT_TYPE:
        body = event.decode(outer.payload)
    elif outer.payloadType == ROSTER_TYPE:
        body = roster.decode(outer.payload)
    else:
        raise NewerFormat(
            "a payload type is unknown",
            expected=f"{EVENT_TYPE} or {ROSTER_TYPE}",
            got=outer.payloadType,
            remedy=UPDATE,
        )
    if [signature.keyid for signature in outer.signatures] != body.signers:
        raise BadSignature(
            "the envelope does not carry exactly the signatures that signers names",
            expected=body.signers,
            got=[signature.keyid for signature in outer.signatures],
        )
    signatures = {signature.keyid: signature.sig for signature in outer.signatures}
    for signature in signatures.values():
        check_signature(signature)
    message = pae(outer.payloadType, outer.payload)
    return Statement(envelope, hashlib.sha256(message).hexdigest(), message, body, signatures)


def parse_again(envelope: bytes) -> Statement:
    """As `parse`, of bytes that it has taken before: what an event says is not checked a second time."""
    outer = _codec.decode_again(envelope)
    if outer.payloadType != EVENT_TYPE:
        return parse(envelope)
    message = pae(outer.payloadType, outer.payload)
    signatures = {signature.keyid: signature.sig for signature in outer.signatures}
    body = event.decode_again(outer.payload)
    return Statement(envelope, hashlib.sha256(message).hexdigest(), message, body, signatures)


def sign(body: Event | RosterStatement, signing_keys: Iterable[SigningKey]) -> Statement:
    """`body` signed by each key that its `signers` names. Raises BadSignature (keys missing or extra), Malformed."""
    by_id = {key.keyid: key for key in signing_keys}
    if sorted(by_id) != body.signers:
        raise BadSignature("the keys do not fit signers", expected=body.signers, got=sorted(by_id))
    if isinstance(body, Event):
        payload_type, payload = EVENT_TYPE, event.encode(body)
    else:
        payload_type, payload = ROSTER_TYPE, roster.encode(body)
    message = pae(payload_type, payload)
    signatures = {key: by_id[key].sign(message) for key in body.signers}
    outer = Envelope(
        payload=payload,
        payloadType=payload_type,
        signatures=[Signature(keyid=key, sig=sig) for key, sig in signatures.items()],
    )
    return Statement(_codec.encode(outer), hashlib.sha256(message).hexdigest(), message, body, signatures)


def verify_signature(statement: Statement, key: str, public: bytes) -> None:
    """Raises BadSignature unless `key`, which is `public`, signed `statement`, and Malformed if it is no signer."""
    if key not in statement.signatures:
        raise Malformed("a key does not sign this statement", expected=sorted(statement.signatures), got=key)
    verify(public, statement.message, statement.signatures[key])
