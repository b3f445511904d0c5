"""`custody export`: a verified log's events as an EPCISDocument (EPCIS 2.0, JSON-LD), drawn one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from custody.audit.bundle import Seen
from custody.audit.corrected import Corrections, Reads
from custody.audit.epcis import CONTEXT, Drawing, Json, Vocabulary, document_id, timestamp
from custody.audit.recording import Recording
from custody.audit.tree import Tree
from custody.core.errors import Malformed
from custody.core.event import Event
from custody.core.history import Logged
from custody.core.roster import RosterStatement
from custody.core.trusted import State
from custody.core.zones import zone_of

_encode = msgspec.json.Encoder().encode
_SITES = 16_384
"""Of so many the zone is remembered: events of one place stand together."""


class Exportable(Recording):
    """What an export needs of a log as it stood at an instant: events, places, and what was corrected."""

    def __init__(self, state: State, tree: Tree, reread: Callable[[int], bytes], until: int | None = None) -> None:
        super().__init__(state, tree, reread, until)
        self.origin = state.origin
        self.parents: Mapping[str, str | None] = {}
        """The sites, each with the one above it."""
        self.root = ""
        self._state = state
        self._corrections = Corrections(self.log, state)
        self.zone = lru_cache(_SITES)(self._zone)
        """A site's, as in `ZONES`."""

    def take(
        self, index: int, received: int, seen: Seen, effective: RosterStatement | None, logged: Logged | None, /
    ) -> None:
        super().take(index, received, seen, effective, logged)
        if logged is not None:
            self._corrections.add(index, logged.event)

    def recall(self, index: int, received: int, effective: RosterStatement | None, logged: Logged | None, /) -> None:
        super().recall(index, received, effective, logged)
        if logged is not None:
            self._corrections.add(index, logged.event)

    def conclude(self) -> None:
        super().conclude()
        self.parents = {site: known.parent for site, known in self._state.sites.items()}
        self.zone.cache_clear()
        self.root = self.log.root(self.size)
        self._corrections.conclude()

    def events(self) -> Iterator[Logged]:
        """All events but corrections, in the log's order."""
        return (one for one in self.log.events(self.size) if one.event.action != "correct")

    def reads(self, logged: Logged) -> Reads | None:
        """None of an event that reads as it did."""
        return self._corrections.reads(logged.index)

    def find(self, statement_id: str) -> Event | None:
        index = self.log.find(statement_id)
        return self.log.event(index).event if index is not None else None

    def below(self, site: str) -> frozenset[str]:
        """A site and all under it. Raises Malformed if the log has none such."""
        if site not in self.parents:
            raise Malformed("the log has no such site", expected="one that is stated", got=site)
        return frozenset(one for one in self.parents if site in self.upward(one))

    def upward(self, site: str | None) -> Iterator[str]:
        while site is not None:
            yield site
            site = self.parents.get(site)

    def _zone(self, site: str) -> str:
        return zone_of(site, self.parents.get)


def document(log: Exportable, site: str | None = None) -> Iterator[bytes]:
    """An EPCISDocument in pieces: what happened at a site or under it, or was on its way there; None: everywhere.

    The same log gives the same bytes. Raises Malformed for a site that the log does not have.
    """
    places = None if site is None else log.below(site)
    vocabulary = Vocabulary(log.origin)
    head = {
        "@context": [CONTEXT, {"custody": vocabulary.namespace}],
        "id": document_id(log.origin, log.size, log.root, site or ""),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": timestamp(log.last),
        "custody:log": log.origin,
        "custody:size": log.size,
        "custody:root": log.root,
    }
    if site is not None:
        head["custody:site"] = vocabulary.link(site)
    yield _encode(head)[:-1] + b',"epcisBody":{"eventList":['
    before = b"\n"
    for one in _drawn(log, Drawing(vocabulary, log.zone, log.find), places):
        yield before + _encode(one)
        before = b",\n"
    yield b"\n]}}\n"


def _drawn(log: Exportable, drawing: Drawing, places: frozenset[str] | None) -> Iterator[Json]:
    for logged in log.events():
        reads = log.reads(logged)
        if places is not None and not _concerns([logged, *(reads.parts if reads else [])], places):
            continue
        drawn = drawing.events(logged)
        if reads is None:
            yield from drawn
            continue
        corrective = list(_corrective(drawing, reads))
        for one in drawn:
            yield drawing.declared_wrong(one, reads.corrections, corrective)
        yield from corrective


def _corrective(drawing: Drawing, reads: Reads) -> Iterator[Json]:
    """The event as it reads now: by the id of the last correction, and recorded with it."""
    last, number = reads.corrections[-1], 0
    for part in reads.parts:
        drawn = drawing.events(part, name=last.id, first=number, received=last.received)
        number += len(drawn)
        for one in drawn:
            yield one | {"custody:corrections": [correction.id for correction in reads.corrections]}


def _concerns(events: Sequence[Logged], places: frozenset[str]) -> bool:
    return any(one.event.site in places or one.event.to in places for one in events)
