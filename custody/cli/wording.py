"""How roster statements read on an authority's screen: Bahasa Indonesia first, then English."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from msgspec.structs import astuple
from rich.table import Table
from rich.text import Text

from custody.core.admission import State
from custody.core.canonical import b64decode
from custody.core.errors import legible
from custody.core.keys import fingerprint, keyid
from custody.core.particulars import (
    Duration,
    Key,
    Line,
    Moment,
    Part,
    Place,
    Row,
    Word,
    members,
    particulars,
    rules_in_force,
)
from custody.core.planning import Plan, Policy
from custody.core.policy import Effective
from custody.core.prepared import kind_of
from custody.core.roster import Handler, Resolve, Revoke, Root, RosterStatement, Site
from custody.core.roster_words import KINDS
from custody.core.words import Pair
from custody.readable import instant

T = TypeVar("T")
SHOWN_OF_MANY = 12

_MANY = {"ways", "items"}
"""What the middle is left out of."""


def sheet(body: RosterStatement, state: State, *, whole: bool = False) -> Table:
    """One statement, member by member; what is checked and not to be read (proofs) is left out.

    Not `whole`, the middle of a long plan is left out, too: for who made it.
    """
    table = Table(title=_said(KINDS[kind_of(body)]), show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for row in (*members(body), *_also(body, state), *particulars(body)):
        lines = row.lines if whole or row.name not in _MANY else _middle_left_out(row.lines, lambda n: [_more(n)])
        table.add_row(_said(row.label), Text(_lines([_line(line, state) for line in lines])))
    table.add_row("Log", body.log)
    table.add_row("Penanda tangan / Signers", "\n".join(fingerprint(key) for key in body.signers))
    table.add_row("Nomor, waktu / Number, time", f"{body.seq}, {instant(body.time)}")
    return table


def overview(bodies: list[RosterStatement]) -> Table:
    """Many statements, a line each, the middle left out."""
    table = Table(title=f"{len(bodies)} pernyataan / statements", title_justify="left")
    for column in ("Nomor / Number", "Jenis / Kind", "Isi / Content"):
        table.add_column(column, overflow="fold")
    rows = [(str(body.seq), _said(KINDS[kind_of(body)]), summary(body)) for body in bodies]
    for number, kind, text in _middle_left_out(rows, lambda hidden: ("…", "", _more(hidden))):
        table.add_row(number, kind, Text(text))
    return table


def site_table(sites: list[Site], state: State) -> Table:
    """Many sites, a row each, all of them and with all that they say."""
    table = Table(title=f"{len(sites)} × {_said(KINDS['site'])}", title_justify="left")
    table.add_column("Lokasi / Site", overflow="fold", min_width=max(len(one.site) for one in sites))
    table.add_column("Isi / Content", overflow="fold")
    for one in sites:
        rows = [row for row in members(one) if row.name != "site"]
        said = [f"{_said(row.label)}: {_lines([_line(line, state) for line in row.lines])}" for row in rows]
        table.add_row(one.site, Text("\n".join(said)))
    return table


def summary(body: RosterStatement) -> str:
    """One line that tells a statement from others of its kind."""
    match body:
        case Site():
            return f"{body.site} {legible(body.name)}"
        case Handler():
            return f"{body.handler} {body.role} {_short_key(body.key)} @ {body.site}"
        case Revoke():
            return f"{body.key[:16]}… {body.reason}"
        case Root():
            return f"{body.threshold} / {len(body.keys)}"
        case Plan():
            return f"{len(body.items)} barang / items, {len(body.ways)} perjalanan / ways"
        case Policy():
            return f"@ {body.site or '*'}, {instant(body.begins)}"
        case Resolve():
            return f"{body.finding} {body.reason}"
        case _:
            return f"{_short_key(body.key)} @ {body.site or '*'}"


def named(site: str, state: State) -> str:
    """A site's id with its official name, where the roster has it."""
    known = state.sites.get(site)
    return f"{site}  {legible(known.name)}" if known else site


def in_force(rules: Effective) -> Iterable[tuple[str, str]]:
    """(label, text) of each rule that holds."""
    for row in rules_in_force(rules):
        yield _said(row.label), _lines([_line(line, None) for line in row.lines])


def _also(body: RosterStatement, state: State) -> Iterable[Row]:
    """What the roster says of a key that is revoked."""
    if not isinstance(body, Revoke):
        return
    target = state.keys.get(body.key)
    where = f"{target.role if target else '?'} @ {(target and target.site) or '*'}"
    yield Row("target", ("Kunci itu", "That key"), [[where]])
    if body.enrolled == "revoke":
        count = len(state.enrolled_under(body.key))
        yield Row("fall", ("Kunci yang ikut dicabut", "Keys that fall with it"), [[str(count)]])


def _line(line: Line, state: State | None) -> str:
    return "".join(_part(part, state) for part in line)


def _part(part: Part, state: State | None) -> str:
    match part:
        case Moment():
            return instant(part.ms)
        case Duration():
            return _duration(part.ms)
        case Place():
            return part.site if state is None else named(part.site, state)
        case Key():
            return fingerprint(part.keyid)
        case Word():
            return part.word
        case str():
            return part
        case tuple():
            return _said(part)
        case _:
            [value] = astuple(part)
            return str(value)


def _said(words: Pair) -> str:
    return " / ".join(words)


def _duration(milliseconds: int) -> str:
    for unit, words in ((3_600_000, "jam / h"), (60_000, "menit / min"), (1000, "detik / s")):
        if milliseconds % unit == 0:
            return f"{milliseconds // unit} {words}"
    return f"{milliseconds} ms"


def _lines(texts: Sequence[str]) -> str:
    """One below the other; "–" for none, which a policy may say on purpose."""
    return "\n".join(texts) or "–"


def _middle_left_out(rows: Sequence[T], stand_in: Callable[[int], T]) -> Sequence[T]:
    """Of many rows the first and the last, and between them what stands for the hidden ones."""
    hidden, half = len(rows) - SHOWN_OF_MANY, SHOWN_OF_MANY // 2
    return rows if hidden <= 1 else [*rows[:half], stand_in(hidden), *rows[-half:]]


def _more(hidden: int) -> str:
    return f"… {hidden} lagi / more …"


def _short_key(public: str) -> str:
    return f"{keyid(b64decode(public))[:16]}…"
