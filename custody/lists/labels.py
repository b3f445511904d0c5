"""Labels to print as a table: `id`, and perhaps what the item is (`kind`) and where it belongs (`place`)."""

from typing import NamedTuple

from custody.core import ids
from custody.core.errors import CustodyError, Malformed
from custody.core.words import KINDS
from custody.lists.table import Faults, read_table

COLUMNS, OPTIONAL = ["id"], ["kind", "place"]
MAX_PLACE = 100


class Wanted(NamedTuple):
    """A label: `kind` is one of `KINDS`, or None; `place` is for people, "" for none."""

    id: str
    kind: str | None
    place: str


def read_labels(data: bytes, faults: Faults) -> list[Wanted]:
    """The labels that a CSV file asks for, in its order. Raises Malformed, with every fault in `faults`."""
    found: dict[str, Wanted] = {}
    for row in read_table(data, COLUMNS, OPTIONAL, faults):
        cells = row.cells
        for column, check in (("id", ids.check_item), ("kind", check_kind), ("place", check_place)):
            try:
                check(cells[column])
            except CustodyError as error:
                faults.add(row.line, error, column)
        if cells["id"] in found:
            faults.add(row.line, Malformed("an id is given twice", expected="each id once", got=cells["id"]), "id")
        found[cells["id"]] = Wanted(cells["id"], cells["kind"] or None, cells["place"])
    faults.refuse("Mend these lines, then hand in the whole file again.")
    return list(found.values())


def check_place(text: str) -> str:
    """`text` if it can stand on a label, "" too. Raises Malformed."""
    if not (text.isprintable() and len(text) <= MAX_PLACE):
        raise Malformed("that is no place", expected=f"at most {MAX_PLACE} printable characters", got=repr(text))
    return text


def check_kind(text: str) -> str:
    """`text` if it is the kind of something that is labelled, or "". Raises Malformed."""
    if text and text not in KINDS:
        raise Malformed("that is no kind of item that is labelled", expected=", ".join(KINDS), got=text)
    return text
