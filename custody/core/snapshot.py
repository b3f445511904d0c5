"""Snapshots: what a ledger knows of the items that concern a site, signed as advice to agents (FORMAT.md, "Snapshot").

No proof comes with one: the log decides, and an agent warns by a snapshot but records what it is told.
"""

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Annotated

import msgspec
from msgspec import Meta

from custody.core import ids
from custody.core.canonical import Codec, b64decode, b64encode
from custody.core.errors import BadKey, Malformed, UnknownIssuer, WrongLog, WrongRole
from custody.core.event import MAX_COMPARTMENT
from custody.core.head import (
    VERSION,
    Count,
    HandlerId,
    Hash,
    IdText,
    Milliseconds,
    Origin,
    Record,
    raise_if_newer,
)
from custody.core.item import PAPER, Item, Release, Track
from custody.core.keys import SigningKey, verify
from custody.core.trusted import EnrolledKey, State

MAX_SNAPSHOT = 24 * 1024 * 1024
"""Bytes: some 100,000 items."""
_DOMAIN = b"custody-snapshot/v1\n"
_ENTRY = 1
"""Stands for the entry of which something is said: a snapshot does not say which it was."""


class Released(Record, frozen=True, kw_only=True):
    """A release that nobody has accepted: its statement, where to, and whom it names."""

    id: Hash
    to: IdText
    receiver: HandlerId | None = None
    carrier: HandlerId | None = None


class Advised(Record, frozen=True, kw_only=True):
    """An item as `item.Item` has it; of one in a `container`, custodian, site and way are the outermost's.

    `departure`: the statement by which it left, if that was its last. `compartment`: the seals of the vehicle that it
    left with.
    `unsealed`: its seals were taken off at least once, so that other numbers than the planned ones are in order.
    `unloaded`: something came out of it on its way, so that its planned quantity is no more.
    """

    item: IdText
    custodian: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    site: IdText | None = None
    to: IdText | None = None
    release: Released | None = None
    departure: Hash | None = None
    seals: list[IdText] = []
    unnumbered: Count = 0
    unsealed: bool = False
    unloaded: bool = False
    container: IdText | None = None
    way: Count = 0
    retired: bool = False
    compartment: Annotated[list[IdText], Meta(max_length=MAX_COMPARTMENT)] = []


class Snapshot(Record, frozen=True, kw_only=True):
    """The items at `site`, on the way to it or to be delivered to it, by id, after the first `size` entries."""

    v: Annotated[int, Meta(ge=1, le=VERSION)]
    log: Origin
    site: IdText
    size: Count
    time: Milliseconds
    items: list[Advised]


class Signed(Record, frozen=True, kw_only=True):
    """`snapshot`: base64 of the exact bytes that the advisor's key signed, behind the domain."""

    snapshot: str
    key: Hash
    sig: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{86}==\Z")]


_items = msgspec.json.Encoder()
_codec = Codec[Snapshot](Snapshot, MAX_SNAPSHOT, "a snapshot")
_signed = Codec[Signed](Signed, MAX_SNAPSHOT // 3 * 4 + 512, "a signed snapshot")


def sign(snapshot: Snapshot, key: SigningKey) -> bytes:
    """The signed snapshot's bytes. Raises Malformed, Oversize."""
    _check(snapshot)
    data = _codec.encode(snapshot)
    signed = Signed(snapshot=b64encode(data), key=key.keyid, sig=b64encode(key.sign(_DOMAIN + data)))
    return _signed.encode(signed)


def content_tag(snapshot: Snapshot) -> str:
    """The same for the same items, whenever and after how many entries they were so: 32 hex digits."""
    return sha256(_items.encode(snapshot.items)).hexdigest()[:32]


def open_signed(data: bytes, roster: State) -> tuple[Snapshot, str]:
    """The snapshot in a signed one that an advisor of its site has signed, for the roster's log; the advisor's keyid.

    Raises BadKey, BadSignature, Malformed, NewerFormat, Oversize, UnknownIssuer, WrongLog, WrongRole.
    """
    signed = _signed.decode(data)
    payload = b64decode(signed.snapshot)
    known = check_advisor(roster, signed.key)
    verify(known.public, _DOMAIN + payload, b64decode(signed.sig))
    snapshot = decode(payload)
    if snapshot.log != roster.origin:
        raise WrongLog("a snapshot is of another log", expected=roster.origin, got=snapshot.log)
    if not roster.within(snapshot.site, known.site):
        raise WrongRole("a snapshot's key is for other sites", expected=known.site, got=snapshot.site)
    return snapshot, signed.key


def check_advisor(roster: State, key: str) -> EnrolledKey:
    """The advisor's key of this keyid. Raises BadKey for a revoked one, UnknownIssuer, WrongRole."""
    known = roster.keys.get(key)
    if known is None:
        raise UnknownIssuer("a snapshot's key is not enrolled", expected="an advisor's key", got=key)
    if known.role != "advisor":
        raise WrongRole("a snapshot's key has another role", expected="advisor", got=known.role)
    if known.revoked is not None:
        raise BadKey("a snapshot's key is revoked", got=known.revoked.reason)
    return known


def decode(payload: bytes) -> Snapshot:
    """Raises Malformed, NewerFormat, Oversize."""
    try:
        snapshot = _codec.decode(payload)
    except Malformed:
        raise_if_newer(payload, "kind", set())
        raise
    _check(snapshot)
    return snapshot


def advise(id_: str, item: Item, outer: Item, *, uncertain: bool) -> Advised:
    """What a snapshot says of an item. `outer`: the state of the outermost container, or of the item itself.

    `uncertain`: nobody can say who has it.
    """
    return Advised(
        item=id_,
        custodian=None if uncertain else outer.custodian,
        site=outer.site,
        to=outer.to,
        release=_released(outer.release),
        departure=outer.last.id if outer.last and outer.last.action == "depart" else None,
        seals=item.seals,
        unnumbered=item.unnumbered,
        unsealed=item.was_unsealed,
        unloaded=item.unloaded,
        container=item.container,
        way=item.way,
        retired=item.retired,
        compartment=item.compartment,
    )


def tracks(snapshot: Snapshot) -> Iterator[Track]:
    """What a snapshot says, as the rules hold it: without history, and with the containers that are in it."""
    listed = {advised.item for advised in snapshot.items}
    inside: dict[str, list[str]] = {}
    for advised in snapshot.items:
        inside.setdefault(advised.container or "", []).append(advised.item)
    for advised in snapshot.items:
        yield Track(advised.item, item=_item(advised, listed, inside.get(advised.item, [])))


def _item(advised: Advised, listed: set[str], contents: list[str]) -> Item:
    release = advised.release
    return Item(
        begun=_ENTRY,
        site=advised.site,
        custodian=advised.custodian,
        to=advised.to,
        release=Release(_ENTRY, release.id, 0, "", release.to, release.receiver, release.carrier) if release else None,
        seals=advised.seals,
        unnumbered=advised.unnumbered,
        was_unsealed=advised.unsealed,
        unloaded=advised.unloaded,
        container=advised.container if advised.container in listed else None,
        contents=contents,
        way=advised.way,
        retired=advised.retired,
        compartment=advised.compartment,
    )


def _released(release: Release | None) -> Released | None:
    if release is None:
        return None
    return Released(id=release.id, to=release.to, receiver=release.receiver, carrier=release.carrier)


def _check(snapshot: Snapshot) -> None:
    ids.check_site(snapshot.site)
    names = [advised.item for advised in snapshot.items]
    if any(one >= other for one, other in pairwise(names)):
        raise Malformed("a snapshot's items are not in order", expected="ascending ids, each once")
    for advised in snapshot.items:
        _check_advised(advised)
    _check_containers({advised.item: advised.container for advised in snapshot.items})


def _check_containers(around: dict[str, str | None]) -> None:
    sound: set[str] = set()
    for item in around:
        within: dict[str, None] = {}
        outer: str | None = item
        while outer is not None and outer not in sound:
            if outer in within:
                raise Malformed("a snapshot's item is in itself", expected="containers in other containers", got=outer)
            within[outer] = None
            outer = around.get(outer)
        sound.update(within)


def _check_advised(advised: Advised) -> None:
    ids.check_item(advised.item)
    if advised.container is not None:
        ids.check_item(advised.container)
    release = advised.release
    for site in (advised.site, advised.to, release.to if release else None):
        if site is not None:
            ids.check_site(site)
    for seal in [*advised.seals, *advised.compartment]:
        ids.check_seal(seal)
    custodian = advised.custodian
    if custodian is not None and custodian != PAPER and not custodian.startswith("h-"):
        ids.check_site(custodian)
