"""Intake: from bytes to statements whose signatures are verified, as far as the log's state knows their keys.

The issuer's signature comes first, and a key's quota before any: what is forged or too much costs little. Who may
issue, and signatures of keys that are enrolled in the meantime, is for `admit` to judge, in the log's order.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from custody.core import statement
from custody.core.admission import State
from custody.core.errors import CustodyError, QuotaExceeded
from custody.core.statement import Statement, verify_signature
from custody.ledger.quota import Quota

Parsed = Statement | CustodyError


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement and those of its signers whose signatures are verified."""

    statement: Statement
    verified: frozenset[str]


class Intake:
    """Takes statements in; `state` gives the log's state as it is now."""

    def __init__(self, state: Callable[[], State], quota: Quota, executor: Executor, threads: int) -> None:
        self._state = state
        self._quota = quota
        self._executor = executor
        self._threads = threads

    def take(self, envelopes: Sequence[bytes]) -> list[Checked | CustodyError]:
        """For each envelope, in order, its checked statement, or why it is refused."""
        state = self._state()
        parsed = self._within_quota(state, [_parse(envelope) for envelope in envelopes])
        # A few large hand-overs: each one costs a wait for the interpreter's lock.
        size = -(-len(parsed) // self._threads)
        chunks = [parsed[at : at + size] for at in range(0, len(parsed), size)]
        futures = [self._executor.submit(_verify_all, state, chunk) for chunk in chunks[1:]]
        checked = _verify_all(state, chunks[0])
        for future in futures:
            checked += future.result()
        self._count(checked)
        return checked

    def _within_quota(self, state: State, parsed: list[Parsed]) -> list[Parsed]:
        """`parsed`, with what goes beyond its issuer's quota refused before it costs a verification."""
        counts = Counter(one.body.issuer for one in parsed if isinstance(one, Statement))
        left = {issuer: self._quota.left(issuer) for issuer in counts if issuer in state.keys}
        if all(left[issuer] >= counts[issuer] for issuer in left):
            return parsed
        kept: list[Parsed] = []
        for one in parsed:
            if isinstance(one, Statement) and one.body.issuer in left:
                left[one.body.issuer] -= 1
                kept.append(one if left[one.body.issuer] >= 0 else _too_many(one.body.issuer))
            else:
                kept.append(one)
        return kept

    def _count(self, checked: Sequence[Checked | CustodyError]) -> None:
        authentic = (one for one in checked if isinstance(one, Checked))
        counts = Counter(one.statement.body.issuer for one in authentic if one.verified)
        for issuer, count in counts.items():
            self._quota.take(issuer, count)


def _parse(envelope: bytes) -> Parsed:
    try:
        return statement.parse(envelope)
    except CustodyError as error:
        return error


def _verify_all(state: State, parsed: Sequence[Parsed]) -> list[Checked | CustodyError]:
    return [_verify(state, one) if isinstance(one, Statement) else one for one in parsed]


def _verify(state: State, one: Statement) -> Checked | CustodyError:
    if one.body.issuer not in state.keys:
        return Checked(one, frozenset())
    known = state.known_signers(one)
    known.sort(key=lambda signer: signer[0] != one.body.issuer)
    try:
        for key, public in known:
            verify_signature(one, key, public)
    except CustodyError as error:
        return error
    return Checked(one, frozenset(key for key, _ in known))


def _too_many(issuer: str) -> QuotaExceeded:
    return QuotaExceeded(
        "a key has sent more statements than its share for now",
        got=issuer,
        remedy="Send the rest later; nothing is lost.",
    )
