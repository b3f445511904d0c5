"""Base45 (RFC 9285): bytes in the 45 characters of a QR code's alphanumeric mode; two bytes are three characters."""

from custody.core.errors import Malformed

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """The one encoding of `data`."""
    pairs = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2))
    text = "".join(_digits(pair, 3) for pair in pairs)
    return text + _digits(data[-1], 2) if len(data) % 2 else text


def decode(text: str) -> bytes:
    """Strict inverse of `encode`. Raises Malformed."""
    if len(text) % 3 == 1 or not _VALUES.keys() >= set(text):
        raise Malformed("base45 does not decode", expected="groups of its 45 characters", got=repr(text))
    data = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        value = sum(_VALUES[character] * 45**place for place, character in enumerate(group))
        size = len(group) - 1
        if value >= 256**size:
            raise Malformed("base45 does not decode", expected=f"below {256**size}", got=repr(group))
        data += value.to_bytes(size, "big")
    return bytes(data)


def _digits(value: int, count: int) -> str:
    """Base 45, the least digit first."""
    return "".join(ALPHABET[value // 45**place % 45] for place in range(count))
