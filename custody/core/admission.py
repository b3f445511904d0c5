"""Admission: which statements the log takes, and what roster statements change (FORMAT.md, "Admission").

One pure rule over the state that the entries before an index leave behind. The ledger evaluates it inside its
transaction; every agent before it commits; every auditor again. What is authentic is admitted, even from a revoked key;
what has no right to an effect has none, and says why.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import msgspec

from custody.core.canonical import b64decode
from custody.core.errors import BadSignature, Malformed, RosterGap, UnknownIssuer, WrongLog, WrongRole
from custody.core.event import Event
from custody.core.keys import keyid
from custody.core.planning import Plan, Policy
from custody.core.roster import (
    Authority,
    Enrolment,
    Handler,
    KeyRole,
    Resolve,
    Revoke,
    Root,
    RosterStatement,
    Site,
    check_possession,
    role_of,
)
from custody.core.statement import Statement, verify_signature


@dataclass(frozen=True, slots=True)
class Verdict:
    """`effect` is None for a statement that takes effect (every event does); else the reason why it has none."""

    effect: str | None = None


@dataclass(slots=True)
class EnrolledKey:
    """A key of the roster: enrolled once ever, in one role, by the key `by`. `site` bounds it (None: everywhere).

    `revoked` is the gravest revocation so far; for a key that falls with the authority above it, that authority's.
    """

    public: bytes
    role: KeyRole
    site: str | None
    index: int
    by: str
    enrolment: Enrolment | None = None
    revoked: Revoke | None = None


@dataclass(slots=True)
class _Chain:
    seq: int = 0
    head: str | None = None
    forked: set[str] = field(default_factory=set)


class State:
    """What admission knows after the entries so far: keys, sites, the current badge of each handler, roster chains.

    `awaited` are sites that have an authority and no statement of their own yet.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.keys: dict[str, EnrolledKey] = {}
        self.root: Root | None = None
        self.sites: dict[str, Site] = {}
        self.awaited: set[str] = set()
        self.handlers: dict[str, str] = {}
        self._chains: dict[str, _Chain] = {}

    def within(self, site: str | None, scope: str | None) -> bool:
        """Whether `site` is `scope` or lies under it; every site lies under the scope None."""
        if scope is None:
            return True
        while site is not None:
            if site == scope:
                return True
            above = self.sites.get(site)
            site = above.parent if above else None
        return False

    def label_issuers(self) -> Iterator[tuple[str, EnrolledKey]]:
        """(keyid, key) of the label issuers."""
        return ((key, known) for key, known in self.keys.items() if known.role == "label-issuer")

    def next_link(self, issuer: str) -> tuple[int, str | None]:
        """(seq, prev) of the next roster statement in `issuer`'s chain."""
        chain = self._chains.get(issuer, _Chain())
        return chain.seq + 1, chain.head

    def known_signers(self, statement: Statement) -> list[tuple[str, bytes]]:
        """(keyid, public key) of the signers whose signatures can be verified now."""
        known = [(key, self.keys[key].public) for key in statement.signatures if key in self.keys]
        if isinstance(statement.body, Root):
            new = {keyid(public): public for public in map(b64decode, statement.body.keys)}
            known += [(key, new[key]) for key in statement.signatures if key in new and key not in self.keys]
        return known


def admit(
    state: State,
    statement: Statement,
    index: int,
    verified: Collection[str] = frozenset(),
    *,
    possession_verified: bool = False,
) -> Verdict:
    """Admits `statement` as entry `index` and lets it change `state`; on an error `state` is as it was.

    `verified` are signers whose signatures the caller has verified already; `possession_verified` says so of an
    enrolment's proof. Raises BadSignature, Malformed, RosterGap, UnknownIssuer, WrongLog, WrongRole.
    """
    body = statement.body
    _check_log(state, body.log)
    if index == 0 and not isinstance(body, Root):
        raise Malformed("entry 0 is not a root statement", expected="root", got=type(body).__name__)
    _check_issuer(state, body, index)
    for key, public in state.known_signers(statement):
        if key not in verified:
            verify_signature(statement, key, public)
    if isinstance(body, Event):
        return Verdict()
    if isinstance(body, Root):
        _check_thresholds(state, body)
    elif isinstance(body, Enrolment) and not possession_verified:
        check_possession(body)
    if not _extend_chain(state, statement):
        return Verdict("fork")
    reason = _why_no_effect(state, body)
    if reason is None:
        _apply(state, body, index)
    return Verdict(reason)


def check_event_issuer(state: State, log: str, issuer: str) -> None:
    """All that admission asks of a well-formed event but its signatures. Raises UnknownIssuer, WrongLog, WrongRole."""
    _check_log(state, log)
    _check_role(state, issuer, "device")


def _check_log(state: State, log: str) -> None:
    if log != state.origin:
        raise WrongLog("a statement is for another log", expected=state.origin, got=log)


def _check_issuer(state: State, body: Event | RosterStatement, index: int) -> None:
    if isinstance(body, Event):
        _check_role(state, body.issuer, "device")
    elif not (index == 0 and isinstance(body, Root)):
        _check_role(state, body.issuer, "root", "authority", "auditor")


def _check_role(state: State, key: str, *wanted: KeyRole) -> None:
    issuer = state.keys.get(key)
    if issuer is None:
        raise UnknownIssuer(
            "the issuer is not enrolled",
            expected=f"an enrolled {' or '.join(wanted)} key",
            got=key,
            remedy="Have an authority enrol it, then send the statement again.",
        )
    if issuer.role not in wanted:
        raise WrongRole("the issuer's key has another role", expected=" or ".join(wanted), got=issuer.role)


def _check_thresholds(state: State, body: Root) -> None:
    """A root statement is signed by the threshold of the old root keys and of the new ones, and by nobody else."""
    roots = [body] if state.root is None else [state.root, body]
    for root in roots:
        if not _reaches_threshold(root, body):
            raise BadSignature("too few root keys sign", expected=f"{root.threshold} of {root.keys}", got=body.signers)
    strangers = set(body.signers).difference(*map(_root_ids, roots))
    if strangers:
        raise BadSignature("a key signs that is no root key", expected="root keys", got=sorted(strangers))


def _extend_chain(state: State, statement: Statement) -> bool:
    """Whether the statement is the next of its issuer's chain; False for a fork. Raises RosterGap."""
    body = statement.body
    chain = state._chains.get(body.issuer, _Chain())
    if body.seq == chain.seq + 1 and body.prev == chain.head:
        chain.seq, chain.head = body.seq, statement.id
        state._chains[body.issuer] = chain
        return True
    if body.seq <= chain.seq or body.prev in chain.forked:
        chain.forked.add(statement.id)
        return False
    raise RosterGap(
        "a roster statement's predecessor has not arrived",
        expected=f"seq {chain.seq + 1} after {chain.head}",
        got=f"seq {body.seq} after {body.prev}",
        remedy="Send the statements before it first.",
    )


def _why_no_effect(state: State, body: RosterStatement) -> str | None:
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
    if issuer.role == "root" and not _reaches_threshold(state.root, body):
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
    return None if all(state.within(way.to, scope) for way in body.ways) else "out-of-scope"


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


def _apply(state: State, body: RosterStatement, index: int) -> None:
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
        case Plan() | Policy() | Resolve():
            pass  # they bear on how events are judged, not on who is trusted
        case _:
            _enrol(state, body, index)


def _revoke(state: State, body: Revoke) -> None:
    state.keys[body.key].revoked = body
    if body.enrolled != "revoke":
        return
    fallen, inherited = {body.key}, msgspec.structs.replace(body, final=None)
    for key, known in state.keys.items():  # who enrols stands before whom he enrols
        if known.by in fallen and known.role != "root":
            fallen.add(key)
            if known.revoked is None or _gravity(known.revoked) < _gravity(inherited):
                known.revoked = inherited


def _enrol(state: State, body: Enrolment, index: int) -> None:
    public = b64decode(body.key)
    state.keys[keyid(public)] = EnrolledKey(public, role_of(body), body.site, index, body.issuer, body)
    if isinstance(body, Handler):
        state.handlers[body.handler] = keyid(public)
    if body.site is not None and body.site not in state.sites:
        state.awaited.add(body.site)


def _reaches_threshold(root: Root | None, body: RosterStatement) -> bool:
    return root is not None and len(_root_ids(root).intersection(body.signers)) >= root.threshold


def _root_ids(root: Root) -> set[str]:
    return {keyid(b64decode(text)) for text in root.keys}
