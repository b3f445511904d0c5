"""Devices that ask to be enrolled by a code that the portal has shown: their requests, kept for people to look at."""

import msgspec
from flask import Blueprint, Flask, Response, current_app, request
from msgspec import Struct

from custody.accounts.store import unix_ms
from custody.core import ids
from custody.core.canonical import b64decode
from custody.core.enrolment import Asked, asked_codec, check_request
from custody.core.errors import NoEffect
from custody.core.keys import fingerprint, keyid
from custody.core.roster import check_possession
from custody.ledger.clock import Clock
from custody.ledger.quota import Quota
from custody.preparations import Waiting
from custody.web.access import anyone
from custody.web.admin.codes import Codes
from custody.web.admin.preparing import preparations
from custody.web.bodies import read_bytes
from custody.web.current import ledger
from custody.web.door import Door
from custody.web.models import Asking
from custody.web.openapi import JSON, documented

MAX_BYTES = 4096
RATE, BURST = 1.0, 60
PEER_RATE, PEER_BURST = 0.2, 20
"""So often from all together and from one address: a second for long, and at once after a rest."""
_KEY = "custody.enrolments"

enrolments = Blueprint("enrolments", __name__, url_prefix="/api/v1")


class _Taking(Struct, frozen=True):
    codes: Codes
    door: Door


def configure(app: Flask) -> None:
    """Codes and quotas of this app, in memory."""
    clock = Clock().monotonic
    door = Door("enrolment requests", Quota(RATE, BURST, clock), Quota(PEER_RATE, PEER_BURST, clock))
    app.extensions[_KEY] = _Taking(Codes(clock), door)


def codes() -> Codes:
    """The codes of the app that answers this request."""
    taking: _Taking = current_app.extensions[_KEY]
    return taking.codes


@enrolments.post("/enrolments")
@documented(Asking, fails=(403, 408, 409, 410, 411, 413, 415, 422, 429))
@anyone
def ask() -> Response:
    """Ask for a device to be enrolled, by a one-time code that the portal has shown.

    The request is then shown to an operator, who compares its fingerprint; it enrols nothing by itself. Sending it
    again with the same key changes nothing.
    """
    taking: _Taking = current_app.extensions[_KEY]
    taking.door.count(request.remote_addr or "")
    asked = asked_codec.decode(read_bytes(request, JSON, MAX_BYTES))
    key = _check(asked)
    shown = taking.codes.use(asked.code, key, asked.site)
    with preparations() as store:
        store.ask(Waiting(key, asked.request, asked.site, shown.account, unix_ms()))
    return Response(msgspec.json.encode(Asking(fingerprint(key), asked.site)), content_type=JSON)


def _check(asked: Asked) -> str:
    """The keyid of a device's own request for this log. Raises what speaks against it."""
    ids.check_site(asked.site)
    check_request(asked.request, ledger().config.origin, "device", "the request")
    check_possession(asked.request)
    key = keyid(b64decode(asked.request.key))
    if ledger().device(key) is not None:
        raise NoEffect("this key is enrolled already", expected="a key that is not in the roster", got=key)
    return key
