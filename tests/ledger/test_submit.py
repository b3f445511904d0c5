"""What the ledger takes, what it refuses, and what it answers."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from custody.core import entry
from custody.core.errors import Oversize, QuotaExceeded
from custody.core.note import Verifier
from custody.core.proof import check_receipt
from custody.core.statement import Statement
from custody.ledger import chains, engine, fsck, sequencer
from custody.ledger.ledger import Ledger
from custody.ledger.views import Accepted
from tests.ledger.helpers import accept, all_entries, kinds, submit
from tests.world import World, begin_log, key_of


def altered(statement: Statement, **changes: object) -> bytes:
    envelope = msgspec.json.decode(statement.envelope) | changes
    return msgspec.json.encode(envelope, order="sorted")


def test_every_statement_is_answered_in_order_with_a_receipt_of_its_exact_bytes(
    world: World, ledger: Ledger, verifier: Verifier
) -> None:
    handovers = world.handovers(7)
    answers = accept(ledger, *handovers)
    first = len(world.roster)
    assert [answer.index for answer in answers] == list(range(first, first + 7))
    for statement, answer in zip(handovers, answers, strict=True):
        index, data, checkpoint = check_receipt(answer.receipt, verifier)
        assert (index, entry.decode(data)) == (answer.index, (statement.envelope, answer.received))
        assert (answer.id, answer.link, answer.missing, answer.duplicate) == (statement.id, "ok", [], False)
        assert checkpoint.size == ledger.status().size


def test_receipts_can_wait(world: World, ledger: Ledger, verifier: Verifier) -> None:
    [answer] = ledger.submit([world.handover().envelope], receipts=False)
    assert isinstance(answer, Accepted)
    assert answer.receipt is None
    assert check_receipt(ledger.receipt(answer.index), verifier)[0] == answer.index


def test_a_statement_sent_again_is_not_logged_again(world: World, ledger: Ledger) -> None:
    handover = world.handover()
    [first] = accept(ledger, handover)
    size = ledger.status().size
    again, and_again = accept(ledger, handover, handover)
    assert (again.index, again.received, again.duplicate) == (first.index, first.received, True)
    assert and_again == again
    assert ledger.status().size == size


def test_a_statement_twice_in_one_batch_is_logged_once(world: World, ledger: Ledger) -> None:
    handover = world.handover()
    first, second = accept(ledger, handover, handover)
    assert (first.index, first.duplicate, second.index, second.duplicate) == (first.index, False, first.index, True)


def test_another_set_of_signatures_does_not_make_a_second_statement(world: World, ledger: Ledger) -> None:
    handover = world.handover()
    [first] = accept(ledger, handover)
    # Signatures of a key that is not enrolled are not judged yet: here the handler's is stripped altogether.
    stripped = altered(handover, signatures=msgspec.json.decode(handover.envelope)["signatures"][:-1])
    [answer] = ledger.submit([stripped])
    assert kinds([answer]) == ["bad-signature"]
    assert ledger.statement(handover.id) == first.index


def test_the_authentic_part_of_a_batch_is_accepted_when_another_part_is_refused(world: World, ledger: Ledger) -> None:
    good = world.handovers(2)
    stranger = World(seed="stranger").handover()
    foreign = World(origin="ledger.test/other").handover()
    other = world.handover()
    signatures = msgspec.json.decode(other.envelope)["signatures"]
    swapped = [{**signatures[0], "sig": signatures[1]["sig"]}, *signatures[1:]]
    answers = ledger.submit(
        [
            good[0].envelope,
            b"{}",
            stranger.envelope,
            foreign.envelope,
            altered(other, signatures=swapped),
            b" " + good[0].envelope,
            good[1].envelope,
        ]
    )
    assert kinds(answers) == [
        "accepted",
        "malformed",
        "unknown-issuer",
        "wrong-log",
        "bad-signature",
        "malformed",
        "accepted",
    ]


def test_an_unknown_issuer_is_taken_once_it_is_enrolled(world: World, ledger: Ledger) -> None:
    enrolment = world.enrol_device(key_of("late device"))
    handover = world.handover(device=2)
    assert kinds(submit(ledger, handover)) == ["unknown-issuer"]
    assert kinds(submit(ledger, enrolment, handover)) == ["accepted", "accepted"]


def test_a_forged_event_in_the_batch_that_enrols_its_device_is_refused(world: World, ledger: Ledger) -> None:
    enrolment = world.enrol_device(key_of("late device"))
    handover = world.handover(device=2)
    signatures = msgspec.json.decode(handover.envelope)["signatures"]
    forged = [{**one, "sig": signatures[0]["sig"]} for one in signatures]
    answers = ledger.submit([enrolment.envelope, altered(handover, signatures=forged)])
    assert kinds(answers) == ["accepted", "bad-signature"]


def test_a_gap_is_accepted_named_and_closed_by_what_was_missing(world: World, ledger: Ledger) -> None:
    first, second, third, fourth = world.handovers(4, devices=1)
    accept(ledger, first)
    [answer] = accept(ledger, fourth)
    assert (answer.link, answer.missing) == ("gap", [(2, 3)])
    [answer] = accept(ledger, third)
    assert (answer.link, answer.missing) == ("gap", [(2, 2)])
    [answer] = accept(ledger, second)
    assert (answer.link, answer.missing) == ("ok", [])
    assert ledger.device(world.devices[0].key.keyid).seq == 4


def test_what_comes_again_is_found_wherever_in_its_chain_it_stands(world: World, ledger: Ledger) -> None:
    first, second, third, fourth, fifth = world.handovers(5, devices=1)
    fork = world.handover(at=(2, first.id), items=["8004/952other"])
    before = accept(ledger, first, fourth, second, fork)
    again = accept(ledger, fork, third, fourth, third, fifth, first, second, fifth)
    assert [answer.duplicate for answer in again] == [True, False, True, True, False, True, True, True]
    index = {answer.id: answer.index for answer in before + again}
    assert [answer.index for answer in again] == [index[answer.id] for answer in again]
    assert sorted(index.values()) == list(range(len(world.roster), len(world.roster) + 6))


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_a_fork_is_accepted_and_named(world: World, ledger: Ledger, together: bool) -> None:
    first, second = world.handovers(2, devices=1)
    fork = world.handover(at=(2, first.id), items=["8004/952other"])
    answers = accept(ledger, first, second, fork) if together else [accept(ledger, s)[0] for s in (first, second, fork)]
    assert [answer.link for answer in answers] == ["ok", "ok", "fork"]
    view = ledger.device(world.devices[0].key.keyid)
    assert (view.seq, view.head, view.forks) == (2, second.id, [answers[2].index])


def test_a_late_parent_that_its_child_does_not_name_is_a_fork(world: World, ledger: Ledger) -> None:
    first, second, third = world.handovers(3, devices=1)
    fork = world.handover(at=(2, first.id), items=["8004/952other"])
    assert [answer.link for answer in accept(ledger, first, third, fork, second)] == ["ok", "gap", "fork", "fork"]


def test_a_roster_statement_without_effect_says_why_also_when_sent_again(world: World, ledger: Ledger) -> None:
    again = world.revoke("f" * 64)
    for _ in range(2):
        [answer] = accept(ledger, again)
        assert answer.effect == "key-unknown"


def test_a_roster_statement_before_its_parent_is_refused_for_now(world: World, ledger: Ledger) -> None:
    first, second = (world.revoke(chain.key.keyid) for chain in world.devices)
    assert kinds(submit(ledger, second)) == ["roster-gap"]
    assert kinds(submit(ledger, first, second)) == ["accepted", "accepted"]


def test_a_revoked_device_is_still_heard(world: World, ledger: Ledger) -> None:
    accept(ledger, world.revoke(world.devices[0].key.keyid), world.handover())
    assert ledger.device(world.devices[0].key.keyid).revoked == "lost"


def test_a_key_has_its_quota_and_others_theirs(world: World, tmp_path: Path) -> None:
    ledger = Ledger.open(begin_log(world, tmp_path, rate=0.001, burst=12))
    accept(ledger, *world.roster)
    answers = submit(ledger, *world.handovers(14, devices=1), world.handover(device=1))
    assert kinds(answers) == ["accepted"] * 12 + ["quota-exceeded"] * 2 + ["accepted"]
    assert isinstance(answers[12], QuotaExceeded)
    assert answers[12].retry
    assert kinds(submit(ledger, world.handover(), world.handover(device=1))) == ["quota-exceeded", "accepted"]
    ledger.close()


def test_what_does_not_parse_is_none_of_the_statements_that_its_key_may_send(world: World, tmp_path: Path) -> None:
    ledger = Ledger.open(begin_log(world, tmp_path, rate=0.001, burst=12))
    accept(ledger, *world.roster)
    good = [handover.envelope for handover in world.handovers(13, devices=1)]
    too_deep = b'{"a":' + b"[" * 60_000
    answers = kinds(ledger.submit([good[0] + b" ", *good, too_deep]))
    assert answers == ["malformed", *["accepted"] * 12, "quota-exceeded", "malformed"]
    ledger.close()


def test_forged_statements_do_not_use_up_the_quota_of_the_key_they_name(world: World, tmp_path: Path) -> None:
    ledger = Ledger.open(begin_log(world, tmp_path, rate=0.001, burst=12))
    accept(ledger, *world.roster)
    handovers = world.handovers(12, devices=1)
    forged = []
    for handover in handovers:
        signatures = msgspec.json.decode(handover.envelope)["signatures"]
        forged.append(altered(handover, signatures=[{**one, "sig": signatures[0]["sig"]} for one in signatures]))
    assert set(kinds(ledger.submit(forged))) == {"bad-signature"}
    accept(ledger, *handovers)
    ledger.close()


def test_what_anybody_can_read_in_the_log_and_send_again_does_not_use_up_a_quota(world: World, tmp_path: Path) -> None:
    ledger = Ledger.open(begin_log(world, tmp_path, rate=0.001, burst=12))
    accept(ledger, *world.roster)
    logged = world.handovers(6, devices=1)
    accept(ledger, *logged)
    for _ in range(3):
        assert all(answer.duplicate for answer in accept(ledger, *logged))
    answers = submit(ledger, *world.handovers(7, devices=1))
    assert kinds(answers) == ["accepted"] * 6 + ["quota-exceeded"]
    ledger.close()


def test_a_chain_in_too_many_pieces_takes_only_what_joins_them(
    world: World, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains, "MOST_RANGES", 3)
    mine = world.handovers(9, devices=1)
    accept(ledger, mine[0], mine[2], mine[4])
    [refused] = submit(ledger, mine[8])
    assert isinstance(refused, QuotaExceeded)
    assert refused.retry
    accept(ledger, mine[5], mine[3], mine[8], mine[0])
    assert kinds(submit(ledger, mine[6])) == ["accepted"]


@pytest.mark.parametrize("count", [0, 11])
def test_a_batch_of_a_wrong_size_is_refused_whole(world: World, tmp_path: Path, count: int) -> None:
    ledger = Ledger.open(begin_log(world, tmp_path, max_batch=10))
    with pytest.raises(Oversize):
        ledger.submit([world.root_statement.envelope] * count)
    ledger.close()


def test_what_many_senders_send_at_once_is_logged_once_each(world: World, ledger: Ledger, verifier: Verifier) -> None:
    handovers = world.handovers(240)
    batches = [handovers[at : at + 20] for at in range(0, 240, 20)] * 2
    answers: list[Accepted] = []

    def send(mine: list[list[Statement]]) -> None:
        for batch in mine:
            answers.extend(accept(ledger, *batch))

    threads = [threading.Thread(target=send, args=(batches[number::6],)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.index for answer in answers}) == 240
    assert sum(not answer.duplicate for answer in answers) == 240
    for answer in answers:
        assert check_receipt(answer.receipt, verifier)[0] == answer.index


@pytest.fixture
def rounds(world: World, tmp_path: Path) -> Iterator[tuple[Ledger, list[str]]]:
    """A ledger, and the rounds that it has begun."""
    steps: list[str] = []
    ledger = Ledger.open(begin_log(world, tmp_path), hook=lambda step: steps.append(step) if "before" in step else None)
    accept(ledger, *world.roster)
    steps.clear()
    yield ledger, steps
    ledger.close()


def test_a_round_waits_for_what_is_on_its_way(
    world: World, rounds: tuple[Ledger, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "GATHER_S", 60)
    ledger, begun = rounds
    senders = [threading.Thread(target=accept, args=(ledger, handover)) for handover in world.handovers(3)]
    with ledger._sequencer.coming():
        for sender in senders:
            sender.start()
        while ledger.status().queued < 3 and not begun:
            senders[0].join(0.01)
        assert not begun
    for sender in senders:
        sender.join()
    assert len(begun) == 1


@pytest.mark.parametrize(("name", "value"), [("GATHER_S", 0.01), ("ENOUGH", 2)])
def test_a_round_waits_neither_for_long_nor_once_it_has_enough(
    world: World, rounds: tuple[Ledger, list[str]], monkeypatch: pytest.MonkeyPatch, name: str, value: float
) -> None:
    monkeypatch.setattr(sequencer, "GATHER_S", 60)
    monkeypatch.setattr(sequencer, name, value)
    ledger, begun = rounds
    with ledger._sequencer.coming():
        accept(ledger, *world.handovers(2))
    assert len(begun) == 1


def test_a_forgotten_chain_head_is_read_again(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "HEADS", 1)
    many = World(devices=5)
    ledger = Ledger.open(begin_log(many, tmp_path))
    accept(ledger, *many.roster)
    for _ in range(3):
        assert {answer.link for answer in accept(ledger, *many.handovers(7))} == {"ok"}
        assert len(ledger._sequencer._chains.heads()) == 1
    ledger.close()


@pytest.mark.parametrize("journal", ["WAL", engine.ROLLBACK])
def test_with_either_journal_readers_and_the_writer_get_along(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str
) -> None:
    if journal == engine.ROLLBACK:
        monkeypatch.setattr(engine, "DRIVER", sqlite3)
    monkeypatch.setattr(engine, "JOURNAL", journal)
    ledger = Ledger.open(begin_log(world, tmp_path))
    accept(ledger, *world.roster)
    reading = threading.Event()

    def read() -> None:
        while not reading.is_set():
            assert ledger.tile(0, 0, 11)
            assert ledger.receipt(5)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(10):
        accept(ledger, *world.handovers(5))
    reading.set()
    for reader in readers:
        reader.join()
    with ledger._store._writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar().upper() == journal
    # A journal that is unlinked to commit could be back after a power cut.
    assert (ledger.config.data / "ledger.db-journal").exists() == (journal == engine.ROLLBACK)
    ledger.close()
    assert list(fsck.check(ledger.config)) == []


def test_received_never_decreases(world: World, ledger: Ledger) -> None:
    for handover in world.handovers(5):
        accept(ledger, handover)
    times = [entry.decode(data)[1] for data in all_entries(ledger)]
    assert times == sorted(times)
