"""What of the tables a page is drawn from, in short: the same for as long as that is."""

from hashlib import sha256

import msgspec
from sqlalchemy import bindparam, select

from custody.ledger.lookup_findings import views
from custody.ledger.lookups import Looking
from custody.ledger.tables import drafts, items, tracks

_ITEM = (
    select(tracks.c.value, items).join(items, items.c.item == tracks.c.item).where(tracks.c.item == bindparam("around"))
)
_FOUND = (
    select(drafts.c.code, drafts.c.subject)
    .where(drafts.c.item == bindparam("about"), drafts.c.since <= bindparam("now"))
    .distinct()
    .order_by(drafts.c.code, drafts.c.subject)
)
_encode = msgspec.msgpack.Encoder().encode


def item_mark(looking: Looking, item: str) -> str:
    """Of an item, all that it is in, and what is found of it: changes with any of these, and with nothing else."""
    seen, around = [], item
    while around is not None:
        row = looking.connection.execute(_ITEM, {"around": around}).one_or_none()
        if row is None:
            break
        seen.append(tuple(row))
        around = row.container
    groups = [(row[0], row[1]) for row in looking.connection.execute(_FOUND, {"about": item, "now": looking.now})]
    return sha256(_encode((seen, views(looking, groups) if groups else []))).hexdigest()
