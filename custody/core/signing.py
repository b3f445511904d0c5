"""What is wrong with an event by itself: who signed, with what right, when, and how its labels were read.

Validity, revocation and compromise are judged on the signing interval, never on `time` alone (FORMAT.md, "Signing
interval"): inside, outside, or uncertain.
"""

from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from custody.core.draft import Draft
from custody.core.event import Event
from custody.core.findings import CATALOGUE
from custody.core.history import Logged
from custody.core.policy import Effective
from custody.core.roster import Handler, Revoke
from custody.core.trusted import EnrolledKey, State

Verdict = Literal["inside", "outside", "uncertain"]


class Interval(Struct, frozen=True, gc=False):
    """When a statement was signed: not before `earliest`, not after `latest` (Unix ms, both by the ledger's clock)."""

    earliest: int
    latest: int

    def within(self, begins: int, ends: int | None) -> Verdict:
        """How the interval lies to a period; `ends` is its first instant outside (None: it has no end)."""
        if begins <= self.earliest and (ends is None or self.latest < ends):
            return "inside"
        if self.latest < begins or (ends is not None and self.earliest >= ends):
            return "outside"
        return "uncertain"


class Revoked(Struct, frozen=True, gc=False):
    """A revocation: the statement, when the ledger received it, and the seq of the final statement that it names."""

    statement: Revoke
    received: int
    final_seq: int | None = None


class Signed(Struct, frozen=True):
    """An event and what it is judged by.

    Of its signers' keys, `revoked` has the revocations of those that are revoked; `spoiled` are those whose signature
    turned out not to be theirs.
    """

    logged: Logged
    interval: Interval
    roster: State
    policy: Effective
    revoked: dict[str, list[Revoked]]
    spoiled: Collection[str] = ()


def judge(signed: Signed) -> list[Draft]:
    """All that is wrong with the event as a statement."""
    who = parties(signed.logged, signed.policy, signed.roster, signed.spoiled)
    found = [*_sites(signed), *_signers(signed), *who, *_clock(signed), *_reading(signed.logged, signed.policy)]
    if not signed.logged.event.warnings:
        return found
    codes = {draft.code for draft in found}
    return found + [
        overridden(signed.logged, warning)
        for warning in signed.logged.event.warnings
        if warning in codes or warning not in CATALOGUE
    ]


def overridden(logged: Logged, warning: str, item: str | None = None) -> Draft:
    """A warning that was shown, and that the log bears out; or, if it is no finding's code, cannot judge."""
    return _draft("warning-overridden", logged, item, subject=f"{logged.id}/{warning}", warning=warning)


def acting(event: Event, roster: State, spoiled: Collection[str] = ()) -> dict[str, Handler]:
    """The handlers who signed and do not only attest, by id; without those whose keys' signatures are `spoiled`."""
    found: dict[str, Handler] = {}
    for key in event.signers:
        known = roster.keys.get(key)
        one = known.enrolment if known is not None else None
        if isinstance(one, Handler) and key not in spoiled and one.handler not in event.attesters:
            found[one.handler] = one
    return found


def lacks_photograph(event: Event, policy: Effective) -> bool:
    """Whether policy asks for a photograph, and the event names none: a signed paper's shows no seal."""
    asked = policy.photographs.get(event.action)
    if asked is None or event.photos:
        return False
    return asked == "always" or any(seal.id is None for seal in event.seals)


def parties(logged: Logged, policy: Effective, roster: State, spoiled: Collection[str] = ()) -> Iterator[Draft]:
    """What is wrong with who signs an event as what; without those whose keys' signatures are `spoiled`."""
    event = logged.event
    handlers = acting(event, roster, spoiled)
    wanted, got = policy.signatures.get(event.action, 0), len(handlers)
    named = [party for party in (event.releaser, event.receiver) if party is not None]
    badges = [party for party in named if isinstance(party, str)]
    if len(badges) < len(named):
        yield _draft("paper-receipt", logged)
        wanted -= 1
    if event.action in ("handover", "release", "accept"):
        needed = badges if event.action == "handover" else _party_of(event)
        got = min(got, sum(party in handlers for party in needed) + max(0, wanted - len(needed)))
    attesting, absent = len(event.attesters), _absent(event, roster, spoiled)
    if absent:
        wanted, got = wanted + attesting, min(wanted, got) + attesting - absent
    if got < wanted:
        yield _draft("too-few-signatures", logged, wanted=wanted, got=got)
    roles = policy.roles.get(event.action)
    for handler in handlers.values():
        if roles is not None and handler.role not in roles:
            yield _draft(
                "wrong-role",
                logged,
                subject=f"{logged.id}/{handler.handler}",
                handler=handler.handler,
                role=handler.role,
            )
    if event.action == "handover" and policy.two_devices and len(badges) == 2:
        known = [handlers.get(party) for party in badges]
        if known[0] and known[1] and not same_organisation(roster, known[0], known[1]):
            yield _draft("one-device", logged)


def _absent(event: Event, roster: State, spoiled: Collection[str]) -> int:
    """How many are named to attest and have not signed: a key that nobody has enrolled may be one of theirs."""
    if not event.attesters:
        return 0
    signing = [roster.keys.get(key) for key in event.signers if key not in spoiled]
    signed = {one.enrolment.handler for one in signing if one and isinstance(one.enrolment, Handler)}
    return max(0, sum(one not in signed for one in event.attesters) - signing.count(None))


def same_organisation(roster: State, one: Handler, other: Handler) -> bool:
    """Of one role, and the one's home site above the other's (or the same)."""
    return one.role == other.role and (roster.within(one.site, other.site) or roster.within(other.site, one.site))


def _draft(code: str, logged: Logged, item: str | None = None, /, subject: str = "", **facts: str | int) -> Draft:
    return Draft(code, subject or logged.id, logged.when, [logged.index], item, facts=facts)


def _sites(signed: Signed) -> Iterator[Draft]:
    stated = signed.roster.sites
    for site in signed.logged.event.sites():
        if site not in stated:
            yield _draft("unknown-site", signed.logged, site=site)
            return


def _signers(signed: Signed) -> Iterator[Draft]:
    for key in signed.logged.event.signers:
        if key in signed.spoiled:
            yield _draft("signature-bad", signed.logged, subject=f"{signed.logged.id}/{key}", key=key)
            continue
        known = signed.roster.keys.get(key)
        if known is None:
            yield _draft("signer-unknown", signed.logged, subject=f"{signed.logged.id}/{key}", key=key)
            continue
        code = _revocation(signed, key) or _validity(signed.interval, known)
        if code == "signer-not-valid" and isinstance(known.enrolment, Handler):
            yield _draft(code, signed.logged, subject=f"{signed.logged.id}/{key}", handler=known.enrolment.handler)
        elif code is not None:
            yield _draft(code, signed.logged, subject=f"{signed.logged.id}/{key}", key=key)


def _validity(interval: Interval, known: EnrolledKey) -> str | None:
    if not isinstance(known.enrolment, Handler):
        return None
    verdict = interval.within(known.enrolment.begins, known.enrolment.ends)
    return None if verdict == "inside" else "signer-not-valid" if verdict == "outside" else "signer-uncertain"


def _revocation(signed: Signed, key: str) -> str | None:
    """What the first revocation says by which the key was not good any more, or else might not have been."""
    if key not in signed.revoked:
        return None
    found = [_revoked(signed, key, one) for one in signed.revoked[key]]
    return next((code for code in found if code not in (None, "signer-uncertain")), next(filter(None, found), None))


def _revoked(signed: Signed, key: str, revoked: Revoked) -> str | None:
    event = signed.logged.event
    if revoked.final_seq is not None and key == event.issuer:
        return "signer-revoked" if event.seq > revoked.final_seq else None
    compromised = revoked.statement.reason == "compromised"
    ends = (revoked.statement.since or 0) if compromised else revoked.received
    verdict = signed.interval.within(0, ends)
    outside = "signer-compromised" if compromised else "signer-revoked"
    return {"inside": None, "outside": outside, "uncertain": "signer-uncertain"}[verdict]


def _party_of(event: Event) -> list[str]:
    """Whose signature a release or an acceptance needs."""
    party = event.releaser if event.action == "release" else event.receiver
    return [party] if isinstance(party, str) else []


def _clock(signed: Signed) -> Iterator[Draft]:
    logged, policy = signed.logged, signed.policy
    time, seen = logged.event.time, logged.event.clock.size
    if logged.earliest is None:
        yield _draft("split-view", logged, size=seen)
    elif logged.earliest - time > policy.skew_ms:
        behind = _draft("clock-before-cause", logged, ms=logged.earliest - time)
        behind.evidence.append(seen - 1)
        yield behind
    if time - logged.received > policy.skew_ms:
        yield _draft("clock-ahead", logged, ms=time - logged.received)
    if logged.received - logged.when > policy.late_ms:
        yield _draft("late-entry", logged, ms=logged.received - logged.when)


def _reading(logged: Logged, policy: Effective) -> Iterator[Draft]:
    event = logged.event
    if lacks_photograph(event, policy):
        yield _draft("photograph-missing", logged)
    read = event.read
    if read is None:
        return
    if read.source != "manual" and read.label in (None, "valid", "unsigned") and not read.others:
        return
    others = {index: other for other in read.others for index in other.items}
    typed = 0
    for number, item in enumerate(event.items):
        one = others.get(number, read)
        typed += one.source == "manual"
        if one.label == "foreign-host":
            yield _draft("label-foreign-host", logged, item)
        elif one.label not in (None, "valid", "unsigned"):
            yield _draft("label-bad", logged, item, verdict=one.label)
    if typed and not policy.manual:
        yield _draft("manual-entry", logged, count=typed)
