"""What can be told of an envelope alone: its form, and its signatures by known keys. Made to run in any process."""

from collections.abc import Mapping, Sequence
from typing import Self

import msgspec

from custody.core import statement
from custody.core.errors import CustodyError
from custody.core.event import Event
from custody.core.statement import Statement, verify_signature


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the sequencer needs of a statement that parses. Hashes are hex.

    `unverified`: signers whose keys were not at hand; all of them if the issuer's was not.
    """

    id: str
    log: str
    issuer: str
    seq: int
    prev: str | None
    is_event: bool
    unverified: list[str]

    @classmethod
    def of(cls, found: Statement, unverified: list[str]) -> Self:
        body = found.body
        return cls(found.id, body.log, body.issuer, body.seq, body.prev, isinstance(body, Event), unverified)


def look(envelopes: Sequence[bytes], keys: Mapping[str, bytes]) -> list[Seen | CustodyError]:
    """What is seen of each envelope, its signatures held against those of `keys` (public, by keyid); or its fault."""
    parsed = [_parse(envelope) for envelope in envelopes]
    # Signatures apart from parsing: libsodium's tables stay in the processor's cache.
    return [one if isinstance(one, CustodyError) else _verify(one, keys) for one in parsed]


def _parse(envelope: bytes) -> Statement | CustodyError:
    try:
        return statement.parse(envelope)
    except CustodyError as error:
        return error.with_traceback(None)  # its frames hold the whole batch, and are in a cycle with it


def _verify(found: Statement, keys: Mapping[str, bytes]) -> Seen | CustodyError:
    issuer, signers = found.body.issuer, found.body.signers
    if issuer not in keys:
        return Seen.of(found, signers)
    try:
        # The issuer's first: who forges it costs no more than one verification.
        for key in sorted(signers, key=issuer.__ne__):
            if key in keys:
                verify_signature(found, key, keys[key])
    except CustodyError as error:
        return error.with_traceback(None)  # its frames hold the whole batch, and are in a cycle with it
    return Seen.of(found, [key for key in signers if key not in keys])
