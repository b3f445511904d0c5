"""What roster statements and policies say, as pages show it: places, items and findings as links, words in a language.

Of a handler the public reads role and site: `Told` sees to that, and no key of a badge is shown to it.
"""

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape
from msgspec import Struct

from custody.core.keys import fingerprint
from custody.core.particulars import (
    Duration,
    Found,
    Key,
    Line,
    Moment,
    Part,
    Person,
    Place,
    Row,
    Said,
    Thing,
    Word,
    members,
    particulars,
)
from custody.core.roster import Handler, RosterStatement
from custody.core.words import Pair
from custody.web.access import viewer
from custody.web.current import entry_visible, ledger
from custody.web.portal.pages import address
from custody.web.portal.showing import duration, said, when
from custody.web.portal.told import Told

_NONE: Pair = ("tidak ada", "none")
MOST = 100
"""Lines of one row."""


class Shown(Struct, frozen=True):
    """A row; `more`: so many lines are left out."""

    label: Pair
    lines: list[Markup]
    more: int


def shown(told: Told, rows: Iterable[Row]) -> list[Shown]:
    """The rows, for who asks."""
    return [
        Shown(row.label, [_line(told, line) for line in row.lines[:MOST]], max(len(row.lines) - MOST, 0))
        for row in rows
    ]


def statement_rows(body: RosterStatement) -> Iterator[Row]:
    """All that a statement says, but of a badge its key for who may not see people."""
    for row in members(body):
        if not (row.name == "key" and isinstance(body, Handler) and not viewer().sees_people):
            yield row
    yield from particulars(body)


def _line(told: Told, line: Line) -> Markup:
    return Markup().join(_part(told, part) for part in line)


def _part(told: Told, part: Part) -> Markup:  # one for each kind
    match part:
        case Moment():
            return when(part.ms)
        case Duration():
            return escape(duration(part.ms) if part.ms else said(_NONE))
        case Place():
            return _link(address(part.site), told.site(part.site))
        case Person():
            return escape(told.person(part.handler))
        case Key():
            return _key(told, part.keyid)
        case Thing():
            return _link(address(part.item), part.item)
        case Found():
            return _link(f"/findings/{part.finding}", part.finding)
        case Said():
            index = ledger().statement(part.statement)
            seen = index is not None and entry_visible(index)
            return _link(f"/log/entries/{index}", part.statement) if seen else escape(part.statement)
        case Word(word=word, said=pair):
            return escape(said(pair) if pair else word)
        case tuple():
            return escape(said(part))
        case _:
            return escape(part)


def _key(told: Told, keyid: str) -> Markup:
    known = ledger().enrolled(keyid)
    if known is not None and isinstance(known.enrolment, Handler) and not viewer().sees_people:
        return escape(told.key(keyid))
    return Markup('{}<br><span class="hash">{}</span>').format(told.key(keyid), fingerprint(keyid))


def _link(to: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(to, text)
