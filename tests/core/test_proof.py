"""Receipts: one spelling each, and nothing in them that is not proved."""

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.checkpoint import Checkpoint
from custody.core.errors import BadProof, BadSignature, CustodyError, Malformed, Oversize, WrongLog
from custody.core.keys import SigningKey
from custody.core.merkle import inclusion_proof, root
from custody.core.note import Verifier, encode_vkey, sign_note
from custody.core.proof import Receipt, check_receipt, encode_receipts
from tests.core import rfc9162

KEY = SigningKey.from_seed(bytes(range(32)))
ORIGIN = "log.example/drill"
VERIFIER = Verifier(encode_vkey(ORIGIN, KEY.public))


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root(size, rfc9162.node))


def receipt(index: int, size: int) -> Receipt:
    proof = tuple(inclusion_proof(index, size, rfc9162.node))
    return Receipt(index, proof, checkpoint(size).sign(KEY), rfc9162.ENTRIES[index])


def with_(base: Receipt, **changes: object) -> bytes:
    fields = {name: getattr(base, name) for name in ("index", "proof", "checkpoint", "extra")}
    return Receipt(**(fields | changes)).encode()


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 1100), st.data())
def test_every_receipt_proves_its_entry(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    encoded = receipt(index, size).encode()
    assert check_receipt(encoded, VERIFIER) == (index, rfc9162.ENTRIES[index], checkpoint(size))


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.none() | st.binary(max_size=200),
)
def test_every_receipt_decodes_to_itself(index: int, proof: list[bytes], extra: bytes | None) -> None:
    whole = Receipt(index, tuple(proof), checkpoint(5).sign(KEY), extra)
    assert Receipt.decode(whole.encode()) == whole


def test_a_receipt_is_spelt_as_in_the_specification() -> None:
    signed = checkpoint(2).sign(KEY)
    sibling = b64encode(rfc9162.node(0, 0)).decode()
    text = f"c2sp.org/tlog-proof@v1\nextra {b64encode(b'entry 1').decode()}\nindex 1\n{sibling}\n\n"
    assert receipt(1, 2).encode() == text.encode() + signed


def test_the_receipt_of_a_log_of_one_entry_needs_no_hash() -> None:
    assert check_receipt(receipt(0, 1).encode(), VERIFIER)[1] == b"entry 0"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_changed_bit_of_a_receipt_goes_unnoticed(data: st.DataObject) -> None:
    """The signed note's own key id may turn unknown; that, too, leaves nothing verified."""
    encoded = bytearray(receipt(70, 600).encode())
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CustodyError):
        check_receipt(bytes(encoded), VERIFIER)


def test_a_receipt_with_another_entry_index_or_proof_proves_nothing() -> None:
    true = receipt(70, 600)
    forgeries = [
        with_(true, extra=b"entry 71"),
        with_(true, index=71),
        with_(true, index=600),
        with_(true, proof=true.proof[:-1]),
        with_(true, proof=(*true.proof, true.proof[0])),
        with_(true, proof=true.proof[::-1]),
        with_(true, checkpoint=checkpoint(601).sign(KEY)),
    ]
    for forged in forgeries:
        with pytest.raises(BadProof):
            check_receipt(forged, VERIFIER)


def test_a_receipt_without_its_entry_proves_nothing() -> None:
    with pytest.raises(BadProof, match="does not carry its entry"):
        check_receipt(with_(receipt(70, 600), extra=None), VERIFIER)


def test_a_receipt_under_another_key_or_origin_is_refused() -> None:
    stranger = SigningKey.from_seed(b"s" * 32)
    with pytest.raises(BadSignature):
        check_receipt(with_(receipt(70, 600), checkpoint=checkpoint(600).sign(stranger)), VERIFIER)
    other = Checkpoint("log.example/real", 600, root(600, rfc9162.node))
    with pytest.raises(WrongLog):
        check_receipt(with_(receipt(70, 600), checkpoint=sign_note(other.text(), ORIGIN, KEY)), VERIFIER)


TRUE = receipt(1, 3).encode()
SIBLING = b64encode(rfc9162.node(0, 0))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TRUE.replace(b"@v1", b"@v2"),
        TRUE.replace(b"\nindex 1\n", b"\n"),
        TRUE.replace(b"index 1", b"1"),
        b"c2sp.org/tlog-proof@v1" + TRUE[TRUE.index(b"\n\n") :],
        TRUE.replace(b"index 1", b"index 01"),
        TRUE.replace(b"index 1", b"index -1"),
        TRUE.replace(b"index 1", b"index 1 "),
        TRUE.replace(b"index 1", b"Index 1"),
        TRUE.replace(b"index 1", b"index " + str(2**63).encode()),
        TRUE.replace(b"extra ZW50cnkgMQ==\nindex 1\n", b"index 1\nextra ZW50cnkgMQ==\n"),
        TRUE.replace(b"extra ZW50cnkgMQ==", b"extra ZW50cnkgMQ"),
        TRUE.replace(b"extra ZW50cnkgMQ==", b"extra ZW50cnkgMR=="),
        TRUE.replace(b"extra ZW50cnkgMQ==", b"extra ZW50cnkgMQ==\nextra ZW50cnkgMQ=="),
        TRUE.replace(SIBLING, SIBLING[:-4]),
        TRUE.replace(SIBLING, SIBLING + b"\r"),
        TRUE.replace(SIBLING, "é".encode()),
        TRUE.replace(b"\n\nlog", b"\nlog"),
        TRUE.replace(b"\n\nlog", b"\n\n\nlog"),
        TRUE[: TRUE.index(b"\n\n") + 2],
        TRUE[: TRUE.index(b"\n\n")],
        TRUE[:-1],
    ],
)
def test_any_other_spelling_of_a_receipt_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        Receipt.decode(data)


def test_a_receipt_of_more_hashes_than_any_tree_needs_is_refused() -> None:
    hashes = (bytes(32),) * 63
    assert Receipt.decode(with_(receipt(0, 1), proof=hashes)).proof == hashes
    with pytest.raises(Oversize):
        Receipt.decode(with_(receipt(0, 1), proof=(*hashes, bytes(32))))


def test_a_receipt_carries_the_largest_entry_but_is_not_read_without_limit() -> None:
    assert Receipt.decode(with_(receipt(0, 1), extra=b"x" * 65_535))
    with pytest.raises(Oversize):
        Receipt.decode(with_(receipt(0, 1), extra=b"x" * 300_000))


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 700])
def test_receipts_made_together_are_those_made_one_by_one(size: int) -> None:
    entries = list(enumerate(rfc9162.ENTRIES[:size]))
    together = encode_receipts(entries, size, rfc9162.node, checkpoint(size).sign(KEY))
    assert together == [receipt(index, size).encode() for index in range(size)]


def test_no_receipt_is_made_for_an_entry_outside_the_tree() -> None:
    with pytest.raises(BadProof):
        encode_receipts([(2, b"entry 2")], 2, rfc9162.node, checkpoint(2).sign(KEY))
