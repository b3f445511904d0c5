"""The snapshot of a site, signed as advice to its agents by a key of its own: the log's key signs checkpoints only."""

from flask import Blueprint, Flask, Response, current_app, request
from msgspec import Struct
from werkzeug.exceptions import NotFound

from custody.core import ids
from custody.core.keys import SigningKey
from custody.core.snapshot import content_tag, sign
from custody.files import load_key
from custody.ledger.advice import snapshot
from custody.ledger.config import LedgerConfig
from custody.web.access import readers
from custody.web.bodies import read_query
from custody.web.current import ledger, looking
from custody.web.openapi import JSON, documented

_KEY = "custody.advisor"

advice = Blueprint("advice", __name__, url_prefix="/api/v1")


class SnapshotQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The site that is asked about."""

    site: str


def configure(app: Flask, config: LedgerConfig) -> None:
    """Loads the advisor's key, if the settings name one. Raises BadKey, ConfigFault."""
    app.extensions[_KEY] = load_key(config.advice) if config.advice else None


@advice.get("/snapshot")
@documented(also=JSON, query=SnapshotQuery, fails=(404, 413), revalidated=True)
@readers
def site_snapshot() -> Response:
    """What agents at a site should know: the items there, on the way there or planned to come, signed as advice.

    413 if they are more than 100,000, with what is in them. Its ETag stays the same for as long as its items do,
    whatever else the log has come to hold.
    """
    site = ids.check_site(read_query(request, SnapshotQuery).site)
    key: SigningKey | None = current_app.extensions[_KEY]
    if key is None:
        raise NotFound("this ledger gives no advice")
    with looking() as tables:
        if tables.site(site) is None:
            raise NotFound("the roster does not have this site")
        found = snapshot(tables, ledger().config.origin, site)
    tag = content_tag(found)
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else Response(sign(found, key), content_type=JSON)
    response.set_etag(tag, weak=True)
    return response
