"""Whether the ledger lives, and whether it can take statements."""

import msgspec
from flask import Blueprint, Response

from custody.core.errors import Unavailable
from custody.ledger.views import Status
from custody.web.access import anyone
from custody.web.current import ledger
from custody.web.models import Health
from custody.web.openapi import JSON, documented

health = Blueprint("health", __name__)


@health.get("/healthz")
@documented(Health)
@anyone
def healthz() -> Response:
    """That the process does its work; if not, restart it."""
    status = ledger().status()
    if not status.alive:
        raise Unavailable("the sequencer has stopped", got=status.fault, remedy="Restart the ledger.")
    return _well(status)


@health.get("/readyz")
@documented(Health)
@anyone
def readyz() -> Response:
    """That statements can be appended now."""
    status = ledger().status()
    if not status.alive or status.fault is not None:
        raise Unavailable("the ledger cannot append", got=status.fault, remedy="See the ledger's log.")
    return _well(status)


def _well(status: Status) -> Response:
    body = Health(status="ok", size=status.size, followed=status.followed, queued=status.queued)
    return Response(msgspec.json.encode(body), content_type=JSON)
