"""The integrity report as ids, codes, counts and instants; docs/report.md defines each figure, faces put it into words.

Instants are Unix ms, durations ms; nothing is a fraction. People are handler ids: what an auditor's own directory calls
them stands apart, in `Names`. No note, photograph or plate is here, nor the hash of one.
"""

from typing import Literal

from msgspec import Struct

from custody.audit.claims import Claim
from custody.audit.report.figures import Figures
from custody.audit.report.records import HandoverRecord, ItemRecord
from custody.audit.result import Fault

FORMAT = "custody-report/v1"


class Cover(Struct, frozen=True, kw_only=True):
    """What the report is about: all, or what happened at `site` or under it, from `begins` on and before `ends`, of one
    `item`, or in one `handover` (an entry's index).

    `levels`: so many below the topmost site have a row of their own. It is judged at `as_of`, by the first `entries` of
    the log: what it had received by then, `last_received` last.
    """

    site: str | None
    begins: int | None
    ends: int | None
    item: str | None
    handover: int | None
    levels: int
    as_of: int
    entries: int
    last_received: int


class NoteSignature(Struct, frozen=True):
    """A signature line of the checkpoint: the key's name and key id (8 hex).

    `witness`: one that the auditor names; what is under any `other` name is not verified, and anybody can add it.
    """

    name: str
    key_id: str
    signer: Literal["log", "witness", "other"]
    verified: bool


class SignedCheckpoint(Struct, frozen=True):
    """What the log's key signed: `note` is the checkpoint as it was served, `root` in hex."""

    note: str
    origin: str
    size: int
    root: str
    signatures: list[NoteSignature]


class TrustedKeys(Struct, frozen=True):
    """By what it was verified: the auditor's own `vkey` and `entry0` (hex), and the root keys that follow from them.

    `root` (keyids) and `threshold` as the log has them at the end of what the report covers; empty and 0: not known.
    """

    vkey: str
    entry0: str
    root: list[str]
    threshold: int


class Verification(Struct, frozen=True):
    """What was verified in the same run. `faults` has the first of `fault_count`; with any, nothing is `proved`."""

    verdict: Literal["holds", "faulty", "newer-format"]
    fault_count: int
    faults: list[Fault]
    proved: list[Claim]
    unproved: list[Claim]
    keys: TrustedKeys


class Names(Struct, frozen=True):
    """What ids are called: sites by the log, people by a directory of the auditor's own (none: empty)."""

    sites: dict[str, str]
    people: dict[str, str]


class Report(Struct, frozen=True, kw_only=True):
    """`figures` is None if nothing can be said of the entries, and then so are `item` and `handover`."""

    format: str = FORMAT
    cover: Cover
    checkpoint: SignedCheckpoint | None
    verification: Verification
    figures: Figures | None
    item: ItemRecord | None
    handover: HandoverRecord | None
    names: Names
