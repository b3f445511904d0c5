"""What an archive holds beside the log, all of it derived from the log: whoever reads an archive derives it again."""

from collections.abc import Callable, Iterator

from custody.audit.archive import layout
from custody.audit.archive.archived import Archived
from custody.audit.archive.aside import Aside
from custody.audit.archive.roster_rows import RosterRow, roster_rows
from custody.audit.config import AuditorConfig
from custody.audit.csv_cells import encode
from custody.audit.csv_tables import TABLES, csv_files
from custody.audit.verification import SMALL

OF_THE_WHOLE = frozenset(layout.CSV + name for name in ("findings.csv", "deliveries.csv", "sites.csv"))
"""What of a part was told from the whole log: from the part alone nobody can tell it again."""
DERIVED = frozenset({layout.VKEY, layout.ENTRY0, layout.ROSTER, layout.EPCIS, *(layout.CSV + name for name in TABLES)})
"""All of them."""


def contents(log: Archived, config: AuditorConfig, site: str | None) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(name, pieces) of each file but EPCIS's; pieces must be taken before the next. `site`: of a part, else None.

    Raises Malformed for a site that the log does not have.
    """
    yield layout.VKEY, iter([f"{config.vkey}\n".encode()])
    yield layout.ENTRY0, iter([f"{config.entry0}\n".encode()])
    for name, pieces in csv_files(log, site):
        yield layout.CSV + name, pieces
    yield layout.ROSTER, _roster(log)


def beside(log: Archived, work: Callable[[], bytes]) -> Aside:
    """Work on what takes as long as all other contents: a large log's is done in another process."""
    return Aside(work, here=log.size < SMALL)


def _roster(log: Archived) -> Iterator[bytes]:
    yield from encode([RosterRow._fields])
    yield from encode(roster_rows(log))
