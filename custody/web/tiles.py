"""The log as C2SP's tlog-tiles serves it, under the path of its origin: checkpoint, tiles, entry bundles."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from custody.core import tiles
from custody.core.errors import Malformed
from custody.web.access import anyone, readers
from custody.web.current import check_visible, kept_for_good, ledger
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
@anyone
def tile(path: str) -> Response:
    """A tile of hashes, `<L>/<N>[.p/<W>]`, of a checkpoint that was published: for everybody, and never delayed."""
    level, n, width = _parse(f"tile/{path}")
    return _serve(_found(ledger().tile(level, n, width)), BYTES, IMMUTABLE)


@log.get("/tile/entries/<path:path>")
@documented(also=BYTES, fails=(403, 404))
@readers
def bundle(path: str) -> Response:
    """An entry bundle, `<N>[.p/<W>]`, of a checkpoint that was published.

    403 while the policy keeps an entry in it from the public: part of it may be there for everybody, with a smaller W.
    """
    _, n, width = _parse(f"tile/entries/{path}")
    data = _found(ledger().entries(n, width))
    check_visible(n * tiles.WIDTH, n * tiles.WIDTH + width)
    return _serve(data, BYTES, kept_for_good())


def _parse(path: str) -> tuple[int, int, int]:
    try:
        return tiles.parse_path(path)
    except Malformed as error:
        raise NotFound(str(error)) from None


def _found(data: bytes | None) -> bytes:
    if data is None:
        raise NotFound("no published checkpoint has this tile")
    return data


def _serve(data: bytes, content_type: str, cache_control: str) -> Response:
    return Response(data, content_type=content_type, headers={"Cache-Control": cache_control})
