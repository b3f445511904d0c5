"""What a draft still needs, and so what the handler is asked for next. Pure."""

from custody.core.event import ACTIONS
from scanner_agent import spelling, texts
from scanner_agent.members import CONTAINER_FIRST
from scanner_agent.sealing import unsealed
from scanner_agent.state import State
from scanner_agent.texts import Words


def missing(state: State) -> list[Words]:
    """What a draft still needs, in the order in which it is asked for."""
    wanted: list[Words] = [texts.PIN] if state.pin_of else []
    if state.spelling:
        wanted.append(spelling.asked(state.spelling))
    parties = state.parties
    if not state.handlers:
        wanted.append(texts.PARTIES["releaser"] if "releaser" in parties else texts.BADGE)
    if state.action is None:
        wanted.append(texts.ACTION)
    else:
        wanted += [_field(state.action, field) for field in wanted_fields(state)]
    if not state.items:
        wanted.append(texts.ITEMS)
    elif must_seal(state) and unsealed(state):
        wanted.append(texts.SEALS)
    if state.handlers:
        wanted += [texts.PARTIES[party] for party in parties if party not in state.filled][:1]
    return wanted


def prompt(state: State) -> Words:
    """What the handler does next."""
    return next(iter(missing(state)), texts.CONFIRM)


def wanted_fields(state: State) -> list[str]:
    """The fields that the action must have, or that a typed id asks for, and that nothing has filled."""
    filled = {"seals", "refs", "receiver", *state.parties, *state.fields}
    if state.container is not None:
        filled.add("container")
    must = ACTIONS[state.action or ""].must
    ref = ["ref"] if "refs" in must and not state.refs else []
    reason = ["reason"] if state.typed and "reason" not in filled else []
    return sorted(must - filled) + ref + reason


def _field(action: str, field: str) -> Words:
    if field == "container" and action in CONTAINER_FIRST:
        return texts.CONTAINER_FIRST
    if field == "kind" and action == "discrepancy":
        return texts.DISCREPANCY
    return texts.FIELDS[field]


def must_seal(state: State) -> bool:
    """Whether the action needs a seal on every item: so that each part of a session that is split has seals."""
    return state.action is not None and "seals" in ACTIONS[state.action].must
