"""What a statement names by hash only: notes, vehicles, photographs. The content stays in the outbox, erasable."""

import secrets
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from custody.core.errors import ConfigFault, Malformed, Oversize

MAX_TEXT = 2000
MAX_PHOTOGRAPH = 1024 * 1024
TEXTS = frozenset({"note", "vehicle"})
PHOTOGRAPHS = frozenset({"paper", "photo"})
_JPEG = b"\xff\xd8\xff"


class Private(Struct, frozen=True):
    """`hash`: hex SHA-256 of `salted`, which is 16 random bytes and then the content. `kind`: the field it fills."""

    hash: str
    kind: str
    salted: bytes


def salt(kind: str, content: bytes) -> Private:
    """The content with fresh random bytes before it, so that nobody finds it out by guessing."""
    salted = secrets.token_bytes(16) + content
    return Private(sha256(salted).hexdigest(), kind, salted)


def take(kind: str, value: str) -> Private:
    """A text as typed, or the JPEG file that is named. Raises ConfigFault, Malformed, Oversize."""
    return salt(kind, _photograph(Path(value)) if kind in PHOTOGRAPHS else _text(value))


def _text(text: str) -> bytes:
    if not text:
        raise Malformed("there is no text", expected="a text after the command")
    if len(text) > MAX_TEXT:
        raise Oversize("a text is too long", expected=f"at most {MAX_TEXT} characters", got=len(text))
    return text.encode()


def _photograph(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_PHOTOGRAPH:
            raise Oversize("a photograph is too large", expected=f"at most {MAX_PHOTOGRAPH} bytes", got=path)
        data = path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a photograph", got=error.strerror) from None
    if not data.startswith(_JPEG):
        raise Malformed("a photograph is not in the one format that is kept", expected="a JPEG file", got=path)
    return data
