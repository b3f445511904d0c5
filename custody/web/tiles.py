"""The log as C2SP's tlog-tiles serves it, under the path of its origin: checkpoint, tiles, entry bundles."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from custody.core import tiles
from custody.core.errors import Malformed
from custody.web.access import anyone, readers
from custody.web.current import ledger
from custody.web.headers import IMMUTABLE
from custody.web.openapi import BYTES, TEXT, documented

FRESH = "public, max-age=2"

log = Blueprint("log", __name__)


def prefix(origin: str) -> str:
    """The path under which a log is served: that of its origin, which is a URL without a scheme."""
    return origin[len(origin.partition("/")[0]) :]


@log.get("/checkpoint")
@documented(also=TEXT)
@anyone
def checkpoint() -> Response:
    """The last published checkpoint, a signed note."""
    return _serve(ledger().checkpoint(), TEXT, FRESH)


@log.get("/tile/<path:path>")
@documented(also=BYTES, fails=(404,))
@readers
def tile(path: str) -> Response:
    """A tile, `<L>/<N>[.p/<W>]`, or an entry bundle, `entries/<N>[.p/<W>]`, of a checkpoint that was published."""
    try:
        level, n, width = tiles.parse_path(f"tile/{path}")
    except Malformed as error:
        raise NotFound(str(error)) from None
    data = ledger().entries(n, width) if level == tiles.ENTRIES else ledger().tile(level, n, width)
    if data is None:
        raise NotFound("no published checkpoint has this tile")
    return _serve(data, BYTES, IMMUTABLE)


def _serve(data: bytes, content_type: str, cache_control: str) -> Response:
    return Response(data, content_type=content_type, headers={"Cache-Control": cache_control})
