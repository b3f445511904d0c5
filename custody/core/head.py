"""What every statement's payload begins with (FORMAT.md, "Head"), and the field types that payloads share."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from custody.core.errors import Malformed, NewerFormat

VERSION = 1

ORIGIN = re.compile(r"\A[a-z0-9.-]{1,80}(?::[0-9]{1,5})?(?:/(?!\.{1,2}(?:/|\Z))[a-z0-9._-]{1,40}){0,4}\Z")
TOKEN = re.compile(r"\A[a-z0-9][a-z0-9._-]{0,31}\Z")
HANDLER_ID = re.compile(r"\Ah-[a-z2-7]{16}\Z")

Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""Lower-case hex of 32 bytes: a keyid, a statement id, a root, or SHA-256(16 random bytes ‖ content)."""
Origin = Annotated[str, Meta(pattern=ORIGIN.pattern)]
"""A log's URL prefix without scheme or final slash; also the name of its checkpoint key."""
Milliseconds = Annotated[int, Meta(ge=0, lt=2**53)]
"""Unix time in milliseconds."""
Count = Annotated[int, Meta(ge=0, lt=2**53)]
Token = Annotated[str, Meta(pattern=TOKEN.pattern)]
"""A short lower-case word of a code list."""
HandlerId = Annotated[str, Meta(pattern=HANDLER_ID.pattern)]
"""Random per election: `h-` and 80 bits in lower-case base32."""

# As above, for members that every event has. Patterns in their types took 7 µs of the 23 in which a statement
# parsed; so these types give the length, and `check_texts` looks at the characters, in less than half of that time.
HashText = Annotated[str, Meta(min_length=64, max_length=64)]
OriginText = Annotated[str, Meta(min_length=1, max_length=250)]
TokenText = Annotated[str, Meta(min_length=1, max_length=32)]
HandlerText = Annotated[str, Meta(min_length=18, max_length=18)]

IdText = Annotated[str, Meta(min_length=1, max_length=64)]
"""An id of `custody.core.ids`, which checks it."""
HandlerRole = Literal["staff", "carrier", "escort", "supervisor", "party-agent"]
SiteCategory = Literal["office", "warehouse", "printer", "port", "district", "village", "polling-station"]

MAX_SIGNERS = 16
MAX_PAYLOAD = 40 * 1024
"""Bytes of a payload: with its base64 and sixteen signatures it fits an entry."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A JSON object of the formats: members that are absent have no value, unknown ones are refused."""


class Head(Record, frozen=True, kw_only=True):
    """The members that every payload has."""

    v: Annotated[int, Meta(ge=1, le=VERSION)]
    log: OriginText
    issuer: HashText
    seq: Annotated[int, Meta(ge=1, lt=2**53)]
    prev: HashText | None
    time: Milliseconds
    signers: Annotated[list[HashText], Meta(min_length=1, max_length=MAX_SIGNERS)]


class _Glance(msgspec.Struct):
    v: Any = None
    action: Any = None
    kind: Any = None


def check_texts(head: Head, hexes: Iterable[str] = (), words: Iterable[tuple[re.Pattern[str], str]] = ()) -> None:
    """The characters of a decoded head, and of a payload's other texts of types `…Text`. Raises Malformed.

    `hexes` are lower-case hex, which their types have counted; `words` are short, and the same again and again.
    """
    hashes = "".join((head.issuer, head.prev or "", *head.signers, *hexes))
    if wrong := hashes.encode("ascii", "replace").translate(None, b"0123456789abcdef"):
        raise Malformed("a hash is not in lower-case hex", expected="0 to 9 and a to f", got=wrong)
    for form, text in ((ORIGIN, head.log), *words):
        if not _fits(form, text):
            raise Malformed("a text is not in its form", expected=form.pattern, got=text)


@lru_cache(maxsize=4096)
def _fits(form: re.Pattern[str], text: str) -> bool:
    return form.search(text) is not None


def check_head(head: Head) -> None:
    """What types cannot say of a head. Raises Malformed."""
    if (head.seq == 1) != (head.prev is None):
        raise Malformed("prev does not fit seq", expected="null at seq 1 and only there", got=f"seq {head.seq}")
    if head.signers != sorted(set(head.signers)):
        raise Malformed("signers are not sorted, each once", expected=sorted(set(head.signers)), got=head.signers)
    if head.issuer not in head.signers:
        raise Malformed("the issuer does not sign", expected=f"{head.issuer} among signers", got=head.signers)


def raise_if_newer(payload: bytes, member: Literal["action", "kind"], known: set[str]) -> None:
    """Raises NewerFormat if a payload that did not parse names a version, or in `member` a word, that is not known."""
    try:
        glance = msgspec.json.decode(payload, type=_Glance)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return
    word = getattr(glance, member)
    if isinstance(glance.v, int) and glance.v > VERSION:
        raise NewerFormat("a statement has a newer version", expected=f"v {VERSION}", got=glance.v, remedy=UPDATE)
    if isinstance(word, str) and word not in known:
        raise NewerFormat("a statement is of an unknown kind", expected=sorted(known), got=word, remedy=UPDATE)


UPDATE = "Update this software; an unknown format is no sign of tampering."
