"""What an agent should know of its site's items, from the follower's tables (FORMAT.md, "Snapshot")."""

from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import or_, select, union

from custody.core.containers import outermost
from custody.core.item import Item, Track
from custody.core.snapshot import Snapshot, advise
from custody.ledger.lookups import Looking
from custody.ledger.tables import deliveries, items, tracks

AT_ONCE = 500
_decode = msgspec.msgpack.Decoder(Track).decode


def snapshot(looking: Looking, log: str, site: str) -> Snapshot:
    """The items that are at a site, on the way to it or to be delivered to it, with what is in them."""
    known: dict[str, Track] = {}
    _read(looking, known, _named(looking, site), lambda item: item.contents)
    listed = sorted(known)
    _read(looking, known, _containers(known), lambda item: [item.container] if item.container else [])
    advised = [advise(item, known[item].item, outermost(known, known[item]).item) for item in listed]
    return Snapshot(v=1, log=log, site=site, size=looking.followed, time=looking.now, items=advised)


def _named(looking: Looking, site: str) -> set[str]:
    here = select(items.c.item).where(or_(items.c.site == site, items.c.to == site))
    owed = select(deliveries.c.item).where(deliveries.c.to == site, deliveries.c.delivered == 0)
    return set(looking.connection.execute(union(here, owed)).scalars())


def _containers(known: dict[str, Track]) -> set[str]:
    return {track.item.container for track in known.values() if track.item.container is not None}


def _read(
    looking: Looking, known: dict[str, Track], wanted: Iterable[str], onward: Callable[[Item], Iterable[str]]
) -> None:
    """Adds the tracks of items, of those that these lead onward to, and so on."""
    missing = sorted(set(wanted) - known.keys())
    while missing:
        read: dict[str, Track] = {}
        for at in range(0, len(missing), AT_ONCE):
            query = select(tracks.c.item, tracks.c.value).where(tracks.c.item.in_(missing[at : at + AT_ONCE]))
            read |= {row[0]: _decode(row[1]) for row in looking.connection.execute(query)}
        known |= read
        missing = sorted({one for track in read.values() for one in onward(track.item)} - known.keys())
