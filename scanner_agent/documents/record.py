"""What this device knows of a statement that it signed: all of its parts, its items' story here, private texts."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from custody.core import statement
from custody.core.errors import Malformed
from custody.core.event import Event
from custody.core.head import HandlerRole
from custody.core.photograph import SALT
from custody.core.zones import zone_of
from scanner_agent.outbox import Outbox
from scanner_agent.trust import Trust

DOCUMENTED = frozenset({"handover", "release", "accept", "depart"})
"""After these there is a document."""
_AT_ONCE = 200


class Signed(Struct, frozen=True):
    """A statement's id and what it says."""

    id: str
    event: Event


class Known(Struct, frozen=True):
    """An item's kind and container, as far as this device has recorded or the plan says; None: not known."""

    kind: str | None = None
    container: str | None = None


class _Sent(Struct, frozen=True):
    payload: bytes


class _Said(Struct, frozen=True):
    """Of an event, what says something of kinds and containers."""

    action: str
    items: list[str]
    kind: str | None = None
    container: str | None = None


_sent = msgspec.json.Decoder(_Sent)
_said = msgspec.json.Decoder(_Said)


class Record:
    """Reads the outbox; what it answers of a statement changes with the roster only, and with what is erased."""

    def __init__(self, outbox: Outbox, trust: Trust) -> None:
        self._outbox = outbox
        self.trust = trust

    def whole(self, id_: str) -> list[Signed]:
        """All parts of the session to which a statement belongs, in order. Raises Malformed for none of a document."""
        first = self._find(id_)
        event = first.event
        if event.action not in DOCUMENTED:
            raise Malformed(
                "there is no document of this statement", expected=" or ".join(sorted(DOCUMENTED)), got=event.action
            )
        if event.part is None:
            return [first]
        begin = event.seq - event.part.i + 1
        parts = self._outbox.envelopes(event.issuer, begin, begin + event.part.n - 1)
        return [_signed(envelope) for envelope in parts]

    def last(self, issuer: str) -> str:
        """The id of the last statement of this device that has a document. Raises Malformed."""
        seq = self._outbox.next_link(issuer)[0] - 1
        while seq > 0:
            signed = _signed(self._outbox.envelopes(issuer, seq, seq)[0])
            if signed.event.action in DOCUMENTED:
                return signed.id
            seq -= 1
        raise Malformed(
            "this device has signed nothing of which there is a document", expected="a handover or a departure"
        )

    def known(self, parts: Sequence[Signed]) -> dict[str, Known]:
        """What was known of the items when they were signed for, from this device's statements before."""
        issuer, seq = parts[0].event.issuer, parts[0].event.seq
        found = {item: Known() for part in parts for item in part.event.items}
        for first in range(1, seq, _AT_ONCE):
            for envelope in self._outbox.envelopes(issuer, first, min(first + _AT_ONCE, seq) - 1):
                _learn(found, _look(envelope))
        for item, known in found.items():
            plan = self.trust.plan(item)
            if known.kind is None and plan is not None:
                found[item] = msgspec.structs.replace(known, kind=plan.planned.kind)
        return found

    def releaser(self, event: Event) -> str | None:
        """Who gave: as the event says, or the release that it accepts, if that was carried here."""
        carried = (self._outbox.carried(ref) for ref in event.refs if event.action == "accept")
        given = [event.releaser, *(_signed(envelope).event.releaser for envelope in carried if envelope)]
        return next((handler for handler in given if handler is not None), None)

    def text(self, hash_: str | None) -> str | None:
        """The private text behind a hash; None where there is none, or it was erased."""
        salted = self._outbox.private(hash_) if hash_ else None
        return salted[SALT:].decode("utf-8", "replace") if salted else None

    def zone(self, site: str) -> str:
        """WIB, WITA or WIT: by the official code in the site's id, or of the nearest site above that has one."""
        return zone_of(site, self._above)

    def _above(self, site: str) -> str | None:
        known = self.trust.site(site)
        return known.parent if known else None

    def role(self, handler: str) -> HandlerRole | None:
        return self.trust.role(handler)

    def _find(self, id_: str) -> Signed:
        envelope = self._outbox.envelope(id_)
        if envelope is None:
            raise Malformed("this device has no such statement", expected="the id of one that it signed", got=id_)
        return _signed(envelope)


def _signed(envelope: bytes) -> Signed:
    parsed = statement.parse(envelope)
    if not isinstance(parsed.body, Event):
        raise Malformed("this statement is no event", got=parsed.id)
    return Signed(parsed.id, parsed.body)


def _look(envelope: bytes) -> _Said:
    """Ten times as fast as parsing: a long chain is looked through while people scan."""
    return _said.decode(_sent.decode(envelope).payload)


def _learn(found: dict[str, Known], event: _Said) -> None:
    """What an event says of kinds and containers."""
    for item in event.items:
        if item not in found:
            continue
        changes: dict[str, str | None] = {}
        if event.action == "commission":
            changes["kind"] = event.kind
        if event.container is not None and event.action in ("commission", "pack", "store"):
            changes["container"] = event.container
        elif event.action == "unpack":
            changes["container"] = None
        found[item] = msgspec.structs.replace(found[item], **changes)
