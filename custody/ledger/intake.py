"""Intake: from bytes to statements whose signatures are verified, as far as the log's state knows their keys.

A key's quota comes before anything is verified, and the issuer's signature first: what is forged or too much costs
little. Who may issue, and signatures of keys that are enrolled in the meantime, is for `admit` to judge, in the log's
order.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from msgspec import Struct

from custody.core import statement
from custody.core.admission import State
from custody.core.errors import CustodyError, QuotaExceeded
from custody.ledger.glance import Signers, glance_signers
from custody.ledger.quota import Quota
from custody.ledger.seen import Seen
from custody.ledger.verifiers import Verifiers


class Checked(Struct, frozen=True):
    """A statement's exact envelope, and what was seen of it."""

    envelope: bytes
    seen: Seen


class Intake:
    """Takes statements in; `state` gives the log's state as it is now."""

    def __init__(self, state: Callable[[], State], quota: Quota, verifiers: Verifiers) -> None:
        self._state = state
        self._quota = quota
        self._verifiers = verifiers

    def take(self, envelopes: Sequence[bytes]) -> list[Checked | CustodyError]:
        """For each envelope, in order, its checked statement, or why it is refused."""
        state = self._state()
        signers = [glance_signers(envelope) for envelope in envelopes]
        refused = self._beyond_quota(state, envelopes, signers)
        named = {key for one in signers if one for key in one.signers}
        keys = {key: state.keys[key].public for key in named if key in state.keys}
        kept = [envelope for at, envelope in enumerate(envelopes) if at not in refused]
        looked = iter(self._verifiers.look(kept, keys))
        return [
            refused[at] if at in refused else _checked(envelope, next(looked)) for at, envelope in enumerate(envelopes)
        ]

    def count(self, checked: Sequence[Checked]) -> None:
        """Charges authentic statements to their issuers' quotas.

        Not those that were logged before: the log is public, so anybody could send those, and use up another's quota.
        """
        counts = Counter(one.seen.issuer for one in checked if one.seen.issuer not in one.seen.unverified)
        for issuer, count in counts.items():
            self._quota.take(issuer, count)

    def _beyond_quota(
        self, state: State, envelopes: Sequence[bytes], signers: Sequence[Signers | None]
    ) -> dict[int, QuotaExceeded]:
        """What goes beyond its issuer's quota, by its place; what does not parse is none of the issuer's."""
        counts = Counter(one.issuer for one in signers if one)
        left = {issuer: self._quota.left(issuer) for issuer in counts if issuer in state.keys}
        refused: dict[int, QuotaExceeded] = {}
        if all(left[issuer] >= counts[issuer] for issuer in left):
            return refused
        for at, (envelope, one) in enumerate(zip(envelopes, signers, strict=True)):
            if one and one.issuer in left and _parses(envelope):
                left[one.issuer] -= 1
                if left[one.issuer] < 0:
                    refused[at] = _too_many(one.issuer)
        return refused


def _checked(envelope: bytes, seen: Seen | CustodyError) -> Checked | CustodyError:
    return Checked(envelope, seen) if isinstance(seen, Seen) else seen


def _parses(envelope: bytes) -> bool:
    try:
        statement.parse(envelope)
    except CustodyError:
        return False
    return True


def _too_many(issuer: str) -> QuotaExceeded:
    return QuotaExceeded(
        "a key has sent more statements than its share for now",
        got=issuer,
        remedy="Send the rest later; nothing is lost.",
    )
