"""Labels to print as a table: `id`, and perhaps what the item is (`kind`) and where it belongs (`place`)."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from custody.core import ids
from custody.core.errors import CustodyError, Malformed
from custody.core.words import KINDS
from custody.lists.table import Faults, Row, read_table

COLUMNS, OPTIONAL = ["id"], ["kind", "place"]
MAX_PLACE = 100
MAX_LABELS = 5_000
_ALL = (*COLUMNS, *OPTIONAL)
_DIGITS = re.compile(r"[0-9]{1,12}\Z")


class Wanted(NamedTuple):
    """A label: `kind` is one of `KINDS`, or None; `place` is for people, "" for none."""

    id: str
    kind: str | None
    place: str


def read_labels(data: bytes, faults: Faults) -> list[Wanted]:
    """The labels that a CSV file asks for, in its order. Raises Malformed, with every fault in `faults`."""
    return _wanted(read_table(data, COLUMNS, OPTIONAL, faults), faults)


def read_pasted(text: str, faults: Faults) -> list[Wanted]:
    """The labels that lines ask for: an id, perhaps a kind and a place, by commas or semicolons. As `read_labels`."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell.strip() for cell in re.split("[;,\t]", line)]
        if len(cells) > len(_ALL):
            fault = Malformed("the row has another number of cells", expected=f"1 to {len(_ALL)}", got=len(cells))
            faults.add(number, fault)
        elif any(cells):
            rows.append(Row(number, dict.fromkeys(_ALL, "") | dict(zip(_ALL, cells, strict=False))))
    return _wanted(rows, faults)


def in_range(prefix: str, first: str, last: str) -> list[str]:
    """The ids that begin with `prefix` and go on with the numbers from `first` to `last`, in as many digits.

    Raises Malformed for what is no range, or one of more than `MAX_LABELS`.
    """
    if not (_DIGITS.match(first) and _DIGITS.match(last) and len(first) == len(last) and int(first) <= int(last)):
        raise Malformed("that is no range of numbers", expected="two of as many digits, such as 0001 and 0120",
                        got=f"{first} … {last}")  # fmt: skip
    if int(last) - int(first) >= MAX_LABELS:
        raise Malformed("too many labels at once", expected=f"at most {MAX_LABELS}", got=int(last) - int(first) + 1)
    return [ids.check_item(f"{prefix}{number:0{len(first)}}") for number in range(int(first), int(last) + 1)]


def _wanted(rows: Iterable[Row], faults: Faults) -> list[Wanted]:
    found: dict[str, Wanted] = {}
    for row in rows:
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
