"""What the ledger answers: plain records, whatever the interface in front of it. Ids, keyids and roots are hex."""

import msgspec

from custody.core.chain import Link

Ranges = list[tuple[int, int]]
"""Inclusive ranges of seqs, ascending."""


class Accepted(msgspec.Struct, frozen=True):
    """A statement that is durable in the log and under the published checkpoint.

    `link` and `missing` (at most the first 100 ranges) are its issuer's chain as it stands now; `effect` says why a
    roster statement has no effect (None: it has). `receipt` is a `.tlog-proof` whose extra line is the exact entry.
    """

    id: str
    index: int
    received: int
    duplicate: bool
    link: Link
    missing: Ranges
    effect: str | None = None
    receipt: bytes | None = None


class DeviceView(msgspec.Struct, frozen=True):
    """An enrolled device and its chain: the last seq and its statement id (0, None: nothing yet).

    `missing` and `forks` (indexes of entries that forked the chain when they arrived) hold at most the first 100.
    """

    keyid: str
    role: str
    site: str | None
    index: int
    revoked: str | None
    seq: int
    head: str | None
    missing: Ranges
    forks: list[int]


class EventView(msgspec.Struct, frozen=True):
    """One event of an item, in short; times in Unix ms."""

    index: int
    id: str
    issuer: str
    action: str
    site: str
    time: int
    received: int
    to: str | None = None


class Status(msgspec.Struct, frozen=True):
    """How the ledger is: for health checks and metrics.

    `size` and `root` are the published checkpoint's; `received` is the last entry's. `followed` is how many entries the
    tables filled from the log hold. `queued` counts statements that wait for the sequencer. `fault` says why nothing
    can be appended now (None: it can).
    """

    size: int
    root: str
    received: int
    followed: int
    queued: int
    alive: bool
    fault: str | None = None
