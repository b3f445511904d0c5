"""Admission: which statements the log takes, and what roster statements change (FORMAT.md, "Admission").

One pure rule over the state that the entries before an index leave behind. The ledger evaluates it inside its
transaction; every agent before it commits; every auditor again. What is authentic is admitted, even from a revoked key.
"""

from collections.abc import Collection
from dataclasses import dataclass

from custody.core import effect
from custody.core.errors import BadSignature, Malformed, RosterGap, UnknownIssuer, WrongLog, WrongRole
from custody.core.event import Event
from custody.core.roster import Enrolment, KeyRole, Root, RosterStatement, check_possession
from custody.core.statement import Statement, verify_signature
from custody.core.trusted import EnrolledKey, RosterChain, State, reaches_threshold, root_ids

__all__ = ["EnrolledKey", "State", "Verdict", "admit", "check_event_issuer"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`effect` is None for a statement that takes effect (every event does); else the reason why it has none."""

    effect: str | None = None


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
        raise Malformed("entry 0 is not a root statement", expected="a root statement", got=type(body).__name__)
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
    reason = effect.why_none(state, body)
    if reason is None:
        effect.apply(state, body, index)
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
        if not reaches_threshold(root, body):
            raise BadSignature("too few root keys sign", expected=f"{root.threshold} of {root.keys}", got=body.signers)
    strangers = set(body.signers).difference(*map(root_ids, roots))
    if strangers:
        raise BadSignature("a key signs that is no root key", expected="root keys", got=sorted(strangers))


def _extend_chain(state: State, statement: Statement) -> bool:
    """Whether the statement is the next of its issuer's chain; False for a fork. Raises RosterGap."""
    body = statement.body
    chain = state.chains.get(body.issuer, RosterChain())
    if body.seq == chain.seq + 1 and body.prev == chain.head:
        chain.seq, chain.head = body.seq, statement.id
        state.chains[body.issuer] = chain
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
