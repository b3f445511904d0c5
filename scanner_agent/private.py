"""What a statement names by hash only: notes, vehicles, photographs. The content stays in the outbox, erasable."""

import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from custody.core.errors import Malformed, Oversize
from custody.core.photograph import SALT

MAX_TEXT = 2000
TEXTS = frozenset({"note", "reason", "vehicle"})
CAMERA = "camera"
ARCHIVE = "archive"
"""A photograph of a paper that was signed: what is archived is the paper."""
PHOTOGRAPHS = frozenset({"paper", "photo", ARCHIVE})


class Private(Struct, frozen=True):
    """`hash`: hex SHA-256 of `salted`, which is 16 random bytes and then the content. `kind`: the field it fills."""

    hash: str
    kind: str
    salted: bytes


def salt(kind: str, content: bytes) -> Private:
    """The content with fresh random bytes before it, so that nobody finds it out by guessing."""
    salted = secrets.token_bytes(SALT) + content
    return Private(sha256(salted).hexdigest(), kind, salted)


def take(kind: str, value: str, still: Callable[[], bytes]) -> Private:
    """A text as typed; the photograph in the file that is named or, of `camera`, what `still` gives.

    Raises ConfigFault, Malformed, Oversize, Unavailable, BadgeInView.
    """
    if kind in TEXTS:
        return salt(kind, _text(value))
    from scanner_agent import pictures  # noqa: PLC0415  # brings OpenCV, and the outbox needs this module too

    return salt(kind, pictures.take(still()) if value == CAMERA else pictures.take_file(Path(value)))


def _text(text: str) -> bytes:
    if not text:
        raise Malformed("there is no text", expected="a text after the command")
    if len(text) > MAX_TEXT:
        raise Oversize("a text is too long", expected=f"at most {MAX_TEXT} characters", got=len(text))
    return text.encode()
