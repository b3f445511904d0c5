"""`roster.csv`: who and what is trusted, a row for each roster statement, as FORMAT.md's "Archive" has the columns."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from custody.audit.archive.archived import Archived
from custody.audit.epcis import timestamp
from custody.core.canonical import b64decode
from custody.core.keys import keyid
from custody.core.roster import Enrolment, RosterStatement, public_keys

_SAME = ("site", "handler", "role", "category", "name", "parent", "reason", "finding")
_INSTANTS = ("begins", "ends", "since")


class RosterRow(NamedTuple):
    """`effect`: `no` of a statement that was recorded and changed nothing. `keys`: the keyids that it is about."""

    entry: int
    statement: str
    received: str
    issuer: str
    seq: int
    kind: str
    effect: str
    keys: str
    site: str | None
    handler: str | None
    role: str | None
    category: str | None
    name: str | None
    parent: str | None
    reason: str | None
    finding: str | None
    begins: str | None
    ends: str | None
    since: str | None


def roster_rows(log: Archived) -> Iterator[RosterRow]:
    """In the log's order. Raises StorageFault if an entry has changed since it was verified."""
    for index, received, found, effective in log.statements():
        body: Any = found.body
        times = {name: getattr(body, name, None) for name in _INSTANTS}
        yield RosterRow(
            entry=index,
            statement=found.id,
            received=timestamp(received),
            issuer=body.issuer,
            seq=body.seq,
            kind=str(body.__struct_config__.tag),
            effect="yes" if effective else "no",
            keys=" ".join(_keys(body)),
            **{name: getattr(body, name, None) for name in _SAME},
            **{name: None if at is None else timestamp(at) for name, at in times.items()},
        )


def _keys(body: RosterStatement) -> list[str]:
    brought = [keyid(b64decode(text)) for text in public_keys(body)]
    key = getattr(body, "key", None)
    return brought if brought or key is None or isinstance(body, Enrolment) else [key]
