"""Which members of an event a session can be given, and in which form they are typed."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from custody.core import ids
from custody.core.errors import CustodyError, Malformed
from custody.core.event import ACTIONS, Discrepancy, Serials
from custody.core.head import HandlerId, HandlerRole, Hash, Token
from scanner_agent.sentences import sentences
from scanner_agent.texts import Words

Digits = Annotated[str, Meta(pattern=r"\A(?:0|[1-9][0-9]{0,14})\Z")]
"""A count as it is typed: digits that `int` takes, below 2^53."""
SealCount = Annotated[str, Meta(pattern=r"\A(?:[1-9][0-9]{0,2}|1000)\Z")]
"""Unnumbered seals on one item, as typed."""
SealState = Literal["intact", "broken", "missing"]

PARTIES: dict[str, tuple[str, ...]] = dict.fromkeys(ACTIONS, ()) | {
    "handover": ("releaser", "receiver"),
    "release": ("releaser",),
    "accept": ("receiver",),
    "store": ("receiver",),
}
"""The members that badges fill, in the order in which they are shown. At least one badge signs; further ones attest,
or, where there are no parties, act as well unless they are `WATCHERS`."""
WATCHERS: frozenset[HandlerRole] = frozenset({"escort", "supervisor", "party-agent"})

ALWAYS = frozenset({"condition", "ref", "note", "reason", "photo", "seals", "state", "expected"})
"""Fields that every action takes."""
CONTAINER_FIRST = frozenset({"pack", "unpack"})
COMPARTMENT_FIRST = frozenset({"depart", "arrive"})


def serials(text: str) -> Serials:
    """A range as it is typed: `first last`. Raises Malformed, ValidationError."""
    match text.split():
        case [first, last]:
            return msgspec.convert({"first": first, "last": last}, Serials)
        case _:
            raise Malformed("a range of serials has two ends", expected="first last", got=text)


def _of(type_: Any) -> Callable[[str], object]:
    return lambda text: msgspec.convert(text, type_)


FIELDS: dict[str, Callable[[str], object]] = {
    "to": ids.check_site,
    "container": ids.check_item,
    "carrier": _of(HandlerId),
    "releaser": _of(HandlerId),
    "receiver": _of(HandlerId),
    "paper": _of(Hash),
    "vehicle": _of(Hash),
    "compartment": ids.check_seal,
    "kind": _of(Token),
    "quantity": _of(Digits),
    "ballot_type": _of(Token),
    "district": _of(Token),
    "serials": serials,
    "purpose": _of(Token),
    "condition": _of(Token),
    "seals": _of(SealCount),
    "state": _of(SealState),
    "expected": ids.check_seal,
    "note": _of(Hash),
    "reason": _of(Hash),
    "photo": _of(Hash),
    "ref": _of(Hash),
}
"""Raises CustodyError or ValidationError for a value that an event cannot hold."""


def takes(action: str, field: str) -> bool:
    """Whether an action can be given a field."""
    if field == "paper":
        return "receiver" in ACTIONS[action].may
    return field in ALWAYS or (field in ACTIONS[action].may and field not in PARTIES[action])


def misfit(action: str | None, field: str, value: str) -> Words | None:
    """What is wrong with a field's value, in this action; None if nothing is."""
    try:
        FIELDS[field](value)
    except CustodyError as error:
        return sentences(error)
    except msgspec.ValidationError as error:
        return "bukan nilai isian ini", str(error)
    if action == "discrepancy" and field == "kind" and value not in get_args(Discrepancy):
        known = ", ".join(get_args(Discrepancy))
        return f"seharusnya salah satu dari {known}", f"expected one of {known}"
    return None
