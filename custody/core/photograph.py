"""Photographs as they are kept: 16 random bytes and a JPEG file, under their hash (FORMAT.md, "Photograph")."""

import re
from hashlib import sha256

from custody.core import jpeg
from custody.core.errors import Malformed, Oversize

SALT = 16
MAX_PHOTOGRAPH = 1024 * 1024
MAX_SALTED = SALT + MAX_PHOTOGRAPH

_HASH = re.compile(r"[0-9a-f]{64}")


def check_hash(text: str) -> str:
    """`text` if it can be a photograph's hash. Raises Malformed."""
    if not _HASH.fullmatch(text):
        raise Malformed("a hash is not in its one spelling", expected="64 lower-case hex digits", got=repr(text))
    return text


def check(hash_: str, salted: bytes) -> None:
    """Raises Malformed, Oversize unless `salted` hashes to `hash_` and is one JPEG picture behind its salt."""
    if len(salted) > MAX_SALTED:
        raise Oversize("a photograph is too large", expected=f"at most {MAX_SALTED} bytes", got=len(salted))
    if (got := sha256(salted).hexdigest()) != hash_:
        raise Malformed("a photograph does not hash to its name", expected=hash_, got=got)
    jpeg.check(salted[SALT:])
