"""Cosignatures by witnesses, made here byte by byte as c2sp.org/tlog-cosignature has them."""

from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.cosignature import MAX_SECONDS, Cosigned, Witness, cosignatures
from custody.core.errors import BadKey, BadSignature
from custody.core.keys import SigningKey
from custody.core.note import Verifier, encode_vkey
from tests.cosigning import cosigned, key_id_of, vkey_of

LOG = SigningKey.from_seed(bytes(range(32)))
ORIGIN = "log.example/drill"
NOTE = Checkpoint(ORIGIN, 7, bytes(32)).sign(LOG)
NAME = "witness.example/w1"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
TIME = 1_797_552_000


def witness(name: str = NAME) -> Witness:
    return Witness(vkey_of(name, KEY))


def test_a_cosignature_counts_with_the_time_that_it_says() -> None:
    assert cosignatures(cosigned(NOTE, NAME, KEY, TIME), [witness()]) == [
        Cosigned(NAME, key_id_of(NAME, KEY).hex(), 1000 * TIME)
    ]


def test_the_log_opens_a_cosigned_checkpoint_as_before() -> None:
    assert open_checkpoint(cosigned(NOTE, NAME, KEY, TIME), Verifier(encode_vkey(ORIGIN, LOG.public))).size == 7


def test_one_that_cosigns_twice_counts_once_with_the_later_time() -> None:
    note = cosigned(cosigned(NOTE, NAME, KEY, TIME + 5), NAME, KEY, TIME)
    assert [one.at for one in cosignatures(note, [witness()])] == [1000 * (TIME + 5)]


def test_what_stands_under_another_name_or_key_is_passed_over() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for name, key in (("other.example", KEY), (NAME, other)):
        assert cosignatures(cosigned(NOTE, name, key, TIME), [witness()]) == []


def test_the_key_id_of_a_witness_is_another_than_that_of_a_log_with_its_key() -> None:
    public = KEY.public_key().public_bytes_raw()
    assert witness().key_id == sha256(NAME.encode() + b"\n\x04" + public).digest()[:4]
    with pytest.raises(BadKey, match="another kind; expected 04; got 01"):
        Witness(encode_vkey(NAME, public))


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (TIME, b"cosignature/v1\ntime %d\n" % (TIME + 1)),
        (TIME, b"cosignature/v2\ntime %d\n" % TIME),
        (TIME, b""),
        (MAX_SECONDS + 1, None),
    ],
)
def test_a_signature_over_something_else_makes_the_note_invalid(seconds: int, message: bytes | None) -> None:
    note = cosigned(NOTE, NAME, KEY, seconds, message)
    with pytest.raises(BadSignature, match=f"by the witness {NAME} does not verify"):
        cosignatures(note, [witness()])


def test_a_cosignature_of_another_checkpoint_does_not_verify() -> None:
    line = cosigned(Checkpoint(ORIGIN, 8, bytes(32)).sign(LOG), NAME, KEY, TIME).splitlines(keepends=True)[-1]
    with pytest.raises(BadSignature):
        cosignatures(NOTE + line, [witness()])


def test_one_without_a_time_does_not_verify() -> None:
    text = NOTE.partition(b"\n\n")[0] + b"\n"
    line = "— ".encode() + NAME.encode() + b" " + b64encode(key_id_of(NAME, KEY) + KEY.sign(text)) + b"\n"
    with pytest.raises(BadSignature, match="72 bytes"):
        cosignatures(NOTE + line, [witness()])
