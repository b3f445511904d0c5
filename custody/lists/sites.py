"""A list of sites as CSV: `site,category,name,parent` and perhaps `lat,lon`, a site above before those under it."""

from collections.abc import Callable, Mapping
from typing import Any

from custody.core.errors import CustodyError
from custody.core.roster import Site
from custody.lists.table import Faults, read_table
from custody.lists.written import micro_degrees

COLUMNS = ["site", "category", "name", "parent"]
POSITION = ["lat", "lon"]


def propose_sites(
    data: bytes, faults: Faults, present: Mapping[str, Site], propose: Callable[[dict[str, Any]], object]
) -> int:
    """Proposes each site of a CSV file, by its members; returns how many the roster has already, exactly so, which are
    passed over.

    Raises Malformed with every faulty line, and then nothing of the file may be signed.
    """
    known = 0
    for row in read_table(data, COLUMNS, POSITION, faults):
        try:
            members = _members(row.cells)
            if _is_known(present.get(members["site"]), members):
                known += 1
            else:
                propose(members)
        except CustodyError as error:
            faults.add(row.line, error)
    faults.refuse("Mend these lines; a site stands after the one that it lies under.")
    return known


def _members(cells: dict[str, str]) -> dict[str, Any]:
    """What the row says of a site; one that does not say what a site must have is for the format to refuse."""
    said = {name: cells[name] for name in COLUMNS} | {"parent": cells["parent"] or None}
    return said | {name: micro_degrees(cells[name]) for name in POSITION if cells[name]}


def _is_known(known: Site | None, members: dict[str, Any]) -> bool:
    return known is not None and all(getattr(known, name) == value for name, value in members.items())
