"""The processes that parse and verify: what they answer, and what becomes of it when one ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from custody.core.errors import BadSignature, CustodyError, Malformed
from custody.ledger.ledger import Ledger
from custody.ledger.seen import Seen
from custody.ledger.seen import look as look_at
from custody.ledger.verifiers import FEW, SHARE, Verifiers
from tests.ledger.helpers import accept, kinds, submit
from tests.world import World

MANY = 3 * SHARE
WORLD = World()
HANDOVERS = WORLD.handovers(MANY, devices=1)
DEVICE = WORLD.devices[0].key
KEYS = {key.keyid: key.public for key in [DEVICE, *WORLD.handlers]}


def forged(envelope: bytes) -> bytes:
    """With its first two signatures swapped."""
    members = msgspec.json.decode(envelope)
    first, second, *others = members["signatures"]
    members["signatures"] = [first | {"sig": second["sig"]}, second | {"sig": first["sig"]}, *others]
    return msgspec.json.encode(members, order="sorted")


def envelopes(count: int, *wrong: int) -> list[bytes]:
    """Handovers; those numbered `wrong` are forged."""
    return [
        forged(handover.envelope) if number in wrong else handover.envelope
        for number, handover in enumerate(HANDOVERS[:count])
    ]


def look(verifiers: Verifiers, count: int, *wrong: int) -> list[str]:
    """The ids that are seen, or the kinds of the faults."""
    return [one.id if isinstance(one, Seen) else one.kind for one in verifiers.look(envelopes(count, *wrong), KEYS)]


def expected(count: int, *wrong: int) -> list[str]:
    return ["bad-signature" if number in wrong else one.id for number, one in enumerate(HANDOVERS[:count])]


def running() -> set[int]:
    """The process ids of the verifiers that this process has started, through the server that forks them."""
    servers = [process for process in children(os.getpid()) if b"forkserver" in command(process)]
    return {process for server in servers for process in children(server)}


def children(process: int) -> list[int]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for text in lists for child in text.read_text().split()]


def command(process: int) -> bytes:
    """Empty once it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture
def verifiers() -> Iterator[Verifiers]:
    opened = Verifiers(2)
    yield opened
    opened.close()


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, SHARE + 1, MANY])
def test_of_any_number_of_statements_exactly_the_forged_ones_are_refused(verifiers: Verifiers, count: int) -> None:
    assert look(verifiers, count) == expected(count)
    assert look(verifiers, count, 0, count - 1) == expected(count, 0, count - 1)


@pytest.mark.parametrize("copies", [1, FEW + 1], ids=["here", "in a process"])
def test_what_is_seen_of_a_statement_is_what_it_says(verifiers: Verifiers, copies: int) -> None:
    handover = HANDOVERS[1]
    body = handover.body
    seen = Seen(handover.id, body.log, body.issuer, body.seq, body.prev, True, [])
    assert verifiers.look([handover.envelope] * copies, KEYS) == [seen] * copies


@pytest.mark.parametrize("copies", [1, FEW + 1], ids=["here", "in a process"])
def test_signatures_of_unknown_keys_are_unverified_and_all_are_where_the_issuer_is_unknown(
    verifiers: Verifiers, copies: int
) -> None:
    signers = HANDOVERS[0].body.signers
    without_issuer = {key: KEYS[key] for key in KEYS if key != DEVICE.keyid}
    for keys, unverified in (
        ({DEVICE.keyid: DEVICE.public}, [key for key in signers if key != DEVICE.keyid]),
        (without_issuer, signers),
    ):
        for seen in verifiers.look([HANDOVERS[0].envelope] * copies, keys):
            assert isinstance(seen, Seen)
            assert seen.unverified == unverified


@pytest.mark.parametrize("copies", [1, FEW + 1], ids=["here", "in a process"])
def test_a_fault_is_named_wherever_it_was_found(verifiers: Verifiers, copies: int) -> None:
    good = HANDOVERS[0].envelope
    for bad, error in ((good + b" ", Malformed), (b"[" * 60_000, Malformed), (forged(good), BadSignature)):
        for found in verifiers.look([bad] * copies, KEYS):
            assert isinstance(found, CustodyError)
            assert isinstance(found, error)


def test_a_few_statements_start_no_process(verifiers: Verifiers) -> None:
    before = running()
    look(verifiers, FEW)
    assert running() == before
    look(verifiers, FEW + 1)
    assert len(running() - before) == 1


def test_requests_at_once_get_their_own_answers(verifiers: Verifiers) -> None:
    answers: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        answers[number] = look(verifiers, MANY, number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: expected(MANY, number) for number in range(6)}


def test_when_a_process_has_been_killed_the_answer_is_the_same_and_another_takes_its_place(
    verifiers: Verifiers,
) -> None:
    before = running()
    look(verifiers, MANY)
    first = running() - before
    for process in first:
        os.kill(process, signal.SIGKILL)
    assert look(verifiers, MANY, 7) == expected(MANY, 7)
    assert look(verifiers, MANY, 8) == expected(MANY, 8)
    second = running() - before
    assert second
    assert not second & first


def test_signals_that_are_meant_for_the_ledger_do_not_end_a_process(verifiers: Verifiers) -> None:
    before = running()
    look(verifiers, MANY)
    started = running() - before
    for process in started:
        os.kill(process, signal.SIGTERM)
        os.kill(process, signal.SIGINT)
    assert look(verifiers, MANY) == expected(MANY)
    assert running() - before == started


def test_closing_ends_the_processes(verifiers: Verifiers) -> None:
    before = running()
    look(verifiers, MANY)
    assert running() - before
    verifiers.close()
    verifiers.close()
    assert running() == before


def test_the_processes_end_with_a_ledger_that_is_killed() -> None:
    asking = (
        "from tests.ledger.test_verifiers import *\n"
        "if __name__ == '__main__':\n"
        "    kept = Verifiers(2)\n"
        "    look(kept, MANY)\n"
        "    print(*running(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    ledger = subprocess.Popen(
        [sys.executable, "-c", asking], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert ledger.stdout is not None
    processes = [int(word) for word in ledger.stdout.readline().split()]
    assert processes
    assert all(map(command, processes))
    ledger.kill()
    ledger.wait()
    deadline = time.monotonic() + 20
    while any(map(command, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(command, processes))


def test_a_swapped_signature_in_a_large_batch_is_refused_alone(world: World, ledger: Ledger) -> None:
    sent = [handover.envelope for handover in world.handovers(2 * FEW)]
    sent[5] = forged(sent[5])
    answers = kinds(ledger.submit(sent))
    assert answers.pop(5) == "bad-signature"
    assert set(answers) == set(kinds(accept(ledger, world.handover())))


def test_a_large_batch_is_taken_though_the_processes_were_killed(world: World, ledger: Ledger) -> None:
    submit(ledger, *world.handovers(2 * FEW))
    for process in running():
        os.kill(process, signal.SIGKILL)
    accept(ledger, *world.handovers(2 * FEW))


def test_a_refusal_holds_nothing_of_its_batch() -> None:
    found = look_at([b"no statement"], {})
    assert [one.__traceback__ for one in found if isinstance(one, Malformed)] == [None]
