"""An enrolled key and its chain, as they stand or as the public may know them; and an event in short."""

import re

from custody.core.admission import State
from custody.core.errors import Malformed
from custody.ledger.chains import SHOWN, Head
from custody.ledger.glance import glance
from custody.ledger.store import EntryRow, Reading
from custody.ledger.views import DeviceView, EventView

_ID = re.compile(r"[0-9a-f]{64}")


def device_view(reading: Reading, state: State, keyid: str, below: int | None) -> DeviceView | None:
    """A key of any role; None for one that is not enrolled. Raises Malformed.

    `below`: of its statements only those at indexes below this one (None: all), so that neither their number nor the
    id of the last, by which the one before is found, and so on, says what the key has done since.
    """
    issuer = raw_id(keyid)
    known = state.keys.get(keyid)
    if known is None:
        return None
    stored = reading.heads([issuer]).get(issuer)
    head = Head.decode(stored) if stored is not None else Head()
    seq, last = (head.seq, head.id) if below is None else reading.last_of(issuer, below)
    return DeviceView(
        keyid=keyid,
        role=known.role,
        site=known.site,
        index=known.index,
        revoked=known.revoked.reason if known.revoked else None,
        seq=seq,
        head=last,
        missing=[(first, min(end, seq)) for first, end in head.missing() if first <= seq],
        forks=[index for index in head.forks[:SHOWN] if below is None or index < below],
    )


def event_view(row: EntryRow) -> EventView:
    """Of a row that holds an event."""
    payload, received = glance(row.entry)
    return EventView(
        index=row.entry_index,
        id=row.id.hex(),
        issuer=payload.issuer,
        action=payload.action or "",
        site=payload.site or "",
        time=payload.time,
        received=received,
        to=payload.to,
    )


def raw_id(text: str) -> bytes:
    """The 32 bytes of an id or keyid. Raises Malformed."""
    if not _ID.fullmatch(text):
        raise Malformed("an id is not in its one spelling", expected="64 lower-case hex digits", got=repr(text))
    return bytes.fromhex(text)
