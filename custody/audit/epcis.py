"""What each of our events is in EPCIS 2.0, with the words of CBV 2.0 (docs/epcis.md has the table for readers).

Nothing here is more than the event says: what the rules make of it is not EPCIS's to tell. The hashes of notes,
vehicles and photographs are left in the log.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha1
from itertools import chain
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from custody.core import ids
from custody.core.acts import reports_missing
from custody.core.event import Event, Paper, Seal
from custody.core.history import Logged
from custody.core.zones import ZONES

GS1 = "id.gs1.org"
"""The host of canonical GS1 Digital Link URIs: an id's is the same whatever host its label names."""
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_NAMES = uuid5(NAMESPACE_URL, "custody-epcis/v1")
_LAST = 253_402_214_400_000
"""9999-12-31T00:00:00Z, Unix ms: the format of statements allows more years than a calendar has."""

Json = dict[str, Any]


class Step(Struct, frozen=True):
    """CBV's words for an action, and which event it is. `leaves`: after it, no item is at the site."""

    step: str
    disposition: str | None = None
    action: Literal["OBSERVE", "ADD", "DELETE"] = "OBSERVE"
    aggregation: bool = False
    leaves: bool = False


STEPS = {
    "commission": Step("commissioning", "active", "ADD"),
    "pack": Step("packing", None, "ADD", aggregation=True),
    "unpack": Step("unpacking", None, "DELETE", aggregation=True),
    "seal": Step("other", "container_closed"),
    "unseal": Step("other", "container_open"),
    "inspect": Step("inspecting"),
    "handover": Step("accepting"),
    "release": Step("shipping", "in_transit", leaves=True),
    "accept": Step("accepting"),
    "depart": Step("departing", "in_transit", leaves=True),
    "arrive": Step("arriving"),
    "store": Step("storing"),
    "open": Step("other", "container_open"),
    "close": Step("other", "container_closed"),
    "discrepancy": Step("inspecting"),
    "retire": Step("decommissioning", "inactive", "DELETE", leaves=True),
}
"""Every action but `correct`, which is an error declaration on the event corrected.

CBV has no step for lids and seals: the disposition says what happened. Where there is nothing to say beyond
`in_progress` it is left out, as CBV advises.
"""
DISCREPANCIES = {
    "missing": "unknown",
    "extra": "mismatch_quantity",
    "damaged": "damaged",
    "swapped": "mismatch_instance",
    "wrong-data": "non_conformant",
}
"""The disposition of each kind of discrepancy; of a number that is missing it is `mismatch_quantity`."""
_MAY_BE_DAMAGED = frozenset({"accepting", "inspecting"})
_MASTER_DATA = ("kind", "quantity", "ballot_type", "district")
_WORDS = (*_MASTER_DATA, "purpose", "condition")


def event_id(statement_id: str, number: int = 0) -> str:
    """The id of the event `number` that comes of a statement: a UUID URI, as CBV 2.0 allows (8.9)."""
    return _uuid(f"{statement_id}/{number}")


def document_id(*names: object) -> str:
    """The id of a document that these names tell from all others."""
    return _uuid("/".join(map(str, names)))


def _uuid(name: str) -> str:
    """`uuid5(_NAMES, name).urn` (RFC 9562, version 5), in a third of its time: a large log has a million."""
    digest = bytearray(sha1(_NAMES.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
    digits = digest.hex()
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def timestamp(ms: int, hours: int = 0) -> str:
    """ISO 8601 of Unix ms, so many hours ahead of UTC."""
    minute, rest = divmod(min(ms, _LAST), 60_000)
    second, thousandths = divmod(rest, 1000)
    return f"{_minute(minute + 60 * hours)}:{second:02}.{thousandths:03}+{hours:02}:00"


@lru_cache(4096)
def _minute(number: int) -> str:
    """Date, hour and minute of a minute since 1970. What stands together in a log happened within few."""
    return (datetime(1970, 1, 1) + timedelta(minutes=number)).isoformat(timespec="minutes")


class Vocabulary:
    """One log's names for things, and its namespace in a document: what begins with `custody:`."""

    def __init__(self, origin: str) -> None:
        self.namespace = f"https://{origin}/epcis#"
        self._origin = origin
        self._host = origin.partition("/")[0]
        self.link = lru_cache(16_384)(self._link)
        """The Digital Link URI of an item, site or seal: of what is not GS1's, the same shape on the log's host."""

    def person(self, handler: str) -> str:
        return f"https://{self._origin}/handler/{handler}"

    def _link(self, id_: str) -> str:
        return ids.digital_link(id_, self._host if id_.startswith(("plain/", "seal/")) else GS1)


class Drawing:
    """Draws EPCIS events of one log. `zone`: a site's, as in `ZONES`; `find`: the event of a statement id."""

    def __init__(self, vocabulary: Vocabulary, zone: Callable[[str], str], find: Callable[[str], Event | None]) -> None:
        self._words = vocabulary
        self._zone = zone
        self._find = find

    def events(self, logged: Logged, *, name: str = "", first: int = 0, received: int | None = None) -> list[Json]:
        """What one of our events is: two events where its items also go into a container.

        Their ids are those of the statement `name` (the event's own by default), from the number `first` on. They
        were recorded when the log received it, or at `received`.
        """
        event = logged.event
        step = STEPS[event.action]
        drawn = [self._aggregation(event, step) if step.aggregation else self._object(event, step)]
        if event.container is not None and event.action in ("commission", "store"):
            drawn.append(self._aggregation(event, STEPS["pack"]))
        hours = ZONES[self._zone(event.site)]
        return [
            {
                "type": type_,
                "eventID": event_id(name or logged.id, number),
                "eventTime": timestamp(event.time, hours),
                "eventTimeZoneOffset": f"+{hours:02}:00",
                "recordTime": timestamp(logged.received if received is None else received),
                **said,
                "custody:statement": logged.id,
                "custody:index": logged.index,
                "custody:action": event.action,
                **(self._extension(event) if number == first else {}),
            }
            for number, (type_, said) in enumerate(drawn, first)
        ]

    def declared_wrong(self, drawn: Json, corrections: list[Logged], corrective: list[Json]) -> Json:
        """An event that was corrected, as it was, with its error declaration: the last correction's time."""
        last = corrections[-1].event
        declaration: Json = {
            "declarationTime": timestamp(last.time, ZONES[self._zone(last.site)]),
            "reason": "incorrect_data" if corrective else "did_not_occur",
        }
        if corrective:
            declaration["correctiveEventIDs"] = [one["eventID"] for one in corrective]
        declaration["custody:corrections"] = [one.id for one in corrections]
        return drawn | {"errorDeclaration": declaration}

    def _object(self, event: Event, step: Step) -> tuple[str, Json]:
        said: Json = {"action": step.action, "bizStep": step.step}
        disposition = _disposition(event, step)
        if disposition is not None and disposition.startswith("mismatch_"):
            said["persistentDisposition"] = {"set": [disposition]}
        elif disposition is not None:
            said["disposition"] = disposition
        said |= {"epcList": self._links(event.items)} | self._place(event, step) | self._transfer(event)
        if event.action == "commission":
            said["ilmd"] = _present((f"custody:{name}", getattr(event, name)) for name in _MASTER_DATA)
        return "ObjectEvent", said

    def _aggregation(self, event: Event, step: Step) -> tuple[str, Json]:
        assert event.container is not None  # noqa: S101  # these actions have it
        said = {"action": step.action, "bizStep": step.step, "parentID": self._words.link(event.container)}
        return "AggregationEvent", said | {"childEPCs": self._links(event.items)} | self._place(event, step)

    def _place(self, event: Event, step: Step) -> Json:
        place = {"id": self._words.link(event.site)}
        away = step.leaves or (event.to is not None and event.action == "handover") or reports_missing(event)
        return {"readPoint": place} | ({} if away else {"bizLocation": place})

    def _transfer(self, event: Event) -> Json:
        """Who had it and has it, from where to where: as far as the event says, or the release that it accepts."""
        giver, taker = self._giver(event), self._taker(event)
        sources = [("possessing_party", giver), ("location", event.to and self._words.link(event.site))]
        destinations = [("possessing_party", taker), ("location", event.to and self._words.link(event.to))]
        source = [{"type": type_, "source": one} for type_, one in sources if one]
        destination = [{"type": type_, "destination": one} for type_, one in destinations if one]
        return ({"sourceList": source} if source else {}) | ({"destinationList": destination} if destination else {})

    def _giver(self, event: Event) -> str | None:
        named = [event.releaser]
        if event.action in ("accept", "arrive"):
            named.append(event.carrier)
        if event.action == "accept":
            released = [one for one in map(self._find, event.refs) if one is not None and one.action == "release"]
            named += chain.from_iterable((one.carrier, one.releaser) for one in released)
        giver = next((one for one in named if one is not None and one != event.receiver), None)
        return self._words.person(giver) if giver is not None else None

    def _taker(self, event: Event) -> str | None:
        taker = event.carrier if event.action == "depart" else event.receiver
        if isinstance(taker, str):
            return self._words.person(taker)
        return self._words.link(event.site) if event.action == "store" else None

    def _extension(self, event: Event) -> Json:
        words = _WORDS if event.action != "commission" else ("purpose", "condition")
        part = event.part and f"{event.part.i}/{event.part.n}"
        within = event.container if event.action == "discrepancy" else None
        return _present(
            [
                *((f"custody:{name}", getattr(event, name)) for name in words),
                ("custody:container", within and self._words.link(within)),
                ("custody:serials", event.serials and f"{event.serials.first}-{event.serials.last}"),
                ("custody:receivedOnPaper", isinstance(event.receiver, Paper) or None),
                ("custody:carrier", event.carrier and self._words.person(event.carrier)),
                ("custody:attesters", list(map(self._words.person, event.attesters)) or None),
                ("custody:seals", [self._seal(event, one) for one in event.seals] or None),
                ("custody:compartment", self._links(event.compartment) or None),
                ("custody:refs", event.refs or None),
                ("custody:part", part),
            ]
        )

    def _seal(self, event: Event, seal: Seal) -> Json:
        return _present(
            [
                ("custody:item", self._words.link(event.items[seal.item])),
                ("custody:seal", seal.id and self._words.link(seal.id)),
                ("custody:count", seal.count),
                ("custody:expected", seal.expected and self._words.link(seal.expected)),
                ("custody:state", seal.state),
            ]
        )

    def _links(self, found: Iterable[str]) -> list[str]:
        return list(map(self._words.link, found))


def _disposition(event: Event, step: Step) -> str | None:
    if event.action == "discrepancy":
        short = event.kind == "missing" and not reports_missing(event)
        return "mismatch_quantity" if short else DISCREPANCIES[event.kind or ""]
    if event.condition == "damaged" and step.step in _MAY_BE_DAMAGED:
        return "damaged"
    if event.action == "handover" and event.to is not None:
        return "in_transit"
    return step.disposition


def _present(members: Iterable[tuple[str, Any]]) -> Json:
    found: Iterator[tuple[str, Any]] = ((name, value) for name, value in members if value is not None)
    return dict(found)
