"""Badges in a session: shown, unlocked by their PINs, and locked again after a pause. Pure."""

from custody.core.head import MAX_SIGNERS
from scanner_agent import texts
from scanner_agent.inputs import BadgeShown, Locked, Unlocked
from scanner_agent.state import Say, Signer, State, Step, refuse


def step(state: State, given: BadgeShown | Unlocked | Locked) -> Step:
    match given:
        case BadgeShown():
            return _show(state, given)
        case Unlocked():
            return _unlock(state, given)
        case Locked():
            return _lock(state)


def _show(state: State, badge: BadgeShown) -> Step:
    if badge.handler in state.handlers:
        return refuse(state, texts.SAME_BADGE, badge.handler)
    if len(state.handlers) >= MAX_SIGNERS - 1:
        return refuse(state, texts.TOO_MANY_BADGES, badge.handler)
    known = Say("plain", texts.BADGE_READ, badge.handler)
    return Step(
        state.with_(pin_of=badge.handler), known if badge.known else Say("warned", texts.FOREIGN_BADGE, badge.handler)
    )


def _unlock(state: State, given: Unlocked) -> Step:
    signer = Signer(given.warning, given.role, len(state.past))
    after = state.with_(handlers=state.handlers | {given.handler: signer}, pin_of=None)
    if given.warning:
        return Step(after, Say("warned", texts.BADGES[given.warning], given.handler))
    return Step(after, Say("good", texts.UNLOCKED, given.handler))


def _lock(state: State) -> Step:
    """What the handlers had unlocked: who comes next may be another."""
    return Step(state.with_(handlers={}, pin_of=None, spelling=None), Say("plain", texts.LOCKED))
