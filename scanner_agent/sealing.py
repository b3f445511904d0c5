"""Seals in a session: read one by one, or counted where they bear no number. Pure."""

import msgspec

from custody.core.event import MAX_COMPARTMENT
from scanner_agent import texts
from scanner_agent.members import COMPARTMENT_FIRST, MAX_SEALS
from scanner_agent.reading import Found
from scanner_agent.state import Line, Say, State, Step, refuse


def read_seal(state: State, found: Found) -> Step:
    """A seal is on the item that was read last; on the vehicle, where one moves and no item was read yet."""
    line = Line(found.source, found.symbology, found.verdict)
    if state.at is None and state.action in COMPARTMENT_FIRST:
        return add_compartment(state, found.id, line)
    if state.at is None:
        return refuse(state, texts.NO_ITEM_FOR_SEAL, found.id)
    if found.id in state.lines:
        return Step(state, Say("good", texts.AGAIN, found.id), changed=False)
    if len(state.seals_on(state.at)) >= MAX_SEALS:
        return refuse(state, texts.TOO_MANY_SEALS, state.at)
    after = _add(state, found.id, msgspec.structs.replace(line, on=state.at))
    if found.verdict in texts.VERDICTS:
        return Step(after, Say("warned", texts.VERDICTS[found.verdict], found.id))
    return Step(after, Say("good", texts.SEAL, f"{found.id} ({len(after.seals_on(state.at))})"))


def add_compartment(state: State, seal: str, line: Line) -> Step:
    """A seal of the vehicle's compartment."""
    if seal in state.lines:
        return Step(state, Say("good", texts.AGAIN, seal), changed=False)
    if len(state.compartment) >= MAX_COMPARTMENT:
        return refuse(state, texts.TOO_MANY_SEALS, seal)
    after = _add(state, seal, msgspec.structs.replace(line, use="compartment"))
    return Step(after, Say("good", texts.COMPARTMENT_SEAL, f"{seal} ({len(after.compartment)})"))


def count_seals(state: State, count: int) -> Step:
    """So many seals without a number are on the item that was read last."""
    if state.at is None:
        return refuse(state, texts.NO_ITEM_FOR_SEAL)
    line = Line("manual", None, "unsigned", on=state.at, count=count)
    return Step(_add(state, f"× {state.at}", line), Say("good", texts.SEAL, f"× {count}"))


def mark_seal(state: State, field: str, value: str) -> Step:
    """The state of the seal that was read last, or the number that was expected of it."""
    last = next((id_ for id_, line in reversed(state.lines.items()) if line.on is not None), None)
    if last is None or (field == "expected" and state.lines[last].count is not None):
        return refuse(state, texts.NO_SEAL, value)
    marked = msgspec.structs.replace(state.lines[last], **{field: value})
    return Step(state.with_(lines=state.lines | {last: marked}), Say("good", texts.SET, f"{last} {field} {value}"))


def _add(state: State, id_: str, line: Line) -> State:
    """The line becomes the last one, also where it takes another's place."""
    return state.with_(lines={known: one for known, one in state.lines.items() if known != id_} | {id_: line})
