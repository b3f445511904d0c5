"""What an agent should know of its site's items, from the follower's tables (FORMAT.md, "Snapshot")."""

from collections.abc import Callable, Collection, Iterable

import msgspec
from sqlalchemy import or_, select, union

from custody.core.containers import DEEPEST, outermost
from custody.core.errors import Oversize
from custody.core.item import Item, Track
from custody.core.snapshot import Snapshot, advise
from custody.ledger.engine import listed
from custody.ledger.lookups import Looking
from custody.ledger.tables import deliveries, items, tracks

MAX_ITEMS = 100_000
"""About as many as a snapshot's bytes hold: more are not even read."""
_decode = msgspec.msgpack.Decoder(Track).decode


def snapshot(looking: Looking, log: str, site: str, most: int = MAX_ITEMS) -> Snapshot:
    """The items that are at a site, on the way to it or to be delivered to it, with what is in them.

    Raises Oversize if there are more than `most`.
    """
    known: dict[str, Track] = {}
    _read(looking, known, _named(looking, site, most + 1), lambda item: item.contents, most)
    wanted = sorted(known)
    around = most + DEEPEST * len(wanted)
    _read(looking, known, _containers(known), lambda item: [item.container] if item.container else [], around)
    lost = _uncertain(looking, known)
    advised = []
    for item in wanted:
        outer = outermost(known, known[item])
        advised.append(advise(item, known[item].item, outer.item, uncertain=bool(lost & {item, outer.id})))
    return Snapshot(v=1, log=log, site=site, size=looking.followed, time=looking.now, items=advised)


def _named(looking: Looking, site: str, limit: int) -> set[str]:
    here = select(items.c.item).where(or_(items.c.site == site, items.c.to == site))
    owed = select(deliveries.c.item).where(deliveries.c.to == site, deliveries.c.delivered == 0)
    return set(looking.connection.execute(union(here, owed).limit(limit)).scalars())


def _containers(known: dict[str, Track]) -> set[str]:
    return {track.item.container for track in known.values() if track.item.container is not None}


def _uncertain(looking: Looking, known: Collection[str]) -> set[str]:
    """Those of which nobody can say who has them."""
    query = select(items.c.item).where(items.c.item.in_(listed(known)), items.c.uncertain_from <= looking.now)
    return set(looking.connection.execute(query).scalars())


def _read(
    looking: Looking, known: dict[str, Track], wanted: Iterable[str], onward: Callable[[Item], Iterable[str]], most: int
) -> None:
    """Adds the tracks of items, of those that these lead onward to, and so on. Raises Oversize for more than `most`."""
    missing = sorted(set(wanted) - known.keys())
    while missing:
        if len(known) + len(missing) > most:
            raise Oversize(
                "a snapshot of the site would be too large",
                expected=f"at most {most} items",
                got="more",
                remedy="Ask for the site where the items are handled: one for each is enough.",
            )
        query = select(tracks.c.item, tracks.c.value).where(tracks.c.item.in_(listed(missing)))
        read = {row[0]: _decode(row[1]) for row in looking.connection.execute(query)}
        known |= read
        missing = sorted({one for track in read.values() for one in onward(track.item)} - known.keys())
