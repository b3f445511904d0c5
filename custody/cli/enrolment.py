"""Enrolment requests as files: what leaves the machine on which a key was made."""

from pathlib import Path

from custody.core import roster
from custody.core.enrolment import open_request
from custody.core.errors import ConfigFault
from custody.core.keys import SigningKey
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
        data = path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="an enrolment request", got=error.strerror) from None
    return open_request(data, log, role, path)
