"""The log's known answers in tests/vectors/log.json: as generated, and as the code computes and verifies them."""

import json

from custody.core.checkpoint import open_checkpoint
from custody.core.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from custody.core.note import Verifier, open_note
from custody.core.proof import check_receipt
from custody.core.tiles import bundle_decode, grow, node_reader, parse_path
from tests.core import rfc9162
from tests.vectors import generate_log

VECTORS = json.loads(generate_log.VECTORS.read_text())
VERIFIER = Verifier(VECTORS["key"]["vkey"])
GROWN = {tile[:3]: tile.data for tile in grow(0, map(leaf_hash, rfc9162.ENTRIES), lambda *_: b"")}
NODE = node_reader(len(rfc9162.ENTRIES), lambda *tile: GROWN[tile])


def test_the_vectors_are_byte_for_byte_what_their_generator_writes() -> None:
    assert generate_log.VECTORS.read_text() == generate_log.encoded()


def test_roots_and_proofs_from_tiles_are_the_vectors() -> None:
    roots = {size: root(size, NODE) for size in range(1, 1101)}
    for vector in VECTORS["roots"][1:]:
        assert roots[vector["size"]].hex() == vector["root"]
    for vector in VECTORS["inclusion_proofs"]:
        index, size = vector["index"], vector["size"]
        proof = [bytes.fromhex(value) for value in vector["proof"]]
        assert inclusion_proof(index, size, NODE) == proof
        verify_inclusion(leaf_hash(rfc9162.ENTRIES[index]), index, size, proof, roots[size])
    for vector in VECTORS["consistency_proofs"]:
        old, new = vector["old"], vector["new"]
        proof = [bytes.fromhex(value) for value in vector["proof"]]
        assert consistency_proof(old, new, NODE) == proof
        verify_consistency(old, roots[old], new, roots[new], proof)


def test_paths_and_the_bundle_read_as_the_vectors_say() -> None:
    for vector in VECTORS["paths"]:
        assert parse_path(vector["path"]) == (vector["level"], vector["n"], vector["width"])
    assert bundle_decode(bytes.fromhex(VECTORS["bundle"]), 3) == list(rfc9162.ENTRIES[:3])


def test_the_note_checkpoint_and_receipt_of_the_vectors_verify() -> None:
    assert (VERIFIER.name, VERIFIER.public.hex(), VERIFIER.key_id.hex()) == tuple(
        VECTORS["key"][name] for name in ("name", "public", "key_id")
    )
    assert open_note(VECTORS["note"].encode(), [VERIFIER])[0] == "first line\n\nafter an empty line\n"
    assert open_checkpoint(VECTORS["checkpoint"].encode(), VERIFIER).root.hex() == VECTORS["roots"][-1]["root"]
    index, entry, checkpoint = check_receipt(VECTORS["receipt"].encode(), VERIFIER)
    assert (index, entry, checkpoint.size) == (70, b"entry 70", 300)
