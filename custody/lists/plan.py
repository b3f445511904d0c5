"""A plan as a table: a line for each item and way, the ways of an item numbered in order (1 out, 2 back)."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple, Self

from msgspec.structs import replace

from custody.core import ids
from custody.core.admission import State
from custody.core.errors import Malformed
from custody.core.plan import Itinerary
from custody.core.planning import Planned, Way
from custody.lists.table import Faults, Row, read_table
from custody.lists.written import code_word, instant, whole

REQUIRED = ["item", "kind", "way", "to", "due"]
ABOUT_ITEM = ["kind", "ballot_type", "district", "quantity", "seals", "unnumbered"]
OPTIONAL = [*ABOUT_ITEM[1:], "via"]
MAX_WAYS, MAX_VIA, MAX_SEALS = 16, 16, 250
"""An item with as much as this still fits into one statement."""


class Journey(NamedTuple):
    """An item's plan. `planned.ways` holds no indexes: the ways themselves stand in `ways`."""

    planned: Planned
    ways: tuple[Way, ...]

    @classmethod
    def of(cls, itinerary: Itinerary) -> Self:
        """What the log has planned for an item."""
        return cls(replace(itinerary.planned, ways=[]), tuple(itinerary.ways))

    @property
    def route(self) -> tuple[tuple[str, ...], ...]:
        """What the items of one delivery have in common, the last way first: those that end together sort together."""
        return tuple((way.to, str(way.due), *way.via) for way in reversed(self.ways))


class _Line(NamedTuple):
    """A row whose every cell can be read."""

    line: int
    number: int
    way: Way
    about: dict[str, Any]


def read_plan(data: bytes, state: State, scope: str | None, faults: Faults) -> list[Journey]:
    """The plan in a CSV file, its items in the file's order, for an authority that is good for `scope`.

    Raises Malformed, with every fault by line and column in `faults`.
    """
    lines: dict[str, list[_Line]] = {}
    unread = set()
    for row in read_table(data, REQUIRED, OPTIONAL, faults):
        if line := _read_line(row, state, scope, faults):
            lines.setdefault(row.cells["item"], []).append(line)
        else:
            unread.add(row.cells["item"])
    for item in lines.keys() - unread:
        _check_ways(item, lines[item], faults)
    journeys = [_journey(item, found, faults) for item, found in lines.items()]
    _check_seals(lines, faults)
    if not (journeys or len(faults)):
        faults.add(1, Malformed("the table plans nothing", expected="a line for each item and way", got="no line"))
    faults.refuse("Mend these lines, then import the whole file again.")
    return journeys


def _read_line(row: Row, state: State, scope: str | None, faults: Faults) -> _Line | None:
    values: dict[str, Any] = {}
    for column, read in _COLUMNS.items():
        cell = row.cells[column]
        if not cell and column not in REQUIRED:
            continue
        try:
            values[column] = read(cell)
        except Malformed as error:
            faults.add(row.line, error, column)
    for column in ("to", "via"):
        for site in values.get(column, []):
            if fault := _why_not_there(site, column, state, scope):
                faults.add(row.line, fault, column)
    if not set(REQUIRED) <= set(values):
        return None
    way = Way(to=values["to"][0], due=values["due"], via=values.get("via", []))
    return _Line(row.line, values["way"], way, {name: values[name] for name in ABOUT_ITEM if name in values})


def _journey(item: str, lines: list[_Line], faults: Faults) -> Journey:
    """One item's lines as one plan; the first line says what the item is, the others may repeat it."""
    first = lines[0]
    for line in lines[1:]:
        for column, value in line.about.items():
            if value != first.about.get(column):
                fault = Malformed(
                    "the row says something else of the item than an earlier one",
                    expected=f"{item} as in line {first.line}",
                    got=value,
                )
                faults.add(line.line, fault, column)
    ways = [line.way for line in sorted(lines, key=attrgetter("number"))]
    return Journey(Planned(item=item, **first.about, ways=[]), tuple(ways))


def _check_ways(item: str, lines: list[_Line], faults: Faults) -> None:
    due = -1
    for number, line in enumerate(sorted(lines, key=attrgetter("number")), start=1):
        if line.number != number:
            fault = Malformed("an item's ways are not numbered in order", expected=f"way {number}", got=line.number)
            faults.add(line.line, fault, "way")
            return
        if line.way.due <= due:
            faults.add(line.line, Malformed("an item is due on this way not after the one before", got=item), "due")
        due = line.way.due


def _check_seals(lines: dict[str, list[_Line]], faults: Faults) -> None:
    given: dict[str, str] = {}
    for item, (first, *_) in lines.items():
        for seal in first.about.get("seals", []):
            other = given.setdefault(seal, item)
            if other != item:
                fault = Malformed("a seal is given to another item already", expected=f"{seal} for {other}", got=item)
                faults.add(first.line, fault, "seals")


def _why_not_there(site: str, column: str, state: State, scope: str | None) -> Malformed | None:
    if site not in state.sites:
        return Malformed("this site is not in the roster", got=site, remedy="State it first: custody roster site.")
    if column == "to" and not state.within(site, scope):
        return Malformed("this site lies outside the signing authority's", expected=f"under {scope}", got=site)
    return None


def _way_number(cell: str) -> int:
    number = whole(cell)
    if not 1 <= number <= MAX_WAYS:
        raise Malformed("that is no way's number", expected=f"from 1 to {MAX_WAYS}", got=cell)
    return number


def _each(check: Callable[[str], str], at_most: int) -> Callable[[str], list[str]]:
    """A reader of ids that are separated by spaces, each once."""

    def read(cell: str) -> list[str]:
        found = [check(text) for text in cell.split()]
        if len(set(found)) != len(found) or len(found) > at_most:
            raise Malformed(
                "an id stands here twice, or too many do", expected=f"at most {at_most}, each once", got=cell
            )
        return found

    return read


def _one_site(cell: str) -> list[str]:
    return [ids.check_site(cell)]


_COLUMNS: dict[str, Callable[[str], Any]] = {
    "item": ids.check_item,
    "kind": code_word,
    "ballot_type": code_word,
    "district": code_word,
    "quantity": whole,
    "seals": _each(ids.check_seal, MAX_SEALS),
    "unnumbered": whole,
    "way": _way_number,
    "to": _one_site,
    "due": instant,
    "via": _each(ids.check_site, MAX_VIA),
}
