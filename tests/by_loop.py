"""How sites stand, counted item by item and finding by finding: slow and plain, to hold the tables against."""

from collections import Counter
from collections.abc import Iterator

from custody.core import entry, statement
from custody.core.findings import Severity
from custody.core.resolving import sites_of
from custody.core.standing import Delivery, deliveries, place
from custody.ledger.ledger import Ledger
from tests.rules.scene import Book
from tests.world import World


class ByLoop:
    """What a log comes to at an instant (Unix ms)."""

    def __init__(self, book: Book, now: int) -> None:
        self._book, self._now = book, now
        self._tracks = list(book.memory.tracks.values())
        where: dict[tuple[str, str], set[str]] = {}
        for draft in book.rules.drafts():
            at = sites_of(draft, lambda index: book.event(index).event.site)
            where.setdefault((draft.code, draft.subject), set()).update(at)
        self._open = [(one.severity, where[one.code, one.subject]) for one in book.findings(now) if one.open]

    def under(self, site: str | None) -> list[str]:
        """The stated sites right below one (None: the topmost), by id."""
        return sorted(one for one, known in self._book.state.sites.items() if known.parent == site)

    def deliveries(self, site: str | None) -> Counter[str]:
        """To a site and all below it (None: all), by status."""
        return Counter(way.status(self._now) for way in self._ways() if self._lies(way.to, site))

    def own(self, site: str) -> list[Delivery]:
        """To a site itself."""
        return [way for way in self._ways() if way.to == site]

    def holds(self, site: str | None) -> int:
        """Items that are there, as far as anybody can say."""
        places = [place(track, self._book.rules.with_resolution) for track in self._tracks]
        return sum(
            one.site is not None and one.status(self._now) == "held" and self._lies(one.site, site) for one in places
        )

    def findings(self, site: str | None) -> dict[Severity, int]:
        """Open ones that were found there, by severity."""
        return dict(Counter(grave for grave, where in self._open if any(self._lies(at, site) for at in where)))

    def due(self, site: str | None) -> dict[int, int]:
        """How many deliveries are to come when, of those that are not late."""
        ahead = (way for way in self._ways() if not way.delivered and way.due > self._now and self._lies(way.to, site))
        return dict(sorted(Counter(way.due for way in ahead).items()))

    def _ways(self) -> Iterator[Delivery]:
        for track in self._tracks:
            yield from deliveries(track)

    def _lies(self, site: str, top: str | None) -> bool:
        at: str | None = site
        while at is not None and at != top:
            known = self._book.state.sites.get(at)
            at = known.parent if known is not None else None
        return at == top


def book_of(ledger: Ledger, world: World) -> Book:
    """The rules' own memory of a ledger's log."""
    book = Book(world)
    for index in range(ledger.status().size):
        envelope, received = entry.decode(ledger.entry(index) or b"")
        book.add(statement.parse(envelope), received)
    return book
