"""Short ways to say what the ledger's tests say often."""

import time
from collections.abc import Iterable

from custody.core.errors import CustodyError
from custody.core.statement import Statement
from custody.ledger.ledger import Ledger
from custody.ledger.views import Accepted


def submit(ledger: Ledger, *statements: Statement) -> list[Accepted | CustodyError]:
    return ledger.submit([statement.envelope for statement in statements])


def accept(ledger: Ledger, *statements: Statement) -> list[Accepted]:
    """`submit`, where nothing may be refused."""
    answers = submit(ledger, *statements)
    assert all(isinstance(answer, Accepted) for answer in answers), answers
    return answers


def kinds(answers: Iterable[Accepted | CustodyError]) -> list[str]:
    """`accepted`, or the kind of the refusal."""
    return ["accepted" if isinstance(answer, Accepted) else answer.kind for answer in answers]


def all_entries(ledger: Ledger) -> list[bytes]:
    return [ledger.entry(index) for index in range(ledger.status().size)]


def followed(ledger: Ledger) -> Ledger:
    """Waits for the follower."""
    deadline = time.monotonic() + 30
    while ledger.status().followed < ledger.status().size:
        assert time.monotonic() < deadline, "the follower does not follow"
        time.sleep(0.01)
    return ledger
