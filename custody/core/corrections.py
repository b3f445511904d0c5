"""Corrections: events that say how an earlier one should have read (FORMAT.md, "Corrections"). They erase nothing."""

from collections.abc import Collection, Sequence

import msgspec
from msgspec import Struct

from custody.core.event import Event, Seal
from custody.core.history import Logged
from custody.core.signing import acting
from custody.core.trusted import State

REPLACES = (
    "kind",
    "quantity",
    "ballot_type",
    "district",
    "container",
    "to",
    "releaser",
    "receiver",
    "carrier",
    "vehicle",
    "serials",
    "condition",
)


class Corrected(Struct, frozen=True):
    """`events` as they read now, in order; the corrections that count, and those by someone who may not correct."""

    events: list[Logged]
    valid: list[Logged]
    unauthorised: list[Logged]


def correct(order: Sequence[Logged], roster: State) -> Corrected:
    """Applies the corrections among events in order. A later one may correct a correction."""
    by_id = {one.id: one for one in order}
    reads: dict[str, list[Logged]] = {}
    valid, unauthorised = [], []
    annulled: set[str] = set()
    for one in reversed(order):
        if one.event.action != "correct" or one.id in annulled:
            continue
        target = by_id.get(one.event.refs[0])
        if target is None:
            continue
        if not may_correct(one, target, roster):
            unauthorised.append(one)
            continue
        valid.append(one)
        if target.event.action == "correct":
            annulled.add(target.id)
        else:
            reads[target.id] = [part for read in reads.get(target.id, [target]) for part in _read(read, one.event)]
    events = [part for one in order if one.event.action != "correct" for part in reads.get(one.id, [one])]
    return Corrected(events, valid[::-1], unauthorised[::-1])


def may_correct(one: Logged, target: Logged, roster: State) -> bool:
    """The same device may, a handler who signed the corrected event, and a supervisor."""
    if one.event.issuer == target.event.issuer:
        return True
    if set(one.event.signers) & set(target.event.signers):
        return True
    return any(handler.role == "supervisor" for handler in acting(one.event, roster).values())


def _read(target: Logged, correction: Event) -> list[Logged]:
    """`target` as it reads for the items that are corrected (annulled: not at all), and for the others."""
    named = set(correction.items)
    inside = [item for item in target.event.items if item in named]
    outside = [item for item in target.event.items if item not in named]
    parts = [_of(target, outside)] if outside else []
    changes = {name: value for name in REPLACES if (value := getattr(correction, name)) is not None}
    if inside and (changes or correction.seals):
        read = _of(target, inside)
        if correction.seals:
            changes["seals"] = _moved(correction.seals, correction.items, inside)
        parts.append(msgspec.structs.replace(read, event=msgspec.structs.replace(read.event, **changes)))
    return parts


def _of(target: Logged, items: list[str]) -> Logged:
    """The event for some of its items."""
    if len(items) == len(target.event.items):
        return target
    seals = _moved(target.event.seals, target.event.items, items)
    return msgspec.structs.replace(
        target, event=msgspec.structs.replace(target.event, items=items, seals=seals, read=None)
    )


def _moved(seals: Sequence[Seal], old: Sequence[str], new: Collection[str]) -> list[Seal]:
    """The seals on those of the old items that are among the new, by their places there."""
    places = {item: number for number, item in enumerate(new)}
    return [msgspec.structs.replace(seal, item=places[old[seal.item]]) for seal in seals if old[seal.item] in places]
