"""A receipt that somebody brings, held against the log: what it proves, or by which kind of fault it proves nothing."""

from binascii import b2a_base64
from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec import Struct

from custody.core import held_receipt
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.held_receipt import Proved, Refusal, Refused
from custody.core.note import Verifier
from custody.core.proof import MAX_RECEIPT_BYTES, Receipt
from custody.ledger.ledger import Ledger
from tests.ledger.helpers import accept
from tests.world import World, begin_log, item_id, key_of


class Logs(Struct):
    """Three logs of one world: `fork` has the same name and key as `true`, and other entries from some index on."""

    true: Ledger
    fork: Ledger
    other: Ledger
    earlier: bytes
    """A receipt of `true` under a checkpoint of a smaller tree."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Logs]:
    world, drill = World(), World(origin="ledger.test/other")
    folders = [tmp_path_factory.mktemp(name) for name in ("true", "fork", "other")]
    with (
        closing(Ledger.open(begin_log(world, folders[0]))) as true,
        closing(Ledger.open(begin_log(world, folders[1]))) as fork,
        closing(Ledger.open(begin_log(drill, folders[2]))) as other,
    ):
        for one in (true, fork):
            accept(one, *world.roster[1:])
        first = world.handovers(3)
        accept(true, *first)
        earlier = true.receipt(11)
        accept(true, *world.handovers(4, first_item=3))
        accept(fork, *world.handovers(6, first_item=20))
        accept(other, *drill.roster[1:])
        assert earlier is not None
        yield Logs(true, fork, other, earlier)


def judged(log: Ledger, data: bytes) -> Proved | Refused:
    verifier = Verifier(log.vkey)
    return held_receipt.judge(data, verifier, open_checkpoint(log.checkpoint(), verifier), log.consistency)


def refusal(log: Ledger, data: bytes) -> Refusal:
    found = judged(log, data)
    assert isinstance(found, Refused), found
    return found.why


def receipt_of(log: Ledger, index: int = 12) -> bytes:
    receipt = log.receipt(index)
    assert receipt is not None
    return receipt


def test_a_receipt_of_the_log_is_proved_under_its_checkpoint_and_the_present_one(logs: Logs) -> None:
    for data, size in ((receipt_of(logs.true, 11), 18), (logs.earlier, 14)):
        found = judged(logs.true, data)
        assert isinstance(found, Proved)
        assert (found.index, found.checkpoint.size, found.published.size) == (11, size, 18)
        assert found.statement is not None
        assert found.statement.body.items == [item_id(0)]


def test_every_entry_is_proved(logs: Logs) -> None:
    for index in range(logs.true.status().size):
        assert isinstance(judged(logs.true, receipt_of(logs.true, index)), Proved)


def test_a_receipt_that_is_cut_anywhere_proves_nothing(logs: Logs) -> None:
    data = receipt_of(logs.true)
    for length in range(0, len(data), 7):
        assert refusal(logs.true, data[:length]) in (
            {Refusal.EMPTY} if not length
            else {Refusal.NO_RECEIPT} if length < len("c2sp.org/tlog-proof")
            else {Refusal.DAMAGED, Refusal.NOT_SIGNED}
        )  # fmt: skip


def test_one_flipped_bit_anywhere_proves_nothing(logs: Logs) -> None:
    data = receipt_of(logs.true)
    kinds = set()
    for at in range(0, len(data), 3):
        flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        kinds.add(refusal(logs.true, flipped))
    assert {Refusal.DAMAGED, Refusal.NOT_SIGNED, Refusal.NOT_IN_TREE} <= kinds
    assert not kinds & {Refusal.AHEAD, Refusal.SPLIT}


def test_a_receipt_of_another_log_is_said_to_be_one(logs: Logs) -> None:
    found = judged(logs.true, receipt_of(logs.other, 5))
    assert isinstance(found, Refused)
    assert (found.why, found.error and found.error.got) == (Refusal.OTHER_LOG, "ledger.test/other")


def test_a_receipt_that_somebody_else_signed_in_the_logs_name_is_not_signed(logs: Logs) -> None:
    receipt = Receipt.decode(receipt_of(logs.true))
    checkpoint = open_checkpoint(receipt.checkpoint, Verifier(logs.true.vkey))
    forged = Receipt(receipt.index, receipt.proof, checkpoint.sign(key_of("thief")), receipt.extra)
    assert refusal(logs.true, forged.encode()) is Refusal.NOT_SIGNED


def test_a_receipt_of_a_forked_log_shows_two_histories(logs: Logs) -> None:
    for index in (3, 12):
        found = judged(logs.true, receipt_of(logs.fork, index))
        assert isinstance(found, Refused)
        assert (found.why, found.checkpoint and found.checkpoint.size) == (Refusal.SPLIT, 17)


def test_a_receipt_of_more_entries_than_are_published_is_ahead(logs: Logs) -> None:
    assert refusal(logs.fork, receipt_of(logs.true)) is Refusal.AHEAD


def test_a_receipt_without_its_entry_or_with_anothers_proves_nothing(logs: Logs) -> None:
    one, other = (Receipt.decode(receipt_of(logs.true, index)) for index in (12, 13))
    assert refusal(logs.true, Receipt(one.index, one.proof, one.checkpoint).encode()) is Refusal.NO_ENTRY
    swapped = Receipt(one.index, one.proof, one.checkpoint, other.extra)
    assert refusal(logs.true, swapped.encode()) is Refusal.NOT_IN_TREE
    moved = Receipt(other.index, one.proof, one.checkpoint, one.extra)
    assert refusal(logs.true, moved.encode()) is Refusal.NOT_IN_TREE


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Refusal.EMPTY),
        (b" \n\r\n", Refusal.EMPTY),
        (b"x" * (MAX_RECEIPT_BYTES + 1), Refusal.OVERSIZE),
        (b"<script>alert(1)</script>", Refusal.NO_RECEIPT),
        (bytes(range(256)) * 8, Refusal.NO_RECEIPT),
        (b"c2sp.org/tlog-proof@v1\n", Refusal.DAMAGED),
        (b"c2sp.org/tlog-proof@v2\nindex 0\n\nx\n", Refusal.DAMAGED),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 10_000, Refusal.DAMAGED),
    ],
)
def test_what_is_no_receipt_is_said_not_to_be_one(logs: Logs, data: bytes, why: Refusal) -> None:
    assert refusal(logs.true, data) is why


def test_a_proof_that_is_too_long_is_refused(logs: Logs) -> None:
    head, _, rest = receipt_of(logs.true).partition(b"\n\n")
    assert refusal(logs.true, head + b"\n" + b2a_base64(bytes(32)) * 70 + b"\n" + rest) is Refusal.OVERSIZE


def test_an_empty_tree_proves_nothing(logs: Logs) -> None:
    one = Receipt.decode(receipt_of(logs.true))
    empty = Checkpoint("ledger.test/drill", 0, bytes(32)).sign(key_of("log"))
    assert refusal(logs.true, Receipt(0, (), empty, one.extra).encode()) is Refusal.NOT_IN_TREE
