"""What the ledger shows: tiles, entries, proofs, devices, items, roster."""

import pytest

from custody.core import tiles
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import BadProof, Malformed
from custody.core.merkle import leaf_hash, verify_consistency
from custody.core.note import Verifier
from custody.core.proof import check_receipt
from custody.ledger.ledger import Ledger
from tests.ledger.helpers import accept, all_entries
from tests.world import World


def published(ledger: Ledger) -> Checkpoint:
    return open_checkpoint(ledger.checkpoint(), Verifier(ledger.vkey))


def test_every_tile_and_bundle_of_every_published_size_is_served(world: World, ledger: Ledger) -> None:
    sizes = [ledger.status().size]
    for count in (1, 250, 300):
        accept(ledger, *world.handovers(count))
        sizes.append(ledger.status().size)
    entries = all_entries(ledger)
    hashes = [leaf_hash(entry) for entry in entries]
    for size in sizes:
        expected = tiles.grow(0, hashes[:size], lambda *_: b"")
        assert [tile[:3] for tile in expected] == tiles.tiles_of(size)
        for level, n, width, data in expected:
            assert ledger.tile(level, n, width) == data
            if level == 0:
                assert tiles.bundle_decode(ledger.entries(n, width), width) == entries[n * 256 : n * 256 + width]


@pytest.mark.parametrize(
    ("level", "n", "width"),
    [(0, 0, 0), (0, 0, 257), (0, 0, 12), (0, 1, 1), (1, 0, 1), (63, 0, 1), (64, 0, 1), (-1, 0, 1), (0, -1, 1)],
)
def test_a_tile_that_no_checkpoint_had_is_not_there(ledger: Ledger, level: int, n: int, width: int) -> None:
    assert ledger.status().size == 11
    assert ledger.tile(level, n, width) is None
    if level == 0:
        assert ledger.entries(n, width) is None


def test_every_published_checkpoint_is_consistent_with_every_later_one(world: World, ledger: Ledger) -> None:
    checkpoints = [published(ledger)]
    for count in (1, 3, 260, 17):
        accept(ledger, *world.handovers(count))
        checkpoints.append(published(ledger))
    for at, old in enumerate(checkpoints):
        for new in checkpoints[at:]:
            proof = ledger.consistency(old.size, new.size)
            verify_consistency(old.size, old.root, new.size, new.root, proof)


@pytest.mark.parametrize(("old", "new"), [(0, 12), (12, 11), (5, 4), (-1, 5)])
def test_there_is_no_proof_between_sizes_that_the_log_has_not(ledger: Ledger, old: int, new: int) -> None:
    with pytest.raises(BadProof):
        ledger.consistency(old, new)


def test_an_old_entry_has_a_receipt_under_the_newest_checkpoint(
    world: World, ledger: Ledger, verifier: Verifier
) -> None:
    accept(ledger, *world.handovers(300))
    for index in (0, 5, 255, 256, 310):
        assert check_receipt(ledger.receipt(index), verifier) == (index, ledger.entry(index), published(ledger))


@pytest.mark.parametrize("index", [-1, 11])
def test_an_entry_that_is_not_there_has_neither_bytes_nor_receipt(ledger: Ledger, index: int) -> None:
    assert ledger.entry(index) is None
    assert ledger.receipt(index) is None


def test_a_statement_is_found_by_its_id(world: World, ledger: Ledger) -> None:
    handover = world.handover()
    assert ledger.statement(handover.id) is None
    [answer] = accept(ledger, handover)
    assert ledger.statement(handover.id) == answer.index
    for text in ("", handover.id.upper(), handover.id[:-1], handover.id + "\n"):
        with pytest.raises(Malformed):
            ledger.statement(text)


def test_a_device_is_shown_with_its_chain(world: World, ledger: Ledger) -> None:
    chain = world.devices[1]
    view = ledger.device(chain.key.keyid)
    assert (view.role, view.site, view.index, view.revoked) == ("device", world.sites[1], 6, None)
    assert (view.seq, view.head, view.missing, view.forks) == (0, None, [], [])
    accept(ledger, *world.handovers(4))
    view = ledger.device(chain.key.keyid)
    assert (view.seq, view.head) == (chain.seq, chain.head)
    assert ledger.device("f" * 64) is None


def test_the_roster_is_listed_by_index(world: World, ledger: Ledger) -> None:
    accept(ledger, *world.handovers(3))
    [answer] = accept(ledger, world.revoke(world.devices[0].key.keyid))
    assert ledger.roster() == [*range(11), answer.index]
    assert ledger.roster(after=8) == [9, 10, answer.index]
    assert ledger.roster(after=2, limit=2) == [3, 4]
    assert ledger.roster(after=answer.index) == []


def test_the_status_is_that_of_the_published_checkpoint(world: World, ledger: Ledger) -> None:
    [answer] = accept(ledger, world.handover())
    status = ledger.status()
    assert (status.size, status.root) == (12, published(ledger).root.hex())
    assert (status.received, status.queued, status.alive, status.fault) == (answer.received, 0, True, None)
    ledger.close()
    assert not ledger.status().alive
