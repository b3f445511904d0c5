"""Small, fixed statements for the core's tests: one root key, one authority, two sites, a device, two handlers."""

from typing import Any, get_args

from hypothesis import strategies as st

from custody.core import badge, roster
from custody.core.canonical import b64encode
from custody.core.event import (
    ACTIONS,
    Clock,
    Discrepancy,
    Event,
    LabelVerdict,
    Paper,
    Part,
    Read,
    ReadingOf,
    Seal,
    Serials,
    Source,
)
from custody.core.head import HandlerRole, SiteCategory
from custody.core.keys import SigningKey
from custody.core.merkle import EMPTY_ROOT
from custody.core.planning import (
    Leg,
    Photographed,
    PhotographsOf,
    Plan,
    Planned,
    Policy,
    Roles,
    Sealed,
    Signatures,
    Way,
)
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


WORDS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,31}", fullmatch=True)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
MOMENTS = st.integers(0, 2**53 - 1)
NUMBERS = st.integers(0, 2**53 - 1)
SITES = st.sampled_from([TOP, BELOW, BESIDE])
ITEMS = st.from_regex(r"8004/[A-Z0-9]{1,8}", fullmatch=True)
SEALS = st.from_regex(r"seal/[a-z]{1,4}/[A-Za-z0-9-]{1,8}", fullmatch=True)
HANDLERS = st.sampled_from([ANN, BUDI])
SERIALS = st.from_regex(r"[A-Za-z0-9-]{1,24}", fullmatch=True)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value, or none."""
    return st.none() | strategy


def few(strategy: st.SearchStrategy[Any], least: int = 0, most: int = 3) -> st.SearchStrategy[list[Any]]:
    """A few different values."""
    return st.lists(strategy, min_size=least, max_size=most, unique=True)


BY_ACTION: dict[str, st.SearchStrategy[Any]] = {
    "kind": WORDS, "quantity": NUMBERS, "ballot_type": WORDS, "district": WORDS, "to": SITES,
    "container": st.just("00/095212340000000013"),
    "releaser": HANDLERS, "receiver": HANDLERS | st.builds(Paper, paper=HASHES), "carrier": HANDLERS,
    "vehicle": HASHES, "compartment": few(SEALS, 1), "purpose": WORDS,
    "serials": st.builds(Serials, first=SERIALS, last=SERIALS),
}  # fmt: skip
"""Values of the members that belong to some actions only."""


@st.composite
def some_events(draw: st.DrawFn) -> Event:
    """Any event in form."""
    action = draw(st.sampled_from(sorted(ACTIONS)))
    items = draw(few(ITEMS, 1))
    at = st.integers(0, len(items) - 1)
    numbered = st.builds(Seal, item=at, id=SEALS, expected=maybe(SEALS), state=maybe(st.sampled_from(["intact"])))
    seals = st.lists(numbered | st.builds(Seal, item=at, count=st.integers(1, 1000)), max_size=3)
    shape = ACTIONS[action]
    members = {name: draw(BY_ACTION[name]) for name in sorted(shape.may & BY_ACTION.keys())
               if name in shape.must or draw(st.booleans())}  # fmt: skip
    if action == "discrepancy":
        members["kind"] = draw(st.sampled_from(get_args(Discrepancy)))
    others = [ReadingOf(source="manual", items=sorted(draw(few(at, 1))))] if draw(st.booleans()) else []
    read = Read(source=draw(st.sampled_from(get_args(Source))), symbology="]Q1", others=others,
                label=draw(maybe(st.sampled_from(get_args(LabelVerdict)))))  # fmt: skip
    return event(
        key("device"),
        action=action,
        items=items,
        site=draw(SITES),
        seals=draw(seals.filter(bool) if "seals" in shape.must else seals),
        attesters=draw(few(HANDLERS, 0, 2)),
        refs=draw(few(HASHES, 1, 1) if "refs" in shape.must else few(HASHES)),
        condition=draw(maybe(WORDS)),
        note=draw(maybe(HASHES)),
        photos=draw(few(HASHES, 0, 8)),
        warnings=draw(few(WORDS)),
        read=draw(st.sampled_from([None, read])),
        part=draw(st.sampled_from([None, Part(i=1, n=2)])),
        **members,
    )


@st.composite
def some_plans(draw: st.DrawFn) -> Plan:
    """Any plan in form."""
    ways = draw(st.lists(st.builds(Way, to=SITES, due=MOMENTS, via=few(SITES)), min_size=1, max_size=4))
    one = st.builds(Planned, item=ITEMS, kind=WORDS, ballot_type=maybe(WORDS), district=maybe(WORDS),
                    quantity=maybe(NUMBERS), unnumbered=maybe(NUMBERS),
                    ways=few(st.integers(0, len(ways) - 1), 1))  # fmt: skip
    items = draw(st.lists(one, min_size=1, max_size=4, unique_by=lambda planned: planned.item))
    return Plan(**head(key("authority"), 1, None), ways=ways, items=items)


@st.composite
def some_policies(draw: st.DrawFn) -> Policy:
    """Any policy in form."""
    categories = st.sampled_from(get_args(SiteCategory))
    roles = few(st.sampled_from(get_args(HandlerRole)), 1)
    leg = st.builds(Leg, from_=categories, to=categories, times=st.lists(MOMENTS, min_size=1, max_size=3))

    def rules(one: st.SearchStrategy[Any], by: Any) -> st.SearchStrategy[Any]:
        return maybe(st.lists(one, max_size=3, unique_by=by))

    members = {
        "site": maybe(SITES), "begins": MOMENTS, "two_devices": maybe(st.booleans()), "release_ms": maybe(MOMENTS),
        "skew_ms": maybe(MOMENTS), "late_ms": maybe(MOMENTS), "manual": maybe(st.booleans()),
        "digit_codes": maybe(st.booleans()),
        "percentile": maybe(st.integers(1, 100)), "public_delay_ms": maybe(MOMENTS),
        "signatures": rules(st.builds(Signatures, action=WORDS, count=st.integers(0, 15)), lambda rule: rule.action),
        "roles": rules(st.builds(Roles, action=WORDS, roles=roles), lambda rule: rule.action),
        "sealed": rules(st.builds(Sealed, kind=WORDS, least=st.integers(1, 1000)), lambda rule: rule.kind),
        "photographs": rules(
            st.builds(Photographed, action=WORDS, of=st.sampled_from(get_args(PhotographsOf))), lambda rule: rule.action
        ),
        "legs": rules(leg, lambda rule: (rule.from_, rule.to)),
    }  # fmt: skip
    return Policy(**head(key("authority"), 1, None), **{name: draw(value) for name, value in members.items()})
