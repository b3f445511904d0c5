"""What a roster statement says, member by member, in parts that a screen and a page write each in its own way.

What is checked and not to be read (a key's proof) is left out.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from custody.core.canonical import b64decode
from custody.core.errors import legible
from custody.core.keys import keyid
from custody.core.planning import Leg, PhotographsOf, Plan, Planned, Policy, Way
from custody.core.policy import Effective
from custody.core.roster import Revoke, Root, RosterStatement
from custody.core.roster_words import REVOKED
from custody.core.words import ACTIONS, KINDS, ROLES, SITE_CATEGORIES, Pair


class Moment(Struct, frozen=True):
    """An instant, Unix ms."""

    ms: int


class Duration(Struct, frozen=True):
    ms: int


class Place(Struct, frozen=True):
    site: str


class Person(Struct, frozen=True):
    """A handler's id."""

    handler: str


class Key(Struct, frozen=True):
    keyid: str


class Thing(Struct, frozen=True):
    """An item's id."""

    item: str


class Found(Struct, frozen=True):
    """A finding's id."""

    finding: str


class Said(Struct, frozen=True):
    """A statement's id."""

    statement: str


class Word(Struct, frozen=True):
    """Of a code list; `said`: what it is called, where it has a name."""

    word: str
    said: Pair | None


Part = str | Pair | Moment | Duration | Place | Person | Key | Thing | Found | Said | Word
Line = Sequence[Part]


class Row(Struct, frozen=True):
    """A member, or what follows from some; no line: it is there, and says nothing on purpose."""

    name: str
    label: Pair
    lines: list[Line]


def _position(micro_degrees: int) -> str:
    return f"{micro_degrees / 1e6:.6f}°"


_ENROLLED: dict[str, Pair] = {
    "keep": ("tetap berlaku", "stays good"),
    "revoke": ("IKUT DICABUT, dan seterusnya ke bawah", "REVOKED WITH IT, and so on downward"),
}
_MEMBERS: dict[str, tuple[Pair, Callable[[Any], Part]]] = {
    "site": (("Lokasi", "Site"), Place),
    "category": (("Jenis lokasi", "Category"), lambda word: Word(word, SITE_CATEGORIES.get(word))),
    "name": (("Nama", "Name"), legible),
    "parent": (("Di bawah", "Under"), Place),
    "lat": (("Lintang", "Latitude"), _position),
    "lon": (("Bujur", "Longitude"), _position),
    "handler": (("Petugas", "Handler"), Person),
    "badge": (("Kartu pengenal ke-", "Badge number"), str),
    "role": (("Peran", "Role"), lambda word: Word(word, ROLES.get(word))),
    "begins": (("Mulai", "Begins"), Moment),
    "ends": (("Berakhir", "Ends"), Moment),
    "hosts": (("Alamat tautan", "Hosts"), str),
    "ranges": (("Awal id", "Ids that begin with"), str),
    "key": (("Kunci", "Key"), lambda public: Key(keyid(b64decode(public)))),
    "reason": (("Alasan", "Reason"), lambda word: Word(word, REVOKED.get(word))),
    "since": (("Sejak", "Since"), Moment),
    "final": (("Pernyataan terakhir", "Last good statement"), Said),
    "enrolled": (("Yang didaftarkannya", "What it enrolled"), _ENROLLED.__getitem__),
    "finding": (("Ketidaksesuaian", "Finding"), Found),
    "note": (("Hash catatan", "Hash of a note"), str),
}


def members(body: RosterStatement) -> Iterator[Row]:
    """The members that a kind of statement shares with others, or that are one value."""
    for name, (label, part) in _MEMBERS.items():
        value = getattr(body, name, None)
        if value is None:
            continue
        if name == "key" and isinstance(body, Revoke):
            yield Row(name, label, [[Key(value)]])
        else:
            yield Row(name, label, [[part(one)] for one in (value if isinstance(value, list) else [value])])


def particulars(body: RosterStatement) -> Iterator[Row]:
    """What only one kind of statement has."""
    match body:
        case Root():
            yield from _root(body)
        case Plan():
            yield from _plan(body)
        case Policy():
            yield from rules(asdict(body))
            yield Row("rest", ("Selebihnya", "The rest"), [[("aturan bawaan", "the default rules")]])


def rules(of: Mapping[str, Any]) -> Iterator[Row]:
    """Each rule that a policy's members have."""
    for name, (label, lines) in _RULES.items():
        if of[name] is not None:
            yield Row(name, label, list(lines(of[name])))


def rules_in_force(of: Effective) -> Iterator[Row]:
    """Each rule; none is open."""
    yield from rules(
        asdict(of)
        | {
            "signatures": list(of.signatures.items()),
            "roles": [(action, sorted(roles)) for action, roles in of.roles.items()],
            "sealed": list(of.least_seals.items()),
            "photographs": list(of.photographs.items()),
            "legs": [Leg(from_=start, to=end, times=list(times)) for (start, end), times in of.legs.items()],
        }
    )


def _root(root: Root) -> Iterator[Row]:
    yield Row("threshold", ("Ambang", "Threshold"), [[f"{root.threshold} / {len(root.keys)}"]])
    yield Row("keys", ("Kunci akar", "Root keys"), [[Key(keyid(b64decode(key)))] for key in root.keys])
    if root.previous is not None:
        old = root.previous
        yield Row("previous", ("Log sebelumnya", "The log before"), [[f"{old.origin} {old.size}"], [old.root]])


def _plan(plan: Plan) -> Iterator[Row]:
    kinds = Counter(planned.kind for planned in plan.items)
    counts: list[Line] = [[_kind(kind), f": {count}"] for kind, count in sorted(kinds.items())]
    yield Row("ways", ("Perjalanan", "Ways"), [_way(number, way) for number, way in enumerate(plan.ways)])
    yield Row("counts", ("Jumlah barang", "Items in all"), counts)
    yield Row("items", ("Barang", "Items"), [_planned(one) for one in plan.items])


def _way(number: int, way: Way) -> Line:
    return [f"[{number}] ", Moment(way.due), "  ", *(f"{site} → " for site in way.via), Place(way.to)]


def _planned(planned: Planned) -> Line:
    parts: list[Part] = [Thing(planned.item), "  ", _kind(planned.kind)]
    parts += [f" {word}" for word in (planned.ballot_type, planned.district) if word]
    if planned.quantity is not None:
        parts.append(f" × {planned.quantity}")
    seals = [*planned.seals] if planned.unnumbered is None else [*planned.seals, f"+ {planned.unnumbered}"]
    if seals:
        parts += [", ", ("segel", "seals"), f" {' '.join(seals)}"]
    return [*parts, f" → {' '.join(f'[{way}]' for way in planned.ways)}"]


def _leg(leg: Leg) -> Line:
    shortest, longest = min(leg.times), max(leg.times)
    start, end = (Word(site, SITE_CATEGORIES[site]) for site in (leg.from_, leg.to))
    spread: Line = [" – ", Duration(longest)] if longest > shortest else []
    return [start, " → ", end, f": {len(leg.times)} ×, ", Duration(shortest), *spread]


def _kind(word: str) -> Word:
    return Word(word, KINDS.get(word))


def _action(word: str) -> Word:
    return Word(word, ACTIONS.get(word))


def _pair(rule: Any) -> tuple[str, Any]:
    """(what a rule is about, what it asks for), of a statement's or as it is in force."""
    return rule if isinstance(rule, tuple) else tuple(getattr(rule, name) for name in rule.__struct_fields__)


def _roles(rule: Any) -> Line:
    action, roles = _pair(rule)
    commas: list[Part] = [part for role in roles for part in (", ", Word(role, ROLES.get(role)))]
    return [_action(action), ": ", *commas[1:]]


def _one(part: Callable[[Any], Part]) -> Callable[[Any], list[Line]]:
    return lambda value: [[part(value)]]


def _each(line: Callable[[Any], Line]) -> Callable[[Any], list[Line]]:
    return lambda values: [line(value) for value in values]


_YES_OR_NO: dict[bool, Pair] = {True: ("ya", "yes"), False: ("tidak", "no")}
_PHOTOGRAPHS_OF: dict[PhotographsOf, Pair] = {
    "always": ("selalu", "always"),
    "unnumbered": ("segel tanpa nomor", "seals without a number"),
}
_RULES: dict[str, tuple[Pair, Callable[[Any], list[Line]]]] = {
    "signatures": (
        ("Tanda tangan petugas", "Handlers' signatures"),
        _each(lambda rule: [_action(_pair(rule)[0]), f": ≥ {_pair(rule)[1]}"]),
    ),
    "roles": (("Peran yang berhak", "Roles that may"), _each(_roles)),
    "two_devices": (("Dua perangkat antarorganisasi", "Two devices between organisations"), _one(_YES_OR_NO.get)),  # type: ignore[arg-type]
    "release_ms": (("Batas penerimaan", "Accepted within"), _one(Duration)),
    "skew_ms": (("Selisih jam paling banyak", "Clock skew at most"), _one(Duration)),
    "late_ms": (("Batas sampai di log", "In the log within"), _one(Duration)),
    "manual": (("Entri manual dibolehkan", "Manual entry is fine"), _one(_YES_OR_NO.get)),  # type: ignore[arg-type]
    "digit_codes": (("PIN boleh dipindai per angka", "PIN may be scanned by digits"), _one(_YES_OR_NO.get)),  # type: ignore[arg-type]
    "sealed": (
        ("Segel paling sedikit", "Seals at least"),
        _each(lambda rule: [_kind(_pair(rule)[0]), f": {_pair(rule)[1]}"]),
    ),
    "photographs": (
        ("Foto diminta", "Photographs asked for"),
        _each(lambda rule: [_action(_pair(rule)[0]), ": ", _PHOTOGRAPHS_OF[_pair(rule)[1]]]),
    ),
    "legs": (("Lama perjalanan", "Leg times"), _each(_leg)),
    "percentile": (("Persentil prakiraan", "Forecast percentile"), _one(str)),
    "public_delay_ms": (("Tunda untuk umum", "Public delay"), _one(Duration)),
}
