"""How roster statements read on an authority's screen: Bahasa Indonesia first, then English."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec.structs import asdict
from rich.table import Table
from rich.text import Text

from custody.core.admission import State
from custody.core.canonical import b64decode
from custody.core.errors import legible
from custody.core.keys import fingerprint, keyid
from custody.core.planning import Leg, PhotographsOf, Plan, Planned, Policy
from custody.core.prepared import kind_of
from custody.core.roster import Handler, Resolve, Revoke, Root, RosterStatement, Site
from custody.core.roster_words import KINDS
from custody.core.words import Pair
from custody.readable import instant

T = TypeVar("T")
SHOWN_OF_MANY = 12

_FIELDS = {
    "site": "Lokasi / Site",
    "category": "Jenis lokasi / Category",
    "name": "Nama / Name",
    "parent": "Di bawah / Under",
    "lat": "Lintang / Latitude",
    "lon": "Bujur / Longitude",
    "handler": "Petugas / Handler",
    "role": "Peran / Role",
    "begins": "Mulai / Begins",
    "ends": "Berakhir / Ends",
    "hosts": "Alamat tautan / Hosts",
    "ranges": "Awal id / Ids that begin with",
    "key": "Kunci / Key",
    "reason": "Alasan / Reason",
    "since": "Sejak / Since",
    "final": "Pernyataan terakhir / Last good statement",
    "enrolled": "Yang didaftarkannya / What it enrolled",
    "finding": "Ketidaksesuaian / Finding",
    "note": "Hash catatan / Hash of a note",
}
_ENROLLED = {
    "keep": "tetap berlaku / stays good",
    "revoke": "IKUT DICABUT, dan seterusnya ke bawah / REVOKED WITH IT, and so on downward",
}
_TIMES = {"begins", "ends", "since", "time"}
_SITES = {"site", "parent"}


def sheet(body: RosterStatement, state: State, *, whole: bool = False) -> Table:
    """One statement, member by member; what is checked and not to be read (proofs) is left out.

    Not `whole`, the middle of a long plan is left out, too: for who made it.
    """
    table = Table(title=_said(KINDS[kind_of(body)]), show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, label in _FIELDS.items():
        value = getattr(body, name, None)
        if value is not None:
            table.add_row(label, Text(_shown(body, name, value, state)))
    for label, text in _particulars(body, state, whole):
        table.add_row(label, Text(text))
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
    table.add_column(_FIELDS["site"], overflow="fold", min_width=max(len(one.site) for one in sites))
    table.add_column("Isi / Content", overflow="fold")
    for one in sites:
        said = [
            f"{_FIELDS[name]}: {_shown(one, name, value, state)}"
            for name in ("category", "name", "parent", "lat", "lon")
            if (value := getattr(one, name)) is not None
        ]
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


def rules(members: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(label, text) of each rule that a policy has."""
    for name, (label, shown) in _RULES.items():
        if members[name] is not None:
            yield label, shown(members[name])


def _particulars(body: RosterStatement, state: State, whole: bool) -> Iterable[tuple[str, str]]:
    """(label, text) of what only one kind of statement has."""
    match body:
        case Root():
            yield "Ambang / Threshold", f"{body.threshold} / {len(body.keys)}"
        case Revoke(enrolled="revoke"):
            yield "Kunci yang ikut dicabut / Keys that fall with it", str(len(state.enrolled_under(body.key)))
        case Plan():
            yield from _plan(body, state, whole)
        case Policy():
            yield from _policy(body)


def _plan(plan: Plan, state: State, whole: bool) -> Iterable[tuple[str, str]]:
    kinds = Counter(planned.kind for planned in plan.items)
    ways = [
        f"[{number}] {instant(way.due)}  {' → '.join([*way.via, named(way.to, state)])}"
        for number, way in enumerate(plan.ways)
    ]
    items = [_planned(planned) for planned in plan.items]
    yield "Perjalanan / Ways", _lines(ways if whole else _middle_left_out(ways, _more))
    yield "Jumlah barang / Items in all", "\n".join(f"{kind}: {count}" for kind, count in sorted(kinds.items()))
    yield "Barang / Items", _lines(items if whole else _middle_left_out(items, _more))


def _planned(planned: Planned) -> str:
    about = [planned.kind, planned.ballot_type, planned.district]
    text = f"{planned.item}  {' '.join(word for word in about if word)}"
    if planned.quantity is not None:
        text += f" × {planned.quantity}"
    seals = [*planned.seals] if planned.unnumbered is None else [*planned.seals, f"+ {planned.unnumbered}"]
    if seals:
        text += f", segel / seals {' '.join(seals)}"
    return f"{text} → {' '.join(f'[{way}]' for way in planned.ways)}"


def _policy(policy: Policy) -> Iterable[tuple[str, str]]:
    yield from rules(asdict(policy))
    yield "Selebihnya / The rest", "aturan bawaan / the default rules"


def _said(words: Pair) -> str:
    return " / ".join(words)


def _duration(milliseconds: int) -> str:
    for unit, words in ((3_600_000, "jam / h"), (60_000, "menit / min"), (1000, "detik / s")):
        if milliseconds % unit == 0:
            return f"{milliseconds // unit} {words}"
    return f"{milliseconds} ms"


def _leg(leg: Leg) -> str:
    shortest, longest = min(leg.times), max(leg.times)
    spread = f" – {_duration(longest)}" if longest > shortest else ""
    return f"{leg.from_} → {leg.to}: {len(leg.times)} ×, {_duration(shortest)}{spread}"


def _lines(texts: Sequence[str]) -> str:
    """One below the other; "–" for none, which a policy may say on purpose."""
    return "\n".join(texts) or "–"


def _middle_left_out(rows: Sequence[T], stand_in: Callable[[int], T]) -> Sequence[T]:
    """Of many rows the first and the last, and between them what stands for the hidden ones."""
    hidden, half = len(rows) - SHOWN_OF_MANY, SHOWN_OF_MANY // 2
    return rows if hidden <= 1 else [*rows[:half], stand_in(hidden), *rows[-half:]]


def _more(hidden: int) -> str:
    return f"… {hidden} lagi / more …"


def _yes_or_no(value: bool) -> str:
    return "ya / yes" if value else "tidak / no"


_PHOTOGRAPHS_OF: dict[PhotographsOf, str] = {
    "always": "selalu / always",
    "unnumbered": "segel tanpa nomor / seals without a number",
}
_RULES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "signatures": (
        "Tanda tangan petugas / Handlers' signatures",
        lambda rules: _lines([f"{rule.action}: ≥ {rule.count}" for rule in rules]),
    ),
    "roles": (
        "Peran yang berhak / Roles that may",
        lambda rules: _lines([f"{rule.action}: {', '.join(rule.roles)}" for rule in rules]),
    ),
    "two_devices": ("Dua perangkat antarorganisasi / Two devices between organisations", _yes_or_no),
    "release_ms": ("Batas penerimaan / Accepted within", _duration),
    "skew_ms": ("Selisih jam paling banyak / Clock skew at most", _duration),
    "late_ms": ("Batas sampai di log / In the log within", _duration),
    "manual": ("Entri manual dibolehkan / Manual entry is fine", _yes_or_no),
    "digit_codes": ("PIN boleh dipindai per angka / PIN may be scanned by digits", _yes_or_no),
    "sealed": (
        "Segel paling sedikit / Seals at least",
        lambda rules: _lines([f"{rule.kind}: {rule.least}" for rule in rules]),
    ),
    "photographs": (
        "Foto diminta / Photographs asked for",
        lambda rules: _lines([f"{rule.action}: {_PHOTOGRAPHS_OF[rule.of]}" for rule in rules]),
    ),
    "legs": ("Lama perjalanan / Leg times", lambda legs: _lines([_leg(leg) for leg in legs])),
    "percentile": ("Persentil prakiraan / Forecast percentile", str),
    "public_delay_ms": ("Tunda untuk publik / Public delay", _duration),
}


def _shown(body: RosterStatement, name: str, value: object, state: State) -> str:
    if name in _TIMES:
        return instant(int(str(value)))
    if name in _SITES:
        return str(value) if isinstance(body, Site) else named(str(value), state)
    if name in ("lat", "lon"):
        return f"{int(str(value)) / 1e6:.6f}°"
    if name == "enrolled":
        return _ENROLLED[str(value)]
    if name == "key" and isinstance(body, Revoke):
        target = state.keys.get(body.key)
        return f"{fingerprint(body.key)}\n{target.role if target else '?'} @ {(target and target.site) or '*'}"
    if name == "key":
        return fingerprint(keyid(b64decode(str(value))))
    return "\n".join(value) if isinstance(value, list) else legible(str(value))


def _short_key(public: str) -> str:
    return f"{keyid(b64decode(public))[:16]}…"
