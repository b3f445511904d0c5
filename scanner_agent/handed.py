"""Releases that another device shows: gathered from their pieces, checked offline, kept, and looked up again.

What they are worth is for the handler to judge: a signer whom the roster does not know is a word, not a refusal.
"""

from collections.abc import Callable

from custody.core import statement
from custody.core.carried import Gathering, Piece
from custody.core.errors import BadSignature, Malformed
from custody.core.event import Event
from custody.core.statement import Statement
from scanner_agent import texts
from scanner_agent.inputs import Chosen, Expected, Given, Input, Listed
from scanner_agent.outbox import Outbox
from scanner_agent.state import Say, State
from scanner_agent.trust import Trust

_EXPECTING = frozenset({"handover", "accept", "arrive", "store", "inspect"})
"""Actions that refer to what says which items there should be."""
_SHOWN = 10
"""Numbers of missing pieces."""


class Handed:
    """One thread. Pieces are held in memory, and whole statements in the outbox."""

    def __init__(
        self, outbox: Outbox, trust: Trust, advised: Callable[[str], list[Expected]], *, device: str, site: str
    ) -> None:
        """`device`: this device's keyid; `site`: where it stands; `advised`: what is known of a statement by its id
        where it is not here itself.
        """
        self._outbox = outbox
        self._trust = trust
        self._advised = advised
        self._device = device
        self._site = site
        self._gathering = Gathering()

    def take(self, piece: Piece, now: int, state: State) -> tuple[list[Input], Say]:
        """A piece read at `now` (Unix ms): what the session is given of the release that is whole with it, and a word.

        What is whole is durable on return. Raises what parsing and `Trust.examine` do, Malformed for another event than
        a release, StorageFault.
        """
        signed = self._whole(piece)
        if signed is None:
            return [], self._still_missing(piece)
        event = signed.body
        if not isinstance(event, Event) or event.action != "release":
            raise Malformed("another device shows something else", expected="a release", got=signed.id)
        warnings = self._trust.examine(signed, now)
        if event.issuer != self._device:
            self._outbox.keep_carried(signed, now)
        parts = self._parts(signed, event)
        if event.part and len(parts) < event.part.n:
            return [], Say("good", texts.PART, f"{event.part.i}/{event.part.n}; {len(parts)}/{event.part.n}")
        new: list[Input] = [part for part in parts if part.statement not in state.refs]
        if not new:
            return [], Say("heard", texts.AGAIN, signed.id[:16])
        return [*([] if state.action else [Chosen("accept")]), *new], self._say(event, warnings, parts)

    def named(self, id_: str) -> list[Expected]:
        """What a statement says there is: of one that is held here, all of its parts; else as advised, if at all."""
        envelope = self._outbox.envelope(id_) or self._outbox.carried(id_)
        if envelope is None:
            return self._advised(id_)
        signed = statement.parse(envelope)
        return self._parts(signed, signed.body) if isinstance(signed.body, Event) else []

    def shortfall(self, id_: str | None) -> list[Input]:
        """What reports as missing the items that a statement signed here had expected and has not; empty for none."""
        envelope = self._outbox.envelope(id_) if id_ else None
        event = statement.parse(envelope).body if envelope else None
        if id_ is None or not isinstance(event, Event) or event.action not in _EXPECTING:
            return []
        had = {item for part in self.named(id_) for item in part.items}
        wanted = dict.fromkeys(item for ref in event.refs for part in self.named(ref) for item in part.items)
        missing = tuple(item for item in wanted if item not in had)
        return [Chosen("discrepancy"), Given("kind", "missing"), Given("ref", id_), Listed(missing)] if missing else []

    def _still_missing(self, piece: Piece) -> Say:
        missing = self._gathering.missing(piece)
        still = ", ".join(map(str, missing[:_SHOWN])) + ("…" if len(missing) > _SHOWN else "")
        have = f"{piece.count - len(missing)}/{piece.count}"
        return Say("good", texts.PIECE, (f"{have}; {texts.STILL[0]} {still}", f"{have}; {texts.STILL[1]} {still}"))

    def _whole(self, piece: Piece) -> Statement | None:
        """The statement, also where it was whole before. One that could not be verified then is gathered anew."""
        envelope = self._outbox.carried(piece.statement)
        kept = statement.parse(envelope) if envelope else None
        try:
            if kept and self._trust.verify(kept):
                return kept
        except BadSignature:
            kept = None
        return self._gathering.add(piece) or kept

    def _parts(self, signed: Statement, event: Event) -> list[Expected]:
        """What those parts of one release that are here say there is, in order."""
        if event.part is None:
            return [Expected(signed.id, tuple(event.items))]
        first = event.seq - event.part.i + 1
        parts: dict[int, Expected] = {}
        for envelope in self._outbox.envelopes(event.issuer, first, first + event.part.n - 1):
            one = statement.parse(envelope)
            body, part = one.body, one.body.part if isinstance(one.body, Event) else None
            if isinstance(body, Event) and part and (body.seq - part.i + 1, part.n) == (first, event.part.n):
                parts[part.i] = Expected(one.id, tuple(body.items))
        return list(parts.values())

    def _say(self, event: Event, warnings: list[str], parts: list[Expected]) -> Say:
        ids = ", ".join(part.statement[:16] for part in parts)
        doubts = [texts.SIGNERS[warning] for warning in warnings]
        if event.to != self._site:
            name, words = self._trust.site_name(event.to or ""), texts.FOR_ELSEWHERE
            doubts.append((f"{words[0]} {name}", f"{words[1]} {name}"))
        if doubts:
            indonesian, english = ("; ".join((ids, *told)) for told in zip(*doubts, strict=True))
            return Say("warned", texts.RELEASE_DOUBTFUL, (indonesian, english))
        return Say("good", texts.RELEASE, ids)
