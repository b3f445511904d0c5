"""Events: what happened to items, signed by a device and by the people there (FORMAT.md, "Event")."""

from collections import Counter
from operator import attrgetter
from types import SimpleNamespace
from typing import Annotated, Literal, get_args

from msgspec import Meta

from custody.core import ids
from custody.core.canonical import Codec
from custody.core.errors import Malformed, NewerFormat
from custody.core.head import (
    HANDLER_ID,
    MAX_PAYLOAD,
    TOKEN,
    UPDATE,
    Count,
    HandlerText,
    Hash,
    HashText,
    Head,
    IdText,
    Milliseconds,
    Record,
    Token,
    TokenText,
    check_head,
    check_texts,
    raise_if_newer,
)

MAX_PHOTOS = 8
MAX_COMPARTMENT = 16
MAX_SEALS = 64
"""Of one item, in one event: whatever else is said, a session of that item fits into a statement."""

Source = Literal["replay", "camera", "serial", "keyboard", "hidpos", "manual"]
LabelVerdict = Literal["valid", "unsigned", "forged", "unknown-issuer", "foreign-host", "out-of-range"]
Symbology = Annotated[str, Meta(pattern=r"\A\][A-Za-z][0-9A-Za-z]\Z")]
"""An AIM symbology identifier (ISO/IEC 15424), such as `]Q1`."""
Serial = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9-]{1,24}\Z")]
Discrepancy = Literal["missing", "extra", "damaged", "swapped", "wrong-data"]
"""What `kind` says of a discrepancy."""


class Clock(Record, frozen=True, kw_only=True):
    """The device's own clocks, and size and root of the last checkpoint that it verified (0, the empty root: none)."""

    boot: Annotated[str, Meta(min_length=32, max_length=32)]
    mono: Milliseconds
    size: Count
    root: HashText


class Seal(Record, frozen=True, kw_only=True):
    """A seal on `items[item]`: numbered (`id`) or not (`count`); `expected` is the number that was recorded before."""

    item: Count
    id: IdText | None = None
    count: Annotated[int, Meta(ge=1, le=1000)] | None = None
    expected: IdText | None = None
    state: Literal["intact", "broken", "missing"] | None = None


class Paper(Record, frozen=True, kw_only=True):
    """A receiver without a badge: SHA-256(16 random bytes ‖ photograph of the signed paper)."""

    paper: Hash


class Reading(Record, frozen=True, kw_only=True):
    """How ids were read: kind of reader, symbology, and what the label's signature says."""

    source: Source
    symbology: Symbology | None = None
    label: LabelVerdict | None = None


class ReadingOf(Reading, frozen=True, kw_only=True):
    """A reading that differs from the default, for the items at these indexes (ascending)."""

    items: Annotated[list[Count], Meta(min_length=1)]


class Read(Reading, frozen=True, kw_only=True):
    """The reading of most items, and of those that differ."""

    others: list[ReadingOf] = []


class Part(Record, frozen=True, kw_only=True):
    """One of `n` statements into which a session that is too large for one was split by bytes; `i` from 1."""

    i: Annotated[int, Meta(ge=1)]
    n: Annotated[int, Meta(ge=2, le=1000)]


class Serials(Record, frozen=True, kw_only=True):
    """A range of serial numbers, both ends in it, such as those of missing ballots."""

    first: Serial
    last: Serial


class Event(Head, frozen=True, kw_only=True):
    """An event's payload. Which members an action needs and may have stands in `ACTIONS`."""

    clock: Clock
    site: IdText
    action: TokenText
    items: Annotated[list[IdText], Meta(min_length=1)]
    kind: Token | None = None
    quantity: Count | None = None
    ballot_type: Token | None = None
    district: Token | None = None
    container: IdText | None = None
    seals: list[Seal] = []
    to: IdText | None = None
    releaser: HandlerText | None = None
    receiver: HandlerText | Paper | None = None
    carrier: HandlerText | None = None
    vehicle: Hash | None = None
    compartment: Annotated[list[IdText], Meta(max_length=MAX_COMPARTMENT)] = []
    attesters: list[HandlerText] = []
    refs: list[Hash] = []
    condition: Token | None = None
    purpose: Token | None = None
    serials: Serials | None = None
    note: Hash | None = None
    photos: Annotated[list[Hash], Meta(max_length=MAX_PHOTOS)] = []
    read: Read | None = None
    warnings: list[Token] = []
    part: Part | None = None

    @property
    def photographs(self) -> list[str]:
        """The hashes of its photographs, the signed paper's among them."""
        return [*self.photos, self.receiver.paper] if isinstance(self.receiver, Paper) else self.photos

    def sites(self) -> list[str]:
        """Where it happened, and where its items are to go."""
        return [self.site] if self.to is None else [self.site, self.to]


_ALWAYS_MAY = frozenset({"seals", "attesters", "refs", "condition", "note", "photos", "read", "warnings", "part"})
_BY_ACTION = frozenset(Event.__struct_fields__) - _ALWAYS_MAY - frozenset(Head.__struct_fields__)
_BY_ACTION -= {"clock", "site", "action", "items"}
_BARE = SimpleNamespace(**dict.fromkeys(_BY_ACTION) | {name: [] for name in ("compartment", "refs", "seals")})
"""The members about which an action may have a say, as they are in an event that has none of them."""


class Shape:
    """Members that an action must have, and may have beyond those that every action may have."""

    def __init__(self, must: str = "", may: str = "") -> None:
        self.must = frozenset(must.split())
        self.may = self.must | frozenset(may.split())
        self._absent = sorted(_BY_ACTION - self.may)
        # All at once: this is asked of every event that is ever read.
        self._read_absent = attrgetter(*self._absent)
        self._nothing = self._read_absent(_BARE)

    def check(self, event: Event) -> None:
        """Raises Malformed unless `event` has what it must have, and nothing that it may not."""
        for name in self.must:
            if getattr(event, name) == getattr(_BARE, name):
                raise Malformed(_misfit(name, event), expected="present", got="absent")
        if self._read_absent(event) != self._nothing:
            names = [name for name in self._absent if getattr(event, name) != getattr(_BARE, name)]
            raise Malformed(_misfit(names[0], event), expected="absent", got="present")


def _misfit(name: str, event: Event) -> str:
    return f"{name} does not fit the action {event.action}"


ACTIONS = {
    "commission": Shape("kind", "quantity ballot_type district container to"),
    "pack": Shape("container", "quantity"),
    "unpack": Shape("container", "quantity"),
    "seal": Shape("seals"),
    "unseal": Shape("seals", "purpose"),
    "inspect": Shape("", "purpose quantity"),
    "handover": Shape("releaser receiver", "to carrier vehicle purpose"),
    "release": Shape("releaser to", "receiver carrier vehicle purpose"),
    "accept": Shape("receiver", "carrier"),
    "depart": Shape("to", "carrier vehicle compartment purpose"),
    "arrive": Shape("", "carrier vehicle compartment"),
    "store": Shape("", "receiver container"),
    "open": Shape("purpose", "quantity"),
    "close": Shape("purpose", "quantity"),
    "discrepancy": Shape("kind", "quantity serials ballot_type district container"),
    "correct": Shape(
        "refs", "kind quantity ballot_type district container to releaser receiver carrier vehicle purpose serials"
    ),
    "retire": Shape("", "purpose receiver"),
}

_codec = Codec[Event](Event, MAX_PAYLOAD, "an event")


def encode(event: Event) -> bytes:
    """The payload of a well-formed event. Raises Malformed, NewerFormat, Oversize."""
    check(event)
    return _codec.encode(event)


def decode(payload: bytes) -> Event:
    """Raises Malformed, NewerFormat, Oversize."""
    try:
        event = _codec.decode(payload)
        _check_texts(event)
    except Malformed:
        raise_if_newer(payload, "action", set(ACTIONS))
        raise
    check(event)
    return event


def decode_again(payload: bytes) -> Event:
    """As `decode`, of bytes that it has taken before."""
    return _codec.decode_again(payload)


def _check_texts(event: Event) -> None:
    handlers = [event.releaser, event.receiver, event.carrier, *event.attesters]
    words = [(HANDLER_ID, handler) for handler in handlers if isinstance(handler, str)]
    check_texts(event, (event.clock.boot, event.clock.root), [(TOKEN, event.action), *words])


def check(event: Event) -> None:
    """What types cannot say of an event. Raises Malformed, NewerFormat."""
    check_head(event)
    shape = ACTIONS.get(event.action)
    if shape is None:
        raise NewerFormat("an event has an unknown action", expected=sorted(ACTIONS), got=event.action, remedy=UPDATE)
    shape.check(event)
    _check_action(event)
    _check_ids(event)
    _check_lists(event)


def _check_action(event: Event) -> None:
    match event.action:
        case "pack" | "unpack" if event.container in event.items:
            raise Malformed("an item is its own container", expected="another item", got=event.container)
        case "discrepancy" if event.kind not in get_args(Discrepancy):
            raise Malformed("an unknown discrepancy", expected=" or ".join(get_args(Discrepancy)), got=event.kind)
        case "correct" if len(event.refs) != 1:
            raise Malformed("refs does not name the event corrected", expected="exactly one", got=event.refs)


def _check_ids(event: Event) -> None:
    ids.check_site(event.site)
    for item in event.items:
        ids.check_item(item)
    if event.to is not None:
        ids.check_site(event.to)
    if event.container is not None:
        ids.check_item(event.container)
    for seal in event.compartment:
        ids.check_seal(seal)


def _check_lists(event: Event) -> None:
    for name in ("items", "compartment", "attesters", "refs", "photos", "warnings"):
        values = getattr(event, name)
        if len(values) > 1 and len(set(values)) != len(values):
            raise Malformed(f"{name} holds a value twice", expected="each once", got=values)
    for seal in event.seals:
        _check_seal(seal, len(event.items))
    if len(event.seals) > MAX_SEALS:
        [(_, most)] = Counter(seal.item for seal in event.seals).most_common(1)
        if most > MAX_SEALS:
            raise Malformed("an event names too many seals of one item", expected=f"at most {MAX_SEALS}", got=most)
    if event.read is not None and event.read.others:
        indexes = [index for other in event.read.others for index in other.items]
        if len(set(indexes)) != len(indexes) or max(indexes) >= len(event.items):
            raise Malformed("read.others names an item twice or one that is not there", got=indexes)
        if any(other.items != sorted(other.items) for other in event.read.others):
            raise Malformed("read.others is not in order", expected="ascending indexes", got=indexes)
    if event.part is not None and event.part.i > event.part.n:
        raise Malformed("part is out of range", expected=f"1 to {event.part.n}", got=event.part.i)


def _check_seal(seal: Seal, items: int) -> None:
    if seal.item >= items:
        raise Malformed("a seal is on an item that is not there", expected=f"an index below {items}", got=seal.item)
    if (seal.id is None) == (seal.count is None):
        raise Malformed("a seal is numbered or counted", expected="one of id and count", got=seal)
    for text in (seal.id, seal.expected):
        if text is not None:
            ids.check_seal(text)
