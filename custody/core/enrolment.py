"""Enrolment requests as they come: for this log, in the role that is asked for."""

from custody.core import roster
from custody.core.canonical import b64decode
from custody.core.errors import Malformed, WrongLog, WrongRole
from custody.core.keys import fingerprint, keyid
from custody.core.roster import EnrolmentRequest


def open_request(data: bytes, log: str, role: str, where: object = "that") -> EnrolmentRequest:
    """The request in the bytes of `where`, a file, for this log and role. Its proof of possession is for admission.

    Raises Malformed, WrongLog, WrongRole.
    """
    try:
        request = roster.request_codec.decode(data)
    except Malformed as error:
        raise Malformed(
            f"{where} is no enrolment request: {error}", remedy="Copy the file again, byte for byte."
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
