"""What stands in a document: the words and tables, from what was signed. The template only sets them. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from custody.core.choices import CONDITIONS, PURPOSES
from custody.core.event import Event, Seal
from custody.core.head import HandlerRole
from custody.core.words import KINDS, ROLES
from custody.moments import document_number, moment
from custody.numerals import in_words
from custody.typesetting import qr_code
from scanner_agent.documents import wording
from scanner_agent.documents.record import Known, Record, Signed
from scanner_agent.texts import Words

_EVERY = 12
_SHOWN = 10
"""Seals of a detail."""


def content(parts: Sequence[Signed], record: Record) -> dict[str, Any]:
    """The data of `document.typ` for all parts of one session."""
    event = parts[0].event
    at = moment(event.time, record.zone(event.site))
    known = record.known(parts)
    items = [(part.event, index) for part in parts for index in range(len(part.event.items))]
    seals = [seal for part in parts for seal in part.event.seals]
    counted = _count(len(items), _many(seal for seal in seals if seal.state != "missing"))
    people = _People(event, record)
    common = {
        "title": wording.TITLES[event.action],
        "number": document_number(event.seq, event.action, event.issuer, at),
        "site": _site(record, event.site),
        "log": event.log,
        "device": event.issuer,
        "moment": {"date": at.date, "clock": at.clock, "words": at.in_words, "english": at.english},
        "details": _details(event, record, counted, seals),
        "rows": _rows(items, known),
        "kinds": sorted({words for item in known.values() if (words := KINDS.get(item.kind or ""))}),
        "statements": [
            {"id": part.id, "part": f"{place}/{len(parts)}", "code": qr_code(part.id).svg}
            for place, part in enumerate(parts, start=1)
        ],
    }
    if event.action == "depart":
        return common | {"form": "consignment", "compartment": event.compartment, "signatures": people.of_departure()}
    return common | {
        "form": "handover",
        "parties": people.parties(),
        "sentence": wording.sentence(event.action, counted, _site(record, event.to)["name"] if event.to else None),
        "witnesses": people.witnesses(),
    }


class _People:
    """Who has a part in an event, each as {label, id, role}; names are on no statement, and are written by hand."""

    def __init__(self, event: Event, record: Record) -> None:
        self._event = event
        self._record = record

    def parties(self) -> list[dict[str, Any]]:
        event = self._event
        receiver = event.receiver
        signed_on_paper = receiver is not None and not isinstance(receiver, str)
        return [
            self._one(wording.FIRST_PARTY, self._record.releaser(event)),
            self._one(wording.SECOND_PARTY, receiver if isinstance(receiver, str) else None)
            | ({"remark": wording.ON_PAPER} if signed_on_paper else {}),
        ]

    def witnesses(self) -> list[dict[str, Any]]:
        """Those who attested, and room for at least three."""
        found = [self._one(None, handler) for handler in self._event.attesters]
        there = [one["role"] for one in found]
        usual = [words for words in (ROLES["supervisor"], ROLES["party-agent"], wording.OFFICIAL) if words not in there]
        return [*found, *(self._one(words, None) for words in usual[: max(0, 3 - len(found))])]

    def of_departure(self) -> list[dict[str, Any]]:
        """Who lets it go, who drives, who guards, who receives it at its destination.

        The order of the signers is not that of their badges: of several who let it go, none is more so than another.
        """
        event, record = self._event, self._record
        others = {event.carrier, *event.attesters}
        signers = [record.trust.handler(key) for key in event.signers if key != event.issuer]
        acting: list[str | None] = [one for one in signers if one is not None and one not in others]
        escort = next((one for one in event.attesters if record.role(one) == "escort"), None)
        return [
            *(self._one(wording.SENDER, one) for one in acting or [None]),
            self._one(wording.DRIVER, event.carrier),
            self._one(wording.ESCORT, escort),
            self._one(wording.AT_DESTINATION, None),
            *(self._one(None, one) for one in event.attesters if one != escort),
        ]

    def _one(self, label: Words | None, handler: str | None) -> dict[str, Any]:
        role = _role(self._record, handler)
        return {"label": label or role or wording.OFFICIAL, "id": handler, "role": role}


def _role(record: Record, handler: str | None) -> Words | None:
    role: HandlerRole | None = record.role(handler) if handler else None
    return ROLES[role] if role else None


def _site(record: Record, site: str) -> dict[str, str]:
    known = record.trust.site(site)
    return {"id": _breakable(site), "name": known.name if known else _breakable(site)}


def _count(items: int, seals: int) -> dict[str, tuple[int, str]]:
    return {"items": (items, in_words(items)), "seals": (seals, in_words(seals))}


def _many(seals: Iterable[Seal]) -> int:
    return sum(seal.count or 1 for seal in seals)


def _details(
    event: Event, record: Record, counted: Mapping[str, tuple[int, str]], seals: Sequence[Seal]
) -> list[dict[str, Any]]:
    """The lines of a table: what each is called, and what it says; those without a value are left out.

    But for what a departure must say: that is filled in by hand, and its value None.
    """
    vehicle = record.text(event.vehicle)
    if event.vehicle and vehicle is None:
        vehicle = f"{wording.ERASED[0]} / {wording.ERASED[1]}: {_breakable(event.vehicle)}"
    to = _site(record, event.to) if event.to else None
    carrier = " · ".join(filter(None, (event.carrier, *(_role(record, event.carrier) or ())[:1])))
    values = {
        "from": _named(_site(record, event.site)) if event.action == "depart" else None,
        "to": _named(to) if to else None,
        "count": " · ".join(
            f"{many} ({words}) {wording.COUNTED[what]}" for what, (many, words) in counted.items() if many
        )
        if event.action == "depart"
        else None,
        "vehicle": vehicle,
        "carrier": carrier,
        "compartment": ", ".join(map(_breakable, event.compartment)),
        **{state: _in_state(seals, state) for state in wording.SEAL_STATES},
        "purpose": _said(event.purpose, PURPOSES),
        "condition": _said(event.condition, CONDITIONS),
        "note": record.text(event.note),
        "refs": " ".join(map(_breakable, event.refs)),
        "warnings": "; ".join(_said(warning, wording.WARNINGS) or "" for warning in event.warnings),
    }
    by_hand = {"vehicle"} if event.action == "depart" else set()
    return [
        {"label": wording.DETAILS[name], "value": value or None}
        for name, value in values.items()
        if value or name in by_hand
    ]


def _in_state(seals: Sequence[Seal], state: str) -> str | None:
    """How many seals are missing or broken, and the first of them; all are in the annex."""
    found = [seal for seal in seals if seal.state == state]
    if not found:
        return None
    which = ", ".join(_which(seal) for seal in found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
    return f"{_many(found)} ({in_words(_many(found))}): {which}"


def _said(token: str | None, usual: Mapping[str, Words]) -> str | None:
    """What people call it, where it is a usual one: it may be any other word as well."""
    words = usual.get(token or "")
    return " / ".join(words) if words else token


def _named(site: Mapping[str, str]) -> str:
    return site["name"] if site["name"] == site["id"] else f"{site['name']} ({site['id']})"


def _rows(items: Sequence[tuple[Event, int]], known: Mapping[str, Known]) -> list[dict[str, Any]]:
    seals: dict[tuple[int, int], list[str]] = {}
    for event in {id(event): event for event, _ in items}.values():
        for seal in event.seals:
            seals.setdefault((event.seq, seal.item), []).append(_seal(seal))
    rows = []
    for event, index in items:
        item = event.items[index]
        kind = known[item].kind
        rows.append(
            {
                "id": _breakable(item),
                "kind": KINDS[kind][0] if kind in KINDS else kind or "–",
                "container": _breakable(known[item].container or ""),
                "seals": seals.get((event.seq, index), []),
            }
        )
    return rows


def _seal(seal: Seal) -> str:
    words = _which(seal)
    if seal.state and seal.state != "intact":
        words += f" ({wording.SEAL_STATES[seal.state]})"
    if seal.expected and seal.expected != seal.id:
        words += f" ({wording.EXPECTED}: {_breakable(seal.expected)})"
    return words


def _which(seal: Seal) -> str:
    return _breakable(seal.id) if seal.id else f"{seal.count} {wording.UNNUMBERED}"


def _breakable(text: str) -> str:
    """With places where a line may end (U+200B): after each slash and so many characters."""
    return re.sub(rf"(/|[^/]{{{_EVERY}}})(?=.)", "\\1\u200b", text)
