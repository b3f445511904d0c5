"""Canonical JSON has one encoding for each value, and the parser takes no other."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import canonical
from custody.core.errors import Malformed, Oversize

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_comes_back_from_its_encoding(value: Any) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@given(VALUES)
def test_the_encoding_is_rfc_8785_as_an_independent_encoder_writes_it(value: Any) -> None:
    other = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    # json writes U+007F and above raw and short escapes where RFC 8785 does; both agree on the subset without floats.
    assert canonical.encode(value) == other


@given(VALUES, st.data())
def test_a_space_anywhere_makes_another_encoding_or_another_value(value: Any, data: st.DataObject) -> None:
    encoded = canonical.encode(value)
    at = data.draw(st.integers(0, len(encoded)))
    spaced = encoded[:at] + b" " + encoded[at:]
    with contextlib.suppress(Malformed):
        assert canonical.decode(spaced) != value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'{"a":1,"a":1}', "a duplicate key"),
        (b'{"b":1,"a":1}', "keys out of order"),
        (b"1.0", "a float that is whole"),
        (b"1e3", "an exponent"),
        (b"1.5", "a float"),
        (b"-0", "a negative zero"),
        (b"01", "a leading zero"),
        (b"9007199254740992", "2^53"),
        (b'"\\u0041"', "an escape of what needs none"),
        (b'"\\/"', "an escaped slash"),
        (b'"\\u000A"', "an escape in capitals"),
        (b'"\\u000a"', "a long escape for LF"),
        (b'"\\ud800"', "a lone surrogate"),
        (b'"\xff"', "bytes that are not UTF-8"),
        (b'"\xed\xa0\x80"', "a surrogate in UTF-8"),
        (b'"\xc0\xaf"', "overlong UTF-8"),
        (b"\xef\xbb\xbf1", "a byte-order mark"),
        (b"1 ", "a trailing space"),
        (b"1\n", "a trailing line feed"),
        (b"", "nothing"),
        (b'{"a":1', "an end that is missing"),
        (b"NaN", "no number"),
        ('{"é":1}'.encode(), "a key that is not ASCII"),
        (b"[" * 100_000 + b"]" * 100_000, "nesting without end"),
    ],
)
def test_what_is_not_the_one_encoding_is_malformed(data: bytes, why: str) -> None:
    with pytest.raises(Malformed):
        canonical.decode(data, limit=1_000_000)


@pytest.mark.parametrize("data", [b'{"a":1,"b":[true,null,"\\n\\u001f/"]}', b"9007199254740991", b'""', b"0"])
def test_the_one_encoding_is_taken(data: bytes) -> None:
    assert canonical.encode(canonical.decode(data)) == data


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", {1: 2}, {"é": 1}, 2**53, {"a": {1, 2}}, "\ud800"])
def test_values_without_an_encoding_are_refused(value: Any) -> None:
    with pytest.raises((Malformed, UnicodeError)):
        canonical.encode(value)


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_no_depth_of_nesting_ends_in_another_error(opening: bytes, closing: bytes) -> None:
    for depth in range(900, 1010):
        with contextlib.suppress(Malformed):
            canonical.decode(opening * depth + b"1" + closing * depth)


def test_one_byte_more_than_the_limit_is_oversize_and_the_limit_is_not() -> None:
    assert canonical.decode(b'"aaaa"', limit=6) == "aaaa"
    with pytest.raises(Oversize):
        canonical.decode(b'"aaaaa"', limit=6)


@given(st.binary())
def test_base64_comes_back(data: bytes) -> None:
    assert canonical.b64decode(canonical.b64encode(data)) == data


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", "QQ== ", "Q Q==", "QQ=", "QUJDRA", "-_==", "é"])
def test_base64_in_another_encoding_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        canonical.b64decode(text)
