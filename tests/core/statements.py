"""Small, fixed statements for the core's tests: one root key, one authority, two sites, a device, two handlers."""

from typing import Any

from custody.core import badge, roster
from custody.core.canonical import b64encode
from custody.core.event import Clock, Event
from custody.core.keys import SigningKey
from custody.core.merkle import EMPTY_ROOT
from custody.core.roster import RosterStatement
from custody.core.statement import Statement, sign

LOG = "ledger.example/pemilu"
TOP = "414/9521234567899/254/34"
BELOW = "414/9521234567899/254/34.71"
BESIDE = "414/9521234567899/254/33"
ITEM = "8003/09521234000013A1"
ANN, BUDI = badge.handler_id(bytes(10)), badge.handler_id(bytes(9) + b"\1")


def key(name: str) -> SigningKey:
    """A key that depends on its name alone."""
    return SigningKey.from_seed(name.encode().ljust(32, b"."))


def head(issuer: SigningKey, seq: int, prev: str | None, *others: SigningKey, log: str = LOG) -> dict[str, Any]:
    """The members that every payload has."""
    signers = sorted(k.keyid for k in (issuer, *others))
    return {"v": 1, "log": log, "issuer": issuer.keyid, "seq": seq, "prev": prev, "time": 1_700_000_000_000 + seq,
            "signers": signers}  # fmt: skip


def event(issuer: SigningKey, seq: int = 1, prev: str | None = None, *others: SigningKey, **members: Any) -> Event:
    """A handover by default."""
    clock = Clock(boot="0" * 32, mono=seq, size=0, root=EMPTY_ROOT.hex())
    default: dict[str, Any] = {"action": "handover", "clock": clock, "site": BELOW, "items": [ITEM]}
    if "action" not in members:
        default |= {"releaser": ANN, "receiver": BUDI}
    return Event(**(head(issuer, seq, prev, *others) | default | members))


def enrolment(new: SigningKey, role: str, subject: str | None = None, log: str = LOG) -> dict[str, str]:
    """`key` and `proof` of a key being enrolled."""
    return {
        "key": b64encode(new.public),
        "proof": b64encode(new.sign(roster.possession(log, role, subject))),
    }


class Issuer:
    """Signs one statement after another in a chain."""

    def __init__(self, signing_key: SigningKey) -> None:
        self.key = signing_key
        self.seq, self.prev = 0, None

    def sign(self, type_: type[RosterStatement], *others: SigningKey, **members: Any) -> Statement:
        """The next roster statement of the chain."""
        self.seq += 1
        statement = sign(
            type_(**(head(self.key, self.seq, self.prev, *others) | members)),  # type: ignore[operator]
            [self.key, *others],
        )
        self.prev = statement.id  # type: ignore[assignment]
        return statement

    def event(self, *others: SigningKey, **members: Any) -> Statement:
        """The next event of the chain."""
        self.seq += 1
        statement = sign(event(self.key, self.seq, self.prev, *others, **members), [self.key, *others])
        self.prev = statement.id  # type: ignore[assignment]
        return statement
