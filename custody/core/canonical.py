"""Canonical JSON: each value has exactly one encoding (FORMAT.md, "Canonical JSON"; a subset of RFC 8785).

A parser decodes, encodes again and compares: white space, another key order, duplicate keys, another escape, `1.0` for
`1` and explicit nulls for absent members all differ from the one encoding and are refused.
"""

import binascii
from typing import Any, Generic, TypeVar

import msgspec

from custody.core.errors import Malformed, Oversize

T = TypeVar("T")

MAX_INTEGER = 2**53 - 1

_encode = msgspec.json.Encoder(order="sorted").encode


class Codec(Generic[T]):
    """Encodes and strictly decodes one msgspec type; `limit` is the most bytes an encoding may have."""

    def __init__(self, type_: Any, limit: int, name: str) -> None:
        self._decode = msgspec.json.Decoder(type_).decode
        self._limit = limit
        self._name = name

    def encode(self, value: T) -> bytes:
        """The one encoding of `value`. Raises Oversize."""
        data = _encode(value)
        self._check_size(data)
        return data

    def decode(self, data: bytes) -> T:
        """The value of which `data` is the one encoding. Raises Malformed, Oversize."""
        self._check_size(data)
        try:
            value: T = self._decode(data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Malformed(f"{self._name} does not parse", expected="canonical JSON", got=error) from None
        if _encode(value) != data:
            raise Malformed(
                f"{self._name} is not in its one allowed encoding",
                expected=_first_difference(_encode(value), data),
                got=_first_difference(data, _encode(value)),
            )
        return value

    def decode_again(self, data: bytes) -> T:
        """The value of what `decode` has taken before; of anything else what it gives, or raises, means nothing."""
        value: T = self._decode(data)
        return value

    def _check_size(self, data: bytes) -> None:
        if len(data) > self._limit:
            raise Oversize(f"{self._name} is too large", expected=f"at most {self._limit} bytes", got=len(data))


def encode(value: Any) -> bytes:
    """The one encoding of strings, integers below 2^53, booleans, None, lists and dicts. Raises Malformed."""
    _check(value)
    return _encode(value)


def decode(data: bytes, limit: int = 65_535) -> Any:
    """The value of which `data` is the one encoding. Raises Malformed, Oversize."""
    try:
        value: Any = Codec[Any](Any, limit, "JSON").decode(data)
        _check(value)
    except RecursionError:
        raise Malformed("JSON is nested too deeply", expected="what the interpreter can follow") from None
    return value


def b64encode(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return binascii.b2a_base64(data, newline=False).decode()


def b64decode(text: str) -> bytes:
    """Strict inverse of `b64encode`: no white space, padding present, unused bits zero. Raises Malformed."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("base64 does not decode", expected="padded standard base64", got=error) from None
    if b64encode(data) != text:
        raise Malformed("base64 is not in its one allowed encoding", expected=b64encode(data), got=text)
    return data


def _check(value: Any) -> None:
    match value:
        case None | bool():
            pass
        case int():
            if abs(value) > MAX_INTEGER:
                raise Malformed("integer is too large", expected="between -(2^53-1) and 2^53-1", got=value)
        case str():
            if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                raise Malformed("a string holds a lone surrogate", expected="Unicode scalar values", got=repr(value))
        case list():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise Malformed("a key is not ASCII", expected="an ASCII string", got=repr(key))
                _check(item)
        case _:
            raise Malformed(
                "a value has no canonical encoding",
                expected="string, integer, boolean, null, array or object",
                got=type(value).__name__,
            )


def _first_difference(one: bytes, other: bytes) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[at : at + 24]!r} at byte {at}"
