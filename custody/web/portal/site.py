"""A site's page, at its Digital Link path: what should be there, what is, what is missing, and what lies below it."""

from flask import Response, request
from werkzeug.exceptions import NotFound

from custody.core import ids
from custody.core.words import SITE_CATEGORIES
from custody.ledger import lookup_counts, lookup_sites
from custody.ledger.lookups import Looking
from custody.web.access import readers
from custody.web.portal import tree
from custody.web.portal.pages import area, page

site = area("site")

ARRIVALS = 200
"""On a checklist; of other sites as many as fit a page."""
OVERDUE = 30
FINDINGS = 8
DUES = 6
ITEMS = 100


@site.get("/414/<gln>")
@site.get("/414/<gln>/254/<extension>")
@readers
def front(gln: str, extension: str | None = None) -> Response:
    """The page of a site that is stated."""
    id_ = ids.check_site(f"414/{gln}" if extension is None else f"414/{gln}/254/{extension}")
    number, after = tree.page_number(), request.args.get("after", "")

    def look(looking: Looking) -> dict[str, object]:
        path = lookup_sites.path_to(looking, id_)
        if not path:
            raise NotFound("no statement has stated this site")
        known = path[-1]
        findings = lookup_counts.open_findings(looking, id_)
        is_station = known.category == "polling-station"
        arrivals = lookup_sites.arrivals(looking, id_, ARRIVALS, unpacked=True) if is_station else []
        items = looking.site_items(id_, after, ITEMS + 1)
        listed = {one.item.item for one in arrivals}
        return {
            **tree.SHOWN,
            "name_of": looking.name_of,
            "site": known,
            "names": [(row.site, row.name) for row in path],
            "category": SITE_CATEGORIES[known.category],
            "is_station": is_station,
            "made": lookup_counts.deliveries(looking, id_),
            "sites": lookup_counts.subtree_size(looking, id_),
            "findings": findings,
            "found": lookup_sites.gravest(looking, id_, findings, FINDINGS),
            "level": tree.level(looking, id_, number),
            "dues": lookup_sites.agenda(looking, id_, DUES),
            "arrivals": arrivals,
            "overdue": None if is_station else lookup_sites.overdue(looking, id_, OVERDUE),
            "items": [one for one in items[:ITEMS] if one.item not in listed],
            "next": items[ITEMS - 1].item if len(items) > ITEMS else None,
            "after": after,
        }

    return page("site.html", look)
