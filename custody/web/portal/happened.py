"""An item's events as its page tells them: who gave and who took, the item's seals, what was corrected."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from custody.core import entry, statement
from custody.core.event import Event, Paper, Seal
from custody.core.head import HandlerRole
from custody.core.history import Logged
from custody.core.roster import Handler
from custody.ledger.ledger import Ledger


class Party(Struct, frozen=True):
    """Who had a part in an event. `role`, `site`: by the badge that signed, else by the present one.

    `paper`: somebody without a badge. `handler`: for who may see people.
    """

    signed: bool
    role: HandlerRole | None = None
    site: str | None = None
    paper: bool = False
    handler: str | None = None


class Happened(Struct, frozen=True):
    """An event of an item. `seals` are the item's own; `others`: so many more items the event names.

    `first` gave and `second` took, or is to take what was released. `actors`: who else signed and does not only attest.
    `corrects`: entries that a correction names. `corrected_by`: corrections that name this one.
    """

    logged: Logged
    seals: list[Seal]
    others: int
    first: Party | None
    second: Party | None
    carrier: Party | None
    actors: list[Party]
    attesters: list[Party]
    corrects: list[int]
    corrected_by: list[int]

    @property
    def event(self) -> Event:
        return self.logged.event

    @property
    def handlers(self) -> set[str]:
        """Those of its parties who may be shown."""
        parties = [self.first, self.second, self.carrier, *self.actors, *self.attesters]
        return {one.handler for one in parties if one is not None and one.handler is not None}


class Telling:
    """Tells of the events of one item, by the first `size` entries. `people`: for who may see them."""

    def __init__(self, ledger: Ledger, item: str, size: int, *, people: bool) -> None:
        self._ledger = ledger
        self._item = item
        self._size = size
        self._people = people

    def present(self, handler: str) -> Party:
        """A handler by the present badge."""
        badge, shown = self._ledger.handler(handler), handler if self._people else None
        if badge is None:
            return Party(signed=False, handler=shown)
        return Party(signed=False, role=badge.role, site=badge.site, handler=shown)

    def tell(self, indexes: Sequence[int], corrections: Iterable[int]) -> list[Happened]:
        """The events at these indexes, in this order. `corrections`: the indexes of all that correct any of them."""
        corrected_by: dict[str, list[int]] = {}
        for index in corrections:
            for ref in self._logged(index).event.refs:
                corrected_by.setdefault(ref, []).append(index)
        return [self._happened(logged, corrected_by.get(logged.id, [])) for logged in map(self._logged, indexes)]

    def _happened(self, logged: Logged, corrected_by: list[int]) -> Happened:
        event = logged.event
        place = event.items.index(self._item) if self._item in event.items else None
        named = {event.releaser, event.receiver if isinstance(event.receiver, str) else None, event.carrier}
        signed = self._signed(event)
        return Happened(
            logged=logged,
            seals=[seal for seal in event.seals if seal.item == place],
            others=len(event.items) - (place is not None),
            first=self._first(event),
            second=self._party(event, event.receiver),
            carrier=self._party(event, event.carrier)
            if event.carrier not in (event.releaser, event.receiver)
            else None,
            actors=[
                party
                for handler in sorted(signed)
                if handler not in named
                and handler not in event.attesters
                and (party := self._party(event, handler)) is not None
            ],
            attesters=[party for one in event.attesters if (party := self._party(event, one)) is not None],
            corrects=self._found(event.refs) if event.action == "correct" else [],
            corrected_by=corrected_by,
        )

    def _first(self, event: Event) -> Party | None:
        """Who gave: of an acceptance that names its release, who released."""
        if event.action != "accept":
            return self._party(event, event.releaser)
        for index in self._found(event.refs):
            release = self._logged(index).event
            if release.action == "release":
                return self._party(release, release.releaser)
        return None

    def _party(self, event: Event, who: str | Paper | None) -> Party | None:
        if who is None:
            return None
        if isinstance(who, Paper):
            return Party(signed=False, paper=True)
        present, badge = self.present(who), self._signed(event).get(who)
        return present if badge is None else replace(present, signed=True, role=badge.role, site=badge.site)

    def _signed(self, event: Event) -> dict[str, Handler]:
        """The badges that signed, by handler."""
        known = map(self._ledger.enrolled, event.signers)
        badges = [one.enrolment for one in known if one is not None]
        return {badge.handler: badge for badge in badges if isinstance(badge, Handler)}

    def _found(self, statement_ids: Iterable[str]) -> list[int]:
        found = map(self._ledger.statement, statement_ids)
        return [index for index in found if index is not None and index < self._size]

    def _logged(self, index: int) -> Logged:
        data = self._ledger.entry(index)
        assert data is not None  # noqa: S101  # the tables name only what is published
        envelope, received = entry.decode(data)
        read = statement.parse(envelope)
        assert isinstance(read.body, Event)  # noqa: S101  # a history is one of events
        return Logged(index, received, read.id, read.body, None, len(read.body.items))
