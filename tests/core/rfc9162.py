"""The tree of RFC 9162, section 2.1, as its recursive definitions read: slow, and obviously the text."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

ENTRIES = tuple(b"entry %d" % number for number in range(1100))


def root(entries: Sequence[bytes]) -> bytes:
    """MTH(D_n), section 2.1.1."""
    if not entries:
        return sha256(b"").digest()
    return _range_root(tuple(entries), 0, len(entries))


def inclusion_proof(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D_n), section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = _split(len(entries))
    if index < k:
        return [*inclusion_proof(index, entries[:k]), root(entries[k:])]
    return [*inclusion_proof(index - k, entries[k:]), root(entries[:k])]


def consistency_proof(old: int, entries: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D_n), section 2.1.4.1, for 0 < m < n."""
    return _subproof(old, entries, True)


def node(level: int, index: int) -> bytes:
    """The perfect subtree of the tree of `ENTRIES`, as merkle.Node."""
    return _range_root(ENTRIES, index << level, (index + 1) << level)


def _subproof(old: int, entries: Sequence[bytes], whole: bool) -> list[bytes]:
    if old == len(entries):
        return [] if whole else [root(entries)]
    k = _split(len(entries))
    if old <= k:
        return [*_subproof(old, entries[:k], whole), root(entries[k:])]
    return [*_subproof(old - k, entries[k:], False), root(entries[:k])]


@lru_cache(maxsize=100_000)
def _range_root(entries: tuple[bytes, ...], start: int, end: int) -> bytes:
    if end - start == 1:
        return sha256(b"\x00" + entries[start]).digest()
    k = start + _split(end - start)
    return sha256(b"\x01" + _range_root(entries, start, k) + _range_root(entries, k, end)).digest()


def _split(n: int) -> int:
    """The largest power of two smaller than n."""
    return 1 << (n - 1).bit_length() - 1
