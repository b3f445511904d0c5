"""A complete session becomes signed statements: one, or several parts where one payload cannot hold it. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from custody.core import event, statement
from custody.core.errors import Oversize
from custody.core.event import Clock, Event, Paper, Part, Read, Reading, ReadingOf, Seal
from custody.core.head import VERSION
from custody.core.keys import SigningKey
from custody.core.statement import Statement
from scanner_agent.members import serials
from scanner_agent.state import Line, State, number, warnings


class Occasion(Struct, frozen=True):
    """Where and when a session is signed. `seq` and `prev` are the next link of the device's chain."""

    log: str
    site: str
    seq: int
    prev: str | None
    time: int
    clock: Clock


# As long as they can become, so that what fits with them fits with the real ones.
_LONGEST: dict[str, Any] = {"seq": 2**53 - 1, "prev": "0" * 64}
_LONGEST_PART = Part(i=1000, n=1000)

MOVED_BY = frozenset({"depart", "arrive"})
"""Here the carrier who shows a badge is the one who moves the items."""

COUNTED_AFTER = frozenset({"pack", "unpack"})
"""Here `quantity` says how many are in the container once all of the session are in or out."""


def sign_session(
    state: State,
    occasion: Occasion,
    device: SigningKey,
    handlers: Collection[SigningKey],
    together: Sequence[Sequence[str]] = (),
) -> list[Statement]:
    """The statements of a complete session, chained. Raises Oversize for more than 1,000 parts.

    `together`: the items, those in one group that are in one container of them: that first. Where it must be, the
    session is split between groups, and only one that is too large by itself within.
    """
    keys = [device, *handlers]
    head = _head(occasion, [key.keyid for key in keys])
    try:
        parts = [_checked(state, head, state.items)]
    except Oversize:
        parts = _split(state, head, together or [[item] for item in state.items])
    signed: list[Statement] = []
    for at, part in enumerate(parts):
        numbered = Part(i=at + 1, n=len(parts)) if len(parts) > 1 else None
        link = {"seq": occasion.seq + at, "prev": signed[-1].id if signed else occasion.prev}
        signed.append(statement.sign(_event(state, head | link, part, numbered), keys))
    return signed


def torn(signed: Sequence[Statement], together: Sequence[Sequence[str]]) -> list[str]:
    """The containers that are named in another statement than some of what is in them, as `together` has it."""
    bodies = [one.body for one in signed]
    place = {item: body.seq for body in bodies if isinstance(body, Event) for item in body.items}
    return [group[0] for group in together if len({place[item] for item in group}) > 1]


def whole(state: State, occasion: Occasion, signers: Collection[str]) -> Event:
    """What a complete session says, in one piece however long it is, to be looked at before it is signed."""
    link = {"seq": occasion.seq, "prev": occasion.prev}
    return _event(state, _head(occasion, signers) | link, state.items, None)


def _head(occasion: Occasion, signers: Collection[str]) -> dict[str, Any]:
    """`signers`: keyids, the device's first."""
    return {
        "v": VERSION,
        "log": occasion.log,
        "issuer": next(iter(signers)),
        "time": occasion.time,
        "signers": sorted(signers),
        "clock": occasion.clock,
        "site": occasion.site,
    }


def _checked(state: State, head: dict[str, Any], items: list[str]) -> list[str]:
    """The items, if one payload holds what is said of them. Raises Oversize."""
    event.encode(_event(state, head | _LONGEST, items, _LONGEST_PART))
    return items


def _split(state: State, head: dict[str, Any], groups: Sequence[Sequence[str]]) -> list[list[str]]:
    """The items in as many runs as payloads are needed, by halves."""
    items = [item for group in groups for item in group]
    try:
        return [_checked(state, head, items)]
    except Oversize:
        if len(items) == 1:
            raise
        pieces = groups if len(groups) > 1 else [[item] for item in items]
        middle = len(pieces) // 2
        return _split(state, head, pieces[:middle]) + _split(state, head, pieces[middle:])


def _event(state: State, head: dict[str, Any], items: list[str], part: Part | None) -> Event:
    parties: dict[str, Any] = {**state.filled}
    fields = _fields(state)
    if part is not None and part.i < part.n and state.action in COUNTED_AFTER:
        fields.pop("quantity", None)
    return Event(
        **head,
        **fields,
        **parties,
        action=state.action or "",
        items=items,
        container=state.container,
        seals=_seals(state, items),
        compartment=state.compartment,
        attesters=_attesters(state),
        refs=list(state.refs),
        photos=list(state.photos),
        read=_read([state.lines[item] for item in items]),
        warnings=warnings(state),
        part=part,
    )


def _attesters(state: State) -> list[str]:
    """Beyond the parties, all; where there are none, those whose office it is to watch, if anybody else acts."""
    handlers = list(state.handlers)
    if state.parties:
        return [handler for handler in handlers if state.part(handler) is None]
    return state.watching if len(state.watching) < len(handlers) else handlers[1:]


def _fields(state: State) -> dict[str, Any]:
    """What was typed, as an event holds it."""
    fields: dict[str, Any] = {
        field: value for field, value in state.fields.items() if field not in ("container", "reason")
    }
    if "quantity" in fields:
        fields["quantity"] = int(fields["quantity"])
    if "serials" in fields:
        fields["serials"] = serials(fields["serials"])
    if "paper" in fields:
        fields["receiver"] = Paper(paper=fields.pop("paper"))
    if state.carrier and state.action in MOVED_BY:
        fields.setdefault("carrier", state.carrier)
    return fields


def _seals(state: State, items: list[str]) -> list[Seal]:
    at = {item: index for index, item in enumerate(items)}
    return [
        Seal(
            item=at[line.on],
            id=None if line.count else number(key),
            count=line.count,
            expected=line.expected,
            state=line.state,
        )
        for key, line in state.lines.items()
        if line.on in at
    ]


def _read(lines: list[Line]) -> Read:
    """The commonest reading as the default, the others with the indexes of their items."""
    readings = [Reading(source=line.source, symbology=line.symbology, label=line.verdict) for line in lines]
    default = Counter(readings).most_common(1)[0][0]
    others: dict[Reading, list[int]] = {}
    for index, reading in enumerate(readings):
        if reading != default:
            others.setdefault(reading, []).append(index)
    return Read(
        **msgspec.structs.asdict(default),
        others=[ReadingOf(**msgspec.structs.asdict(reading), items=indexes) for reading, indexes in others.items()],
    )
