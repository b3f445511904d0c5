"""Signed labels: a QR code that any phone opens and any agent checks offline (FORMAT.md, "Label").

The text is a GS1 Digital Link URI that ends in `&k=<8 hex of the issuer's keyid>&s=<base64url signature>`. It proves
that the label was issued, not that it is the only copy.
"""

import base64
import binascii
import re
from collections.abc import Iterable

from msgspec import Struct

from custody.core import ids
from custody.core.admission import EnrolledKey
from custody.core.errors import Malformed
from custody.core.event import LabelVerdict
from custody.core.keys import SigningKey, is_valid
from custody.core.roster import LabelIssuer

MAX_LABEL = 400
_QUERY = "?v=1"
_PRINTABLE = re.compile(r"[!-~]+\Z")
_SIGNED = re.compile(r"(?P<uri>[!-~]+)&k=(?P<key>[0-9a-f]{8})&s=(?P<sig>[A-Za-z0-9_-]{86})\Z")


class Label(Struct, frozen=True):
    """What a label says; `issuer` (8 hex) and `signature` are None on an unsigned one."""

    id: str
    host: str | None
    uri: str
    issuer: str | None = None
    signature: bytes | None = None


def sign(item: str, host: str, key: SigningKey) -> str:
    """The text of a signed label for `item` (an id), as a link on `host`. Raises Malformed."""
    uri = ids.digital_link(item, host) + _QUERY
    signature = base64.urlsafe_b64encode(key.sign(_message(uri))).decode().rstrip("=")
    return f"{uri}&k={key.keyid[:8]}&s={signature}"


def parse(text: str) -> Label:
    """A label of ours, a GS1 Digital Link without a signature, or a bare id. Raises Malformed."""
    if len(text) > MAX_LABEL or not _PRINTABLE.match(text):
        raise Malformed("a label has the wrong form", expected=f"1 to {MAX_LABEL} of ! to ~", got=repr(text))
    if not text.startswith("https://"):
        return Label(ids.check(text), None, text)
    match = _SIGNED.match(text)
    if match is None:
        if "&k=" in text:
            raise Malformed("a label's signature is cut or damaged", expected="&k=<8 hex>&s=<86 base64url>", got=text)
        host, item = ids.from_digital_link(text)
        return Label(item, host, text)
    host, item = ids.from_digital_link(match["uri"])
    if match["uri"] != ids.digital_link(item, host) + _QUERY:
        raise Malformed("a signed label has another query", expected=_QUERY, got=match["uri"])
    try:
        signature = base64.urlsafe_b64decode(match["sig"] + "==")
    except binascii.Error as error:
        raise Malformed("a label's signature does not decode", expected="base64url", got=error) from None
    if base64.urlsafe_b64encode(signature).decode().rstrip("=") != match["sig"]:
        raise Malformed("a label's signature is not in its one encoding", expected="unused bits zero", got=match["sig"])
    return Label(item, host, match["uri"], match["key"], signature)


def judge(label: Label, issuers: Iterable[tuple[str, EnrolledKey]]) -> LabelVerdict:
    """What the roster's label issuers (keyid, key) make of a label."""
    if label.signature is None or label.issuer is None:
        return "unsigned"
    verdict: LabelVerdict = "unknown-issuer"
    for key, known in issuers:
        if not key.startswith(label.issuer) or not isinstance(known.enrolment, LabelIssuer):
            continue
        if known.revoked is not None and known.revoked.reason != "retired":
            continue  # a label bears no time: once others may hold the key, none of its labels shows anything
        if not is_valid(known.public, _message(label.uri), label.signature):
            verdict = "forged"
            continue
        if label.host not in known.enrolment.hosts:
            return "foreign-host"
        return "valid" if label.id.startswith(tuple(known.enrolment.ranges)) else "out-of-range"
    return verdict


def _message(uri: str) -> bytes:
    return b"custody-label/v1\n" + uri.encode("ascii")
