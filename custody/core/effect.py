"""Which roster statements take effect, and what they change (FORMAT.md, "Admission").

What is authentic and has no right to an effect has none, and says why in one word.
"""

import msgspec

from custody.core.canonical import b64decode
from custody.core.keys import keyid
from custody.core.planning import Plan, Policy
from custody.core.roster import (
    Authority,
    Enrolment,
    Handler,
    Resolve,
    Revoke,
    Root,
    RosterStatement,
    Site,
    role_of,
)
from custody.core.trusted import EnrolledKey, State, reaches_threshold


def why_none(state: State, body: RosterStatement) -> str | None:
    """Why an authentic roster statement has no effect; None if it has."""
    issuer = state.keys.get(body.issuer)
    if isinstance(body, Root):
        others = (state.keys.get(keyid(b64decode(text))) for text in body.keys)
        return "key-known" if any(other and other.role != "root" for other in others) else None
    assert issuer is not None  # noqa: S101  # _check_issuer raised otherwise
    if issuer.revoked is not None:
        return "issuer-revoked"
    if issuer.role == "root" and not isinstance(body, Authority | Revoke):
        return "not-for-root-keys"
    if issuer.role == "root" and not reaches_threshold(state.root, body):
        return "below-threshold"
    if issuer.role == "auditor" and not isinstance(body, Resolve):
        return "not-for-auditor-keys"
    match body:
        case Site():
            return _why_no_site(state, body, issuer.site)
        case Revoke():
            return _why_no_revocation(state, body, issuer.site)
        case Plan():
            return _why_no_plan(state, body, issuer.site)
        case Policy():
            return _why_out_of_reach(state, body.site, issuer.site)
        case Resolve():
            return None
        case _:
            return _why_no_enrolment(state, body, issuer.site)


def _why_no_site(state: State, body: Site, scope: str | None) -> str | None:
    if body.site in state.sites:
        return "site-known"
    if body.parent is not None and body.parent not in state.sites:
        return "parent-unknown"
    # An authority may be enrolled for a site before the site's own statement: that one site it may state, and nobody
    # may draw it under a site of their own before, and so become that authority's superior.
    if body.site == scope or (body.site not in state.awaited and state.within(body.parent, scope)) or scope is None:
        return None
    return "out-of-scope"


def _why_no_revocation(state: State, body: Revoke, scope: str | None) -> str | None:
    target = state.keys.get(body.key)
    if target is None:
        return "key-unknown"
    if target.role == "root":
        return "root-keys-change-by-root-statement"
    if body.enrolled is not None and target.role != "authority":
        return "not-an-authority"
    if target.revoked is not None and _gravity(body) <= _gravity(target.revoked):
        return "already-revoked"
    return None if state.within(target.site, scope) else "out-of-scope"


def _gravity(revoke: Revoke) -> tuple[int, int, bool]:
    """A graver revocation takes the place of a milder: who stole a key must not forestall the truth by retiring it."""
    reason = ("retired", "lost", "compromised").index(revoke.reason)
    return reason, -(revoke.since or 0), revoke.enrolled == "revoke"


def _why_no_plan(state: State, body: Plan, scope: str | None) -> str | None:
    if any(site not in state.sites for way in body.ways for site in (way.to, *way.via)):
        return "site-unknown"
    if not all(state.within(way.to, scope) for way in body.ways):
        return "out-of-scope"
    # What is another's to plan is taken over by who is above both: else the last to speak would have it.
    before = {site for one in body.items for site in state.planned.get(one.item, ())}
    return None if all(state.within(site, scope) for site in before) else "item-out-of-scope"


def _why_out_of_reach(state: State, site: str | None, scope: str | None) -> str | None:
    if site is not None and site not in state.sites:
        return "site-unknown"
    return None if state.within(site, scope) else "out-of-scope"


def _why_no_enrolment(state: State, body: Enrolment, scope: str | None) -> str | None:
    if keyid(b64decode(body.key)) in state.keys:
        return "key-known"
    if isinstance(body, Authority):  # may be there before its site
        return None if state.within(body.site, scope) else "out-of-scope"
    if reason := _why_out_of_reach(state, body.site, scope):
        return reason
    if isinstance(body, Handler) and body.handler in state.handlers:
        old = state.keys[state.handlers[body.handler]]
        if not state.within(old.site, scope):
            return "handler-out-of-scope"
    return None


def apply(state: State, body: RosterStatement, index: int) -> None:
    """Lets the statement at `index`, against which nothing speaks, change `state`."""
    match body:
        case Root():
            state.root = body
            for public in map(b64decode, body.keys):
                state.keys.setdefault(keyid(public), EnrolledKey(public, "root", None, index, body.issuer))
        case Site():
            state.sites[body.site] = body
            state.awaited.discard(body.site)
        case Revoke():
            _revoke(state, body)
        case Plan():
            _plan(state, body)
        case Policy() | Resolve():
            pass  # they bear on how events are judged, not on who is trusted
        case _:
            _enrol(state, body, index)


def _plan(state: State, body: Plan) -> None:
    destinations: dict[tuple[int, ...], tuple[str, ...]] = {}
    for one in body.items:
        ways = tuple(one.ways)
        if ways not in destinations:  # items share them: a plan has thousands
            destinations[ways] = tuple(dict.fromkeys(body.ways[number].to for number in ways))
        state.planned[one.item] = destinations[ways]


def _revoke(state: State, body: Revoke) -> None:
    state.keys[body.key].revoked = body
    if body.enrolled == "revoke":
        inherited = msgspec.structs.replace(body, final=None)
        for known in map(state.keys.__getitem__, state.enrolled_under(body.key)):
            if known.revoked is None or _gravity(known.revoked) < _gravity(inherited):
                known.revoked = inherited


def _enrol(state: State, body: Enrolment, index: int) -> None:
    public = b64decode(body.key)
    state.keys[keyid(public)] = EnrolledKey(public, role_of(body), body.site, index, body.issuer, body)
    if isinstance(body, Handler):
        state.handlers[body.handler] = keyid(public)
    if body.site is not None and body.site not in state.sites:
        state.awaited.add(body.site)
