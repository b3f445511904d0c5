"""Roster statements: who and what is trusted (FORMAT.md, "Roster"). They take effect at their index in the log."""

from typing import Annotated, Literal, get_args

from msgspec import Meta

from custody.core import ids, keys
from custody.core.canonical import Codec, b64decode, b64encode
from custody.core.errors import BadSignature, Malformed
from custody.core.head import (
    MAX_PAYLOAD,
    MAX_SIGNERS,
    VERSION,
    Count,
    HandlerId,
    HandlerRole,
    Hash,
    Head,
    IdText,
    Milliseconds,
    Origin,
    Record,
    SiteCategory,
    Token,
    check_head,
    check_texts,
    raise_if_newer,
)
from custody.core.planning import Plan, Policy, check_plan, check_policy

KeyText = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{43}=\Z")]
"""Base64 of 32 raw public-key bytes."""
ProofText = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9+/]{86}==\Z")]
"""Base64 of the new key's signature over `possession(…)`."""
Host = Annotated[str, Meta(pattern=rf"\A{ids.HOST}\Z")]
SiteName = Annotated[str, Meta(pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,80}\Z")]
"""An official name, without what steers a terminal or turns the direction of the text around it."""
BadgeVersion = Annotated[int, Meta(ge=1, lt=2**53)]
FindingId = Annotated[str, Meta(pattern=r"\Af-[a-z2-7]{26}\Z")]
"""`f-` and the first 130 bits, in lower-case base32, of SHA-256(code LF subject)."""
EnrolmentRole = Literal["authority", "device", "handler", "label-issuer", "auditor", "advisor"]
KeyRole = Literal["root"] | EnrolmentRole


class OldLog(Record, frozen=True, kw_only=True):
    """The last checkpoint of the log that this one goes on from."""

    origin: Origin
    size: Count
    root: Hash


class Root(Head, frozen=True, kw_only=True, tag="root", tag_field="kind"):
    """Entry 0, and each change of the root keys: signed by `threshold` of the old keys and of the new."""

    keys: Annotated[list[KeyText], Meta(min_length=1, max_length=MAX_SIGNERS)]
    threshold: Annotated[int, Meta(ge=1, le=MAX_SIGNERS)]
    previous: OldLog | None = None


class Authority(Head, frozen=True, kw_only=True, tag="authority", tag_field="kind"):
    """A key that may sign roster statements for the subtree of `site` (absent: for every site)."""

    key: KeyText
    proof: ProofText
    site: IdText | None = None


class Site(Head, frozen=True, kw_only=True, tag="site", tag_field="kind"):
    """A place, under `parent` (absent: a top of the tree), with its official name; `lat`, `lon` in micro-degrees."""

    site: IdText
    category: SiteCategory
    name: SiteName
    parent: IdText | None = None
    lat: Annotated[int, Meta(ge=-90_000_000, le=90_000_000)] | None = None
    lon: Annotated[int, Meta(ge=-180_000_000, le=180_000_000)] | None = None


class Device(Head, frozen=True, kw_only=True, tag="device", tag_field="kind"):
    """A scanner agent's key and the site where it belongs."""

    key: KeyText
    proof: ProofText
    site: IdText


class Handler(Head, frozen=True, kw_only=True, tag="handler", tag_field="kind"):
    """A person's badge key. A second statement for one `handler` is a new badge in place of the old."""

    handler: HandlerId
    key: KeyText
    proof: ProofText
    badge: BadgeVersion
    role: HandlerRole
    site: IdText
    begins: Milliseconds
    ends: Milliseconds | None = None


class LabelIssuer(Head, frozen=True, kw_only=True, tag="label-issuer", tag_field="kind"):
    """A key that signs labels for ids that begin with one of `ranges`, as links to one of `hosts`."""

    key: KeyText
    proof: ProofText
    site: IdText
    hosts: Annotated[list[Host], Meta(min_length=1, max_length=8)]
    ranges: Annotated[list[IdText], Meta(min_length=1, max_length=64)]


class Auditor(Head, frozen=True, kw_only=True, tag="auditor", tag_field="kind"):
    """A key that may resolve findings, and nothing else."""

    key: KeyText
    proof: ProofText
    site: IdText | None = None


class Advisor(Head, frozen=True, kw_only=True, tag="advisor", tag_field="kind"):
    """A key that signs custody snapshots, which agents take as advice; it issues no statement."""

    key: KeyText
    proof: ProofText
    site: IdText | None = None


class Revoke(Head, frozen=True, kw_only=True, tag="revoke", tag_field="kind"):
    """Ends the trust in a key: `retired` (after the statement `final`), `lost`, or `compromised` since a time.

    `enrolled`, of an authority's key: what becomes of the keys that it enrolled, and of those that they enrolled, and
    so on (absent: keep).
    """

    key: Hash
    reason: Literal["retired", "lost", "compromised"]
    final: Hash | None = None
    since: Milliseconds | None = None
    enrolled: Literal["keep", "revoke"] | None = None


class Resolve(Head, frozen=True, kw_only=True, tag="resolve", tag_field="kind"):
    """Closes a finding, for a reason; `note` is SHA-256(16 random bytes ‖ what is to be said of it)."""

    finding: FindingId
    reason: Token
    note: Hash | None = None


Enrolment = Authority | Device | Handler | LabelIssuer | Auditor | Advisor
RosterStatement = Root | Enrolment | Site | Revoke | Plan | Policy | Resolve
KINDS = {statement.__struct_config__.tag for statement in get_args(RosterStatement)}


class EnrolmentRequest(Record, frozen=True, kw_only=True):
    """What leaves the machine on which a key was made: its public half and a proof that the private half is there.

    For a handler, `subject` is the handler id and `badge` the badge version; else both are absent.
    """

    v: Annotated[int, Meta(ge=1, le=VERSION)]
    log: Origin
    role: EnrolmentRole
    key: KeyText
    proof: ProofText
    subject: HandlerId | None = None
    badge: BadgeVersion | None = None


_codec = Codec[RosterStatement](RosterStatement, MAX_PAYLOAD, "a roster statement")
request_codec = Codec[EnrolmentRequest](EnrolmentRequest, 2048, "an enrolment request")


def encode(body: RosterStatement) -> bytes:
    """The payload of a well-formed roster statement. Raises Malformed, Oversize."""
    check(body)
    return _codec.encode(body)


def decode(payload: bytes) -> RosterStatement:
    """Raises BadKey, Malformed, NewerFormat, Oversize."""
    try:
        body = _codec.decode(payload)
        check_texts(body)
    except Malformed:
        raise_if_newer(payload, "kind", KINDS)
        raise
    check(body)
    return body


def check(body: RosterStatement) -> None:
    """What types cannot say of a roster statement. Raises BadKey, Malformed."""
    check_head(body)
    for text in public_keys(body):
        keys.check_public(b64decode(text))
    match body:
        case Root():
            if len(set(body.keys)) != len(body.keys) or body.threshold > len(body.keys):
                raise Malformed("the root's threshold does not fit its keys", got=body.threshold)
        case Site():
            _check_site(body)
        case Revoke():
            _check_revoke(body)
        case Plan():
            check_plan(body)
        case Policy():
            check_policy(body)
        case Resolve():
            pass
        case _:
            _check_enrolment(body)


def public_keys(body: RosterStatement) -> list[str]:
    """The public keys (base64) that a roster statement brings in."""
    if isinstance(body, Root):
        return body.keys
    return [body.key] if isinstance(body, Enrolment) else []


def role_of(body: Enrolment) -> EnrolmentRole:
    """The role in which an enrolment enrols its key: it is called as the statement's kind."""
    role: EnrolmentRole = body.__struct_config__.tag  # type: ignore[assignment]
    return role


def possession(log: str, role: str, subject: str | None) -> bytes:
    """The message that a new key signs to show that its private half is there, for one log, role and subject only."""
    return f"custody-possession/v1\n{log}\n{role}\n{subject or ''}\n".encode()


def request(
    key: keys.SigningKey, log: str, role: str, subject: str | None = None, badge: int | None = None
) -> EnrolmentRequest:
    """The enrolment request of a new key."""
    return EnrolmentRequest(
        v=VERSION,
        log=log,
        role=role,  # type: ignore[arg-type]  # the codec checks it
        key=b64encode(key.public),
        proof=b64encode(key.sign(possession(log, role, subject))),
        subject=subject,
        badge=badge,
    )


def check_possession(body: Enrolment | EnrolmentRequest) -> None:
    """Raises BadKey, BadSignature or Malformed unless the key being enrolled signed for this log, role and subject."""
    if isinstance(body, EnrolmentRequest):
        message = possession(body.log, body.role, body.subject)
    else:
        message = possession(body.log, role_of(body), body.handler if isinstance(body, Handler) else None)
    try:
        keys.verify(b64decode(body.key), message, b64decode(body.proof))
    except BadSignature:
        raise BadSignature(
            "a key's proof of possession does not verify",
            expected=f"the new key's signature over {message!r}",
            got=body.proof[:16],
        ) from None


def _check_site(body: Site) -> None:
    ids.check_site(body.site)
    if body.parent is not None and ids.check_site(body.parent) == body.site:
        raise Malformed("a site is its own parent", got=body.site)
    if (body.lat is None) != (body.lon is None):
        raise Malformed("a site has half a position", expected="both of lat and lon, or neither", got=body.site)


def _check_enrolment(body: Enrolment) -> None:
    if body.site is not None:
        ids.check_site(body.site)
    if isinstance(body, LabelIssuer):
        for beginning in body.ranges:
            ids.check_range(beginning)
    if isinstance(body, Handler) and body.ends is not None and body.ends <= body.begins:
        raise Malformed("a badge ends before it begins", expected=f"after {body.begins}", got=body.ends)


def _check_revoke(body: Revoke) -> None:
    if (body.reason == "compromised") != (body.since is not None):
        raise Malformed("since does not fit the reason", expected="with compromised, and only there", got=body.reason)
    if body.reason != "retired" and body.final is not None:
        raise Malformed("final does not fit the reason", expected="with retired only", got=body.reason)
