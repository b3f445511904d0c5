"""Checkpoints: one spelling each, and signed by the log that they name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.checkpoint import Checkpoint, open_checkpoint, parse_decimal
from custody.core.errors import BadSignature, Malformed, WrongLog
from custody.core.keys import SigningKey
from custody.core.merkle import EMPTY_ROOT
from custody.core.note import Verifier, encode_vkey, sign_note

KEY = SigningKey.from_seed(bytes(range(32)))
ORIGIN = "log.example/drill"
VERIFIER = Verifier(encode_vkey(ORIGIN, KEY.public))
# The example of c2sp.org/tlog-checkpoint.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_example_of_the_specification_parses_and_spells_itself_again() -> None:
    checkpoint = Checkpoint.parse(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a9186")
    assert checkpoint.text() == EXAMPLE


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_every_signed_checkpoint_opens_to_itself(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert open_checkpoint(checkpoint.sign(KEY), VERIFIER) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE.replace("20852163", "020852163"),
        EXAMPLE.replace("20852163", "+20852163"),
        EXAMPLE.replace("20852163", "-1"),
        EXAMPLE.replace("20852163", "2_0"),
        EXAMPLE.replace("20852163", "٢"),
        EXAMPLE.replace("20852163", "2٢"),
        EXAMPLE.replace("20852163", "20852163 "),
        EXAMPLE.replace("20852163", ""),
        EXAMPLE.replace("20852163", str(2**63)),
        EXAMPLE.replace("q2I=", "q2J="),
        EXAMPLE.replace("q2I=", "q2I"),
        EXAMPLE.replace("q2I=", "q2IA"),
        EXAMPLE.replace("q2I=\n", "q2I="),
        EXAMPLE.replace("/Xajj", "_Xajj"),
        EXAMPLE.replace("behind-the-sofa", "behind the sofa"),
        EXAMPLE.replace("example.com/behind-the-sofa", ""),
        EXAMPLE + "an extension line\n",
        EXAMPLE + "\n",
        EXAMPLE + "no line feed",
        "\n" + EXAMPLE,
        "",
    ],
)
def test_any_other_spelling_of_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("9", 9), ("9223372036854775807", 2**63 - 1)])
def test_a_number_in_its_one_spelling_is_read(text: str, number: int) -> None:
    assert parse_decimal(text) == number


def test_a_checkpoint_of_another_key_is_refused() -> None:
    stranger = SigningKey.from_seed(b"s" * 32)
    with pytest.raises(BadSignature):
        open_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(stranger), VERIFIER)


def test_a_checkpoint_that_the_key_signed_for_another_origin_is_refused() -> None:
    other = Checkpoint("log.example/real", 0, EMPTY_ROOT)
    with pytest.raises(WrongLog, match=r"log\.example/real"):
        open_checkpoint(sign_note(other.text(), ORIGIN, KEY), VERIFIER)


def test_a_signed_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(Malformed):
        open_checkpoint(sign_note("just a text\n", ORIGIN, KEY), VERIFIER)
