"""Roots and proofs: Certificate Transparency's known answers, the RFC's own recursion, pymerkle, and forgeries."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.errors import BadProof, Malformed
from custody.core.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from tests.core import rfc9162
from tests.core.rfc9162 import ENTRIES

LEAVES = [leaf_hash(entry) for entry in ENTRIES]

# The entries, roots and proofs that Certificate Transparency's implementations test each other with.
CT_ENTRIES = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", bytes(range(0x60, 0x70)).hex()]
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
CT_LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
CT_NODE_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
CT_NODE_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
CT_NODE_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
CT_NODE_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
CT_INCLUSION = {
    (0, 1): [],
    (0, 8): [CT_LEAF_1, CT_NODE_2_3, CT_NODE_4_7],
    (5, 8): [CT_LEAF_4, CT_NODE_6_7, CT_ROOTS[4]],
    (2, 3): [CT_ROOTS[2]],
    (1, 5): [CT_ROOTS[1], CT_NODE_2_3, CT_LEAF_4],
}
CT_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [CT_LEAF_1, CT_NODE_2_3, CT_NODE_4_7],
    (6, 8): [CT_NODE_4_5, CT_NODE_6_7, CT_ROOTS[4]],
    (2, 5): [CT_NODE_2_3, CT_LEAF_4],
}

sizes = st.integers(1, len(ENTRIES)) | st.sampled_from([1, 2, 3, 4, 255, 256, 257, 511, 512, 513, 1024])
quickly = settings(max_examples=60, deadline=None)


def ct_node(level: int, index: int) -> bytes:
    row = [leaf_hash(entry) for entry in CT_ENTRIES]
    for _ in range(level):
        row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
    return row[index]


@st.composite
def inclusions(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def consistencies(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(sizes)
    return draw(st.integers(1, new)), new


@st.composite
def corruptions(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """`proof` with one bit flipped, one hash dropped, added or repeated, or two swapped: never `proof` itself."""
    at = draw(st.integers(0, max(0, len(proof) - 1)))
    kinds = ["add", "flip", "drop", "repeat", "shorten"] if proof else ["add"]
    match draw(st.sampled_from(kinds)):
        case "add":
            return [*proof[:at], draw(st.binary(min_size=32, max_size=32)), *proof[at:]]
        case "flip":
            return [*proof[:at], flip(proof[at], draw(st.integers(0, 255))), *proof[at + 1 :]]
        case "drop":
            return [*proof[:at], *proof[at + 1 :]]
        case "repeat":
            return [*proof[: at + 1], *proof[at:]]
        case _:
            return [*proof[:at], proof[at][:-1], *proof[at + 1 :]]


def flip(value: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(value))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(size, ct_node).hex() == CT_ROOTS[size]
    frontier = Frontier()
    frontier.extend(leaf_hash(entry) for entry in CT_ENTRIES[:size])
    assert frontier.root().hex() == CT_ROOTS[size]


@pytest.mark.parametrize(("index", "size"), CT_INCLUSION)
def test_inclusion_proofs_are_those_of_certificate_transparency(index: int, size: int) -> None:
    assert [value.hex() for value in inclusion_proof(index, size, ct_node)] == CT_INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CT_CONSISTENCY)
def test_consistency_proofs_are_those_of_certificate_transparency(old: int, new: int) -> None:
    assert [value.hex() for value in consistency_proof(old, new, ct_node)] == CT_CONSISTENCY[old, new]


def test_every_small_tree_agrees_with_the_recursion_of_the_rfc() -> None:
    for size in range(1, 34):
        assert root(size, rfc9162.node) == rfc9162.root(ENTRIES[:size])
        for index in range(size):
            expected = rfc9162.inclusion_proof(index, ENTRIES[:size])
            assert inclusion_proof(index, size, rfc9162.node) == expected
        for old in range(1, size):
            assert consistency_proof(old, size, rfc9162.node) == rfc9162.consistency_proof(old, ENTRIES[:size])


@quickly
@given(inclusions())
def test_every_inclusion_proof_verifies(place: tuple[int, int]) -> None:
    index, size = place
    proof = inclusion_proof(index, size, rfc9162.node)
    assert proof == rfc9162.inclusion_proof(index, ENTRIES[:size])
    verify_inclusion(LEAVES[index], index, size, proof, rfc9162.root(ENTRIES[:size]))


@quickly
@given(consistencies())
def test_every_consistency_proof_verifies(change: tuple[int, int]) -> None:
    old, new = change
    proof = consistency_proof(old, new, rfc9162.node)
    assert proof == rfc9162.consistency_proof(old, ENTRIES[:new])
    verify_consistency(old, rfc9162.root(ENTRIES[:old]), new, rfc9162.root(ENTRIES[:new]), proof)


@quickly
@given(inclusions(), st.data())
def test_no_corrupted_inclusion_proof_verifies(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    proof = data.draw(corruptions(inclusion_proof(index, size, rfc9162.node)))
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[index], index, size, proof, rfc9162.root(ENTRIES[:size]))


@quickly
@given(consistencies(), st.data())
def test_no_corrupted_consistency_proof_verifies(change: tuple[int, int], data: st.DataObject) -> None:
    old, new = change
    proof = data.draw(corruptions(consistency_proof(old, new, rfc9162.node)))
    with pytest.raises(BadProof):
        verify_consistency(old, rfc9162.root(ENTRIES[:old]), new, rfc9162.root(ENTRIES[:new]), proof)


@quickly
@given(inclusions(), inclusions())
def test_an_inclusion_proof_fits_no_other_index_or_leaf(true: tuple[int, int], other: tuple[int, int]) -> None:
    index, size = true
    wrong = other[0] % size
    proof = inclusion_proof(index, size, rfc9162.node)
    top = rfc9162.root(ENTRIES[:size])
    if wrong != index:
        with pytest.raises(BadProof):
            verify_inclusion(LEAVES[index], wrong, size, proof, top)
        with pytest.raises(BadProof):
            verify_inclusion(LEAVES[wrong], index, size, proof, top)
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[index], index, size, proof, flip(top, 8))


@quickly
@given(consistencies(), st.integers(1, len(ENTRIES)))
def test_a_consistency_proof_fits_no_other_old_tree(change: tuple[int, int], wrong: int) -> None:
    old, new = change
    proof = consistency_proof(old, new, rfc9162.node)
    old_root, new_root = rfc9162.root(ENTRIES[:old]), rfc9162.root(ENTRIES[:new])
    if wrong != old and wrong <= new:
        with pytest.raises(BadProof):
            verify_consistency(wrong, old_root, new, new_root, proof)
    for altered_old, altered_new in [(flip(old_root, 0), new_root), (old_root, flip(new_root, 0))]:
        with pytest.raises(BadProof):
            verify_consistency(old, altered_old, new, altered_new, proof)


def test_a_rewritten_history_has_no_consistency_proof() -> None:
    """Two logs that differ in one early entry: the later tree's proof does not join them."""
    rewritten = Frontier()
    rewritten.extend([leaf_hash(b"another"), *LEAVES[1:300]])
    proof = consistency_proof(300, 700, rfc9162.node)
    with pytest.raises(BadProof):
        verify_consistency(300, rewritten.root(), 700, rfc9162.root(ENTRIES[:700]), proof)


def test_the_empty_tree_is_a_beginning_of_every_tree_and_needs_no_proof() -> None:
    top = rfc9162.root(ENTRIES[:5])
    assert consistency_proof(0, 5, rfc9162.node) == []
    verify_consistency(0, EMPTY_ROOT, 5, top, [])
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    for old_root, proof in [(top, []), (EMPTY_ROOT, [top])]:
        with pytest.raises(BadProof):
            verify_consistency(0, old_root, 5, top, proof)


def test_two_roots_at_one_size_are_not_consistent() -> None:
    with pytest.raises(BadProof, match="old root"):
        verify_consistency(5, rfc9162.root(ENTRIES[:5]), 5, rfc9162.root(ENTRIES[1:6]), [])


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0), (0, 2**63)])
def test_an_index_outside_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(BadProof, match="not in the tree"):
        inclusion_proof(index, size, rfc9162.node)
    with pytest.raises(BadProof, match="not in the tree"):
        verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


def test_a_hash_of_another_length_is_refused_even_where_it_would_compare_equal() -> None:
    with pytest.raises(BadProof, match="wrong length"):
        verify_inclusion(b"x", 0, 1, [], b"x")
    with pytest.raises(BadProof, match="wrong length"):
        verify_consistency(1, b"x", 1, b"x", [])


def test_a_proof_for_a_tree_of_another_height_is_refused_though_it_leads_to_the_root() -> None:
    one, two = LEAVES[:2]
    both = node_hash(one, two)
    verify_inclusion(one, 0, 2, [two], both)
    verify_consistency(1, one, 2, both, [two])
    for size in (1, 3, 4, 5):
        with pytest.raises(BadProof, match="too long" if size == 1 else "too short"):
            verify_inclusion(one, 0, size, [two], both)
    for size in (3, 4, 5):
        with pytest.raises(BadProof, match="too short"):
            verify_consistency(1, one, size, both, [two])
    with pytest.raises(BadProof, match="too long"):
        verify_consistency(1, one, 2, node_hash(both, two), [two, two])


def test_a_tree_that_shrinks_is_refused() -> None:
    with pytest.raises(BadProof, match="larger"):
        consistency_proof(6, 5, rfc9162.node)
    with pytest.raises(BadProof, match="larger"):
        verify_consistency(6, rfc9162.root(ENTRIES[:6]), 5, rfc9162.root(ENTRIES[:5]), [])


@quickly
@given(st.lists(st.integers(0, 300), max_size=6))
def test_a_right_edge_tells_the_same_root_however_it_grew(batches: list[int]) -> None:
    frontier = Frontier()
    for batch in batches:
        added = LEAVES[frontier.size : frontier.size + batch]
        frontier.extend(added)
    assert frontier.root() == rfc9162.root(ENTRIES[: frontier.size])
    stored = Frontier(frontier.size, frontier.hashes)
    assert stored.root() == frontier.root()
    assert Frontier.of(frontier.size, rfc9162.node).hashes == frontier.hashes
    for edge in (stored, frontier):
        edge.append(leaf_hash(b"one more"))
    assert stored.root() == frontier.root() == rfc9162.root([*ENTRIES[: frontier.size - 1], b"one more"])


@pytest.mark.parametrize(("size", "hashes"), [(3, LEAVES[:1]), (4, LEAVES[:2]), (1, [b"short"])])
def test_a_right_edge_that_does_not_fit_its_size_is_refused(size: int, hashes: list[bytes]) -> None:
    with pytest.raises(Malformed, match="right edge"):
        Frontier(size, hashes)


@pytest.fixture(scope="module")
def other() -> Any:
    pymerkle = pytest.importorskip("pymerkle")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    tree.append_entries(ENTRIES)
    return tree


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 255, 256, 257, 700])
def test_pymerkle_accepts_our_roots_and_inclusion_proofs(other: Any, size: int) -> None:
    top = root(size, rfc9162.node)
    assert top == other.get_root(size)
    for index in {0, size // 3, size // 2, size - 1}:
        theirs = other.prove_inclusion(index + 1, size)
        theirs.path = [LEAVES[index], *inclusion_proof(index, size, rfc9162.node)]
        theirs.verify(LEAVES[index], top, index=index + 1, size=size)
    # pymerkle's consistency proofs are not the RFC's, so that it can only confirm the roots; Go checks our proofs.
    for old in {1, size // 2, size - 1, size} - {0}:
        theirs = other.prove_consistency(old, size)
        theirs.verify(root(old, rfc9162.node), top, prior_size=old, later_size=size)
