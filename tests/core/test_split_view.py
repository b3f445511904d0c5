"""Two signed checkpoints: what they prove by themselves, and with a prefix proof."""

import pytest

from custody.core import note
from custody.core.checkpoint import Checkpoint
from custody.core.errors import BadProof, BadSignature, Malformed, NewerFormat, Oversize
from custody.core.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, prefix_proof, prefix_root
from custody.core.note import Verifier
from custody.core.split_view import MAX_PAIR_BYTES, Pair, Relation
from tests.world import key_of

ORIGIN = "ledger.test/2029"
KEY = key_of("log")
VERIFIER = Verifier(note.encode_vkey(ORIGIN, KEY.public))
ENTRIES = [b"entry %d" % index for index in range(20)]
OTHERS = [*ENTRIES[:5], *(b"other %d" % index for index in range(15))]
"""Another history from entry 5 on."""


class Log:
    """Signed checkpoints, and prefix proofs, of any size."""

    def __init__(self, entries: list[bytes]) -> None:
        self.hashes = [leaf_hash(entry) for entry in entries]

    def node(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.hashes[index]
        return node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))

    def root(self, size: int) -> bytes:
        tree = Frontier()
        tree.extend(self.hashes[:size])
        return tree.root()

    def note(self, size: int) -> bytes:
        return Checkpoint(ORIGIN, size, self.root(size)).sign(KEY)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return tuple(prefix_proof(old, new, self.node))


LOG, OTHER = Log(ENTRIES), Log(OTHERS)


@pytest.mark.parametrize("new", range(1, 21))
def test_a_prefix_proof_shows_the_root_of_each_smaller_size(new: int) -> None:
    for old in range(new + 1):
        assert prefix_root(old, new, LOG.root(new), LOG.proof(old, new)) == LOG.root(old)


@pytest.mark.parametrize(("old", "new"), [(4, 9), (6, 9), (8, 16)])
def test_a_prefix_proof_with_a_hash_changed_missing_or_added_shows_nothing(old: int, new: int) -> None:
    proof = LOG.proof(old, new)
    for wrong in ((), proof[1:], proof[:-1], (*proof, bytes(32)), (bytes(32), *proof[1:]), (proof[0][:31], *proof[1:])):
        with pytest.raises(BadProof):
            prefix_root(old, new, LOG.root(new), wrong)


def pair(smaller: bytes, larger: bytes, proof: tuple[bytes, ...] = ()) -> Relation:
    """The relation of what was written and read again."""
    return Pair.decode(Pair(smaller, larger, proof).encode()).relation(VERIFIER)


def test_one_size_and_two_roots_prove_two_histories_by_themselves() -> None:
    assert pair(LOG.note(9), OTHER.note(9)) is Relation.SPLIT
    assert pair(LOG.note(9), LOG.note(9)) is Relation.SAME
    assert pair(LOG.note(5), OTHER.note(5)) is Relation.SAME


@pytest.mark.parametrize(("old", "new"), [(6, 9), (8, 16), (9, 20)])
def test_two_sizes_need_a_proof_from_the_larger_tree(old: int, new: int) -> None:
    assert pair(LOG.note(old), OTHER.note(new), OTHER.proof(old, new)) is Relation.SPLIT
    assert pair(LOG.note(old), LOG.note(new), LOG.proof(old, new)) is Relation.SAME
    assert pair(LOG.note(old), OTHER.note(new)) is Relation.UNPROVED
    with pytest.raises(BadProof):
        pair(LOG.note(old), OTHER.note(new), LOG.proof(old, new))


def test_an_empty_log_begins_every_history_but_not_under_another_root() -> None:
    empty, false = (Checkpoint(ORIGIN, 0, root).sign(KEY) for root in (EMPTY_ROOT, bytes(32)))

    assert pair(empty, LOG.note(9)) is Relation.SAME
    assert pair(false, LOG.note(9)) is Relation.SPLIT


def test_a_checkpoint_that_another_key_signed_proves_nothing() -> None:
    forged = Checkpoint(ORIGIN, 9, OTHER.root(9)).sign(key_of("thief"))

    with pytest.raises(BadSignature):
        pair(LOG.note(9), forged)


def test_the_larger_checkpoint_does_not_stand_first() -> None:
    with pytest.raises(Malformed, match="order"):
        pair(LOG.note(9), LOG.note(6))


def test_the_file_is_text_that_anyone_can_cut_apart() -> None:
    smaller, larger, proof = LOG.note(8), OTHER.note(9), OTHER.proof(8, 9)

    parts = Pair(smaller, larger, proof).encode().decode().split("\n\n")

    assert parts[0] == "custody-two-checkpoints/v1"
    assert f"{parts[1]}\n\n{parts[2]}\n".encode() == smaller
    assert f"{parts[3]}\n\n{parts[4]}\n".encode() == larger
    assert len(parts[5].splitlines()) == len(proof)


GOOD = Pair(LOG.note(8), OTHER.note(9), OTHER.proof(8, 9)).encode()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Malformed),
        (GOOD[:-1], Malformed),
        (GOOD + b"\n", Malformed),
        (GOOD.replace(b"\n\n", b"\n\n\n", 1), BadSignature),
        (GOOD.rpartition(b"\n\n")[0], Malformed),
        (GOOD.replace(b"/v1", b"/v2", 1), NewerFormat),
        (GOOD.replace(b"custody", b"costudy", 1), Malformed),
        (GOOD + bytes(MAX_PAIR_BYTES), Oversize),
        (Pair(LOG.note(8), LOG.note(9), tuple(bytes(32) for _ in range(65))).encode(), BadProof),
    ],
)
def test_a_file_in_any_other_spelling_is_refused(data: bytes, error: type[Exception]) -> None:
    assert Pair.decode(GOOD).relation(VERIFIER) is Relation.SPLIT
    with pytest.raises(error):
        Pair.decode(data).relation(VERIFIER)
