"""A list of sites as CSV: `site,category,name,parent` and perhaps `lat,lon`, a site above before those under it."""

from pathlib import Path
from typing import Any

from custody.cli.signing import Session
from custody.core.errors import CustodyError, Malformed, NoEffect
from custody.core.roster import Site
from custody.lists.table import Faults, read_file, read_table
from custody.lists.written import micro_degrees

COLUMNS = ["site", "category", "name", "parent"]
POSITION = ["lat", "lon"]


def propose_sites(session: Session, path: Path) -> int:
    """Proposes each site of a CSV file; returns how many the roster has already, exactly so, which are passed over.

    Raises Malformed with every faulty line, and then nothing of the file may be signed; ConfigFault if it cannot be
    read.
    """
    known = 0
    faults = Faults(path)
    for row in read_table(read_file(path), COLUMNS, POSITION, faults):
        try:
            members = _members(row.cells)
            if _is_known(session, members):
                known += 1
            else:
                session.propose(Site, **members)
        except NoEffect as error:
            faults.add(row.line, Malformed(str(error.got)))
        except CustodyError as error:
            faults.add(row.line, error)
    faults.refuse("Mend these lines; a site stands after the one that it lies under.")
    return known


def _members(cells: dict[str, str]) -> dict[str, Any]:
    """What the row says of a site; one that does not say what a site must have is for the format to refuse."""
    said = {name: cells[name] for name in COLUMNS} | {"parent": cells["parent"] or None}
    return said | {name: micro_degrees(cells[name]) for name in POSITION if cells[name]}


def _is_known(session: Session, members: dict[str, Any]) -> bool:
    known = session.desk.state.sites.get(members["site"])
    return known is not None and all(getattr(known, name) == value for name, value in members.items())
