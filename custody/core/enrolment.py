"""Enrolment requests as they come, and the one-time code by which a device brings its own (FORMAT.md, "Roster")."""

import base64
import re
from typing import Annotated

from msgspec import Meta, Struct

from custody.core import roster
from custody.core.canonical import Codec, b64decode
from custody.core.errors import Malformed, NewerFormat, WrongLog, WrongRole
from custody.core.head import UPDATE, VERSION, IdText, Record
from custody.core.keys import fingerprint, keyid
from custody.core.roster import EnrolmentRequest

CODE_BYTES = 16
_BEGIN = "custody-enrolment/"
_CODE = re.compile(rf"(https?://[!-~]{{1,200}}/)enrol#{_BEGIN}1/([a-z2-7]{{26}})\Z")
_ANY = re.compile(rf"https?://[!-~]{{1,200}}/enrol#{_BEGIN}")

CodeText = Annotated[str, Meta(pattern=r"\A[a-z2-7]{26}\Z")]
"""16 random bytes in lower-case base32 without padding."""


class Code(Struct, frozen=True):
    """A one-time code, and the URL of the portal that shows it, with a slash at its end."""

    url: str
    code: CodeText


class Asked(Record, frozen=True, kw_only=True):
    """What a device sends by a code: its request, and the site at which it stands by its own settings."""

    v: Annotated[int, Meta(ge=1, le=VERSION)]
    code: CodeText
    site: IdText
    request: EnrolmentRequest


asked_codec = Codec[Asked](Asked, 4096, "an enrolment by code")


def new_code(secret: bytes) -> str:
    """The code of 16 random bytes."""
    return base64.b32encode(secret).decode().rstrip("=").lower()


def encode_code(code: Code) -> str:
    """The text of the QR code."""
    return f"{code.url}enrol#{_BEGIN}{VERSION}/{code.code}"


def is_code(text: str) -> bool:
    """Whether a scanned text means to be an enrolment code."""
    return _ANY.match(text) is not None


def parse_code(text: str) -> Code:
    """Inverse of `encode_code`. Raises Malformed, NewerFormat."""
    if match := _CODE.match(text):
        return Code(match[1], match[2])
    if re.search(rf"#{_BEGIN}(?!1/)[1-9][0-9]{{0,8}}/", text):
        raise NewerFormat("an enrolment code has a newer version", expected=VERSION, got=text[:80], remedy=UPDATE)
    expected = f"https://…/enrol#{_BEGIN}1/<26 letters and digits>"
    raise Malformed("an enrolment code does not parse", expected=expected, remedy="Scan it again in the portal.")


def open_request(data: bytes, log: str, role: str, where: object = "that") -> EnrolmentRequest:
    """The request in the bytes of `where`, a file, for this log and role. Its proof of possession is for admission.

    Raises Malformed, WrongLog, WrongRole.
    """
    try:
        request = roster.request_codec.decode(data)
    except Malformed as error:
        raise Malformed(
            f"{where} is no enrolment request: {error.message}",
            expected=error.expected,
            got=error.got,
            remedy="Copy the file again, byte for byte.",
        ) from None
    check_request(request, log, role, where)
    return request


def check_request(request: EnrolmentRequest, log: str, role: str, where: object = "that") -> None:
    """Raises Malformed, WrongLog or WrongRole unless the request is for this log and role."""
    if request.log != log:
        raise WrongLog(f"{where} is for another log", expected=log, got=request.log)
    if request.role != role:
        raise WrongRole(f"{where} asks for another role", expected=role, got=request.role)
    if (request.subject is not None, request.badge is not None) != (role == "handler",) * 2:
        raise Malformed(
            f"{where} does not fit its role", expected="subject and badge with role handler, and only there"
        )


def request_fingerprint(request: EnrolmentRequest) -> str:
    """Of the key that asks, to be compared with what its machine shows."""
    return fingerprint(keyid(b64decode(request.key)))
