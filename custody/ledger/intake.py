"""Intake: from bytes to statements whose signatures are verified, as far as the log's state knows their keys.

The issuer's signature comes first, and a key's quota before any: what is forged or too much costs little. Who may
issue, and signatures of keys that are enrolled in the meantime, is for `admit` to judge, in the log's order.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from msgspec import Struct

from custody.core import statement
from custody.core.admission import State
from custody.core.errors import CustodyError, QuotaExceeded
from custody.core.statement import Statement, verify_signature
from custody.ledger.quota import Quota
from custody.ledger.verifiers import Task, Verifiers

Parsed = Statement | CustodyError


class Checked(Struct, frozen=True):
    """A statement and those of its signers whose signatures are verified."""

    statement: Statement
    verified: frozenset[str]


class Intake:
    """Takes statements in; `state` gives the log's state as it is now."""

    def __init__(self, state: Callable[[], State], quota: Quota, verifiers: Verifiers) -> None:
        self._state = state
        self._quota = quota
        self._verifiers = verifiers

    def take(self, envelopes: Sequence[bytes]) -> list[Checked | CustodyError]:
        """For each envelope, in order, its checked statement, or why it is refused."""
        state = self._state()
        parsed = self._within_quota(state, [_parse(envelope) for envelope in envelopes])
        return self._verify(state, parsed)

    def count(self, checked: Sequence[Checked]) -> None:
        """Charges authentic statements to their issuers' quotas.

        Not those that were logged before: the log is public, so anybody could send those, and use up another's quota.
        """
        counts = Counter(one.statement.body.issuer for one in checked if one.verified)
        for issuer, count in counts.items():
            self._quota.take(issuer, count)

    def _verify(self, state: State, parsed: Sequence[Parsed]) -> list[Checked | CustodyError]:
        signers = [_signers(state, one) if isinstance(one, Statement) else [] for one in parsed]
        tasks = [
            Task(one.message, [(public, one.signatures[key]) for key, public in known])
            for one, known in zip(parsed, signers, strict=True)
            if isinstance(one, Statement)
        ]
        holds = iter(self._verifiers.verify(tasks))
        return [
            one if isinstance(one, CustodyError) else _judge(one, known, next(holds))
            for one, known in zip(parsed, signers, strict=True)
        ]

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


def _parse(envelope: bytes) -> Parsed:
    try:
        return statement.parse(envelope)
    except CustodyError as error:
        return error


def _signers(state: State, one: Statement) -> list[tuple[str, bytes]]:
    """(keyid, public key) of those whose signatures can be verified now, the issuer first; none without the issuer."""
    issuer = one.body.issuer
    if issuer not in state.keys:
        return []
    known = state.known_signers(one)
    return [signer for signer in known if signer[0] == issuer] + [signer for signer in known if signer[0] != issuer]


def _judge(one: Statement, known: Sequence[tuple[str, bytes]], holds: bool) -> Checked | CustodyError:
    """The checked statement; or, verified once more, what is wrong with it."""
    if not holds:
        try:
            for key, public in known:
                verify_signature(one, key, public)
        except CustodyError as error:
            return error
    return Checked(one, frozenset([key for key, _ in known]))


def _too_many(issuer: str) -> QuotaExceeded:
    return QuotaExceeded(
        "a key has sent more statements than its share for now",
        got=issuer,
        remedy="Send the rest later; nothing is lost.",
    )
