"""A policy as an officer writes it: TOML, `config/policy.toml` being the documented example and the default."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, field

from custody.core.errors import Malformed
from custody.core.event import ACTIONS
from custody.core.head import HandlerRole, SiteCategory
from custody.core.planning import Leg, Photographed, PhotographsOf, Roles, Sealed, Signatures
from custody.lists.written import duration

_DURATIONS = ("release", "skew", "late", "public_delay")
_AS_THEY_ARE = ("site", "two_devices", "manual", "digit_codes", "percentile")


class LegTimes(msgspec.Struct, forbid_unknown_fields=True):
    """How long movements between two categories of site took."""

    from_: SiteCategory = field(name="from")
    to: SiteCategory
    times: list[str]


class PolicyFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is left out is the default's. Durations are texts such as "36h"."""

    begins: Annotated[datetime, Meta(tz=True)]
    site: str | None = None
    signatures: dict[str, int] | None = None
    roles: dict[str, list[HandlerRole]] | None = None
    two_devices: bool | None = None
    release: str | None = None
    skew: str | None = None
    late: str | None = None
    manual: bool | None = None
    digit_codes: bool | None = None
    sealed: dict[str, int] | None = None
    photographs: dict[str, PhotographsOf] | None = None
    legs: list[LegTimes] | None = None
    percentile: int | None = None
    public_delay: str | None = None


def read_policy(data: bytes, path: object) -> dict[str, Any]:
    """The members of a policy statement that the bytes of a file `path` state. Raises Malformed, naming the member."""
    try:
        file = msgspec.toml.decode(data, type=PolicyFile)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Malformed(f"{path} does not hold a policy", got=error, remedy="See config/policy.toml.") from None
    for name in ("signatures", "roles", "photographs"):
        for action in getattr(file, name) or {}:
            if action not in ACTIONS:
                raise Malformed(f"{path}, {name}: no such action", expected=", ".join(ACTIONS), got=action)
    members = {name: getattr(file, name) for name in _AS_THEY_ARE} | _lists(path, file)
    members |= {f"{name}_ms": _milliseconds(path, name, text) for name, text in _durations(file)}
    said = {name: value for name, value in members.items() if value is not None}
    return {"begins": int(file.begins.timestamp() * 1000), **said}


def _durations(file: PolicyFile) -> Iterator[tuple[str, str]]:
    return ((name, text) for name in _DURATIONS if (text := getattr(file, name)) is not None)


def _lists(path: object, file: PolicyFile) -> dict[str, list[Any] | None]:
    """The file's tables as the statement's lists; a table that is there and empty is a rule that asks for nothing."""
    return {
        "signatures": _each(lambda action, count: Signatures(action=action, count=count), file.signatures),
        "roles": _each(lambda action, who: Roles(action=action, roles=who), file.roles),
        "sealed": _each(lambda kind, least: Sealed(kind=kind, least=least), file.sealed),
        "photographs": _each(lambda action, of: Photographed(action=action, of=of), file.photographs),
        "legs": None if file.legs is None else [_leg(path, leg) for leg in file.legs],
    }


def _each(make: Callable[[str, Any], Any], table: dict[str, Any] | None) -> list[Any] | None:
    return None if table is None else [make(name, value) for name, value in table.items()]


def _leg(path: object, leg: LegTimes) -> Leg:
    times = [_milliseconds(path, f"legs, {leg.from_} to {leg.to}", text) for text in leg.times]
    return Leg(from_=leg.from_, to=leg.to, times=times)


def _milliseconds(path: object, name: str, text: str) -> int:
    try:
        return duration(text)
    except Malformed as error:
        raise Malformed(f"{path}, {name}: {error.message}", expected=error.expected, got=error.got) from None
