"""Signed notes: C2SP's known keys, what a note may hold, and which signatures count."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.errors import BadKey, BadSignature, Malformed, Oversize
from custody.core.keys import SigningKey
from custody.core.note import Verifier, encode_vkey, key_id, open_note, sign_note, split_note

FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
GO_CHECKSUM_LOG = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

KEY = SigningKey.from_seed(bytes(range(32)))
OTHER = SigningKey.from_seed(b"o" * 32)
NAME = "log.example/drill"
VERIFIER = Verifier(encode_vkey(NAME, KEY.public))
TEXT = "first\n\nafter an empty line\n"


def line(name: str, raw: bytes) -> bytes:
    return f"\N{EM DASH} {name} {b64encode(raw).decode()}\n".encode()


def signature(name: str, key: SigningKey, text: str = TEXT) -> bytes:
    return line(name, key_id(name, key.public) + key.sign(text.encode()))


def note(*lines: bytes, text: str = TEXT) -> bytes:
    return text.encode() + b"\n" + b"".join(lines)


@pytest.mark.parametrize("vkey", [FOO, GO_CHECKSUM_LOG])
def test_a_known_vkey_has_the_key_id_that_it_names(vkey: str) -> None:
    verifier = Verifier(vkey)
    name, hexadecimal, _ = vkey.split("+", 2)
    assert (verifier.name, verifier.key_id.hex()) == (name, hexadecimal)
    assert encode_vkey(name, verifier.public) == verifier.vkey == vkey


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        FOO.replace("530d903a", "530d903b"),
        FOO.replace("530d903a", "530D903A"),
        FOO.replace("example.com/foo", "example.com/fop"),
        FOO.replace("example.com/foo", "example.com/ foo"),
        FOO.removeprefix("example.com/foo"),
        FOO + "\n",
        FOO[:-4],
        FOO.replace("+Ae", "+BO"),
        FOO + "=",
        "\udc80" + FOO,
        encode_vkey("x", OTHER.public).replace("+A", "+ A"),
    ],
)
def test_a_vkey_of_another_spelling_is_refused(vkey: str) -> None:
    with pytest.raises(BadKey):
        Verifier(vkey)


def test_a_vkey_of_another_kind_of_signature_is_refused_as_such() -> None:
    witness = "witness.example+00000000+" + b64encode(b"\x04" + KEY.public).decode()
    with pytest.raises(BadKey, match="another kind; expected 01; got 04"):
        Verifier(witness)


def test_a_vkey_of_a_small_order_key_is_refused() -> None:
    with pytest.raises(BadKey, match="small order"):
        Verifier(encode_vkey("x", b"\1" + bytes(31)))


@given(st.text(max_size=60).filter(lambda text: not any(c < " " or "\ud800" <= c <= "\udfff" for c in text)))
def test_every_signed_note_opens_to_its_text(body: str) -> None:
    data = sign_note(body + "\n", NAME, KEY)
    text, signatures = open_note(data, [VERIFIER])
    assert text == body + "\n"
    assert [(found.name, found.key_id) for found in signatures] == [(NAME, VERIFIER.key_id)]


def test_a_note_is_its_text_an_empty_line_and_a_dash_name_and_base64() -> None:
    assert sign_note(TEXT, NAME, KEY) == note(signature(NAME, KEY))
    assert sign_note(TEXT, NAME, KEY).startswith(TEXT.encode() + b"\n\xe2\x80\x94 log.example/drill ")


@given(st.data())
def test_no_changed_bit_of_a_note_with_one_signature_goes_unnoticed(data: st.DataObject) -> None:
    signed = bytearray(sign_note(TEXT, NAME, KEY))
    at = data.draw(st.integers(0, len(signed) - 1))
    signed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((Malformed, BadSignature)):
        open_note(bytes(signed), [VERIFIER])


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    """Also one under our name with another key id, and one under another name with our key id: neither key is known."""
    data = note(
        line(NAME, b"\0\0\0\0" + bytes(64)),
        line("witness.example", VERIFIER.key_id + bytes(64)),
        line("pq.example", b"\0\0\0\1" + bytes(2420)),
        signature(NAME, KEY),
        signature("other.example", OTHER),
    )
    text, signatures = open_note(data, [VERIFIER])
    assert text == TEXT
    assert [found.name for found in signatures] == [NAME]


def test_a_failing_signature_of_a_known_key_makes_the_whole_note_invalid() -> None:
    other = Verifier(encode_vkey("other.example", OTHER.public))
    forged = line("other.example", other.key_id + KEY.sign(TEXT.encode()))
    assert open_note(note(signature(NAME, KEY), forged), [VERIFIER])
    with pytest.raises(BadSignature):
        open_note(note(signature(NAME, KEY), forged), [VERIFIER, other])


def test_a_second_signature_of_a_known_key_must_verify_too() -> None:
    bad = line(NAME, VERIFIER.key_id + KEY.sign(b"another text"))
    with pytest.raises(BadSignature):
        open_note(note(signature(NAME, KEY), bad), [VERIFIER])


def test_a_repeated_signature_counts_once() -> None:
    _, signatures = open_note(note(signature(NAME, KEY), signature(NAME, KEY)), [VERIFIER])
    assert len(signatures) == 1


def test_each_known_signature_is_returned_in_the_order_of_the_note() -> None:
    other = Verifier(encode_vkey("other.example", OTHER.public))
    data = note(signature("other.example", OTHER), signature(NAME, KEY))
    _, signatures = open_note(data, [VERIFIER, other])
    assert [found.name for found in signatures] == ["other.example", NAME]


def test_a_note_that_no_known_key_signed_is_refused_and_says_who_signed() -> None:
    with pytest.raises(BadSignature, match=r"not signed by a key we trust.*other\.example"):
        open_note(note(signature("other.example", OTHER)), [VERIFIER])
    with pytest.raises(BadSignature):
        open_note(note(signature(NAME, KEY)), [])


def test_sixteen_signatures_are_accepted_and_sixty_five_are_not() -> None:
    strangers = [signature(f"w{number}.example", OTHER) for number in range(64)]
    assert open_note(note(*strangers[:15], signature(NAME, KEY)), [VERIFIER])
    assert open_note(note(*strangers[:63], signature(NAME, KEY)), [VERIFIER])
    with pytest.raises(Oversize):
        open_note(note(*strangers, signature(NAME, KEY)), [VERIFIER])


def test_a_note_of_more_than_256_kib_is_refused() -> None:
    longest = 256 * 1024 - len(sign_note("\n", NAME, KEY))
    assert open_note(sign_note("x" * longest + "\n", NAME, KEY), [VERIFIER])
    with pytest.raises(Oversize):
        open_note(sign_note("x" * (longest + 1) + "\n", NAME, KEY), [VERIFIER])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT.encode(),
        TEXT.encode() + b"\n",
        note(signature(NAME, KEY))[:-1],
        note(signature(NAME, KEY)) + b"\n",
        TEXT.encode() + signature(NAME, KEY),
        signature(NAME, KEY, "\n"),
        b"\n" + signature(NAME, KEY, "\n"),
        note(signature(NAME, KEY), b"no signature\n"),
        note(signature(NAME, KEY), signature(NAME, KEY).removeprefix("\N{EM DASH} ".encode())),
        note(signature(NAME, KEY).replace(b"\xe2\x80\x94", b"-")),
        note(signature(NAME, KEY).replace(b"\xe2\x80\x94 ", b"\xe2\x80\x94  ")),
        note(signature(NAME, KEY).replace(b"\n", b"\r\n")),
        note(signature(NAME, KEY).replace(b"==\n", b"\n").replace(b"=\n", b"\n")),
        note(signature(NAME, KEY).replace(b"\n", b" \n")),
        note(signature(NAME, KEY), signature("a+b", OTHER)),
        note(signature(NAME, KEY), signature("a\u00a0b", OTHER)),
        note(signature(NAME, KEY), line("short.example", b"1234")),
        note(signature(NAME, KEY), b"\xe2\x80\x94 other.example\n"),
        note(signature(NAME, KEY, "tab\t\n"), text="tab\t\n"),
        note(signature(NAME, KEY, "nul\0\n"), text="nul\0\n"),
        b"\xff\n\n" + signature(NAME, KEY),
        b"\xed\xa0\x80\n\n" + signature(NAME, KEY),
        b"\xc1\x81\n\n" + signature(NAME, KEY),
    ],
)
def test_bytes_that_are_no_note_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        split_note(data)


@pytest.mark.parametrize("text", ["", "no line feed", "a\tb\n", "a\r\n", "\ud800\n"])
def test_a_text_that_a_note_may_not_hold_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        sign_note(text, NAME, KEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\0b", "\ud800"])
def test_a_name_that_no_key_may_have_does_not_sign(name: str) -> None:
    with pytest.raises(Malformed):
        sign_note(TEXT, name, KEY)
