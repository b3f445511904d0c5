"""The first page: how far the log goes, how the election's goods stand, and where."""

from flask import Response

from custody.ledger import lookup_counts, lookup_sites
from custody.ledger.lookups import Looking
from custody.web.access import readers
from custody.web.current import ledger
from custody.web.portal import tree
from custody.web.portal.pages import area, page

home = area("home")

FINDINGS = 5
DUES = 6


@home.get("/")
@readers
def front() -> Response:
    """The front page. The table begins where the tree of sites first forks."""
    status = ledger().status()
    number = tree.page_number()

    def look(looking: Looking) -> dict[str, object]:
        fork = lookup_sites.first_fork(looking)
        overview = lookup_counts.overview(looking, status.size)
        return {
            **tree.SHOWN,
            "name_of": looking.name_of,
            "status": status,
            "overview": overview,
            "path": lookup_sites.path_to(looking, fork) if fork is not None else [],
            "level": tree.level(looking, fork, number),
            "dues": lookup_sites.agenda(looking, None, DUES),
            "found": lookup_sites.gravest(looking, None, overview.findings, FINDINGS),
        }

    return page("home.html", look, status.size, status.fault)
