"""Badges: a handler's signing key from a QR code and a PIN (FORMAT.md, "Badge").

The key is Argon2id over the badge's random secret and the PIN (RFC 9106), with parameters fixed by the badge version
and a salt from the log's origin and the handler id. Eight hex digits of its keyid on the badge tell a wrong PIN from a
right one, offline.
"""

import base64
import hashlib
import re
from itertools import pairwise

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from msgspec import Struct

from custody.core.errors import Malformed, NewerFormat, WrongPin
from custody.core.head import UPDATE
from custody.core.keys import SigningKey

VERSION = 1
MIN_PIN, MAX_PIN = 6, 12
_ITERATIONS, _MEMORY_KIB, _LANES = 3, 65_536, 1
_NUMBER = re.compile(r"[1-9][0-9]{0,8}\Z")
_BADGE = re.compile(r"custody-badge/1/(h-[a-z2-7]{16})/([a-z2-7]{26})/([0-9a-f]{8})\Z")


class Badge(Struct, frozen=True):
    """What a badge's QR code holds. `check` is the first 8 hex digits of the keyid that badge and PIN give."""

    handler: str
    secret: bytes
    check: str

    def __repr__(self) -> str:
        # What has a repr ends in a log or a traceback some day; a badge's secret must not.
        return f"Badge({self.handler!r})"


def handler_id(random: bytes) -> str:
    """A handler id from 10 random bytes."""
    return f"h-{base64.b32encode(random).decode().lower()}"


def issue(handler: str, secret: bytes, pin: str, origin: str) -> tuple[Badge, SigningKey]:
    """A badge for `handler` from 16 random bytes, and its key. Raises Malformed for a PIN that is too simple."""
    check_pin(pin)
    key = _derive(handler, secret, pin, origin)
    return Badge(handler, secret, key.keyid[:8]), key


def unlock(badge: Badge, pin: str, origin: str) -> SigningKey:
    """The handler's key. Takes about 0.2 s by design. Raises WrongPin."""
    key = _derive(badge.handler, badge.secret, pin, origin) if _has_form(pin) else None
    if key is None or key.keyid[:8] != badge.check:
        raise WrongPin("the PIN does not open this badge", remedy="Try again; after a few tries, ask for a new badge.")
    return key


def encode(badge: Badge) -> str:
    """The text of the badge's QR code."""
    secret = base64.b32encode(badge.secret).decode().lower().rstrip("=")
    return f"custody-badge/{VERSION}/{badge.handler}/{secret}/{badge.check}"


def is_badge(text: str) -> bool:
    """Whether a scanned text means to be a badge."""
    return text.startswith("custody-badge/")


def parse(text: str) -> Badge:
    """Raises Malformed, NewerFormat."""
    match = _BADGE.match(text)
    if match is None:
        version = text.split("/")[1] if is_badge(text) else ""
        if _NUMBER.match(version) and int(version) > VERSION:
            raise NewerFormat("a badge has a newer version", expected=VERSION, got=version, remedy=UPDATE)
        raise Malformed("a badge does not parse", expected="custody-badge/1/<handler>/<secret>/<check>")
    badge = Badge(match[1], base64.b32decode(match[2].upper() + "======"), match[3])
    if encode(badge) != text:
        raise Malformed("a badge is not in its one allowed encoding", expected="unused bits zero")
    return badge


def check_pin(pin: str) -> None:
    """Raises Malformed for a PIN that is too short, not digits, or among those that people try first."""
    if not _has_form(pin):
        raise Malformed(
            "a PIN has the wrong form",
            expected=f"{MIN_PIN} to {MAX_PIN} digits",
            got=f"{len(pin)} characters",
        )
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeats = any(pin == (pin[:n] * len(pin))[: len(pin)] for n in (1, 2, 3))
    if repeats or steps <= {1} or steps <= {9}:
        raise Malformed("a PIN is too easy to guess", expected="no repeats, no runs such as 123456")


def _has_form(pin: str) -> bool:
    return pin.isascii() and pin.isdecimal() and MIN_PIN <= len(pin) <= MAX_PIN


def _derive(handler: str, secret: bytes, pin: str, origin: str) -> SigningKey:
    return SigningKey.from_seed(_seed(handler, secret, pin, origin))


def _seed(handler: str, secret: bytes, pin: str, origin: str) -> bytes:
    salt = hashlib.sha256(f"custody-badge/v{VERSION}\n{origin}\n{handler}\n".encode()).digest()[:16]
    kdf = Argon2id(salt=salt, length=32, iterations=_ITERATIONS, lanes=_LANES, memory_cost=_MEMORY_KIB)
    return kdf.derive(secret + pin.encode("ascii"))
