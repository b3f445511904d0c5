"""The Merkle tree of RFC 9162, section 2.1: hashes, roots, proofs and the right edge. FORMAT.md, "Tree".

A `Node` function gives the hash of the perfect subtree of 2**level leaves that is number `index` from the
left at that level; everything here is built from such hashes, wherever they are kept. A hash is 32 bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from custody.core.errors import BadProof, Malformed

Node = Callable[[int, int], bytes]

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def parents(row: bytes) -> bytes:
    """The hashes one level up from `row`, an even number of concatenated hashes."""
    return b"".join([sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, len(row), 64)])


def root(size: int, node: Node) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _range_root(0, size, node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Proof that leaf `index` is in the tree of `size` leaves, the leaf's sibling first. Raises BadProof."""
    check_index(index, size)
    return _path(0, index, size, node)


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Proof that the tree of `new` leaves begins with the tree of `old`. Raises BadProof if new < old.

    Empty where `old` is 0 or `new`.
    """
    proof = prefix_proof(old, new, node)
    # It climbs from the last perfect subtree of the old tree; if that is all of it, the verifier has it.
    return proof if old.bit_count() > 1 else proof[1:]


def prefix_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Proof of which root the first `old` of `new` leaves have: a consistency proof that leaves nothing out.

    Empty where `old` is 0 or `new`. Raises BadProof if new < old.
    """
    _check_order(old, new)
    if old in (0, new):
        return []
    level = _trailing_zeros(old)
    last = (old >> level) - 1
    return [node(level, last), *_path(level, last, new, node)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises BadProof unless `proof` shows the leaf hash `leaf` as number `index` under `root`.

    RFC 9162, section 2.1.3.2.
    """
    check_index(index, size)
    _check_hashes([leaf, root, *proof])
    computed = leaf
    for on_left, sibling in _climb(index, size - 1, proof):
        computed = node_hash(sibling, computed) if on_left else node_hash(computed, sibling)
    _check_root("an inclusion proof leads to another root", root, computed)


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises BadProof unless `proof` shows that the new tree begins with the old one.

    RFC 9162, section 2.1.4.2. From size 0, and to the same size, the proof is empty.
    """
    _check_order(old_size, new_size)
    _check_hashes([old_root, new_root, *proof])
    if old_size in (0, new_size):
        if proof:
            raise BadProof("a consistency proof is too long", expected="no hash", got=f"{len(proof)} hashes")
        _check_root("the old root is not its tree's", new_root if old_size else EMPTY_ROOT, old_root)
        return
    path = proof if old_size.bit_count() > 1 else [old_root, *proof]
    old_computed, new_computed = _both_roots(old_size, new_size, path)
    _check_root("a consistency proof leads to another old root", old_root, old_computed)
    _check_root("a consistency proof leads to another new root", new_root, new_computed)


def prefix_root(old_size: int, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bytes:
    """The root of the first `old_size` leaves of the tree under `new_root`, as a `prefix_proof` shows.

    Raises BadProof unless the proof leads to `new_root`.
    """
    _check_order(old_size, new_size)
    _check_hashes([new_root, *proof])
    if old_size in (0, new_size):
        if proof:
            raise BadProof("a prefix proof is too long", expected="no hash", got=f"{len(proof)} hashes")
        return new_root if old_size else EMPTY_ROOT
    old_computed, new_computed = _both_roots(old_size, new_size, proof)
    _check_root("a prefix proof leads to another root", new_root, new_computed)
    return old_computed


def checked(size: int, root: bytes, node: Node) -> Node:
    """What `node` gives of the tree of `size` leaves, as far as it is under `root`; else it raises BadProof."""

    def hash_at(level: int, index: int) -> bytes:
        value = computed = node(level, index)
        for on_left, beside in _climb(index, (size - 1) >> level, _path(level, index, size, node)):
            computed = node_hash(beside, computed) if on_left else node_hash(computed, beside)
        _check_root("a tile is not what was signed", root, computed)
        return value

    return hash_at


def sibling(level: int, index: int, size: int, node: Node) -> bytes | None:
    """What a proof in the tree of `size` takes from one level: the hash beside a subtree, None where there is none."""
    start, end = (index ^ 1) << level, ((index ^ 1) + 1) << level
    if end <= size:
        return node(level, index ^ 1)
    return _range_root(start, size, node) if start < size else None


class Frontier:
    """The right edge of a tree: the perfect subtrees that it decomposes into. Enough to append, and for the root."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """From the `.hashes` of a tree of `size`. Raises Malformed unless they are as many as it needs."""
        if len(hashes) != size.bit_count() or any(len(value) != HASH_BYTES for value in hashes):
            raise Malformed(
                "a right edge does not fit its size", expected=f"{size.bit_count()} hashes", got=len(hashes)
            )
        self.size = size
        levels = [level for level, _ in _perfect_subtrees(0, size)]
        self._edge = dict(zip(levels, reversed(hashes), strict=True))

    @classmethod
    def of(cls, size: int, node: Node) -> "Frontier":
        """The right edge of the first `size` leaves of the tree that `node` reads."""
        hashes = [node(level, index) for level, index in _perfect_subtrees(0, size)]
        return cls(size, hashes[::-1])

    @property
    def hashes(self) -> list[bytes]:
        """The hashes of the perfect subtrees, largest first, as `Frontier(size, hashes)` takes them."""
        return [self._edge[level] for level, _ in _perfect_subtrees(0, self.size)][::-1]

    def append(self, leaf: bytes) -> None:
        self.extend([leaf])

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append leaf hashes, a level at a time: about one hash a leaf, and little beside it."""
        row = b"".join(leaves)
        size, level = self.size, 0
        self.size += len(row) // HASH_BYTES
        while row:
            if size >> level & 1:
                row = self._edge.pop(level) + row
            if len(row) & HASH_BYTES:
                self._edge[level] = row[-HASH_BYTES:]
            row = parents(row[: len(row) & -64])
            level += 1

    def root(self) -> bytes:
        return root(self.size, lambda level, _: self._edge[level])


def _perfect_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, index) of the perfect subtrees of leaves start..end, smallest and rightmost first.

    `start` is a multiple of a power of two that is no smaller than the range.
    """
    for level in range((end - start).bit_length()):
        if (end - start) >> level & 1:
            yield level, (end >> level) - 1


def _range_root(start: int, end: int, node: Node) -> bytes:
    hashes = [node(level, index) for level, index in _perfect_subtrees(start, end)]
    computed = hashes[0]
    for left in hashes[1:]:
        computed = node_hash(left, computed)
    return computed


def _path(level: int, index: int, size: int, node: Node) -> list[bytes]:
    """The siblings met on the way from a perfect subtree up to the root of the tree of `size`."""
    path = []
    while (size - 1) >> level:
        beside = sibling(level, index, size, node)
        if beside is not None:
            path.append(beside)
        level, index = level + 1, index >> 1
    return path


def _climb(position: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bool, bytes]]:
    """(whether the sibling stands on the left, sibling) for each hash of a path from node `position` to the root.

    `last` is the number of the last node of that level. Raises BadProof unless the path has the length it must.
    """
    for sibling in path:
        if last == 0:
            raise BadProof("a proof is too long", got=f"{len(path)} hashes")
        on_left = position & 1 == 1 or position == last
        yield on_left, sibling
        # On the right edge, a level where the node has no right sibling adds no hash.
        shift = 1 + (_trailing_zeros(position) if on_left else 0)
        position, last = position >> shift, last >> shift
    if last:
        raise BadProof("a proof is too short", got=f"{len(path)} hashes")


def _both_roots(old_size: int, new_size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of the old tree and of the new one, from the last perfect subtree of the old and what is beside it."""
    if not path:
        raise BadProof("a proof is too short", got="0 hashes")
    level = _trailing_zeros(old_size)
    old_computed = new_computed = path[0]
    for on_left, sibling in _climb((old_size >> level) - 1, (new_size - 1) >> level, path[1:]):
        if on_left:
            old_computed = node_hash(sibling, old_computed)
            new_computed = node_hash(sibling, new_computed)
        else:
            new_computed = node_hash(new_computed, sibling)
    return old_computed, new_computed


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def check_index(index: int, size: int) -> None:
    """Raises BadProof unless the tree of `size` leaves has number `index`."""
    if not 0 <= index < size <= MAX_SIZE:
        raise BadProof("an entry is not in the tree", expected=f"an index from 0 to {size - 1}", got=index)


def _check_order(old: int, new: int) -> None:
    if not 0 <= old <= new <= MAX_SIZE:
        raise BadProof("a tree cannot begin with a larger one", expected=f"a size from 0 to {new}", got=old)


def _check_hashes(hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise BadProof("a hash has the wrong length", expected="32 bytes", got=len(value))


def _check_root(message: str, expected: bytes, got: bytes) -> None:
    if expected != got:
        raise BadProof(message, expected=expected.hex(), got=got.hex())
