"""Base45: RFC 9285's examples, and nothing but the one encoding of any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import base45
from custody.core.errors import Malformed

RFC_9285 = {b"AB": "BB8", b"Hello!!": "%69 VD92EX0", b"base-45": "UJCLQE7W581", b"ietf!": "QED8WEX0"}


@pytest.mark.parametrize(("data", "text"), RFC_9285.items())
def test_the_examples_of_the_rfc_hold(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=99))
def test_any_bytes_come_back_from_text_that_a_qr_code_holds_in_its_alphanumeric_mode(data: bytes) -> None:
    text = base45.encode(data)
    assert set(text) <= set(base45.ALPHABET)
    assert base45.decode(text) == data


@given(st.text(base45.ALPHABET, max_size=9))
def test_no_bytes_have_a_second_encoding(text: str) -> None:
    try:
        data = base45.decode(text)
    except Malformed:
        return
    assert base45.encode(data) == text


@pytest.mark.parametrize("text", ["A", "BB8A", "GGX", ":::", "::", "5:", "bb8", "BB8\n", "ÄÖÜ", "BB\u0668"])
def test_what_is_no_base45_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        base45.decode(text)


def test_the_greatest_values_are_not_refused() -> None:
    assert base45.decode("FGW") == b"\xff\xff"
    assert base45.decode("U5") == b"\xff"
