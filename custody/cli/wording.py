"""How roster statements read on an authority's screen: Bahasa Indonesia first, then English."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from rich.table import Table
from rich.text import Text

from custody.core.admission import State
from custody.core.canonical import b64decode
from custody.core.keys import fingerprint, keyid
from custody.core.planning import Plan, Policy
from custody.core.roster import Handler, Resolve, Revoke, Root, RosterStatement, Site

WIB = timezone(timedelta(hours=7), "WIB")
SHOWN_OF_MANY = 12

KINDS = {
    "root": "Kunci akar / Root",
    "authority": "Otoritas / Authority",
    "site": "Lokasi / Site",
    "device": "Perangkat / Device",
    "handler": "Petugas / Handler",
    "label-issuer": "Penerbit label / Label issuer",
    "auditor": "Auditor / Auditor",
    "advisor": "Penasihat / Advisor",
    "revoke": "Pencabutan / Revocation",
    "plan": "Rencana / Plan",
    "policy": "Kebijakan / Policy",
    "resolve": "Penyelesaian ketidaksesuaian / Resolved finding",
}
_FIELDS = {
    "site": "Lokasi / Site",
    "category": "Jenis lokasi / Category",
    "name": "Nama / Name",
    "parent": "Di bawah / Under",
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
}
_TIMES = {"begins", "ends", "since", "time"}
_SITES = {"site", "parent"}

NO_EFFECT: dict[str, tuple[str, str]] = {
    "fork": (
        "pernyataan lain dari otoritas ini menempati tempatnya di log",
        "another statement of this authority stands at its place in the log",
    ),
    "issuer-revoked": ("kunci penanda tangannya sudah dicabut", "the signing key is revoked"),
    "not-for-root-keys": (
        "kunci akar hanya menandatangani pernyataan root, authority, dan revoke",
        "root keys sign only root, authority and revoke",
    ),
    "below-threshold": ("kunci akar yang menandatangani terlalu sedikit", "too few root keys sign"),
    "site-known": ("lokasi ini sudah ada dalam daftar", "the site is in the roster already"),
    "parent-unknown": ("lokasi di atasnya belum ada dalam daftar", "the site above it is not in the roster"),
    "site-unknown": ("lokasi ini belum ada dalam daftar", "the site is not in the roster"),
    "key-known": (
        "kunci ini sudah terdaftar; kunci hanya didaftarkan sekali",
        "the key is enrolled already; a key is enrolled once ever",
    ),
    "key-unknown": ("kunci ini tidak terdaftar", "the key is not enrolled"),
    "already-revoked": ("kunci ini sudah dicabut", "the key is revoked already"),
    "root-keys-change-by-root-statement": (
        "kunci akar hanya berganti lewat pernyataan root",
        "root keys change by a root statement only",
    ),
    "out-of-scope": ("di luar wilayah otoritas yang menandatangani", "it lies outside the signing authority's sites"),
    "handler-out-of-scope": (
        "kartu pengenal petugas itu yang berlaku milik lokasi di luar wilayah otoritas yang menandatangani",
        "the handler's present badge belongs to a site outside the signing authority's",
    ),
}
"""Why a statement has no effect: (Bahasa Indonesia, English)."""


def sheet(body: RosterStatement, state: State) -> Table:
    """One statement, member by member; what is checked and not to be read (proofs) is left out."""
    table = Table(title=KINDS[kind_of(body)], show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, label in _FIELDS.items():
        value = getattr(body, name, None)
        if value is not None:
            table.add_row(label, Text(_shown(body, name, value, state)))
    if isinstance(body, Root):
        table.add_row("Ambang / Threshold", f"{body.threshold} / {len(body.keys)}")
    table.add_row("Log", body.log)
    table.add_row("Penanda tangan / Signers", "\n".join(fingerprint(key) for key in body.signers))
    table.add_row("Nomor, waktu / Number, time", f"{body.seq}, {local_time(body.time)}")
    return table


def overview(bodies: list[RosterStatement]) -> Table:
    """Many statements, a line each, the middle left out."""
    table = Table(title=f"{len(bodies)} pernyataan / statements", title_justify="left")
    for column in ("Nomor / Number", "Jenis / Kind", "Isi / Content"):
        table.add_column(column, overflow="fold")
    hidden = len(bodies) - SHOWN_OF_MANY
    shown: Iterable[RosterStatement | None] = bodies
    if hidden > 1:
        shown = [*bodies[: SHOWN_OF_MANY // 2], None, *bodies[-SHOWN_OF_MANY // 2 :]]
    for body in shown:
        if body is None:
            table.add_row("…", "", f"… {hidden} lagi / more …")
        else:
            table.add_row(str(body.seq), KINDS[kind_of(body)], Text(summary(body)))
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
            return f"@ {body.site or '*'}, {local_time(body.begins)}"
        case Resolve():
            return f"{body.finding} {body.reason}"
        case _:
            return f"{_short_key(body.key)} @ {body.site or '*'}"


def kind_of(body: RosterStatement) -> str:
    """The statement's `kind` member."""
    return str(body.__struct_config__.tag)


def local_time(milliseconds: int) -> str:
    """Unix milliseconds as an instant that an officer recognises."""
    try:
        instant = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(WIB)
    except (ValueError, OverflowError):  # the format allows more years than a calendar has
        return f"{milliseconds} ms"
    return instant.strftime("%Y-%m-%d %H:%M:%S WIB (UTC+7)")


def legible(text: str) -> str:
    """Nobody signs or trusts what the screen hides: control characters and changes of direction are spelt out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _shown(body: RosterStatement, name: str, value: object, state: State) -> str:
    if name in _TIMES:
        return local_time(int(str(value)))
    if name in _SITES:
        known = state.sites.get(str(value))
        return f"{value}  {legible(known.name)}" if known and not isinstance(body, Site) else str(value)
    if name == "key" and isinstance(body, Revoke):
        target = state.keys.get(body.key)
        return f"{fingerprint(body.key)}\n{target.role if target else '?'} @ {(target and target.site) or '*'}"
    if name == "key":
        return fingerprint(keyid(b64decode(str(value))))
    return "\n".join(value) if isinstance(value, list) else legible(str(value))


def _short_key(public: str) -> str:
    return f"{keyid(b64decode(public))[:16]}…"
