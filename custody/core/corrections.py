"""Corrections: events that say how an earlier one should have read (FORMAT.md, "Corrections"). They erase nothing."""

from collections.abc import Callable, Iterator, Sequence
from typing import get_args

import msgspec
from msgspec import Struct

from custody.core.event import Discrepancy, Event
from custody.core.history import Logged, seals_of
from custody.core.roster import Handler
from custody.core.signing import acting
from custody.core.trusted import EnrolledKey, State

Spoiled = Callable[[Logged, str], bool]
"""Whether an event's signature under a key turned out not to be the key's."""

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


_PARTIES = ("releaser", "receiver", "carrier")
_CHANGES_HANDS = frozenset({"handover", "accept", "store", "depart"})
"""Actions that who signed them, all of them, or a supervisor may make undone."""


class Undersigned(Struct, frozen=True):
    """A correction that annuls what `wanted` handlers signed, of whom `got` agree."""

    correction: Logged
    wanted: int
    got: int


class Corrected(Struct, frozen=True):
    """`events` as they read now, in order; the corrections that count, and those by someone who may not correct.

    `undersigned`: those that count, and to which not all agree who should.
    """

    events: list[Logged]
    valid: list[Logged]
    unauthorised: list[Logged]
    undersigned: list[Undersigned]


def correct(order: Sequence[Logged], roster: State, spoiled: Spoiled) -> Corrected:
    """Applies the corrections among events in order: of one event the earlier first. They may be corrected as well."""
    by_id = {one.id: one for one in order}
    corrections: dict[str, list[Logged]] = {}
    unauthorised: list[Logged] = []
    for one in order:
        target = by_id.get(one.event.refs[0]) if one.event.action == "correct" else None
        if target is not None:
            allowed = may_correct(one, target, roster, spoiled)
            (corrections.setdefault(target.id, []) if allowed else unauthorised).append(one)
    reads: dict[str, list[Logged]] = {}
    undersigned: list[Undersigned] = []
    for one in reversed(order):  # so that a correction reads as it should before it is applied
        reads[one.id] = [one]
        annulling: list[tuple[Logged, frozenset[str]]] = []
        for correction in corrections.get(one.id, ()):
            for part in reads.get(correction.id, ()):
                if not all(_may_name_parties(part, before, roster, spoiled) for before in reads[one.id]):
                    unauthorised.append(correction)
                    continue
                agreed = _agreeing(part, roster, spoiled)
                if one.event.action in _CHANGES_HANDS and _annuls(part.event):
                    signed = (_signatories(before, roster, spoiled) for before in reads[one.id])
                    annulling.append((part, frozenset().union(*signed)))
                reads[one.id] = [read for before in reads[one.id] for read in _read(before, part.event, agreed)]
        undersigned += _undersigned(one, annulling, roster, spoiled)
    refused = {one.id for one in unauthorised}
    count = {one.id for found in corrections.values() for one in found if reads[one.id]} - refused
    return Corrected(
        events=[part for one in order if one.event.action != "correct" for part in reads[one.id]],
        valid=[one for one in order if one.id in count],
        unauthorised=[one for one in order if one.id in refused and reads[one.id]],
        undersigned=undersigned,
    )


def may_correct(one: Logged, target: Logged, roster: State, spoiled: Spoiled) -> bool:
    """The same device may, a handler who signed the corrected event, and a supervisor of its site or of one above.

    Their signatures must hold, and their keys be nobody else's by then; a supervisor's badge must be valid.
    """
    for key in one.event.signers:
        known = roster.keys.get(key)
        if known is None or spoiled(one, key) or _is_stolen(known, one.moment):
            continue
        if key in target.event.signers and not spoiled(target, key):
            return True
        if isinstance(known.enrolment, Handler) and _supervises(known.enrolment, one, target, roster):
            return True
    return False


def _may_name_parties(part: Logged, before: Logged, roster: State, spoiled: Spoiled) -> bool:
    """Whose device it was says nothing of who gives or takes: one who acted before must act, or a supervisor."""
    if all(getattr(part.event, name) is None for name in _PARTIES):
        return True
    handlers = _fit(part, roster, spoiled)
    acted = _agreeing(before, roster, spoiled)
    return any(one in acted or _supervises(known, part, before, roster) for one, known in handlers.items())


def _fit(one: Logged, roster: State, spoiled: Spoiled) -> dict[str, Handler]:
    """Who acts in a correction, and with a key that nobody else had."""
    unfit = [key for key in one.event.signers if spoiled(one, key) or _is_stolen(roster.keys.get(key), one.moment)]
    return acting(one.event, roster, unfit)


def _annuls(correction: Event) -> bool:
    return not correction.seals and all(getattr(correction, name) is None for name in REPLACES)


def _signatories(one: Logged, roster: State, spoiled: Spoiled) -> frozenset[str]:
    """Who must agree that an event never was: who signed it; of a handover, its parties."""
    signed = _agreeing(one, roster, spoiled)
    parties = {one.event.releaser, one.event.receiver} if one.event.action == "handover" else signed
    return frozenset(name for name in signed if name in parties)


def _undersigned(
    one: Logged, annulling: Sequence[tuple[Logged, frozenset[str]]], roster: State, spoiled: Spoiled
) -> Iterator[Undersigned]:
    """Each may say so in a correction of his own."""
    for part, wanted in annulling:
        beside = [other for other, _ in annulling if set(part.event.items) <= set(other.event.items)]
        fit = [(other, _fit(other, roster, spoiled)) for other in beside]
        if any(_supervises(known, other, one, roster) for other, handlers in fit for known in handlers.values()):
            continue
        got = len(wanted.intersection(name for _, handlers in fit for name in handlers))
        if got < len(wanted):
            yield Undersigned(part, len(wanted), got)


def _is_stolen(known: EnrolledKey | None, moment: int) -> bool:
    if known is None or known.revoked is None:
        return False
    return known.revoked.reason == "compromised" and (known.revoked.since or 0) <= moment


def _supervises(handler: Handler, one: Logged, target: Logged, roster: State) -> bool:
    valid = handler.begins <= one.moment and (handler.ends is None or one.moment < handler.ends)
    acts = handler.role == "supervisor" and handler.handler not in one.event.attesters
    return valid and acts and roster.within(target.event.site, handler.site)


def _agreeing(one: Logged, roster: State, spoiled: Spoiled) -> frozenset[str]:
    """Who acts in an event, and in the corrections that it reads by."""
    handlers = acting(one.event, roster, [key for key in one.event.signers if spoiled(one, key)])
    return frozenset(handlers) | (one.agreed or frozenset())


def _read(target: Logged, correction: Event, agreed: frozenset[str]) -> list[Logged]:
    """`target` as it reads for the items that are corrected (annulled: not at all), and for the others."""
    named = set(correction.items)
    inside = [item for item in target.event.items if item in named]
    outside = [item for item in target.event.items if item not in named]
    parts = [target.of(outside)] if outside else []
    changes = {name: value for name in REPLACES if (value := getattr(correction, name)) is not None}
    if inside and (changes or correction.seals):
        read = target.of(inside)
        if read.event.action == "discrepancy" and changes.get("kind") not in get_args(Discrepancy):
            changes.pop("kind", None)
        if correction.seals:
            changes["seals"] = seals_of(correction.seals, correction.items, inside)
        event = msgspec.structs.replace(read.event, **changes)
        parts.append(msgspec.structs.replace(read, event=event, agreed=agreed | (read.agreed or frozenset())))
    return parts
