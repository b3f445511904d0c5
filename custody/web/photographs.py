"""Photographs that statements name: taken from agents, and shown to who is signed in, for they can show people."""

import msgspec
from flask import Blueprint, Flask, Response, current_app, request
from msgspec import Struct
from werkzeug.exceptions import NotFound

from custody.accounts.roles import ROLES
from custody.core.errors import Unnamed
from custody.core.photograph import MAX_SALTED, check_hash
from custody.ledger.clock import Clock
from custody.ledger.config import LedgerConfig
from custody.ledger.quota import Quota
from custody.photographs import FOLDER, Photographs
from custody.web.access import anyone, roles
from custody.web.bodies import read_bytes
from custody.web.current import ledger
from custody.web.door import Door
from custody.web.models import Kept
from custody.web.openapi import BYTES, JSON, documented

_KEY = "custody.photographs"

photographs = Blueprint("photographs", __name__, url_prefix="/api/v1")
shown = Blueprint("shown", __name__)


class _Taking(Struct, frozen=True):
    """Where photographs go, and how many may come."""

    store: Photographs
    door: Door


def configure(app: Flask, config: LedgerConfig) -> None:
    """Opens the door; nothing is written before the first photograph comes."""
    limits, clock = config.limits, Clock().monotonic
    of_all = Quota(limits.photograph_rate, limits.photograph_burst, clock)
    of_peer = Quota(limits.peer_photograph_rate, limits.peer_photograph_burst, clock)
    door = Door("photographs", of_all, of_peer)
    app.extensions[_KEY] = _Taking(Photographs(config.private / FOLDER), door)


@shown.get("/photographs/<hash_>")
@roles(*ROLES)
def show(hash_: str) -> Response:
    """A photograph, without the random bytes before it."""
    found = _taking().store.get(check_hash(hash_))
    if found is None:
        raise NotFound("this photograph has not come")
    return Response(found, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


def is_kept(hash_: str) -> bool:
    """Whether a photograph is here, and was not erased."""
    return _taking().store.has(hash_)


def _taking() -> _Taking:
    found: _Taking = current_app.extensions[_KEY]
    return found


@photographs.put("/blobs/<hash_>")
@documented(Kept, fails=(408, 409, 410, 411, 413, 415, 429))
@anyone
def keep(hash_: str) -> Response:
    """Keep a photograph: 16 random bytes and a JPEG file of 1 MiB at most, under their SHA-256.

    Taken once a statement in the log names it. Sending it again changes nothing; one that was erased is not taken.
    """
    taking = _taking()
    check_hash(hash_)
    taking.door.count(request.remote_addr or "")
    salted = read_bytes(request, BYTES, MAX_SALTED)
    with ledger().looking() as looking:
        if not looking.names_photograph(hash_):
            raise Unnamed(
                "no statement in the log names this photograph",
                expected=f"one among the first {looking.followed} entries",
                got=hash_,
                remedy="Send the statement first.",
            )
    new = taking.store.put(hash_, salted)
    return Response(msgspec.json.encode(Kept(hash_, duplicate=not new)), content_type=JSON)
