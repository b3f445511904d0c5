"""How people write times, durations, positions and counts, on a command line or in a table."""

import re
from datetime import datetime
from decimal import Decimal

import msgspec

from custody.core.errors import Malformed
from custody.core.head import Token

_ZONES = {"WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00"}
_LOCAL = re.compile(r"(.+?) ?(WIB|WITA|WIT)\Z")
_MILLISECONDS = re.compile(r"[0-9]{13}\Z")  # years 2001 to 2286: shorter numbers are dates or seconds
_WHOLE = re.compile(r"[0-9]{1,15}\Z")
_UNITS = {"s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(rf"([0-9]{{1,6}}) ?({'|'.join(_UNITS)})\Z")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{1,15})?\Z")


def instant(text: str) -> int:
    """Unix ms of ISO 8601 with an offset or WIB, WITA, WIT after it, or of thirteen digits. Raises Malformed."""
    if _MILLISECONDS.match(text):
        return int(text)
    local = _LOCAL.match(text)
    try:
        found = datetime.fromisoformat(local[1] + _ZONES[local[2]] if local else text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Malformed(
            "that is no time with its zone",
            expected="such as 2029-02-14T07:00+07:00, 2029-02-14 07:00 WIB, or Unix milliseconds",
            got=repr(text),
        )
    return int(found.timestamp() * 1000)


def whole(text: str) -> int:
    """A whole number from 0 on. Raises Malformed."""
    if not _WHOLE.match(text):
        raise Malformed("that is no whole number", expected="digits alone", got=repr(text))
    return int(text)


def code_word(text: str) -> str:
    """A word of a code list. Raises Malformed."""
    try:
        return msgspec.convert(text, Token)
    except msgspec.ValidationError:
        raise Malformed(
            "that is no word of a code list", expected="lower-case letters, digits, . _ -, at most 32", got=repr(text)
        ) from None


def micro_degrees(text: str) -> int:
    """Micro-degrees of decimal degrees, with a decimal point or comma. Raises Malformed."""
    if not _DEGREES.match(text):
        raise Malformed("that is no position", expected="decimal degrees, such as -6.914744", got=repr(text))
    return round(Decimal(text.replace(",", ".")) * 1_000_000)


def duration(text: str) -> int:
    """Milliseconds of a whole number and a unit: 30s, 5min, 36h, 7d. Raises Malformed."""
    found = _DURATION.match(text)
    if not found:
        raise Malformed("that is no duration", expected="a number and s, min, h or d, such as 36h", got=repr(text))
    return int(found[1]) * _UNITS[found[2]]
