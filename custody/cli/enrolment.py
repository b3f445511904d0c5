"""Enrolment requests as files: what leaves the machine on which a key was made."""

from pathlib import Path

from custody.core import roster
from custody.core.canonical import b64decode
from custody.core.errors import ConfigFault, Malformed, WrongLog, WrongRole
from custody.core.keys import SigningKey, fingerprint, keyid
from custody.core.roster import EnrolmentRequest
from custody.files import write_durably


def new_request(
    key: SigningKey, log: str, role: str, subject: str | None = None, badge: int | None = None
) -> EnrolmentRequest:
    """The enrolment request of a new key. Raises Malformed for a log or handler id that the format does not allow."""
    return roster.request_codec.decode(roster.request_codec.encode(roster.request(key, log, role, subject, badge)))


def write_request(path: Path, request: EnrolmentRequest) -> None:
    """Writes a request; nothing in it is secret."""
    write_durably(path, roster.request_codec.encode(request))


def read_request(path: Path, log: str, role: str) -> EnrolmentRequest:
    """The request in a file, for this log and role. Its proof of possession is for admission to check.

    Raises ConfigFault, Malformed, WrongLog, WrongRole.
    """
    try:
        request = roster.request_codec.decode(path.read_bytes())
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="an enrolment request", got=error.strerror) from None
    except Malformed as error:
        raise Malformed(
            f"{path} is no enrolment request: {error}", remedy="Copy the file again, byte for byte."
        ) from None
    if request.log != log:
        raise WrongLog(f"{path} is for another log", expected=log, got=request.log)
    if request.role != role:
        raise WrongRole(f"{path} asks for another role", expected=role, got=request.role)
    if (request.subject is not None, request.badge is not None) != (role == "handler",) * 2:
        raise Malformed(f"{path} does not fit its role", expected="subject and badge with role handler, and only there")
    return request


def request_fingerprint(request: EnrolmentRequest) -> str:
    """Of the key that asks, to be compared by voice with what its machine shows."""
    return fingerprint(keyid(b64decode(request.key)))
