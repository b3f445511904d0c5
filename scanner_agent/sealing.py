"""Seals in a session: read one by one, or counted where they bear no number. Pure.

A seal counts only where it is clear what it is on. An item that is read by itself takes the next seals; of several that
were read one after another nobody knows which bears it, so that the handler shows the item again.
"""

import msgspec

from custody.core.event import MAX_COMPARTMENT, MAX_SEALS
from scanner_agent import texts
from scanner_agent.inputs import Caution
from scanner_agent.members import COMPARTMENT_FIRST, takes
from scanner_agent.reading import Found
from scanner_agent.state import VEHICLE, Line, Say, State, Step, number, refuse


def at_item(state: State, item: str, *, alone: bool) -> str | None:
    """Where seals are once an item was read: on it; None where they may as well be on another, or on the vehicle.

    `alone`: no other item was in view.
    """
    if not alone:
        return None
    first = not state.items and state.action not in COMPARTMENT_FIRST
    follows = state.at in state.items and bool(state.seals_on(state.at or ""))
    return item if item in state.items or first or follows else None


def at_vehicle(state: State, action: str) -> str | None:
    """Where seals are when an action is chosen: on the vehicle, where one moves and no item was read yet."""
    if action in COMPARTMENT_FIRST:
        return None if state.items else VEHICLE
    return None if state.at == VEHICLE else state.at


def seal_vehicle(state: State) -> Step:
    """The next seals are the vehicle's."""
    if state.action is None or not takes(state.action, "compartment"):
        return refuse(state, texts.NOT_OF_ACTION)
    return Step(state.with_(at=VEHICLE), Say("good", texts.SEALS_GO_ON_VEHICLE))


def read_seal(state: State, found: Found) -> Step:
    """A seal is on what was said last."""
    return _put(state, found.id, Line(found.source, found.symbology, found.verdict), state.at)


def add_compartment(state: State, seal: str) -> Step:
    """A seal of the vehicle's compartment, typed."""
    return _put(state, seal, Line("manual", None, "unsigned"), VEHICLE)


def count_seals(state: State, count: int) -> Step:
    """So many seals without a number are on the item."""
    if state.at is None or state.at == VEHICLE:
        return refuse(state, _which(state))
    line = Line("manual", None, "unsigned", on=state.at, count=count)
    return Step(_add(state, f"× {state.at}", line), Say("good", texts.SEAL, f"× {count}"))


def mark_seal(state: State, field: str, value: str) -> Step:
    """The state of the seal that was read last, or the number that was expected of it."""
    last = next((key for key, line in reversed(state.lines.items()) if line.on is not None), None)
    if last is None or (field == "expected" and state.lines[last].count is not None):
        return refuse(state, texts.NO_SEAL, value)
    marked = msgspec.structs.replace(state.lines[last], **{field: value})
    said = f"{number(last)} {field} {value}"
    return Step(state.with_(lines=state.lines | {last: marked}), Say("good", texts.SET, said))


def unsealed(state: State) -> list[str]:
    """The items on which no seal was read."""
    sealed = {line.on for line in state.lines.values()}
    return [item for item in state.items if item not in sealed]


def cautions(state: State) -> list[Caution]:
    """What a handler is to look at before signing: one number on two items, or on the vehicle as well."""
    twice = {number(key) for key, line in state.lines.items() if line.count is None and key != number(key)}
    on_vehicle = {number(key) for key, line in state.lines.items() if line.use == "compartment"}
    # Of a vehicle's seals the rules say nothing: a container that it carries may bear the same one.
    found = {"seal-reused": sorted(twice - on_vehicle), "seal-twice": sorted(twice & on_vehicle)}
    return [Caution(code, texts.SEAL_TWICE, tuple(numbers)) for code, numbers in found.items() if numbers]


def _put(state: State, seal: str, line: Line, at: str | None) -> Step:
    if at is None:
        return refuse(state, _which(state), seal)
    line = msgspec.structs.replace(line, **({"use": "compartment"} if at == VEHICLE else {"on": at}))
    there = {number(key): key for key, one in state.lines.items() if (one.on, one.use) == (line.on, line.use)}
    if seal in there:
        return _put_again(state, there[seal], line)
    if len(there) >= (MAX_COMPARTMENT if at == VEHICLE else MAX_SEALS):
        return refuse(state, texts.TOO_MANY_SEALS, at if line.on else seal)
    after = _add(state, f"{seal} {at}" if seal in state.lines else seal, line)
    if line.verdict in texts.VERDICTS:
        return Step(after, Say("warned", texts.VERDICTS[line.verdict], seal))
    if seal in state.lines:
        return Step(after, Say("warned", texts.SEAL_TWICE, seal))
    words = texts.SEAL if line.on else texts.COMPARTMENT_SEAL
    return Step(after, Say("good", words, f"{seal} ({len(there) + 1})"))


def _put_again(state: State, key: str, line: Line) -> Step:
    """It is the seal that was read last, so that what is said next is said of it."""
    after = _add(state, key, state.lines[key].again(line))
    verdict = after.lines[key].verdict
    changed = [*after.lines.items()] != [*state.lines.items()]
    if verdict in texts.VERDICTS:
        return Step(after, Say("warned", texts.VERDICTS[verdict], number(key)), changed=changed)
    return Step(after, Say("heard", texts.AGAIN, number(key)), changed=changed)


def _which(state: State) -> texts.Words:
    if state.items and state.action in COMPARTMENT_FIRST:
        return texts.WHICH_ITEM_OR_VEHICLE
    return texts.WHICH_ITEM if state.items else texts.NO_ITEM_FOR_SEAL


def _add(state: State, key: str, line: Line) -> State:
    """The line becomes the last one, also where it takes another's place."""
    return state.with_(lines={known: one for known, one in state.lines.items() if known != key} | {key: line})
