"""The processes that verify signatures: what they answer, and what becomes of it when one ends."""

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

from custody.ledger.ledger import Ledger
from custody.ledger.verifiers import FEW, SHARE, Task, Verifiers
from tests.ledger.helpers import accept, kinds, submit
from tests.world import World, key_of

KEY = key_of("signer")
MANY = 3 * SHARE


def tasks(count: int, *wrong: int) -> list[Task]:
    """Messages, each signed by the one key; the signatures of those numbered `wrong` are other messages'."""
    messages = [f"message {number}".encode() for number in range(count)]
    signatures = [KEY.sign(message + b"!" * (number in wrong)) for number, message in enumerate(messages)]
    return [Task(message, [(KEY.public, sig)]) for message, sig in zip(messages, signatures, strict=True)]


def expected(count: int, *wrong: int) -> list[bool]:
    return [number not in wrong for number in range(count)]


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
def test_of_any_number_of_signatures_exactly_the_wrong_ones_do_not_hold(verifiers: Verifiers, count: int) -> None:
    assert verifiers.verify(tasks(count)) == expected(count)
    assert verifiers.verify(tasks(count, 0, count - 1)) == expected(count, 0, count - 1)


def test_a_task_holds_only_if_all_its_signatures_do(verifiers: Verifiers) -> None:
    message, other = b"message", key_of("other")
    right = [(KEY.public, KEY.sign(message)), (other.public, other.sign(message))]
    swapped = [(KEY.public, other.sign(message)), (other.public, KEY.sign(message))]
    asked = [Task(message, right), Task(message, swapped), Task(message, [*right, *swapped])]
    assert verifiers.verify(asked * FEW) == [True, False, False] * FEW


def test_a_few_signatures_start_no_process(verifiers: Verifiers) -> None:
    before = running()
    verifiers.verify(tasks(FEW))
    assert running() == before
    verifiers.verify(tasks(FEW + 1))
    assert len(running() - before) == 1


def test_requests_at_once_get_their_own_answers(verifiers: Verifiers) -> None:
    answers: dict[int, list[bool]] = {}

    def ask(number: int) -> None:
        answers[number] = verifiers.verify(tasks(MANY, number))

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
    verifiers.verify(tasks(MANY))
    first = running() - before
    for process in first:
        os.kill(process, signal.SIGKILL)
    assert verifiers.verify(tasks(MANY, 7)) == expected(MANY, 7)
    assert verifiers.verify(tasks(MANY, 8)) == expected(MANY, 8)
    second = running() - before
    assert second
    assert not second & first


def test_signals_that_are_meant_for_the_ledger_do_not_end_a_process(verifiers: Verifiers) -> None:
    before = running()
    verifiers.verify(tasks(MANY))
    started = running() - before
    for process in started:
        os.kill(process, signal.SIGTERM)
        os.kill(process, signal.SIGINT)
    assert verifiers.verify(tasks(MANY)) == expected(MANY)
    assert running() - before == started


def test_closing_ends_the_processes(verifiers: Verifiers) -> None:
    before = running()
    verifiers.verify(tasks(MANY))
    assert running() - before
    verifiers.close()
    verifiers.close()
    assert running() == before


def test_the_processes_end_with_a_ledger_that_is_killed() -> None:
    asking = (
        "from tests.ledger.test_verifiers import *\n"
        "if __name__ == '__main__':\n"
        "    kept = Verifiers(2)\n"
        "    kept.verify(tasks(MANY))\n"
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
    handovers = world.handovers(FEW)
    envelope = msgspec.json.decode(handovers[5].envelope)
    first, second, *others = envelope["signatures"]
    envelope["signatures"] = [first | {"sig": second["sig"]}, second | {"sig": first["sig"]}, *others]
    envelopes = [handover.envelope for handover in handovers]
    envelopes[5] = msgspec.json.encode(envelope, order="sorted")
    answers = kinds(ledger.submit(envelopes))
    assert answers.pop(5) == "bad-signature"
    assert set(answers) == set(kinds(accept(ledger, world.handover())))


def test_a_large_batch_is_taken_though_the_processes_were_killed(world: World, ledger: Ledger) -> None:
    submit(ledger, *world.handovers(FEW))
    for process in running():
        os.kill(process, signal.SIGKILL)
    accept(ledger, *world.handovers(FEW))
