"""An entry as an auditor reads it: Bahasa Indonesia first, then English."""

from collections.abc import Iterator
from typing import Any

import msgspec
from rich.markup import escape
from rich.table import Table

from custody.audit.show import Shown
from custody.cli import wording
from custody.core.admission import EnrolledKey
from custody.core.choices import CONDITIONS, DISCREPANCIES, PURPOSES, SEAL_STATES
from custody.core.errors import legible
from custody.core.event import Event, Seal
from custody.core.finding_titles import TITLES
from custody.core.keys import fingerprint
from custody.core.roster import Handler
from custody.core.roster_words import NO_EFFECT
from custody.core.words import ACTIONS, BALLOT_TYPES, KEY_ROLES, KINDS, both
from custody.readable import instant

_ACTIONS = both(ACTIONS)
_MEMBERS = {
    "site": "Lokasi / Site",
    "items": "Barang / Items",
    "kind": "Jenis / Kind",
    "quantity": "Jumlah / Quantity",
    "ballot_type": "Jenis surat suara / Ballot type",
    "district": "Daerah pemilihan / District",
    "container": "Wadah / Container",
    "seals": "Segel / Seals",
    "to": "Tujuan / To",
    "releaser": "Pihak pertama / Releaser",
    "receiver": "Pihak kedua / Receiver",
    "carrier": "Pengangkut / Carrier",
    "vehicle": "Kendaraan / Vehicle",
    "compartment": "Segel ruang muat / Compartment seals",
    "attesters": "Mengetahui / Attesters",
    "refs": "Merujuk / Refers to",
    "condition": "Keadaan / Condition",
    "purpose": "Keperluan / Purpose",
    "serials": "Nomor seri / Serial numbers",
    "note": "Catatan / Note",
    "photos": "Foto / Photographs",
    "read": "Cara baca / How it was read",
    "warnings": "Peringatan / Warnings",
    "part": "Bagian / Part",
    "clock": "Jam perangkat / Device clock",
}
_ROLES = both(KEY_ROLES)
_WORDS = {
    "kind": both(KINDS | DISCREPANCIES),
    "ballot_type": both(BALLOT_TYPES),
    "condition": both(CONDITIONS),
    "purpose": both(PURPOSES),
    "warnings": both(TITLES),
}
_SEAL_STATES = both(SEAL_STATES)
_LINKS = {
    "ok": "tersambung / linked",
    "gap": "celah: yang sebelumnya belum sampai / gap: the one before has not arrived",
    "fork": "cabang: bertentangan dengan rantainya / fork: contradicts its chain",
}


def sheets(shown: Shown) -> Iterator[Table]:
    """The entry's place in the log, its content, its signers."""
    yield _place(shown)
    body = shown.statement.body
    if isinstance(body, Event):
        yield _event(body, shown)
    else:
        yield wording.sheet(body, shown.state)
    yield _signers(shown)


def _place(shown: Shown) -> Table:
    body, checkpoint = shown.statement.body, shown.checkpoint
    table = _sheet(f"Entri / Entry {shown.index}")
    table.add_row("Log", checkpoint.origin)
    table.add_row("Diterima / Received", instant(shown.received))
    table.add_row("Pernyataan / Statement", shown.statement.id)
    table.add_row("Penerbit / Issuer", body.issuer)
    table.add_row("Nomor / Number", str(body.seq))
    table.add_row("Sebelumnya / Before", body.prev or "–")
    table.add_row("Rantai / Chain", _LINKS[shown.link])
    if shown.effect is not None:
        table.add_row("Tanpa efek / No effect", f"{shown.effect}: {' / '.join(NO_EFFECT[shown.effect])}")
    table.add_row("Terbukti terhadap / Proved under", f"{checkpoint.size} entri / entries, {checkpoint.root.hex()}")
    return table


def _event(body: Event, shown: Shown) -> Table:
    table = _sheet(_ACTIONS[body.action])
    table.add_row("Waktu perangkat / Device time", instant(body.time))
    for name, label in _MEMBERS.items():
        value = getattr(body, name)
        if value is not None and value != []:
            table.add_row(label, escape(_value(name, value, body, shown)))
    return table


def _value(name: str, value: Any, body: Event, shown: Shown) -> str:
    if name in ("site", "to"):
        return _site(value, shown)
    if name == "seals":
        return "\n".join(_seal(seal, body) for seal in value)
    if name in _WORDS:
        return "\n".join(
            _WORDS[name].get(one) or legible(one) for one in (value if isinstance(value, list) else [value])
        )
    return _readable(value)


def _seal(seal: Seal, body: Event) -> str:
    said = f"{body.items[seal.item]}: {seal.id or f'{seal.count} tanpa nomor / without a number'}"
    if seal.expected is not None:
        said += f" (catatan perangkat / the device's record: {seal.expected})"
    return said if seal.state is None else f"{said}, {_SEAL_STATES[seal.state]}"


def _signers(shown: Shown) -> Table:
    table = Table(title="Penanda tangan saat itu / Signers as of then", title_justify="left")
    for column in ("Kunci / Key", "Peran / Role", "Lokasi / Site", "Entri / Entry"):
        table.add_column(column, overflow="fold")
    for key, known in shown.signers.items():
        table.add_row(fingerprint(key), *_standing(known, shown))
    return table


def _standing(known: EnrolledKey | None, shown: Shown) -> tuple[str, str, str]:
    if known is None:
        return "belum terdaftar / not enrolled", "", ""
    role = _ROLES[known.role]
    if isinstance(known.enrolment, Handler):
        role += f"\n{known.enrolment.handler} ({known.enrolment.role})"
    if known.revoked is not None:
        role += f"\n[red]dicabut / revoked: {known.revoked.reason}[/]"
    return role, escape(_site(known.site, shown)) if known.site else "*", str(known.index)


def _site(site: str, shown: Shown) -> str:
    known = shown.state.sites.get(site)
    return f"{site}  {_readable(known.name)}" if known else site


def _readable(value: object) -> str:
    match value:
        case list():
            return "\n".join(map(_readable, value))
        case msgspec.Struct():
            members = msgspec.structs.asdict(value).items()
            return ", ".join(f"{name} {_readable(member)}" for name, member in members if member not in (None, []))
        case _:
            return legible(str(value))


def _sheet(title: str) -> Table:
    table = Table(title=title, show_header=False, title_justify="left")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table
