"""The first page: whether the log verifies, and how the election's goods stand."""

from flask import Response

from custody.core.words import SEVERITIES
from custody.ledger import lookup_counts
from custody.web.access import readers
from custody.web.current import ledger
from custody.web.portal.pages import area, page

home = area("home")


@home.get("/")
@readers
def front() -> Response:
    """The front page."""
    status = ledger().status()
    return page(
        "home.html",
        lambda looking: {
            "status": status,
            "overview": lookup_counts.overview(looking, status.size),
            "severities": SEVERITIES,
        },
        status.size,
    )
