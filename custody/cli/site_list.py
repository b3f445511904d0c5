"""A list of sites as CSV: `site,category,name,parent`, a site above before those under it."""

import csv
from collections.abc import Iterator
from pathlib import Path

from custody.cli.signing import Session
from custody.core.errors import ConfigFault, CustodyError, Malformed, NoEffect
from custody.core.roster import Site

COLUMNS = ["site", "category", "name", "parent"]
SHOWN_FAULTS = 20


def propose_sites(session: Session, path: Path) -> int:
    """Proposes each site of a CSV file; returns how many the roster has already, exactly so, which are passed over.

    Raises Malformed with every faulty line, and then nothing of the file may be signed; ConfigFault if it cannot be
    read.
    """
    known = 0
    faults = []
    for line, row in _rows(path):
        members = {name: value for name, value in row.items() if value}
        if _is_known(session, members):
            known += 1
            continue
        try:
            session.propose(Site, **{name: members.get(name, "") for name in COLUMNS[:3]}, parent=members.get("parent"))
        except NoEffect as error:
            faults.append(f"line {line}: {error.got}")
        except CustodyError as error:
            faults.append(f"line {line}: {error}")
    if faults:
        shown = faults[:SHOWN_FAULTS]
        if len(faults) > len(shown):
            shown.append(f"… and {len(faults) - len(shown)} more")
        raise Malformed(
            f"{path}: {len(faults)} lines cannot be taken, so none is\n  " + "\n  ".join(shown),
            remedy="Mend these lines; a site stands after the one that it lies under.",
        )
    return known


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, columns) of each row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True, restkey="too many")
            if reader.fieldnames != COLUMNS:
                raise Malformed(f"{path} has other columns", expected=",".join(COLUMNS), got=reader.fieldnames)
            for row in reader:
                if "too many" in row or None in row.values():
                    raise Malformed(f"{path}, line {reader.line_num}: not four columns", got=list(row.values()))
                yield reader.line_num, {name: value.strip() for name, value in row.items()}
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a CSV file", got=error.strerror) from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise Malformed(f"{path} is not CSV in UTF-8", got=error) from None


def _is_known(session: Session, members: dict[str, str]) -> bool:
    known = session.desk.state.sites.get(members.get("site", ""))
    return known is not None and members == {
        name: value for name in COLUMNS if (value := getattr(known, name)) is not None
    }
