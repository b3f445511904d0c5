"""Plans and policies: what must be where by when, and the rules that differ by election (FORMAT.md, "Roster")."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from msgspec import Meta, field

from custody.core import ids
from custody.core.errors import Malformed
from custody.core.head import (
    MAX_SIGNERS,
    Count,
    HandlerRole,
    Head,
    IdText,
    Milliseconds,
    Record,
    SiteCategory,
    Token,
)

PhotographsOf = Literal["always", "unnumbered"]
"""When an action asks for a photograph: at each event, or where it has to do with a seal without a number."""


class Way(Record, frozen=True, kw_only=True):
    """A movement to the site `to`, there by `due`, past the sites `via` in this order."""

    to: IdText
    due: Milliseconds
    via: Annotated[list[IdText], Meta(max_length=16)] = []


class Planned(Record, frozen=True, kw_only=True):
    """What an item is, which seal numbers it is given and how many seals without one, and its ways in order.

    `ways` are indexes into the plan's: the way out, the way back.
    """

    item: IdText
    kind: Token
    ballot_type: Token | None = None
    district: Token | None = None
    quantity: Count | None = None
    seals: list[IdText] = []
    unnumbered: Count | None = None
    ways: Annotated[list[Count], Meta(min_length=1)]


class Plan(Head, frozen=True, kw_only=True, tag="plan", tag_field="kind"):
    """The whole plan of each item that it names: it takes the place of an earlier plan of that item."""

    ways: Annotated[list[Way], Meta(min_length=1, max_length=1000)]
    items: Annotated[list[Planned], Meta(min_length=1, max_length=2000)]


class Signatures(Record, frozen=True, kw_only=True):
    """So many handlers sign this action at least."""

    action: Token
    count: Annotated[int, Meta(ge=0, lt=MAX_SIGNERS)]


class Roles(Record, frozen=True, kw_only=True):
    """Who may sign this action: handlers in these roles."""

    action: Token
    roles: Annotated[list[HandlerRole], Meta(min_length=1)]


class Sealed(Record, frozen=True, kw_only=True):
    """Items of this kind carry so many seals at least when they change hands or leave."""

    kind: Token
    least: Annotated[int, Meta(ge=1, le=1000)]


class Photographed(Record, frozen=True, kw_only=True):
    """An event of this action names a photograph at least."""

    action: Token
    of: PhotographsOf


class Leg(Record, frozen=True, kw_only=True):
    """How long movements from one category of site to another took, in ms: what forecasts are made from."""

    from_: SiteCategory = field(name="from")
    to: SiteCategory
    times: Annotated[list[Milliseconds], Meta(min_length=1, max_length=100)]


class Policy(Head, frozen=True, kw_only=True, tag="policy", tag_field="kind"):
    """Rules for what happens at and under `site` (absent: everywhere) from `begins` on the devices' clocks, and not
    before the log has them.

    An absent member is the default's; an empty list is a rule that asks for nothing.
    """

    site: IdText | None = None
    begins: Milliseconds
    signatures: list[Signatures] | None = None
    roles: list[Roles] | None = None
    two_devices: bool | None = None
    release_ms: Milliseconds | None = None
    skew_ms: Milliseconds | None = None
    late_ms: Milliseconds | None = None
    manual: bool | None = None
    digit_codes: bool | None = None
    sealed: list[Sealed] | None = None
    photographs: list[Photographed] | None = None
    legs: list[Leg] | None = None
    percentile: Annotated[int, Meta(ge=1, le=100)] | None = None
    public_delay_ms: Milliseconds | None = None


def check_plan(plan: Plan) -> None:
    """What types cannot say of a plan. Raises Malformed."""
    for way in plan.ways:
        for site in (way.to, *way.via):
            ids.check_site(site)
        _check_once("via", way.via)
    _check_once("items", [planned.item for planned in plan.items])
    _check_once("seals", [seal for planned in plan.items for seal in planned.seals])
    for planned in plan.items:
        ids.check_item(planned.item)
        for seal in planned.seals:
            ids.check_seal(seal)
        _check_once("ways", planned.ways)
        if max(planned.ways) >= len(plan.ways):
            raise Malformed(
                f"{planned.item} goes a way that is not there",
                expected=f"indexes below {len(plan.ways)}",
                got=planned.ways,
            )


def check_policy(policy: Policy) -> None:
    """What types cannot say of a policy. Raises Malformed."""
    if policy.site is not None:
        ids.check_site(policy.site)
    _check_once("signatures", [rule.action for rule in policy.signatures or []])
    _check_once("roles", [rule.action for rule in policy.roles or []])
    for rule in policy.roles or []:
        _check_once(f"roles of {rule.action}", rule.roles)
    _check_once("sealed", [rule.kind for rule in policy.sealed or []])
    _check_once("photographs", [rule.action for rule in policy.photographs or []])
    _check_once("legs", [(leg.from_, leg.to) for leg in policy.legs or []])


def _check_once(name: str, values: Iterable[Any]) -> None:
    held = list(values)
    if len(set(held)) != len(held):
        raise Malformed(f"{name} holds a value twice", expected="each once", got=held)
